//! Journal entries of what is done, and of what was asked in vain.

use sangam_custody::{Actor, Durability, Entry, EntryKind, KeyFault, PartDetail, ReceiptBook, SubjectKey};
use sangam_language::{Caller, CallerKind, ErrorCode};
use sangam_vocabulary::{CategorySet, OrganizationId, Purpose, RecordId};

use crate::hub::Desk;

const MINUTE_MILLIS: i64 = 60_000;
/// How many notes of a minute are remembered: more callers than a hub has. Beyond it some are written twice.
const NOTED: u64 = 10_000;

/// Whose refusals were noted in which minute.
pub(crate) type Noted = moka::sync::Cache<(CallerKind, ErrorCode, i64), ()>;

/// Nobody's yet.
pub(crate) fn none_noted() -> Noted {
    moka::sync::Cache::new(NOTED)
}

/// Who does something: an organization, and who in it where somebody is named.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    pub(crate) organization: OrganizationId,
    actor: Option<Actor>,
}

impl From<&Caller> for Acting {
    fn from(caller: &Caller) -> Self {
        let party = caller.party();
        Self { organization: party.organization, actor: party.actor.clone() }
    }
}

/// The hub does it by itself in an organization's name, from what its system sent.
impl From<OrganizationId> for Acting {
    fn from(organization: OrganizationId) -> Self {
        Self { organization, actor: None }
    }
}

impl Desk {
    /// An entry about a subject, to stand or fall with the change it records.
    pub(crate) fn entry(
        &self,
        kind: EntryKind,
        by: &Acting,
        key: &SubjectKey,
        record: RecordId,
        categories: CategorySet,
    ) -> Result<Entry, KeyFault> {
        let (at, caller) = (self.now(), by.organization);
        let mut detail = PartDetail::act(kind, at, caller).about(record, categories);
        detail.actor = by.actor.as_ref().map(|actor| actor.pseudonym().to_owned());
        Ok(Entry { kind, at, caller, parts: vec![key.journal().part(self.chance(), &detail)?] })
    }

    /// An entry about nobody.
    pub(crate) fn plain_entry(&self, kind: EntryKind, caller: OrganizationId) -> Entry {
        Entry { kind, at: self.now(), caller, parts: Vec::new() }
    }

    /// Notes that a known caller asked for what its token does not carry: one entry a caller, kind of refusal and
    /// minute, so that nobody can fill the journal with them; the door's counters have them all.
    pub(crate) async fn beyond(&self, caller: &Caller, purpose: Option<Purpose>, code: ErrorCode) {
        let minute = self.now().millis().div_euclid(MINUTE_MILLIS);
        if self.noted.entry((caller.kind(), code, minute)).or_insert(()).is_fresh() {
            self.refused(caller, purpose).await;
        }
    }

    /// Notes that a known caller asked for something and got none of it, without waiting for the disk.
    pub(crate) async fn refused(&self, caller: &Caller, purpose: Option<Purpose>) {
        tracing::info!(purpose = purpose.map_or("none", sangam_vocabulary::Code::code), "a caller asked in vain");
        let entry = self.plain_entry(EntryKind::Refused, caller.party().organization);
        if self.book.append(entry, Durability::WithinASecond).await.is_err() {
            // The writer has ended; the process ends with it, and nothing was disclosed here.
            tracing::error!("a refusal could not be recorded");
        }
    }
}
