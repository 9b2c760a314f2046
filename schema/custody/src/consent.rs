//! The survivor's consent: who gave it, how informed, for what, to whom, where and until when; and the
//! mask it compiles to for one recipient.

use sangam_vocabulary::{Category, CategorySet, ConsentId, Country, Instant, OrganizationId, Purpose, PurposeSet};

use crate::ask::Age;
use crate::law::soonest;

/// Who gave the consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GivenBy {
    /// The person.
    Own,
    /// A guardian; one whose conflict of interest was not ruled out gives nothing.
    Guardian {
        /// Whether somebody checked that the guardian has no part in what happened.
        no_conflict: bool,
    },
    /// An authority that has the child in care, by an order.
    Authority,
}

/// Whether the child agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Assent {
    /// The child agrees.
    Given,
    /// The child does not agree.
    Refused,
    /// The child is not able to say.
    NotAble,
    /// Nobody asked, or the person is of age.
    NotAsked,
}

/// Whether the record gives or takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Permits what it covers.
    Grant,
    /// Withholds what it covers, whatever else grants it. Imported consent that says no arrives as this.
    Withhold,
}

/// The seven HTCDS questions, one bit each: consents to the interview; told the purpose; told the use;
/// told of non-identifying research; told of the right to the data; told how long they are kept; told how to
/// withdraw. Consent counts as informed only when all seven were answered yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Informed(u8);

impl Informed {
    /// All seven answered yes.
    pub const FULLY: Self = Self(0b111_1111);

    /// From the seven answers in order.
    #[must_use]
    pub fn from_answers(answers: [bool; 7]) -> Self {
        Self(answers.iter().rev().fold(0, |bits, yes| bits * 2 + u8::from(*yes)))
    }

    /// From stored bits.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::FULLY.0)
    }

    /// The bits, for storage.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether all seven were answered yes.
    #[must_use]
    pub const fn is_full(self) -> bool {
        self.0 == Self::FULLY.0
    }
}

/// One consent on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Which consent.
    pub id: ConsentId,
    /// Whether it gives or takes.
    pub effect: Effect,
    /// Who gave it.
    pub given_by: GivenBy,
    /// Whether the child agrees.
    pub assent: Assent,
    /// How informed it is.
    pub informed: Informed,
    /// For which purposes.
    pub purposes: PurposeSet,
    /// Which categories.
    pub categories: CategorySet,
    /// To which recipients, by name; for one that withholds, nobody named is everyone.
    pub recipients: Vec<OrganizationId>,
    /// In which countries a recipient may be.
    pub countries: Vec<Country>,
    /// From when.
    pub from: Instant,
    /// Until when; a withdrawal ends it at its instant.
    pub until: Instant,
}

impl Consent {
    fn covers(&self, whom: &ConsentStanding, category: Category, at: Instant) -> bool {
        self.holds(at) && self.categories.contains(category) && self.speaks_to(whom)
    }

    fn holds(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether the consent is about a recipient where it is, for that purpose.
    fn speaks_to(&self, whom: &ConsentStanding) -> bool {
        self.purposes.contains(whom.purpose) && self.names(whom.recipient) && self.countries.contains(&whom.country)
    }

    /// Whether the consent speaks of the recipient. One that withholds and names nobody withholds from everyone,
    /// today's organizations and tomorrow's.
    fn names(&self, recipient: OrganizationId) -> bool {
        let everyone = self.effect == Effect::Withhold && self.recipients.is_empty();
        everyone || self.recipients.contains(&recipient)
    }

    /// Whether it covers nothing that another covers not, and something less or less long. What is in force and what
    /// has begun is the same for both.
    #[must_use]
    pub fn is_narrower_than(&self, other: &Self) -> bool {
        let within = self.purposes.bits() & !other.purposes.bits() == 0
            && self.categories.minus(other.categories).is_empty()
            && self.recipients.iter().all(|recipient| other.recipients.contains(recipient))
            && self.countries.iter().all(|country| other.countries.contains(country))
            && self.until <= other.until;
        let less = self.purposes != other.purposes
            || self.categories != other.categories
            || !other.recipients.iter().all(|recipient| self.recipients.contains(recipient))
            || !other.countries.iter().all(|country| self.countries.contains(country))
            || self.until < other.until;
        within && less
    }

    /// Whether the consent is one the person herself could give and gave.
    fn is_own(&self) -> bool {
        self.informed.is_full() && self.given_by == GivenBy::Own
    }

    /// Whether the consent is one given for a child by somebody who may, with the child not refusing.
    fn is_for_child(&self) -> bool {
        let by = match self.given_by {
            GivenBy::Own => false,
            GivenBy::Guardian { no_conflict } => no_conflict,
            GivenBy::Authority => true,
        };
        by && self.informed.is_full() && matches!(self.assent, Assent::Given | Assent::NotAble)
    }
}

/// To whom, where and why: the part of an ask that consent depends on besides the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConsentStanding {
    /// The recipient.
    pub recipient: OrganizationId,
    /// Where it is.
    pub country: Country,
    /// Why it asks.
    pub purpose: Purpose,
}

/// What consent says to one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consented {
    Yes(ConsentId),
    Withheld(ConsentId),
    Missing,
}

pub(crate) fn consented(
    consents: &[Consent],
    age: Age,
    whom: &ConsentStanding,
    category: Category,
    at: Instant,
) -> Consented {
    let covering = || consents.iter().filter(|c| c.covers(whom, category, at));
    if let Some(withhold) = covering().find(|c| c.effect == Effect::Withhold) {
        return Consented::Withheld(withhold.id);
    }
    let own = covering().find(|c| c.effect == Effect::Grant && c.is_own());
    let child = covering().find(|c| c.effect == Effect::Grant && c.is_for_child());
    // An unknown age needs both: what an adult gives herself and what is given for a child.
    match (age.adult_rules(at).then_some(own), age.minor_rules(at).then_some(child)) {
        (Some(Some(_)), Some(Some(given))) | (Some(Some(given)), None) | (None, Some(Some(given))) => {
            Consented::Yes(given.id)
        }
        _ => Consented::Missing,
    }
}

pub(crate) fn next(consents: &[Consent], age: Age, at: Instant) -> Instant {
    let turns = match age {
        Age::MinorUntil(until) => until,
        Age::Unknown | Age::Adult => Instant::NEVER,
    };
    soonest(at, consents.iter().flat_map(|c| [c.from, c.until]).chain([turns]))
}

/// A span of time in which one recipient's consent mask does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentSpan {
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// What consent covers in the span.
    pub mask: CategorySet,
}

impl ConsentSpan {
    /// Compiles a subject's consents for one recipient into spans that follow each other from `from` on
    /// without a gap. Spans that permit nothing are left out: a gap permits nothing.
    #[must_use]
    pub fn compile(consents: &[Consent], age: Age, whom: &ConsentStanding, from: Instant) -> Vec<Self> {
        // Most consents speak of somebody else or another purpose; time passes over those that are left.
        let own: Vec<&Consent> = consents.iter().filter(|consent| consent.speaks_to(whom)).collect();
        let mut turns: Vec<Instant> = own.iter().flat_map(|c| [c.from, c.until]).collect();
        if let Age::MinorUntil(until) = age {
            turns.push(until);
        }
        turns.extend([from, Instant::NEVER]);
        turns.retain(|turn| *turn >= from);
        turns.sort_unstable();
        turns.dedup();
        let mut spans: Vec<Self> = Vec::new();
        for (at, until) in turns.iter().copied().zip(turns.iter().copied().skip(1)) {
            let mask = mask(&own, age, at);
            match spans.last_mut() {
                Some(last) if last.mask == mask && last.until == at => last.until = until,
                _ if mask.is_empty() => {}
                _ => spans.push(Self { from: at, until, mask }),
            }
        }
        spans
    }
}

/// What consents that speak to a recipient cover at an instant: [`consented`] for all categories at once.
fn mask(consents: &[&Consent], age: Age, at: Instant) -> CategorySet {
    let (mut withheld, mut own, mut child) = (CategorySet::NONE, CategorySet::NONE, CategorySet::NONE);
    for consent in consents.iter().filter(|consent| consent.holds(at)) {
        match consent.effect {
            Effect::Withhold => withheld = withheld.or(consent.categories),
            Effect::Grant if consent.is_own() => own = own.or(consent.categories),
            Effect::Grant if consent.is_for_child() => child = child.or(consent.categories),
            Effect::Grant => {}
        }
    }
    let given = match (age.adult_rules(at), age.minor_rules(at)) {
        (true, true) => own.and(child),
        (true, false) => own,
        (false, true) => child,
        (false, false) => CategorySet::NONE,
    };
    given.minus(withheld)
}
