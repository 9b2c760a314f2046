//! Records that a partner's list no longer has. A list says nothing of what is not in it: whether a record was taken
//! back, deleted, moved or cannot be read is asked of the partner, record by record. While it does not say, what the
//! hub has of the record is shown to nobody but its owner.
//!
//! A list also says of more than it gave: a record that came to an earlier page while a later one was read is listed in
//! the next walk, and did not change since. It is asked for too.

use std::collections::{HashMap, HashSet};

use sangam_custody::Suspension;
use sangam_store::{Source, SourceRow};
use sangam_wire::{Found, Listed, Returned};

use crate::hub::{Desk, DeskFault};
use crate::intake::Unread;
use crate::sync::{PartnerDesk, SyncFault, SyncReport};

/// How many records that were listed and never given are asked for after one walk; the rest waits for the next.
const NEVER_GIVEN: usize = 500;

/// The most records of one list that are remembered. A longer list is more than any partner has, or has no end: it takes
/// nothing back.
const LONGEST_LIST: usize = 1_000_000;

/// The records that a list has: by the key that the hub keeps, the partner's own, where the page listed it without
/// giving it.
pub(crate) type Met = HashMap<String, Option<String>>;

/// What the present walk through a partner's list has met so far: one walk may take several synchronisations. Nothing
/// while a walk is under way that did not begin at the first page.
#[derive(Debug, Default)]
pub(crate) struct Walk(Option<Met>);

impl Walk {
    /// Notes the records of a page; after the last page of a whole walk, gives all it met.
    pub(crate) fn meet(&mut self, first: bool, listed: Met, more: bool) -> Option<Met> {
        if first {
            self.0 = Some(Met::new());
        }
        if let Some(met) = &mut self.0 {
            met.extend(listed);
        }
        if self.0.as_ref().is_some_and(|met| met.len() > LONGEST_LIST) {
            self.0 = None;
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
    /// The records that a page lists, and whether it is the list's first; those it gives are among them.
    pub(crate) fn listed(&self, desk: &Desk, page: &sangam_wire::Page) -> Result<Option<(bool, Met)>, DeskFault> {
        let Listed::Keys { first, keys } = &page.listed else { return Ok(None) };
        let listed = keys.iter().map(|key| Ok((self.external_key(desk, key)?, Some(key.clone()))));
        let given = page.records.iter().map(|record| Ok((self.source(desk, record)?.external_key, None)));
        Ok(Some((*first, listed.chain(given).collect::<Result<_, DeskFault>>()?)))
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
        listed: &Met,
        report: &mut SyncReport,
    ) -> Result<Vec<Returned>, SyncFault> {
        let mut returned = Vec::new();
        let mut unanswered = None;
        let known = self.store.subjects_from(partner.id).await.map_err(DeskFault::from)?;
        let never = self.never_given(partner, listed, &known).await?;
        for row in known {
            if !is_asked(&row, listed.contains_key(&row.external_key)) {
                continue;
            }
            let _one = partner.walk.lock().await;
            let source = Source {
                partner: partner.id,
                external_key: row.external_key.clone(),
                sealed_key: row.sealed_key.clone(),
            };
            match partner.ask(self, &source).await {
                Ok(found) => returned.extend(self.settle(partner, source, Some(&row), found, report).await?),
                Err(SyncFault::Wire(fault)) => {
                    if row.suspended.is_none() {
                        self.unread(partner, source, &row, Unread::ANSWER, report).await?;
                    }
                    unanswered.get_or_insert(fault);
                }
                Err(fault) => return Err(fault),
            }
        }
        for own in never {
            let _one = partner.walk.lock().await;
            match partner.wire.record(&own).await {
                Ok(found) => {
                    let source = partner.source_of(self, &own)?;
                    returned.extend(self.settle(partner, source, None, found, report).await?);
                }
                Err(fault) => drop(unanswered.get_or_insert(fault)),
            }
        }
        unanswered.map_or(Ok(returned), |fault| Err(fault.into()))
    }

    /// Does what follows from what a partner says of one record when it is asked: `known` is the subject it is here, if it
    /// is one. Gives the record where it could not be taken in.
    pub(crate) async fn settle(
        &self,
        partner: &PartnerDesk,
        source: Source,
        known: Option<&SourceRow>,
        found: Found,
        report: &mut SyncReport,
    ) -> Result<Option<Returned>, DeskFault> {
        match (found, known) {
            (Found::Marked(record), _) => return self.tally(partner, &record, report).await,
            (Found::Unmarked | Found::Closed | Found::Gone, Some(row)) => {
                if row.suspended != Some(Suspension::TakenBack) {
                    self.take_back(partner, source.external_key, Some(row.subject), None).await?;
                    report.taken_back += 1;
                }
            }
            (Found::Unreadable, Some(row)) => self.unread(partner, source, row, Unread::FORM, report).await?,
            // Nothing of it is here; the next walk lists it again, or does not.
            (_, None) => {}
        }
        Ok(None)
    }

    /// The partner's own keys of records that its list has and that never came: neither a subject nor in quarantine.
    async fn never_given(
        &self,
        partner: &PartnerDesk,
        listed: &Met,
        known: &[SourceRow],
    ) -> Result<Vec<String>, DeskFault> {
        let waiting = self.store.waiting_from(partner.id).await?;
        let known: HashSet<&str> =
            known.iter().map(|row| &row.external_key).chain(&waiting).map(String::as_str).collect();
        let never = listed.iter().filter(|(key, _)| !known.contains(key.as_str())).filter_map(|(_, own)| own.clone());
        Ok(never.take(NEVER_GIVEN).collect())
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
