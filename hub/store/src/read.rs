//! Look-ups that are not pages: what a token, a rule, a synchronisation or a subscription needs. Here is how a
//! column becomes a value; each noun has its file.

use sangam_custody::WrappedKey;
use sangam_vocabulary::{CategorySet, Code, Instant, OrganizationId, PersonRoles, PurposeSet};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::read_uuid;

mod agreement;
mod answer_link;
mod clock;
mod consent;
mod delivery;
mod document;
mod epoch;
mod event;
mod exception;
mod keys;
mod listing;
mod organization;
mod own_directory;
mod paper_code;
mod partner;
mod recall;
mod records;
mod referral;
mod said;
mod search;
mod seat;
mod session;
mod shown;
mod subject;

pub use answer_link::{AnswerContactRow, AnswerLinkDue, AnswerLinkRow};
pub use clock::{ClockRow, OverdueRow};
pub use delivery::{DeliveryKind, DeliveryRow};
pub use document::{DocumentContent, DocumentRow};
pub use event::EventRow;
pub use exception::{ExceptionRow, OnRecord};
pub use listing::ListingRow;
pub use organization::OrganizationRow;
pub use own_directory::OwnDirectoryRow;
pub use paper_code::PaperCodeRow;
pub use partner::PartnerRow;
pub use records::{HomeRow, Quarantined, SourceRow, Used};
pub use search::{ArrivalFacts, Traceable};
pub(crate) use search::{could_answer, told_by};
pub use session::SessionRow;
pub use shown::{PREVIEW_RELATIONS, PREVIEW_SUBJECTS, Sharing, ShownThrough};
pub use subject::{RelationRow, SubjectFacts};

pub(crate) use agreement::agreement;
pub(crate) use consent::{consent, manner};
pub(crate) use exception::COUNTS;
pub(crate) use own_directory::own_services;
pub(crate) use said::said;
pub(crate) use subject::{age, suspension};

pub(crate) fn id(row: &QueryResult, column: &'static str) -> Result<Uuid, StoreFault> {
    let bytes: Vec<u8> = row.try_get("", column)?;
    Uuid::from_slice(&bytes).map_err(|_| StoreFault::Unreadable { column })
}

pub(crate) fn code<C: Code>(row: &QueryResult, column: &'static str) -> Result<C, StoreFault> {
    C::read(&row.try_get::<String>("", column)?).map_err(|_| StoreFault::Unreadable { column })
}

pub(crate) fn instant(row: &QueryResult, column: &'static str) -> Result<Instant, StoreFault> {
    Ok(Instant::from_millis(row.try_get("", column)?))
}

fn key(row: &QueryResult, column: &'static str) -> Result<WrappedKey, StoreFault> {
    Ok(WrappedKey::stored(row.try_get("", column)?))
}

pub(crate) fn purposes(row: &QueryResult) -> Result<PurposeSet, StoreFault> {
    let bits: i64 = row.try_get("", "purposes")?;
    u16::try_from(bits).map(PurposeSet::from_bits).map_err(|_| StoreFault::Unreadable { column: "purposes" })
}

pub(crate) fn roles(row: &QueryResult) -> Result<PersonRoles, StoreFault> {
    let bits: i64 = row.try_get("", "roles")?;
    u16::try_from(bits).map(PersonRoles::from_bits).map_err(|_| StoreFault::Unreadable { column: "roles" })
}

pub(crate) fn categories(row: &QueryResult, column: &'static str) -> Result<CategorySet, StoreFault> {
    let bits: i64 = row.try_get("", column)?;
    u32::try_from(bits).map(CategorySet::from_bits).map_err(|_| StoreFault::Unreadable { column })
}

pub(crate) fn list<T>(
    row: &QueryResult,
    column: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, StoreFault> {
    let text: String = row.try_get("", column)?;
    text.split(',').filter(|t| !t.is_empty()).map(read).collect::<Option<_>>().ok_or(StoreFault::Unreadable { column })
}

pub(crate) fn organization_id(text: &str) -> Option<OrganizationId> {
    read_uuid(text).map(OrganizationId::from_uuid)
}

impl Store {
    pub(crate) async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, StoreFault> {
        Ok(self.reading.query_all_raw(self.statement(sql, values)).await?)
    }

    pub(crate) async fn one(&self, sql: &str, values: Vec<Value>) -> Result<Option<QueryResult>, StoreFault> {
        Ok(self.reading.query_one_raw(self.statement(sql, values)).await?)
    }
}
