//! Changes about support plans.

use sangam_vocabulary::payload::{Retrafficked, SupportType};
use sangam_workflow::support::{Finding, Outcome};
use serde::Deserialize;

/// Opens a support plan.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenSupportPlan {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// Which kinds of support (HTCDS spl_Type).
    pub types: Vec<SupportType>,
    /// What it is to reach (HTCDS spl_Objectives).
    #[serde(default)]
    pub objectives: Option<String>,
    /// What is to be done (HTCDS spl_ActionPlan).
    #[serde(default)]
    pub action_plan: Option<String>,
    /// From when, RFC 3339.
    pub begins_at: String,
    /// When it is meant to end, RFC 3339 (HTCDS spl_PlannedEndDate).
    #[serde(default)]
    pub planned_end_at: Option<String>,
}

/// Looks at a support plan.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewSupportPlan {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The plan, by outward id.
    pub plan: String,
    /// The version the caller saw.
    pub version: i64,
    /// What was found.
    pub finding: Finding,
    /// Whether she was trafficked again.
    pub retrafficked: Retrafficked,
    /// What was noted.
    #[serde(default)]
    pub note: Option<String>,
}

/// Closes a support plan.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloseSupportPlan {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The plan, by outward id.
    pub plan: String,
    /// The version the caller saw.
    pub version: i64,
    /// How it came out.
    pub outcome: Outcome,
}
