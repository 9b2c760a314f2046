//! Journal entries of what is done, and of what was asked in vain.

use sangam_custody::{Durability, Entry, EntryKind, KeyFault, PartDetail, ReceiptBook, SubjectKey};
use sangam_language::Caller;
use sangam_vocabulary::{CategorySet, OrganizationId, Purpose, RecordId};

use crate::hub::Desk;

impl Desk {
    /// An entry about a subject, to stand or fall with the change it records.
    pub(crate) fn entry(
        &self,
        kind: EntryKind,
        caller: OrganizationId,
        key: &SubjectKey,
        record: RecordId,
        categories: CategorySet,
    ) -> Result<Entry, KeyFault> {
        let at = self.now();
        let detail = PartDetail::act(kind, at, caller).about(record, categories);
        Ok(Entry { kind, at, caller, parts: vec![key.journal().part(self.chance(), &detail)?] })
    }

    /// An entry about nobody.
    pub(crate) fn plain_entry(&self, kind: EntryKind, caller: OrganizationId) -> Entry {
        Entry { kind, at: self.now(), caller, parts: Vec::new() }
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
