//! An organization's own directory: what it says of its services, entry by entry, and what comes of it all. An entry that
//! cannot be read waits in quarantine and is offered by nobody; what comes of the whole is written only once the whole list
//! was read, so that a directory that breaks off, answers in part or not at all leaves what it said, with its age.
//!
//! Entries are about nobody, and they are few: they are kept in memory and read anew after each start. What is written down
//! is what follows from them (`store/write/own_directory.rs`).

use std::collections::BTreeMap;

use sangam_custody::EntryKind;
use sangam_mapping::Offering;
use sangam_store::{Command, Idempotency, OwnDirectoryChange, OwnDirectoryForgotten, OwnEntryRead, Source, SyncChange};
use sangam_vocabulary::{Code as _, Instant, OrganizationId, OwnService};
use sangam_wire::config::Of;
use sangam_wire::{Cursor, Found, WireFault};
use serde_json::Value as Json;

use crate::hub::{Desk, DeskFault};
use crate::intake::Unread;
use crate::reconcile::Met;
use crate::sync::{PAGES, PartnerDesk, SyncFault, SyncReport};

/// The most entries of one organization's directory: a hundred times what the largest of them offers.
const MOST_ENTRIES: usize = 10_000;
/// What stands as the place of a directory's synchronisation: it was read, and is read from its beginning after a start.
const READ: &str = "read";

/// A directory as it was read since the start.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// Where the next page is; none before the first.
    cursor: Option<Cursor>,
    /// What each entry offers, by the key under which the hub knows it.
    entries: BTreeMap<String, Offering>,
}

impl PartnerDesk {
    /// Whether its system is the organization's own directory, in which nobody is.
    pub(crate) fn is_directory(&self) -> bool {
        self.config.wire.of() == Of::Services
    }
}

impl Desk {
    /// Reads what changed in an organization's own directory, and writes down what comes of it once the list was read to
    /// its end.
    ///
    /// # Errors
    /// [`SyncFault`]; what the directory said before then stands.
    pub(crate) async fn read_directory(
        &self,
        partner: &PartnerDesk,
        progress: &(dyn Fn(&SyncReport) + Sync),
    ) -> Result<SyncReport, SyncFault> {
        let mut report = SyncReport::default();
        for _ in 1..=PAGES {
            // One at a time takes anything of this partner, a replay among them.
            let mut walk = partner.walk.lock().await;
            // What became dark meanwhile takes nothing in; the next round goes on with this page.
            if !self.takes_from(partner.organization) {
                break;
            }
            let mut shelf = partner.shelf.lock().await;
            let page = partner.wire.fetch(shelf.cursor.as_ref()).await?;
            report.rejected += u32::try_from(page.rejected).unwrap_or(u32::MAX);
            report.others += u32::try_from(page.others).unwrap_or(u32::MAX);
            for record in &page.records {
                if !self.takes_from(partner.organization) {
                    return Ok(report);
                }
                let source = partner.source(self, record)?;
                let found = Found::Marked(record.clone());
                self.shelve(partner, &mut shelf, source, found, None).await?.count(&mut report);
                progress(&report);
            }
            let listed = partner.listed(self, &page)?;
            let met = listed.and_then(|(first, listed)| walk.meet(first, listed, page.more));
            if shelf.entries.len() > MOST_ENTRIES {
                return Err(WireFault::TooLarge { limit: MOST_ENTRIES as u64, unit: "services" }.into());
            }
            if let Some(met) = met {
                let said = match self.compare(partner, &mut shelf, &met, &mut report).await {
                    // What became dark meanwhile says nothing of itself.
                    Ok(()) if !self.takes_from(partner.organization) => return Ok(report),
                    Ok(()) => self.say(partner, &shelf).await.map_err(SyncFault::from),
                    Err(fault) => Err(fault),
                };
                if said.is_err() {
                    // What the walk met was taken from it: the next round walks from the list's beginning, and not from its
                    // last page, of which alone nothing would follow and the round would look well.
                    shelf.cursor = None;
                }
                said?;
            }
            shelf.cursor = Some(page.cursor);
            if !page.more {
                break;
            }
        }
        Ok(report)
    }

    /// Asks for each entry of which the whole list says something unexpected: one that is known and not listed, one that is
    /// listed and neither known nor in quarantine, and does what follows.
    async fn compare(
        &self,
        partner: &PartnerDesk,
        shelf: &mut Shelf,
        met: &Met,
        report: &mut SyncReport,
    ) -> Result<(), SyncFault> {
        let waiting = self.store.waiting_from(partner.id).await.map_err(DeskFault::from)?;
        let known = shelf.entries.keys().chain(&waiting);
        let unlisted = known.filter(|key| !met.contains_key(*key));
        let never = met.keys().filter(|key| !shelf.entries.contains_key(*key) && !waiting.contains(key));
        let asked: Vec<String> = unlisted.chain(never).cloned().collect();
        let mut unanswered = None;
        for key in asked {
            if !self.takes_from(partner.organization) {
                break;
            }
            // A directory's keys are UUIDs, and so they are the keys under which the hub knows its entries.
            let source = partner.source_of(self, &key)?;
            match partner.ask(self, &source).await {
                Ok(found) => self.shelve(partner, shelf, source, found, None).await?.count(report),
                // One that does not answer is not why the others are not asked.
                Err(SyncFault::Wire(fault)) if !fault.is_of_the_system() => drop(unanswered.get_or_insert(fault)),
                Err(fault) => return Err(fault),
            }
        }
        unanswered.map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// Puts what a directory says of one entry on the shelf, or takes the entry away. A `replay` is the key of the request
    /// that asked for it.
    ///
    /// # Errors
    /// [`DeskFault`]; an entry that cannot be read is no error.
    async fn shelve(
        &self,
        partner: &PartnerDesk,
        shelf: &mut Shelf,
        source: Source,
        found: Found,
        replay: Option<&Idempotency>,
    ) -> Result<Shelved, DeskFault> {
        let key = source.external_key.clone();
        let read = match found {
            Found::Marked(record) => self.offering(partner, &record).await,
            Found::Unreadable => Err(Unread::by_the_wire(Unread::FORM)),
            Found::Unmarked | Found::Closed | Found::Gone => {
                let was_known = shelf.entries.remove(&key).is_some();
                if replay.is_some() || self.waits(partner, &key).await? {
                    self.take_back(partner, key, None, replay).await?;
                }
                return Ok(Shelved::Gone { was_known });
            }
        };
        match read {
            Ok(offering) => {
                if replay.is_some() || self.waits(partner, &key).await? {
                    let organization = partner.organization;
                    let change = OwnEntryRead { organization, partner: partner.id, external_key: key.clone() };
                    self.writer.submit(self.ending(partner, change.into(), replay)).await?;
                }
                Ok(match shelf.entries.insert(key, offering.clone()) {
                    None => Shelved::New,
                    Some(before) if before == offering => Shelved::Same,
                    Some(_) => Shelved::Other,
                })
            }
            Err(unread) => {
                // Whatever it was, its latest version says something that nobody could read.
                shelf.entries.remove(&key);
                self.quarantine(partner, source, None, unread, replay).await?;
                Ok(Shelved::Quarantined)
            }
        }
    }

    /// Takes what a directory says of one entry that waited in quarantine, for whoever had it asked for anew.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub(crate) async fn replay_entry(
        &self,
        partner: &PartnerDesk,
        source: Source,
        found: Found,
        replay: &Idempotency,
    ) -> Result<Shelved, DeskFault> {
        let mut shelf = partner.shelf.lock().await;
        self.shelve(partner, &mut shelf, source, found, Some(replay)).await
    }

    async fn waits(&self, partner: &PartnerDesk, key: &str) -> Result<bool, DeskFault> {
        Ok(self.store.waiting_from(partner.id).await?.iter().any(|waiting| waiting == key))
    }

    async fn offering(&self, partner: &PartnerDesk, record: &Json) -> Result<Offering, Unread> {
        // An organization of no country that is known here has no divisions.
        let country = self.organization(partner.organization).map_or(partner.config.country, |row| row.country);
        let mapped = self.mapped(partner, record.to_string().as_bytes()).await;
        let read = mapped.and_then(|mapped| Offering::read(&mapped, country));
        read.map_err(|oddities| Unread::by_the_mapping(&oddities))
    }

    /// Writes down what comes of the whole directory.
    ///
    /// # Errors
    /// [`DeskFault::Doubted`] where most of what is told would be gone; what it said before stands then.
    async fn say(&self, partner: &PartnerDesk, shelf: &Shelf) -> Result<(), DeskFault> {
        let organization = partner.organization;
        let services = OwnService::together(shelf.entries.values().flat_map(Offering::said));
        let before = self.store.own_directory(organization).await?;
        let same = before.is_some_and(|row| row.said_at.is_some() && row.services == services);
        let entry = self.plain_entry(EntryKind::OrganizationChanged, organization);
        let change = OwnDirectoryChange { organization, partner: partner.id, services, entry };
        let committed = self.writer.submit(change.into()).await?;
        let read = SyncChange { partner: partner.id, position: Some(READ.to_owned()) };
        self.writer.submit(read.into()).await?;
        if !same {
            self.load_organizations().await?;
        }
        if committed.record.is_some() { Ok(()) } else { Err(DeskFault::Doubted) }
    }
}

/// What an organization's own directory says, for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidDirectory {
    /// When it last said so; `None` while it was never believed.
    pub said_at: Option<Instant>,
    /// Since when what it says is doubted.
    pub held_at: Option<Instant>,
    /// What it said when it was last believed.
    pub services: Vec<SaidService>,
}

/// One service of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidService {
    /// What it says.
    pub said: OwnService,
    /// Whether the organization was enrolled with it; if not, nobody is told of it.
    pub enrolled: bool,
}

impl Desk {
    /// What an organization's own directory says; nothing where it has none.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn own_directory(&self, organization: OrganizationId) -> Result<Option<SaidDirectory>, DeskFault> {
        let Some(row) = self.store.own_directory(organization).await? else { return Ok(None) };
        let bound = self.organization(organization).map(|row| row.enrolled.clone()).unwrap_or_default();
        let service = |said: OwnService| {
            let enrolled = bound.iter().any(|code| code == said.service.code());
            SaidService { said, enrolled }
        };
        let services = row.services.into_iter().map(service).collect();
        Ok(Some(SaidDirectory { said_at: row.said_at, held_at: row.held_at, services }))
    }

    /// Forgets what an organization's own directory said, as the operator: what it was enrolled with stands again.
    ///
    /// # Errors
    /// [`DeskFault`], and [`DeskFault::Refused`] where it has none.
    pub async fn forget_own_directory(&self, organization: OrganizationId) -> Result<(), DeskFault> {
        let entry = self.plain_entry(EntryKind::OrganizationChanged, organization);
        let forgotten = Command::from(OwnDirectoryForgotten { organization }).recorded(entry);
        self.writer.submit(forgotten).await?;
        self.load_organizations().await
    }
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelved {
    /// It is offered for the first time since the start.
    New,
    /// It offers something else than before.
    Other,
    /// It offers the same.
    Same,
    /// It is not there any more, or not marked; whether it was offered before.
    Gone {
        /// Whether it was.
        was_known: bool,
    },
    /// It waits in quarantine.
    Quarantined,
}

impl Shelved {
    fn count(self, report: &mut SyncReport) {
        match self {
            Self::New => report.recorded += 1,
            Self::Other => report.changed += 1,
            Self::Same => report.unchanged += 1,
            Self::Gone { was_known } => report.taken_back += u32::from(was_known),
            Self::Quarantined => report.quarantined += 1,
        }
    }
}
