//! The strict shape that a partner's record must have after its mapping: what the hub takes in. It knows no
//! partner and no wire; organizations are still the partner's own references, which the hub resolves by the
//! partner's `[organizations]` table. Read [`crate::outgoing`] for the way back.

mod consent;
mod moment;
mod reading;

use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, Country, Instant, Residence, Residences};
use serde::{Deserialize, Deserializer};

use crate::oddity::{Oddity, OddityKind};

pub use consent::{ConsentAssent, ConsentEffect, ConsentGivenBy, ConsentIntake};
use moment::{moment, moment_if};

/// What the partner's configuration says about reading its records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The version of the hub's consent text that the partner's own form is, word by word
    /// (`consent_text` in its file). Without it a consent that grants is refused.
    pub consent_text: Option<String>,
}

/// One record of a partner, read strictly.
#[derive(Debug, Clone, PartialEq)]
pub struct Intake {
    /// The record's identifier in the partner's system.
    pub external_id: String,
    /// Whether the partner marked it for the hub; one that is not marked is not stored.
    pub marked_for_hub: bool,
    /// When the partner last changed it.
    pub updated_at: Option<Instant>,
    /// What law needs to know, in clear.
    pub facts: Facts,
    /// The payloads, one a category, in the record's order.
    pub categories: Vec<Payload>,
    /// The consents recorded with it.
    pub consents: Vec<ConsentIntake>,
    /// The referrals the partner sent.
    pub referrals: Vec<ReferralIntake>,
}

impl Intake {
    /// What of it the hub keeps: who it is about as law needs it, what consents say, and the categories that stay at the
    /// hub. A referral is its services and a note, so that it is kept only where services are. Says how many categories were
    /// dropped because they are to be nowhere.
    #[must_use]
    pub fn residing(mut self, residences: Residences) -> (Self, u32) {
        let stays = |payload: &Payload, at| residences.of(payload.category()) == at;
        let dropped = self.categories.iter().filter(|payload| stays(payload, Residence::Never)).count();
        self.categories.retain(|payload| stays(payload, Residence::Hub));
        if residences.of(Category::Services) != Residence::Hub {
            self.referrals.clear();
        }
        (self, u32::try_from(dropped).unwrap_or(u32::MAX))
    }

    /// The organizations that the record refers to, by the partner's references, each with where it does.
    pub fn references(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let referred = self.referrals.iter().map(|referral| ("/referrals", referral.to.as_str()));
        let consented = self.consents.iter().flat_map(|consent| consent.recipients.iter().flatten());
        referred.chain(consented.map(|reference| ("/consents", reference.as_str())))
    }

    /// The fault of the first reference that is not known, where there is one: a fault of the record, not of somebody.
    pub fn unknown_reference(&self, knows: impl Fn(&str) -> bool) -> Option<Oddity> {
        let unknown = self.references().find(|(_, reference)| !knows(reference))?;
        let (path, length) = (unknown.0.to_owned(), unknown.1.chars().count());
        Some(Oddity { path, kind: OddityKind::UnknownCode, length })
    }
}

/// What law needs to know of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Facts {
    /// Where the data were collected: that country's law binds.
    pub collected_in: Country,
    /// Age as law needs it.
    pub age: AgeFact,
}

/// Age as law needs it: an instant, so that the record need not change on a birthday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgeFact {
    /// Of age.
    Adult,
    /// Not known: the rules for minors and for adults both apply.
    Unknown,
    /// A minor until the instant.
    Minor {
        /// The instant of majority.
        until: Instant,
    },
}

#[derive(Deserialize)]
enum AgeKind {
    #[serde(rename = "ADULT")]
    Adult,
    #[serde(rename = "UNKNOWN")]
    Unknown,
    #[serde(rename = "MINOR")]
    Minor,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgeRead {
    kind: AgeKind,
    #[serde(default, deserialize_with = "moment_if")]
    until: Option<Instant>,
}

impl<'de> Deserialize<'de> for AgeFact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match AgeRead::deserialize(from)? {
            AgeRead { kind: AgeKind::Adult, until: None } => Ok(Self::Adult),
            AgeRead { kind: AgeKind::Unknown, until: None } => Ok(Self::Unknown),
            AgeRead { kind: AgeKind::Minor, until: Some(until) } => Ok(Self::Minor { until }),
            AgeRead { kind: AgeKind::Minor, until: None } => Err(serde::de::Error::missing_field("until")),
            AgeRead { .. } => Err(serde::de::Error::custom("an instant of majority belongs to a minor")),
        }
    }
}

/// How soon a referral must be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Urgency {
    /// In the usual time.
    Routine,
    /// Within a day.
    Urgent,
    /// At once: the person is in danger.
    Emergency,
}

impl Urgency {
    /// The wire form, upper snake case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Routine => "ROUTINE",
            Self::Urgent => "URGENT",
            Self::Emergency => "EMERGENCY",
        }
    }
}

/// A referral as a partner sent it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReferralIntake {
    /// The referral's identifier in the partner's system.
    pub external_id: String,
    /// To whom, as the partner's reference.
    pub to: String,
    /// Whether who accepts becomes the owner of the case.
    #[serde(default)]
    pub transfer: bool,
    /// For which services; at least one.
    pub services: Vec<ServiceCode>,
    /// What the sender adds for the one who will help.
    #[serde(default)]
    pub note: Option<String>,
    /// How soon.
    pub urgency: Urgency,
    /// When it was sent.
    #[serde(deserialize_with = "moment")]
    pub sent_at: Instant,
}
