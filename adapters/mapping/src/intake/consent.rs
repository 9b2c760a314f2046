//! Consents as a partner recorded them.

use sangam_vocabulary::{Category, Country, Instant, Purpose};
use serde::{Deserialize, Serialize};

use super::moment::moment;

/// Whether a consent gives or takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentEffect {
    /// Permits what it covers; read only where the partner's form is the hub's text.
    Grant,
    /// Withholds what it covers.
    Withhold,
}

/// Who gave the consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// A consent as a partner recorded it. Written out it is what the hub remembers an imported consent by: a field that
/// is added must not be written where it is not used, or withdrawn consents would be imported again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
