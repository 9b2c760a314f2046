//! What is said about the open directory.

use sangam_vocabulary::payload::ServiceCode;
use serde::Deserialize;

/// Says what of the caller's organization is listed for everybody.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetListing {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The version the caller saw; 0 before the first.
    pub version: i64,
    /// Whether it is listed at all.
    pub listed: bool,
    /// Which of its services are.
    pub services: Vec<ServiceCode>,
    /// Whether the divisions in which it offers them are told.
    pub areas: bool,
}
