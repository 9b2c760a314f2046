//! Where a synchronisation stands. The first one walks through all marked patients. Each one after it asks in turn for
//! patients, tasks, requests and consents that changed (`_lastUpdated`), and at last lists the marked patients, because a
//! search for changes shows nothing that was deleted or is no longer marked.
//!
//! What is asked for the next time is what changed since this walk began, by the server's own clock: whatever changes
//! while a walk is under way is asked for again.

use sangam_vocabulary::Instant;
use serde_json::{Value, json};

use super::bundle::{Searched, changed};
use crate::partner::Cursor;
use crate::walk::Lookback;

/// How far back the walk looks behind its own beginning, in milliseconds: a server stamps a change before it is visible to
/// searches, by the length of a transaction.
const SETTLES: i64 = 10_000;
/// How often a walk begins a leg anew because the server has dropped the pages of its search; then the next round does.
const ANEW: u64 = 3;

/// A part of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leg {
    /// All marked patients, given and listed.
    All,
    /// Patients that changed.
    Patients,
    /// Tasks that changed.
    Tasks,
    /// Service requests that changed.
    Requests,
    /// Consents that changed.
    Consents,
    /// All marked patients, listed.
    List,
}

impl Leg {
    const WORDS: [(&'static str, Self); 6] = [
        ("all", Self::All),
        ("patients", Self::Patients),
        ("tasks", Self::Tasks),
        ("requests", Self::Requests),
        ("consents", Self::Consents),
        ("list", Self::List),
    ];

    /// The type that is searched for.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::All | Self::Patients | Self::List => "Patient",
            Self::Tasks => "Task",
            Self::Requests => "ServiceRequest",
            Self::Consents => "Consent",
        }
    }

    /// The member that names the patient, and whether it is the patient itself.
    pub(super) const fn patient(self) -> Option<&'static str> {
        match self {
            Self::All | Self::Patients | Self::List => None,
            Self::Tasks => Some("for"),
            Self::Requests => Some("subject"),
            Self::Consents => Some("patient"),
        }
    }

    const fn after(self, referrals: bool) -> Option<Self> {
        match self {
            Self::All | Self::List => None,
            Self::Patients if referrals => Some(Self::Tasks),
            Self::Tasks => Some(Self::Requests),
            Self::Patients | Self::Requests => Some(Self::Consents),
            Self::Consents => Some(Self::List),
        }
    }
}

/// Where a walk stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) leg: Leg,
    back: Lookback,
    /// The link to the page, below the service base; the leg's first page without one.
    pub(super) next: Option<String>,
    anew: u64,
}

impl Place {
    pub(super) fn read(cursor: Option<&Cursor>) -> Self {
        let (place, back) = Lookback::read(cursor);
        let word = place.get("leg").and_then(Value::as_str).unwrap_or_default();
        let leg = Leg::WORDS.iter().find(|(known, _)| *known == word).map_or(Leg::All, |(_, leg)| *leg);
        Self {
            // Without an instant nothing can be said to have changed.
            leg: if back.since().is_some() { leg } else { Leg::All },
            back,
            next: place.get("next").and_then(Value::as_str).map(str::to_owned),
            anew: place.get("anew").and_then(Value::as_u64).unwrap_or(0),
        }
    }

    /// What changed since then is asked for.
    pub(super) const fn since(&self) -> Option<Instant> {
        self.back.since()
    }

    /// Whether the page is the first of its leg.
    pub(super) const fn is_first(&self) -> bool {
        self.next.is_none()
    }

    /// The place after a page, and whether it is of the same walk.
    pub(super) fn after(&self, page: &Searched, next: Option<String>, referrals: bool) -> (Cursor, bool) {
        let opens = self.is_first() && matches!(self.leg, Leg::All | Leg::Patients);
        let back = if opens { self.back.opened(self.began(page)) } else { self.back };
        let later = match next {
            Some(next) => Some((self.leg, Some(next))),
            None => self.leg.after(referrals).map(|leg| (leg, None)),
        };
        match later {
            Some((leg, next)) => (cursor(leg, back, next.as_deref(), self.anew), true),
            None => (cursor(Leg::Patients, back.ended(), None, 0), false),
        }
    }

    /// When a walk began: the server's own instant of its first search, else the latest change seen there.
    fn began(&self, page: &Searched) -> Option<Instant> {
        let before = |at: Instant| at.plus_millis(-SETTLES);
        let latest = || page.resources.iter().filter_map(changed).max().map(before);
        page.at.map(before).or_else(|| self.since().max(latest()))
    }

    /// The place at the beginning of this leg, for a server that has dropped the pages of its search, and whether to go on
    /// from there at once; after the last time, the next synchronisation does. `None` where it refuses the beginning.
    pub(super) fn anew(&self) -> Option<(Cursor, bool)> {
        self.next.as_ref()?;
        let more = self.anew < ANEW;
        let anew = if more { self.anew + 1 } else { 0 };
        Some((cursor(self.leg, self.back, None, anew), more))
    }
}

fn cursor(leg: Leg, back: Lookback, next: Option<&str>, anew: u64) -> Cursor {
    let word = Leg::WORDS.iter().find(|(_, known)| *known == leg).map_or("", |(word, _)| *word);
    back.cursor(json!({"leg": word, "next": next, "anew": anew}))
}
