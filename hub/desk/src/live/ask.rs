//! Asking one partner for records that stay at home: a few at a time, each until the deadline, and reading what it
//! answers as it is read when it is taken in. It decides nothing about who may see it.

use futures_util::StreamExt;
use futures_util::stream;
use sangam_custody::{ConsentSpan, ConsentStanding, Facts, KeyFault};
use sangam_language::Caller;
use sangam_store::Source;
use sangam_vocabulary::{CategorySet, Instant, LiveStatus, Purpose, Residence, SubjectId};
use sangam_wire::{Found, WireFault};
use serde_json::Value as Json;
use tokio::time::{Instant as Moment, timeout_at};

use crate::answer::Fresh;
use crate::hub::{Desk, DeskFault};
use crate::sync::PartnerDesk;

/// How many records one question asks a partner for at the same time: the others' questions have places too.
const TOGETHER: usize = 2;
/// The most bytes of a record that is read live: many times a long case, and twenty of them are held at once.
const BYTES: usize = 1 << 20;

/// A subject's own record at its holder.
pub(super) struct Home {
    pub(super) subject: SubjectId,
    pub(super) source: Source,
    /// What law goes by here.
    pub(super) facts: Facts,
    /// What of it could be shown; where that is nothing, nobody is asked.
    pub(super) wanted: CategorySet,
}

/// For whom consent is looked at.
pub(super) struct Whom(ConsentStanding);

impl Whom {
    pub(super) fn of(caller: &Caller, purpose: Purpose) -> Self {
        let party = caller.party();
        Self(ConsentStanding { recipient: party.organization, country: party.country, purpose })
    }
}

/// What came of one subject.
pub(super) struct Asked {
    pub(super) subject: SubjectId,
    pub(super) came: Came,
}

/// What came of asking for a record.
pub(super) enum Came {
    /// The record.
    Fresh(Fresh),
    /// The system answered that it does not share it, or has it no longer.
    NotShared,
    /// Nothing came, and why.
    Missing(LiveStatus),
    /// It was not asked for.
    NotAsked,
}

impl Came {
    pub(super) const fn status(&self) -> LiveStatus {
        match self {
            Self::Fresh(_) | Self::NotShared => LiveStatus::Answered,
            Self::Missing(why) => *why,
            Self::NotAsked => LiveStatus::NotAsked,
        }
    }

    pub(super) const fn fresh(&self) -> Option<&Fresh> {
        match self {
            Self::Fresh(fresh) => Some(fresh),
            Self::NotShared | Self::Missing(_) | Self::NotAsked => None,
        }
    }
}

/// Why a system gave nothing, as far as it may be told: never a word of its own.
const fn why(fault: &WireFault) -> LiveStatus {
    match fault {
        WireFault::Unreachable => LiveStatus::Unreachable,
        WireFault::TimedOut => LiveStatus::Slow,
        WireFault::Paused { .. } => LiveStatus::Paused,
        WireFault::Refused { .. } | WireFault::Unauthorized => LiveStatus::Refused,
        WireFault::NotJson { .. }
        | WireFault::Truncated
        | WireFault::RedirectedElsewhere
        | WireFault::TooLarge { .. }
        | WireFault::Unexpected { .. }
        | WireFault::File(_)
        | WireFault::Ignored
        | WireFault::Unsupported => LiveStatus::Unreadable,
    }
}

impl Desk {
    /// Asks a partner for records, and returns by the deadline whatever it does.
    pub(super) async fn ask_homes(
        &self,
        partner: &PartnerDesk,
        homes: Vec<Home>,
        whom: &Whom,
        deadline: Moment,
    ) -> Vec<Asked> {
        let asks = homes.into_iter().map(|home| async move {
            let came = if home.wanted.is_empty() || !self.takes_from(partner.organization) {
                Came::NotAsked
            } else {
                self.ask_home(partner, &home, whom, deadline).await
            };
            Asked { subject: home.subject, came }
        });
        // In the order in which they were named.
        stream::iter(asks).buffered(TOGETHER).collect().await
    }

    async fn ask_home(&self, partner: &PartnerDesk, home: &Home, whom: &Whom, deadline: Moment) -> Came {
        // What is not begun by the deadline is not begun at all.
        if Moment::now() >= deadline {
            return Came::Missing(LiveStatus::Slow);
        }
        let Ok(Ok(_place)) = timeout_at(deadline, partner.live.acquire()).await else {
            return Came::Missing(LiveStatus::Busy);
        };
        let read = timeout_at(deadline, self.read_home(partner, home, whom)).await;
        let came = read.unwrap_or(Ok(Came::Missing(LiveStatus::Slow)));
        match came {
            Ok(came) => came,
            // The owner was locked meanwhile.
            Err(DeskFault::Key(KeyFault::Dark)) => Came::Missing(LiveStatus::NotAvailable),
            Err(fault) => {
                tracing::error!(partner = %partner.config.name, error = %fault, "a live record could not be read");
                Came::Missing(LiveStatus::Unreadable)
            }
        }
    }

    async fn read_home(&self, partner: &PartnerDesk, home: &Home, whom: &Whom) -> Result<Came, DeskFault> {
        let Some(key) = partner.asked_by(self, &home.source)? else {
            return Ok(Came::Missing(LiveStatus::NotAvailable));
        };
        let found = match partner.wire.record(&key).await {
            Ok(found) => found,
            Err(fault) => {
                tracing::info!(partner = %partner.config.name, error = %fault, "a partner did not answer live");
                return Ok(Came::Missing(why(&fault)));
            }
        };
        match found {
            Found::Marked(record) => self.read_record(partner, home, whom, &record).await,
            Found::Unmarked | Found::Closed | Found::Gone => Ok(Came::NotShared),
            Found::Unreadable => Ok(Came::Missing(LiveStatus::Unreadable)),
        }
    }

    /// Reads a record as it is read when it is taken in: mapped in a worker, strictly, with every organization known.
    async fn read_record(
        &self,
        partner: &PartnerDesk,
        home: &Home,
        whom: &Whom,
        record: &Json,
    ) -> Result<Came, DeskFault> {
        let unreadable = Came::Missing(LiveStatus::Unreadable);
        // Another record than the one that was asked for is somebody else's.
        if partner.source(self, record)?.external_key != home.source.external_key {
            return Ok(unreadable);
        }
        let text = record.to_string();
        if text.len() > BYTES {
            return Ok(unreadable);
        }
        let Ok(intake) = self.map(partner, text.as_bytes()).await else { return Ok(unreadable) };
        if !intake.marked_for_hub {
            return Ok(Came::NotShared);
        }
        let Ok(references) = self.resolve(partner, &intake) else { return Ok(unreadable) };
        let mut consents = Vec::with_capacity(intake.consents.len());
        for consent in &intake.consents {
            consents.push(self.read_imported(consent, &references)?);
        }
        let (facts, now) = (self.facts_of(&intake), self.now());
        let spans = ConsentSpan::compile(&consents, facts.age, &whom.0, now);
        let span = spans.into_iter().find(|span| span.from <= now && now < span.until);
        // Whatever stays at the hub was taken in and is shown from there; what is to be nowhere is dropped here too.
        let mut categories = intake.categories;
        categories.retain(|payload| partner.residence.of(payload.category()) == Residence::Home);
        let fresh = Fresh {
            categories,
            consent: span.map_or(CategorySet::NONE, |span| span.mask),
            // Without a span nothing shows until it is asked for again.
            consent_until: span.map_or(Instant::NEVER, |span| span.until),
            facts,
        };
        if fresh.is_in_step(home.facts, now) {
            Ok(Came::Fresh(fresh))
        } else {
            Ok(Came::Missing(LiveStatus::NotInStep))
        }
    }
}
