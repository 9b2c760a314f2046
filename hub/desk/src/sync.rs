//! Synchronising with a partner's system: records in, page by page; a record that cannot be read waits in
//! quarantine and holds up nobody, and one that the list no longer has is asked for (`reconcile.rs`). A system that is its
//! organization's own directory is read in `own_directory.rs`.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use sangam_mapping::{Mapping, Pool, Reading};
use sangam_store::{PartnerChange, SyncChange};
use sangam_vocabulary::{OrganizationId, PartnerId, Residences, hex, unhex};
use sangam_wire::config::{MappingFile, PartnerConfig};
use sangam_wire::{Cursor, Returned, Wire, WireFault};
use serde_json::Value as Json;
use tokio::sync::{Mutex, Semaphore};

use crate::deliver::Asking;
use crate::hint::Hints;
use crate::hub::{Desk, DeskFault};
use crate::intake::{Taken, Unread};
use crate::live::AT_ONCE;
use crate::own_directory::Shelf;
use crate::reconcile::Walk;

/// How many pages one synchronisation takes at most, so that a partner that always has more holds up nobody; the
/// next one goes on where this one stopped.
pub(crate) const PAGES: u32 = 200;

/// How many records of a page are taken at once: each waits for the writer several times, and the writer commits together
/// what waits for it together. More gains nothing: the mapping's workers are fewer.
const TOGETHER: usize = 8;

/// What sealed places of synchronisations are bound to, beside where records stay.
const POSITION: &[u8] = b"position";
/// How a sealed place begins: no wire's own text does.
const SEALED: &str = "sealed:";

/// A connected partner: its configuration, its wire, its mappings.
pub struct PartnerDesk {
    /// The partner's id.
    pub id: PartnerId,
    /// Whose system it is.
    pub organization: OrganizationId,
    /// The configuration.
    pub config: PartnerConfig,
    /// How it talks.
    pub wire: Arc<dyn Wire>,
    /// Its inbound mapping, where it has one.
    pub inbound: Option<Mapping>,
    /// Its outbound mapping, where it has one.
    pub outbound: Option<Mapping>,
    /// Where mappings run.
    pub pool: Arc<Pool>,
    /// The organizations it refers to, by its own references.
    pub references: BTreeMap<String, OrganizationId>,
    /// Where what its records say stays: as its owner's country has it, tightened by its own file.
    pub residence: Residences,
    /// Held from the moment its records are asked for until they are taken, so that an older version of a record is
    /// never taken after a newer one; in it, what the walk through its list has met.
    pub(crate) walk: Mutex<Walk>,
    /// What it says, where it is its organization's own directory. Taken after `walk`.
    pub(crate) shelf: Mutex<Shelf>,
    /// What its system said changed, and was not asked for yet.
    pub(crate) hints: Hints,
    /// Where the next round asks what became of offers.
    pub(crate) asking: Asking,
    /// Places for those who ask it live, so that they do not keep its synchronisation waiting.
    pub(crate) live: Semaphore,
}

/// What a synchronisation came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Records sealed for the first time.
    pub recorded: u32,
    /// Records sealed anew.
    pub changed: u32,
    /// Records that had not changed.
    pub unchanged: u32,
    /// Records that the partner shares no longer.
    pub taken_back: u32,
    /// Records that wait in quarantine.
    pub quarantined: u32,
    /// Referrals sent.
    pub referrals: u32,
    /// Records of a list, and rows of a file, that could not be read.
    pub rejected: u32,
    /// Entries of an own directory that are of others, and were passed over.
    pub others: u32,
    /// Categories that were dropped at the border, because they reside nowhere the hub can read them.
    pub dropped: u32,
}

/// A synchronisation stopped before its end. What was taken is taken; it goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum SyncFault {
    /// The partner did not answer as it should.
    #[error(transparent)]
    Wire(#[from] WireFault),
    /// The desk could not take what it answered.
    #[error(transparent)]
    Desk(#[from] DeskFault),
}

impl PartnerDesk {
    /// What the configuration says about reading its records.
    pub(crate) fn reading(&self) -> Reading {
        Reading { consent_text: self.config.consent_text.clone() }
    }
}

impl Desk {
    /// Connects a partner of an organization. `references` resolves the organizations that its configuration
    /// names. What is stored of its records and may not be any more is let go of before this returns.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn connect_partner(
        &self,
        organization: OrganizationId,
        config: PartnerConfig,
        wire: Arc<dyn Wire>,
        pool: Arc<Pool>,
        references: BTreeMap<String, OrganizationId>,
    ) -> Result<Arc<PartnerDesk>, DeskFault> {
        let id = PartnerId::drawn(self.chance()).ok_or(DeskFault::NoChance)?;
        let change = PartnerChange {
            id,
            organization,
            name: config.name.clone(),
            wire: config.wire.name().to_owned(),
            mode: config.mode.name().to_owned(),
        };
        let committed = self.writer.submit(change.into()).await?;
        let id = committed.record.map_or(id, PartnerId::from_uuid);
        let mapping = |file: &Option<MappingFile>| {
            file.as_ref()
                .map(|file| Mapping::new(&file.name, &file.text))
                .transpose()
                .map_err(|_| DeskFault::Unknown { what: "mapping" })
        };
        let (inbound, outbound) = (mapping(&config.inbound)?, mapping(&config.outbound)?);
        let owner = self.organization(organization).ok_or(DeskFault::Unknown { what: "organization" })?;
        let residence = self.residence.of(owner.country).tightened(config.residence);
        self.send_home(id, organization, residence).await?;
        let partner = Arc::new(PartnerDesk {
            id,
            organization,
            config,
            wire,
            inbound,
            outbound,
            pool,
            references,
            residence,
            walk: Mutex::default(),
            shelf: Mutex::default(),
            hints: Hints::default(),
            asking: Asking::default(),
            live: Semaphore::new(AT_ONCE),
        });
        if let Ok(mut partners) = self.partners.write() {
            partners.insert(id, Arc::clone(&partner));
        }
        Ok(partner)
    }

    /// The connected partners.
    #[must_use]
    pub fn connected(&self) -> Vec<Arc<PartnerDesk>> {
        self.partners.read().map(|partners| partners.values().cloned().collect()).unwrap_or_default()
    }

    /// A connected partner by its id.
    pub(crate) fn partner(&self, id: PartnerId) -> Option<Arc<PartnerDesk>> {
        self.partners.read().ok()?.get(&id).cloned()
    }

    /// Takes everything a partner has changed since the last time. `progress` hears the report as it grows.
    ///
    /// # Errors
    /// [`SyncFault`]; what was taken before it is taken.
    pub async fn synchronise(
        &self,
        partner: &PartnerDesk,
        progress: &(dyn Fn(&SyncReport) + Sync),
    ) -> Result<SyncReport, SyncFault> {
        let mut report = SyncReport::default();
        // What is dark takes nothing in, and loses nothing: the partner still has it in the next round.
        if !partner.config.mode.fetches() || !self.takes_from(partner.organization) {
            return Ok(report);
        }
        if partner.is_directory() {
            return self.read_directory(partner, progress).await;
        }
        let kept = self.position(partner).await?;
        let mut cursor = kept.and_then(|kept| self.place(partner, kept));
        // What cannot be read goes back to whoever keeps a file, marked where it is wrong.
        let mut returned = Vec::new();
        for number in 1..=PAGES {
            let mut walk = partner.walk.lock().await;
            let page = partner.wire.fetch(cursor.as_ref()).await?;
            report.rejected += u32::try_from(page.rejected).unwrap_or(u32::MAX);
            for apart in of_different_keys(&page.records, |record| partner.wire.key(record)) {
                let (first, later) = apart.split_at(TOGETHER.min(apart.len()));
                let mut takings: FuturesOrdered<_> =
                    first.iter().map(|record| self.take_unless_dark(partner, record)).collect();
                let mut later = later.iter();
                for record in apart {
                    // The place has not moved: whoever takes it up again begins with this page.
                    let Some(Some(taken)) = takings.next().await.transpose()? else { return Ok(report) };
                    takings.extend(later.next().map(|record| self.take_unless_dark(partner, record)));
                    returned.extend(report.count(record, taken));
                    progress(&report);
                }
            }
            let listed = partner.listed(self, &page)?;
            let met = listed.and_then(|(first, listed)| walk.meet(first, listed, page.more));
            drop(walk);
            if let Some(met) = met {
                returned.extend(self.reconcile(partner, &met, &mut report).await?);
                progress(&report);
            }
            // The place moves only once everything before it is taken, taken back or in quarantine.
            let change = SyncChange { partner: partner.id, position: Some(self.kept(partner, &page.cursor)?) };
            self.writer.submit(change.into()).await.map_err(DeskFault::from)?;
            cursor = Some(page.cursor);
            if !page.more || number == PAGES {
                break;
            }
        }
        if !returned.is_empty() {
            partner.wire.give_back(&returned).await?;
        }
        Ok(report)
    }

    /// Whether a partner's system was ever asked for its records to the end of a page.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn was_asked(&self, partner: &PartnerDesk) -> Result<bool, DeskFault> {
        Ok(self.position(partner).await?.is_some())
    }

    async fn position(&self, partner: &PartnerDesk) -> Result<Option<String>, DeskFault> {
        let known = self.store.partners().await?;
        Ok(known.into_iter().find(|row| row.id == partner.id).and_then(|row| row.position))
    }

    /// A place as it is kept: sealed, because it is a partner's own text and may name records; and for where its records
    /// stay, because a place says of every record before it that what may stay here does.
    fn kept(&self, partner: &PartnerDesk, cursor: &Cursor) -> Result<String, DeskFault> {
        let sealed = self.keys.seal_cursor(partner.organization, &partner.bound(POSITION), cursor.text().as_bytes())?;
        Ok(format!("{SEALED}{}", hex(&sealed)))
    }

    /// The place that was kept; none where it cannot be opened, or where records stay elsewhere by now: the synchronisation
    /// then begins anew, and a record that has not changed there since is taken as it is to stay. One from before places
    /// were sealed is taken as it is.
    fn place(&self, partner: &PartnerDesk, kept: String) -> Option<Cursor> {
        let Some(sealed) = kept.strip_prefix(SEALED) else { return Some(Cursor::from_text(kept)) };
        let opened = self.keys.open_cursor(partner.organization, &partner.bound(POSITION), &unhex(sealed)?).ok()?;
        String::from_utf8(opened).ok().map(Cursor::from_text)
    }

    /// Takes a record; nothing where what its organization holds has become dark.
    async fn take_unless_dark(&self, partner: &PartnerDesk, record: &Json) -> Result<Option<Taken>, DeskFault> {
        if !self.takes_from(partner.organization) {
            return Ok(None);
        }
        self.take(partner, record, None).await.map(Some)
    }

    pub(crate) async fn tally(
        &self,
        partner: &PartnerDesk,
        record: &Json,
        report: &mut SyncReport,
    ) -> Result<Option<Returned>, DeskFault> {
        let taken = self.take(partner, record, None).await?;
        Ok(report.count(record, taken))
    }
}

impl SyncReport {
    /// Counts what became of a record; gives what goes back to whoever keeps the file, where it could not be read.
    fn count(&mut self, record: &Json, taken: Taken) -> Option<Returned> {
        match taken {
            Taken::Recorded { referrals, dropped, .. } => {
                self.recorded += 1;
                self.referrals += referrals;
                self.dropped += dropped;
            }
            Taken::Changed { referrals, dropped, .. } => {
                self.changed += 1;
                self.referrals += referrals;
                self.dropped += dropped;
            }
            Taken::Unchanged => self.unchanged += 1,
            Taken::Unshared => self.taken_back += 1,
            Taken::Quarantined { unread: Unread { path, kind, length, .. }, .. } => {
                self.quarantined += 1;
                return Some(Returned { record: record.clone(), path, kind, length });
            }
        }
        None
    }
}

/// The records of a page in runs of which each has a key once, in their order: two versions of one record are taken one after
/// the other, the newer last. A record without a key is alone.
fn of_different_keys(mut records: &[Json], key: impl Fn(&Json) -> Option<String>) -> Vec<&[Json]> {
    let mut runs = Vec::new();
    while !records.is_empty() {
        let mut keys = HashSet::new();
        let new = |record: &&Json| key(record).is_some_and(|key| keys.insert(key));
        let length = records.iter().take_while(new).count().max(1);
        let (run, rest) = records.split_at(length);
        runs.push(run);
        records = rest;
    }
    runs
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::of_different_keys;

    #[test]
    fn two_versions_of_a_record_are_never_taken_at_once_and_none_is_left_out() {
        let key = |record: &Value| record.as_str().map(str::to_owned);
        for (records, lengths) in [
            (json!([]), &[] as &[usize]),
            (json!(["a", "b", "c"]), &[3]),
            (json!(["a", "b", "a", "c", "b"]), &[2, 3]),
            (json!(["a", "a", "a"]), &[1, 1, 1]),
            (json!([null, "a", null, "b"]), &[1, 1, 1, 1]),
        ] {
            let records = records.as_array().cloned().unwrap_or_default();
            let runs = of_different_keys(&records, key);
            assert_eq!(runs.iter().map(|run| run.len()).collect::<Vec<_>>(), lengths, "{records:?}");
            assert_eq!(runs.concat(), records);
        }
    }
}
