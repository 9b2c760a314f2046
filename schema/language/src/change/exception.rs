//! Changes about orders, overrides by authority and emergencies.

use sangam_custody::{OrderKind, OverrideBasis};
use sangam_vocabulary::{Category, Purpose};
use sangam_workflow::exception::{EmergencyReason, EmergencyReview};
use serde::Deserialize;

/// Puts an order on record.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordOrder {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// Who gave it.
    pub kind: OrderKind,
    /// For which categories.
    pub categories: Vec<Category>,
    /// To which organizations.
    pub recipients: Vec<String>,
    /// From when, RFC 3339; absent: from now.
    #[serde(default)]
    pub from: Option<String>,
    /// Until when, RFC 3339.
    pub until: String,
    /// Its number.
    #[serde(default)]
    pub number: Option<String>,
    /// The court, committee or tribunal.
    #[serde(default)]
    pub court: Option<String>,
    /// What is noted of it.
    #[serde(default)]
    pub note: Option<String>,
}

/// Asks that an authority stand in for a consent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestOverride {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// On what basis.
    pub basis: OverrideBasis,
    /// For which categories.
    pub categories: Vec<Category>,
    /// For which purposes.
    pub purposes: Vec<Purpose>,
    /// To which organization.
    pub recipient: String,
    /// The order of a court that it rests on, by outward id.
    #[serde(default)]
    pub order: Option<String>,
    /// The number of what the authority wrote.
    #[serde(default)]
    pub number: Option<String>,
    /// The authority.
    #[serde(default)]
    pub court: Option<String>,
    /// The grounds.
    #[serde(default)]
    pub note: Option<String>,
}

/// Declares an emergency.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeclareEmergency {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The subject, by outward id.
    pub subject: String,
    /// What for.
    pub reason: EmergencyReason,
}

/// Takes a step of an exception that asks for nothing more.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OneException {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The exception, by outward id.
    pub exception: String,
    /// The version the caller saw.
    pub version: i64,
}

/// Says whether an emergency was one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewEmergency {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The emergency, by outward id.
    pub exception: String,
    /// The version the caller saw.
    pub version: i64,
    /// What is said of it.
    pub finding: EmergencyReview,
}

/// One change of what is exceptional.
#[derive(Debug, Clone, PartialEq)]
pub enum ExceptionChange {
    /// Puts an order on record.
    RecordOrder(RecordOrder),
    /// Attests an order.
    AttestOrder(OneException),
    /// Ends an order.
    EndOrder(OneException),
    /// Asks for an override.
    RequestOverride(RequestOverride),
    /// Approves an override.
    ApproveOverride(OneException),
    /// Ends an override.
    EndOverride(OneException),
    /// Declares an emergency.
    DeclareEmergency(DeclareEmergency),
    /// Says whether an emergency was one.
    ReviewEmergency(ReviewEmergency),
}

impl ExceptionChange {
    /// The caller's own key for it.
    #[must_use]
    pub fn idempotency_key(&self) -> &str {
        match self {
            Self::RecordOrder(change) => &change.idempotency_key,
            Self::RequestOverride(change) => &change.idempotency_key,
            Self::DeclareEmergency(change) => &change.idempotency_key,
            Self::ReviewEmergency(change) => &change.idempotency_key,
            Self::AttestOrder(change)
            | Self::EndOrder(change)
            | Self::ApproveOverride(change)
            | Self::EndOverride(change) => &change.idempotency_key,
        }
    }
}
