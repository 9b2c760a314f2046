//! What is changed about searches and arrivals.

use sangam_vocabulary::Country;
use serde::Deserialize;

/// Asks organizations by name to look for a missing person, or for records of one who has arrived.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenSearch {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// The organizations that are asked.
    pub recipients: Vec<String>,
    /// The arrival whose records are asked for, by outward id.
    #[serde(default)]
    pub arrival: Option<String>,
}

/// Takes a step of an own search.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepSearch {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The search, by outward id.
    pub search: String,
    /// The version the caller saw.
    pub version: i64,
    /// The event, by code.
    pub event: String,
}

/// Takes a step of a request to look.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerSearch {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The request, by outward id.
    pub request: String,
    /// The version the caller saw.
    pub version: i64,
    /// The event, by code.
    pub event: String,
    /// Who was found, an own subject, by outward id.
    #[serde(default)]
    pub found: Option<String>,
}

/// Records an arrival.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordArrival {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// Who came, by outward id.
    pub subject: String,
    /// How she came, by code.
    pub kind: String,
    /// The country she came from.
    #[serde(default)]
    pub came_from: Option<Country>,
}

/// Takes a step of an arrival.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepArrival {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The arrival, by outward id.
    pub arrival: String,
    /// The version the caller saw.
    pub version: i64,
    /// The event, by code.
    pub event: String,
    /// The coded reason, where the event asks for one.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Links an arrival to a referral that follows from it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkArrival {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The arrival, by outward id.
    pub arrival: String,
    /// The version the caller saw.
    pub version: i64,
    /// The referral, by outward id.
    pub referral: String,
}
