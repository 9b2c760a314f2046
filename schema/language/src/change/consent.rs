//! The changes about consent and recall.

use sangam_vocabulary::consent::{HowTold, OrderedBy};
use sangam_vocabulary::{Category, Country, Purpose};
use serde::Deserialize;

/// How a person was told what she consents to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Telling {
    /// Which version of the text.
    pub text_version: String,
    /// In which language, BCP 47.
    pub language: String,
    /// Whether an interpreter helped.
    pub interpreter: bool,
    /// How.
    pub told: HowTold,
}

/// Who checked that a guardian has no part in what happened, and when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConflictCheck {
    /// Who of the caller's people.
    pub checked_by: String,
    /// When, RFC 3339.
    pub checked_at: String,
}

/// The order by which an authority has a child in care.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CareOrder {
    /// Who gave it.
    pub ordered_by: OrderedBy,
    /// When, RFC 3339.
    pub made_at: String,
    /// Who of the caller's people has seen it, besides whoever asks.
    pub attested_by: String,
}

/// Records a consent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GiveConsent {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// `GRANT` or `WITHHOLD`.
    pub effect: String,
    /// `OWN`, `GUARDIAN` or `AUTHORITY`.
    pub given_by: String,
    /// Whether somebody checked that a guardian has no part in what happened.
    #[serde(default)]
    pub no_conflict: bool,
    /// `GIVEN`, `REFUSED`, `NOT_ABLE` or `NOT_ASKED`.
    pub assent: String,
    /// The answers to the seven HTCDS questions, in order.
    pub answers: Vec<bool>,
    /// For which purposes.
    pub purposes: Vec<Purpose>,
    /// Which categories.
    pub categories: Vec<Category>,
    /// To which organizations.
    pub recipients: Vec<String>,
    /// In which countries a recipient may be.
    pub countries: Vec<Country>,
    /// From when, RFC 3339; absent: now.
    #[serde(default)]
    pub from: Option<String>,
    /// Until when, RFC 3339.
    pub until: String,
    /// How she was told.
    #[serde(default)]
    pub telling: Option<Telling>,
    /// Who checked for a guardian's conflict of interest, and when.
    #[serde(default)]
    pub conflict_check: Option<ConflictCheck>,
    /// The order an authority acts by.
    #[serde(default)]
    pub order: Option<CareOrder>,
    /// Whether a paper code is to be drawn.
    #[serde(default)]
    pub paper_code: bool,
}

/// Withdraws a consent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawConsent {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The consent.
    pub consent: String,
}

/// Puts a narrower consent in the place of one. What is absent stays.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NarrowConsent {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The consent.
    pub consent: String,
    /// The version the caller saw.
    pub version: i64,
    /// All purposes from now on.
    #[serde(default)]
    pub purposes: Option<Vec<Purpose>>,
    /// All categories from now on.
    #[serde(default)]
    pub categories: Option<Vec<Category>>,
    /// All recipients from now on.
    #[serde(default)]
    pub recipients: Option<Vec<String>>,
    /// All countries from now on.
    #[serde(default)]
    pub countries: Option<Vec<Country>>,
    /// Until when, RFC 3339.
    #[serde(default)]
    pub until: Option<String>,
}

/// Puts a wider consent in the place of one, by the same proofs as giving takes. What is absent of its scope stays.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtendConsent {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The consent.
    pub consent: String,
    /// The version the caller saw.
    pub version: i64,
    /// Whether somebody checked that a guardian has no part in what happened.
    #[serde(default)]
    pub no_conflict: bool,
    /// `GIVEN`, `REFUSED`, `NOT_ABLE` or `NOT_ASKED`.
    pub assent: String,
    /// The answers to the seven HTCDS questions, in order.
    pub answers: Vec<bool>,
    /// All purposes from now on.
    #[serde(default)]
    pub purposes: Option<Vec<Purpose>>,
    /// All categories from now on.
    #[serde(default)]
    pub categories: Option<Vec<Category>>,
    /// All recipients from now on.
    #[serde(default)]
    pub recipients: Option<Vec<String>>,
    /// All countries from now on.
    #[serde(default)]
    pub countries: Option<Vec<Country>>,
    /// Until when, RFC 3339.
    #[serde(default)]
    pub until: Option<String>,
    /// How she was told.
    #[serde(default)]
    pub telling: Option<Telling>,
    /// Who checked for a guardian's conflict of interest, and when.
    #[serde(default)]
    pub conflict_check: Option<ConflictCheck>,
    /// The order an authority acts by.
    #[serde(default)]
    pub order: Option<CareOrder>,
}

/// Takes back consent in a case that the caller is in: all of it, or what is named.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawConsents {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// Which categories; absent: all.
    #[serde(default)]
    pub categories: Option<Vec<Category>>,
    /// From which organizations; absent: from everyone.
    #[serde(default)]
    pub recipients: Option<Vec<String>>,
}

/// Draws another paper code for an own subject.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplacePaperCode {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
}

/// Answers the latest recall of a subject that the caller's organization was asked by.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerRecall {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// The version the caller saw.
    pub version: i64,
    /// The answer, by code.
    pub answer: String,
    /// Which kind of law, or which hindrance, where the answer asks for one.
    #[serde(default)]
    pub reason: Option<String>,
}
