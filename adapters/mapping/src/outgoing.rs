//! What the hub gives a partner's outbound mapping. Everything in it was released for this partner in this
//! delivery attempt; the mapping turns it into whatever the partner's system takes.

use std::collections::BTreeMap;

use sangam_vocabulary::payload::ServiceCode;
use serde::Serialize;
use serde_json::Value;

use crate::intake::Urgency;

/// What is to be told to the partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OutgoingKind {
    /// A referral addressed to the partner: it should have the case.
    Offer,
    /// The state of a referral the partner sent.
    Answer,
    /// A referral addressed to the partner was taken back.
    Withdrawal,
}

/// One delivery's content.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outgoing {
    /// What is to be told.
    pub kind: OutgoingKind,
    /// The referral.
    pub referral: OutgoingReferral,
    /// The subject.
    pub subject: OutgoingSubject,
    /// The released payloads by category code, each in the shape that `sangam_vocabulary::payload` gives it.
    /// A category that is not here was not released, and the mapping must not need it.
    pub categories: BTreeMap<&'static str, Value>,
}

/// The referral as this partner may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutgoingReferral {
    /// The referral's outward id for this partner.
    pub id: String,
    /// The identifier the partner gave it, where the partner sent it.
    pub external_id: Option<String>,
    /// The state, in the workflow's code or its covering word.
    pub state: String,
    /// The services asked for, where SERVICES was released.
    pub services: Vec<ServiceCode>,
    /// How soon.
    pub urgency: &'static str,
    /// When it was sent, RFC 3339.
    pub sent_at: String,
    /// Whether who accepts becomes the owner of the case, where that shows.
    pub transfer: bool,
    /// Why it was declined: a code of the workflow.
    pub decline_reason: Option<String>,
    /// The other side, as the partner's own reference for it, or its case desk.
    pub counterpart: String,
}

impl OutgoingReferral {
    /// The wire form of an urgency, for [`OutgoingReferral::urgency`].
    #[must_use]
    pub const fn urgency(urgency: Urgency) -> &'static str {
        urgency.code()
    }
}

/// The subject as this partner may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutgoingSubject {
    /// The subject's outward id for this partner.
    pub id: String,
    /// The identifier of the partner's own record of the subject, where it has one.
    pub external_id: Option<String>,
}

impl Outgoing {
    /// The JSON text that the mapping is given.
    ///
    /// # Errors
    /// Never for this shape; the signature is `serde_json`'s.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}
