//! Changes of requests to bring somebody home.

use sangam_vocabulary::Country;
use serde::Deserialize;

/// Begins a request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestRepatriation {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// The country of origin.
    pub to: Country,
    /// The attempt before this one, by outward id.
    #[serde(default)]
    pub earlier: Option<String>,
}

/// Puts something on record for a request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoteRepatriation {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The request, by outward id.
    pub repatriation: String,
    /// The version the caller saw.
    pub version: i64,
    /// What, by code.
    pub note: String,
    /// When it was, RFC 3339; absent: now.
    #[serde(default)]
    pub made_on: Option<String>,
    /// Her words.
    #[serde(default)]
    pub words: Option<String>,
}

/// Takes a step of a request, of one of its parts, or of a hold: exactly one.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct StepRepatriation {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The request, by outward id.
    pub repatriation: String,
    /// The version the caller saw.
    pub version: i64,
    /// A step of the request, by code.
    pub request: Option<String>,
    /// A step of the screening, by code.
    pub screening: Option<String>,
    /// A step of the court track, by code.
    pub court: Option<String>,
    /// A step of the verification track, by code.
    pub verification: Option<String>,
    /// A step of the travel document, by code.
    pub travel_document: Option<String>,
    /// A step of the exit clearance, by code.
    pub exit_clearance: Option<String>,
    /// A step of the placement track, by code.
    pub placement: Option<String>,
    /// What happens to a hold, by code.
    pub hold: Option<String>,
    /// The coded reason.
    pub reason: Option<String>,
    /// Whom an invitation gives a seat.
    pub organization: Option<String>,
    /// Whether she was asked apart from police.
    pub apart_from_police: bool,
    /// When what is recorded was made, RFC 3339; absent: now.
    pub made_on: Option<String>,
    /// From when a paper is valid, RFC 3339.
    pub valid_from: Option<String>,
    /// Until when a paper is valid, RFC 3339.
    pub valid_until: Option<String>,
    /// The crossing, by code.
    pub crossing: Option<String>,
    /// When the proposed days begin, RFC 3339.
    pub handover_from: Option<String>,
    /// When the proposed days are over, RFC 3339.
    pub handover_until: Option<String>,
    /// The request whose handover this one joins, by outward id.
    pub together: Option<String>,
    /// The hour, RFC 3339.
    pub handover_at: Option<String>,
    /// Who goes with her, by code.
    pub escort: Option<String>,
    /// When the hearing is, RFC 3339, where it is not on record.
    pub hearing_at: Option<String>,
    /// The recorded hearing that a hold waits for, by outward id.
    pub hearing: Option<String>,
    /// Who signed the memo, by code.
    pub signed_by: Option<String>,
    /// Who else has seen the order of a child, by the id of an account of the caller's organization.
    pub attested_by: Option<String>,
    /// Whether the court released her before it.
    pub released_by_court: bool,
}

/// Records her no.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawRepatriation {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The request, by outward id.
    pub repatriation: String,
    /// Her words.
    #[serde(default)]
    pub words: Option<String>,
}
