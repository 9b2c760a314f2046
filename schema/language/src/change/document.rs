//! Changes of documents.

use sangam_vocabulary::payload::PaperKind;
use serde::Deserialize;

/// Prepares a document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrepareDocument {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// The referral it hangs on, by outward id.
    #[serde(default)]
    pub referral: Option<String>,
    /// What it is.
    pub paper: PaperKind,
}

/// Removes a document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveDocument {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The document, by outward id.
    pub document: String,
}
