//! Strict reading of an intake, section by section, so that all faults are found at once.

use sangam_vocabulary::payload::Payload;
use sangam_vocabulary::{Category, Code};
use serde::Deserialize;
use serde_json::Value;

use super::consent::{ConsentEffect, ConsentIntake};
use super::moment::Moment;
use super::{Intake, Reading, ReferralIntake};
use crate::categories;
use crate::oddity::{Oddity, OddityKind, member};
use crate::strict::{self, MAX_LIST};

/// The longest identifier of a partner's record, in characters: a UUID or a case number fits many times.
const MAX_ID: usize = 200;
/// The most faults told of one record: enough to mend a mapping by, and bounded.
const MAX_ODDITIES: usize = 100;

const FIELDS: [&str; 7] = ["externalId", "markedForHub", "updatedAt", "facts", "categories", "consents", "referrals"];

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
        Value::Array(items) => {
            items.iter().enumerate().filter_map(|(place, value)| read(value, &format!("{at}/{place}"), odd)).collect()
        }
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
