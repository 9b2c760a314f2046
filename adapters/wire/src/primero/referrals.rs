//! Referrals of a case: offered, decided, taken back.

use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::succeeded;
use super::call;
use super::transition::{Status, Transition, Way, create, list, set};
use crate::fault::WireFault;
use crate::session::Session;

/// Refers the case inside the deployment. The hub's referral is the `service_record_id`, by which a repeated delivery
/// finds the first one; an earlier one that was declined or taken back is not revived.
pub(super) async fn offer(
    session: &Session,
    case: &str,
    referral: Uuid,
    fields: &Map<String, Value>,
) -> Result<String, WireFault> {
    if let Some(known) = list(session, case, Way::Referrals).await?.into_iter().find(|known| is_of(known, referral)) {
        return Ok(known.id);
    }
    let mut fields = fields.clone();
    fields.insert("service_record_id".to_owned(), Value::from(referral.hyphenated().to_string()));
    create(session, case, Way::Referrals, fields).await
}

/// Whether it is the one that the hub made for its referral.
pub(super) fn is_of(known: &Transition, referral: Uuid) -> bool {
    let service = referral.hyphenated().to_string();
    known.members.get("service_record_id").and_then(Value::as_str) == Some(&service)
}

/// Sets the state that the mapping names. `done` is open from `accepted` only, so a referral still in progress is accepted
/// first.
pub(super) async fn decide(session: &Session, case: &str, known: &Transition, body: &Value) -> Result<(), WireFault> {
    let (wanted, way) = (Status::wanted(body)?, (Way::Referrals, known.id.as_str()));
    if known.status == Some(wanted) {
        return Ok(());
    }
    if (known.status, wanted) == (Some(Status::InProgress), Status::Done) {
        set(session, case, way, &json!({"status": "accepted"}), Status::Accepted).await?;
    }
    set(session, case, way, body, wanted).await
}

/// Takes a referral back; `false` where there is none of this id.
pub(super) async fn revoke(session: &Session, case: &str, referral: &str) -> Result<bool, WireFault> {
    let reply = call(session, Method::DELETE, &["cases", case, Way::Referrals.path(), referral], &[], None).await?;
    match reply.status {
        StatusCode::NOT_FOUND => Ok(false),
        _ => succeeded(reply).map(|_| true),
    }
}
