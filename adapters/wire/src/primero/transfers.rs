//! Transfers of a case: who accepts one becomes the case's owner in the deployment. Read from Primero's own code
//! (`Transfer`, `TransfersController`), which knows more than its pages: `revoked` can be set, and to the outside nothing
//! can be accepted.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::transition::{Status, Transition, Way, create, list, one, set};
use crate::fault::{UnexpectedKind, WireFault};
use crate::session::Session;

/// Transfers the case inside the deployment. A transfer has no field for an id of ours, so that the hub's is the last line
/// of its notes, by which a repeated delivery finds the first one.
pub(super) async fn offer(
    session: &Session,
    case: &str,
    referral: Uuid,
    fields: &Map<String, Value>,
) -> Result<String, WireFault> {
    if let Some(known) = list(session, case, Way::Transfers).await?.into_iter().find(|known| is_of(known, referral)) {
        return Ok(known.id);
    }
    let mut fields = fields.clone();
    let notes = [notes(&fields).to_owned(), line(referral)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
    fields.insert("notes".to_owned(), Value::from(notes));
    create(session, case, Way::Transfers, fields).await
}

fn line(referral: Uuid) -> String {
    format!("Sangam {}", referral.hyphenated())
}

fn notes(members: &Map<String, Value>) -> &str {
    members.get("notes").and_then(Value::as_str).unwrap_or_default()
}

/// Whether it is the one that the hub made for its referral.
pub(super) fn is_of(known: &Transition, referral: Uuid) -> bool {
    notes(&known.members).lines().next_back() == Some(&line(referral))
}

/// Says that a transfer was declined, or that nobody decided. That it was accepted cannot be said: Primero makes the user
/// it went to the owner of the case, and one to the outside went to no user, so that nobody would be.
pub(super) async fn decide(session: &Session, case: &str, known: &Transition, body: &Value) -> Result<(), WireFault> {
    match Status::wanted(body)? {
        wanted if known.status == Some(wanted) => Ok(()),
        Status::InProgress => Ok(()),
        Status::Rejected => set(session, case, (Way::Transfers, &known.id), body, Status::Rejected).await,
        Status::Accepted | Status::Done | Status::Revoked => Err(WireFault::Unsupported),
    }
}

/// Takes a transfer back; one that is not there any more is taken back already. One that was accepted has happened: the
/// code would say `revoked` of it and leave the case where it is.
pub(super) async fn revoke(session: &Session, case: &str, transfer: &str) -> Result<(), WireFault> {
    let known = match one(session, case, Way::Transfers, transfer).await {
        Ok(Some(known)) => known,
        Ok(None) | Err(WireFault::Refused { status: 404, .. }) => return Ok(()),
        Err(fault) => return Err(fault),
    };
    match known.status {
        Some(Status::Revoked | Status::Rejected) => Ok(()),
        Some(Status::InProgress) => {
            set(session, case, (Way::Transfers, transfer), &json!({"status": "revoked"}), Status::Revoked).await
        }
        Some(Status::Accepted | Status::Done) => Err(WireFault::Unsupported),
        None => Err(WireFault::unexpected("/data/status", UnexpectedKind::UnknownCode)),
    }
}
