//! What is said about answer links: where an organization is asked, and that a link is made anew.

use sangam_vocabulary::Language;
use serde::Deserialize;

/// Where an organization without a system is asked. It has no `Debug` of its addresses: they are in no log.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetAnswerContact {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The version the caller saw; 0 where there was nothing.
    pub version: i64,
    /// Where the link goes; absent with the number: nowhere from now on.
    #[serde(default)]
    pub mail: Option<String>,
    /// Where its code goes.
    #[serde(default)]
    pub sms: Option<String>,
    /// In which language.
    pub language: Language,
}

impl std::fmt::Debug for SetAnswerContact {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SetAnswerContact").field("language", &self.language).finish_non_exhaustive()
    }
}

/// Has another link made.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResendAnswerLink {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The referral, by outward id.
    pub referral: String,
}
