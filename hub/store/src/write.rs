//! What can be changed, one file a noun. Each change is run by the writer, in a savepoint.

mod accession;
mod agreement;
mod client;
mod clock;
mod consent;
mod keys;
mod lock;
mod organization;
mod partner;
mod person;
mod record;
mod referral;
mod session;
mod subject;
mod team;

pub use accession::{AccessionVoice, Admission, Application, MembershipChange, Rejection};
pub use agreement::AgreementChange;
pub use client::{AssertionUse, ClientChange, TokenRevocation};
pub use consent::{ConsentChange, ConsentRecipient, WithdrawalChange};
pub(crate) use keys::UNDER_ANOTHER;
pub use keys::{OrganizationKeysChange, SealStep, SubjectKeysChange};
pub use lock::{CodesChange, LockChange, LockRelease, OperatorRelease};
pub use organization::OrganizationChange;
pub use partner::{DeliveryChange, PartnerChange, SyncChange};
pub use person::{By, PersonAct, PersonChange, PersonRecord, PersonRefusal, SleepChange};
pub use record::{QuarantineChange, Source, SourceChange, TakenBackChange};
pub use referral::{NewReferral, ReferralStep};
pub use session::{SessionChange, SignInChange};
pub use subject::SubjectChange;
pub use team::TeamChange;

use sangam_vocabulary::{Code, OrganizationId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::command::Refused;
use crate::fault::StoreFault;

pub(crate) fn unavailable(error: DbErr) -> Refused {
    tracing::error!(%error, "a change could not be made");
    Refused::Unavailable
}

pub(crate) fn unreadable(error: StoreFault) -> Refused {
    tracing::error!(%error, "a change met a row it cannot read");
    Refused::Unavailable
}

pub(crate) async fn execute(tx: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64, Refused> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await.map_err(unavailable)?.rows_affected())
}

pub(crate) async fn one(
    tx: &DatabaseTransaction,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<QueryResult>, Refused> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.query_one_raw(statement).await.map_err(unavailable)
}

pub(crate) async fn all(tx: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, Refused> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.query_all_raw(statement).await.map_err(unavailable)
}

pub(crate) fn bytes(id: Uuid) -> Value {
    id.as_bytes().to_vec().into()
}

pub(crate) fn flag(value: bool) -> Value {
    i64::from(value).into()
}

pub(crate) fn codes<C: Code>(values: &[C]) -> String {
    values.iter().map(|value| value.code()).collect::<Vec<_>>().join(",")
}

pub(crate) fn ids(values: &[OrganizationId]) -> String {
    values.iter().map(|id| id.uuid().simple().to_string()).collect::<Vec<_>>().join(",")
}
