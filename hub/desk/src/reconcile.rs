//! Records that a partner's list no longer has. A list says nothing of what is not in it: whether a record was taken
//! back, deleted, moved or cannot be read is asked of the partner, record by record. While it does not say, what the
//! hub has of the record is shown to nobody but its owner.

use std::collections::HashSet;

use sangam_custody::Suspension;
use sangam_store::{Source, SourceRow};
use sangam_wire::{Found, Listed, Returned};

use crate::hub::{Desk, DeskFault};
use crate::intake::Unread;
use crate::sync::{PartnerDesk, SyncFault, SyncReport};

/// What the present walk through a partner's list has met so far: one walk may take several synchronisations. Nothing
/// while a walk is under way that did not begin at the first page.
#[derive(Debug, Default)]
pub(crate) struct Walk(Option<HashSet<String>>);

impl Walk {
    /// Notes the keys of a page, as the hub keeps them; after the last page of a whole walk, gives all it met.
    pub(crate) fn meet(
        &mut self,
        first: bool,
        keys: impl IntoIterator<Item = String>,
        more: bool,
    ) -> Option<HashSet<String>> {
        if first {
            self.0 = Some(HashSet::new());
        }
        if let Some(met) = &mut self.0 {
            met.extend(keys);
        }
        if more { None } else { self.0.take() }
    }
}

/// Whether a partner is asked about a record: one that is not listed and not known to be taken back, and one that is
/// suspended and listed, unless it waits for its mapping to be mended.
fn is_asked(row: &SourceRow, listed: bool) -> bool {
    if !listed {
        return row.suspended != Some(Suspension::TakenBack);
    }
    let of_the_mapping = row.fault.as_deref().is_some_and(|fault| ![Unread::FORM, Unread::ANSWER].contains(&fault));
    row.suspended.is_some() && !of_the_mapping
}

impl PartnerDesk {
    /// The keys that a page lists, as the hub keeps them; those of the records it gives are among them.
    pub(crate) fn listed(
        &self,
        desk: &Desk,
        page: &sangam_wire::Page,
    ) -> Result<Option<(bool, Vec<String>)>, DeskFault> {
        let Listed::Keys { first, keys } = &page.listed else { return Ok(None) };
        let given = page.records.iter().map(|record| self.source(desk, record).map(|source| source.external_key));
        let keys = keys.iter().map(|key| self.external_key(desk, key)).chain(given).collect::<Result<_, _>>()?;
        Ok(Some((*first, keys)))
    }
}

impl Desk {
    /// Asks the partner about every record of which its whole list says something unexpected, and does what follows.
    /// Gives the records that could not be taken in.
    ///
    /// # Errors
    /// [`SyncFault`]. Where the partner did not answer, the record is suspended before that is said.
    pub(crate) async fn reconcile(
        &self,
        partner: &PartnerDesk,
        listed: &HashSet<String>,
        report: &mut SyncReport,
    ) -> Result<Vec<Returned>, SyncFault> {
        let mut returned = Vec::new();
        let mut unanswered = None;
        for row in self.store.subjects_from(partner.id).await.map_err(DeskFault::from)? {
            if !is_asked(&row, listed.contains(&row.external_key)) {
                continue;
            }
            let _one = partner.walk.lock().await;
            let source = Source {
                partner: partner.id,
                external_key: row.external_key.clone(),
                sealed_key: row.sealed_key.clone(),
            };
            match partner.ask(self, &source).await {
                Ok(Found::Marked(record)) => returned.extend(self.tally(partner, &record, report).await?),
                Ok(Found::Unmarked | Found::Closed | Found::Gone) => {
                    if row.suspended != Some(Suspension::TakenBack) {
                        self.take_back(partner, row.external_key, Some(row.subject), None).await?;
                        report.taken_back += 1;
                    }
                }
                Ok(Found::Unreadable) => {
                    self.unread(partner, source, &row, Unread::FORM, report).await?;
                }
                Err(SyncFault::Wire(fault)) => {
                    if row.suspended.is_none() {
                        self.unread(partner, source, &row, Unread::ANSWER, report).await?;
                    }
                    unanswered.get_or_insert(fault);
                }
                Err(fault) => return Err(fault),
            }
        }
        unanswered.map_or(Ok(returned), |fault| Err(fault.into()))
    }

    async fn unread(
        &self,
        partner: &PartnerDesk,
        source: Source,
        row: &SourceRow,
        kind: &'static str,
        report: &mut SyncReport,
    ) -> Result<(), DeskFault> {
        if row.fault.as_deref() != Some(kind) {
            self.quarantine(partner, source, Some(row.subject), Unread::by_the_wire(kind), None).await?;
            report.quarantined += 1;
        }
        Ok(())
    }
}
