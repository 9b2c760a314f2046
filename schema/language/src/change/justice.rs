//! Changes about whoever takes part in a case, about dates in court, and about what a witness fears.

use sangam_vocabulary::Purpose;
use sangam_vocabulary::payload::ProtectionMeasure;
use sangam_workflow::contribution::ContributorSeat;
use sangam_workflow::hearing::{AdjournReason, Event, Kind};
use sangam_workflow::risk::Kind as RiskKind;
use serde::Deserialize;

/// Invites an organization to a case.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InviteContributor {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// Who is invited.
    pub organization: String,
    /// As what.
    pub seat: ContributorSeat,
    /// Why.
    pub purpose: Purpose,
    /// Until when, RFC 3339.
    pub until: String,
}

/// Answers an invitation, or ends a contribution.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OneContribution {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The contribution, by outward id.
    pub contribution: String,
    /// The version the caller saw.
    pub version: i64,
}

/// Records a hearing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordHearing {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// What it is for.
    pub kind: Kind,
    /// When it takes place, RFC 3339.
    pub takes_place_at: String,
    /// Which court or committee.
    #[serde(default)]
    pub court: Option<String>,
    /// What whoever goes there should know.
    #[serde(default)]
    pub note: Option<String>,
    /// What protects her there.
    #[serde(default)]
    pub protection_measures: Option<Vec<ProtectionMeasure>>,
    /// How it is to be done, and by whom.
    #[serde(default)]
    pub protection_note: Option<String>,
    /// Whether it is safe to call her about it.
    #[serde(default)]
    pub safe_to_call: bool,
    /// Whether her return waits for it.
    #[serde(default)]
    pub holds_return: bool,
}

/// Takes a step of a hearing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepHearing {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The hearing, by outward id.
    pub hearing: String,
    /// The version the caller saw.
    pub version: i64,
    /// The event.
    pub event: Event,
    /// The coded reason, where the event asks for one.
    #[serde(default)]
    pub reason: Option<AdjournReason>,
    /// The new date, RFC 3339, for a hearing that has one again.
    #[serde(default)]
    pub takes_place_at: Option<String>,
    /// Whether the court, having heard, no longer holds the person's return.
    #[serde(default)]
    pub released: bool,
}

/// Reports a danger to a witness.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportRisk {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// What it is.
    pub kind: RiskKind,
    /// What is known of it.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether it is safe to call her.
    #[serde(default)]
    pub safe_to_call: bool,
}
