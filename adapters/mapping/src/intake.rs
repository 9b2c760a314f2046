//! The strict shape that a partner's record must have after its mapping: what the hub takes in. It knows no
//! partner and no wire; organizations are still the partner's own references, which the hub resolves by the
//! partner's `[organizations]` table. Read [`crate::outgoing`] for the way back.

use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, Code, Country, Instant, Purpose};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::categories;
use crate::oddity::{Oddity, OddityKind, member};
use crate::strict::{self, MAX_LIST};

/// The longest identifier of a partner's record, in characters: a UUID or a case number fits many times.
const MAX_ID: usize = 200;
/// The most faults told of one record: enough to mend a mapping by, and bounded.
const MAX_ODDITIES: usize = 100;

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

/// Whether a consent gives or takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentEffect {
    /// Permits what it covers; read only where the partner's form is the hub's text.
    Grant,
    /// Withholds what it covers.
    Withhold,
}

/// Who gave the consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentGivenBy {
    /// The person.
    Own,
    /// A guardian.
    Guardian,
    /// An authority that has the child in care.
    Authority,
}

/// Whether the child agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentAssent {
    /// The child agrees.
    Given,
    /// The child does not agree.
    Refused,
    /// The child is not able to say.
    NotAble,
    /// Nobody asked, or the person is of age.
    NotAsked,
}

/// A consent as a partner recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ConsentIntake {
    /// Whether it gives or takes.
    pub effect: ConsentEffect,
    /// Who gave it.
    pub given_by: ConsentGivenBy,
    /// For a guardian: whether somebody checked that there is no conflict of interest.
    pub no_conflict: bool,
    /// Whether the child agrees.
    pub assent: ConsentAssent,
    /// The answers to the seven HTCDS questions, in their order.
    pub answers: [bool; 7],
    /// For which purposes.
    pub purposes: Vec<Purpose>,
    /// Which categories.
    pub categories: Vec<Category>,
    /// To whom, as the partner's references; absent means whoever the recipient is, and only a consent that
    /// withholds may say so.
    #[serde(default)]
    pub recipients: Option<Vec<String>>,
    /// In which countries.
    pub countries: Vec<Country>,
    /// From when.
    #[serde(deserialize_with = "moment")]
    pub from: Instant,
    /// Until when.
    #[serde(deserialize_with = "moment")]
    pub until: Instant,
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

fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Instant, D::Error> {
    let text = String::deserialize(from)?;
    Instant::read(&text).ok_or_else(|| serde::de::Error::custom("not RFC 3339"))
}

fn moment_if<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Instant>, D::Error> {
    match Option::<String>::deserialize(from)? {
        None => Ok(None),
        Some(text) => Instant::read(&text).map(Some).ok_or_else(|| serde::de::Error::custom("not RFC 3339")),
    }
}

const FIELDS: [&str; 7] =
    ["externalId", "markedForHub", "updatedAt", "facts", "categories", "consents", "referrals"];

impl Intake {
    /// Reads what a mapping produced, strictly: no field beyond the shape, no code beyond its list, no
    /// fallback.
    ///
    /// # Errors
    /// Every fault found, at most a hundred, each with path, kind and length and never a value. An intake
    /// with any fault is not read at all: the record goes to quarantine.
    pub fn read(value: &Value, reading: &Reading) -> Result<Self, Vec<Oddity>> {
        let mut odd = Vec::new();
        let intake = Self::collect(value, reading, &mut odd);
        odd.truncate(MAX_ODDITIES);
        match intake {
            Some(intake) if odd.is_empty() => Ok(intake),
            _ => Err(odd),
        }
    }

    fn collect(value: &Value, reading: &Reading, odd: &mut Vec<Oddity>) -> Option<Self> {
        const NULL: Value = Value::Null;
        let members = strict::object(value, "", &FIELDS, odd)?;
        let field = |name: &str| members.get(name).unwrap_or(&NULL);
        let external_id = noted(id(field("externalId"), "/externalId"), odd);
        let marked_for_hub = noted(required(field("markedForHub"), "/markedForHub"), odd);
        let updated_at = noted(strict::read::<Moment>(field("updatedAt"), "/updatedAt"), odd);
        let facts = noted(required(field("facts"), "/facts"), odd);
        let categories = payloads(field("categories"), odd);
        let consents = list(field("consents"), "/consents", odd, |value, at, odd| consent(value, at, reading, odd));
        let referrals = list(field("referrals"), "/referrals", odd, referral);
        Some(Self {
            external_id: external_id?,
            marked_for_hub: marked_for_hub?,
            updated_at: updated_at?.0,
            facts: facts?,
            categories,
            consents,
            referrals,
        })
    }

    /// The payload of a category, if the record has one.
    #[must_use]
    pub fn payload(&self, category: Category) -> Option<&Payload> {
        self.categories.iter().find(|payload| payload.category() == category)
    }
}

#[derive(Deserialize)]
struct Moment(#[serde(deserialize_with = "moment_if")] Option<Instant>);

fn noted<T>(read: Result<T, Oddity>, odd: &mut Vec<Oddity>) -> Option<T> {
    read.map_err(|oddity| odd.push(oddity)).ok()
}

fn required<'v, T: Deserialize<'v>>(value: &'v Value, at: &str) -> Result<T, Oddity> {
    if value.is_null() {
        return Err(Oddity { path: at.to_owned(), kind: OddityKind::Missing, length: 0 });
    }
    strict::read(value, at)
}

/// An identifier or reference: a text that is there and not longer than one is.
fn id(value: &Value, at: &str) -> Result<String, Oddity> {
    let text: String = required(value, at)?;
    let fault = |kind| Oddity { path: at.to_owned(), kind, length: text.chars().count() };
    match text.chars().count() {
        0 => Err(fault(OddityKind::Missing)),
        over if over > MAX_ID => Err(fault(OddityKind::TooLong)),
        _ => Ok(text),
    }
}

fn payloads(value: &Value, odd: &mut Vec<Oddity>) -> Vec<Payload> {
    let Value::Object(members) = value else {
        if !value.is_null() {
            odd.push(Oddity {
                path: "/categories".to_owned(),
                kind: OddityKind::WrongType,
                length: strict::length(value),
            });
        }
        return Vec::new();
    };
    members
        .iter()
        .filter_map(|(name, value)| {
            let at = member("/categories", name);
            let read = match Category::read(name) {
                Ok(category) => categories::read(category, value, &at),
                Err(unknown) => Err(Oddity { path: at, kind: OddityKind::UnknownCode, length: unknown.length }),
            };
            noted(read, odd)
        })
        .collect()
}

fn list<'v, T>(
    value: &'v Value,
    at: &str,
    odd: &mut Vec<Oddity>,
    read: impl Fn(&'v Value, &str, &mut Vec<Oddity>) -> Option<T>,
) -> Vec<T> {
    let fault = |kind| Oddity { path: at.to_owned(), kind, length: strict::length(value) };
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) if items.len() > MAX_LIST => {
            odd.push(fault(OddityKind::TooLong));
            Vec::new()
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .filter_map(|(place, value)| read(value, &format!("{at}/{place}"), odd))
            .collect(),
        _ => {
            odd.push(fault(OddityKind::WrongType));
            Vec::new()
        }
    }
}

fn consent(value: &Value, at: &str, reading: &Reading, odd: &mut Vec<Oddity>) -> Option<ConsentIntake> {
    let consent: ConsentIntake = noted(strict::read(value, at), odd)?;
    let mut fault = |field: &str, kind| odd.push(Oddity { path: member(at, field), kind, length: 0 });
    let grants = consent.effect == ConsentEffect::Grant;
    if grants && reading.consent_text.is_none() {
        fault("effect", OddityKind::GrantNotRead);
    }
    // A consent that covers nothing would be dropped without a word, and a refusal with it.
    let empty = [
        ("purposes", consent.purposes.is_empty()),
        ("categories", consent.categories.is_empty()),
        ("countries", consent.countries.is_empty()),
        ("recipients", consent.recipients.as_ref().map_or(grants, Vec::is_empty)),
    ];
    for (field, _) in empty.iter().filter(|(_, empty)| *empty) {
        fault(field, OddityKind::Missing);
    }
    if consent.until <= consent.from {
        fault("until", OddityKind::WrongType);
    }
    Some(consent)
}

fn referral(value: &Value, at: &str, odd: &mut Vec<Oddity>) -> Option<ReferralIntake> {
    let referral: ReferralIntake = noted(strict::read(value, at), odd)?;
    for (field, text) in [("externalId", &referral.external_id), ("to", &referral.to)] {
        noted(id(&Value::String(text.clone()), &member(at, field)), odd);
    }
    if referral.services.is_empty() {
        odd.push(Oddity { path: member(at, "services"), kind: OddityKind::Missing, length: 0 });
    }
    Some(referral)
}
