//! Referrals of a case: listed, offered, decided, taken back.

use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{data, objects, succeeded, text};
use super::call;
use crate::fault::{UnexpectedKind, WireFault};
use crate::partner::{Answer, AnswerState, Delivered};
use crate::session::Session;

/// A referral as a deployment holds it.
pub(super) struct Referral {
    pub(super) id: String,
    pub(super) status: Status,
    /// All its members, `status` and `record_type` in the form of the code.
    pub(super) members: Map<String, Value>,
}

/// Primero's referral states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    InProgress,
    Accepted,
    Rejected,
    Done,
    Revoked,
}

impl Status {
    const fn code(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Done => "done",
            Self::Revoked => "revoked",
        }
    }

    /// The documentation prints `inprogress`, the code sends `in_progress`.
    fn read(text: &str) -> Option<Self> {
        let all = [Self::InProgress, Self::Accepted, Self::Rejected, Self::Done, Self::Revoked];
        all.into_iter().find(|status| status.code() == text).or((text == "inprogress").then_some(Self::InProgress))
    }

    const fn state(self) -> AnswerState {
        match self {
            Self::InProgress => AnswerState::Waiting,
            Self::Accepted => AnswerState::Accepted,
            Self::Rejected => AnswerState::Declined,
            Self::Done => AnswerState::Done,
            Self::Revoked => AnswerState::Withdrawn,
        }
    }
}

/// Reads a referral. Documented samples leave `status` out of new ones and print the record's class
/// (`Child`) where the code sends `case`.
pub(super) fn read(mut members: Map<String, Value>, at: &str) -> Result<Referral, WireFault> {
    let id = text(&members, "id", at)?.to_owned();
    let status = match members.get("status") {
        None | Some(Value::Null) => Status::InProgress,
        Some(Value::String(text)) => Status::read(text)
            .ok_or_else(|| WireFault::unexpected(format!("{at}/status"), UnexpectedKind::UnknownCode))?,
        Some(_) => {
            return Err(WireFault::unexpected(format!("{at}/status"), UnexpectedKind::WrongType));
        }
    };
    members.insert("status".to_owned(), Value::from(status.code()));
    if members.get("record_type").and_then(Value::as_str) == Some("Child") {
        members.insert("record_type".to_owned(), Value::from("case"));
    }
    Ok(Referral { id, status, members })
}

pub(super) async fn list(session: &Session, case: &str) -> Result<Vec<Referral>, WireFault> {
    let reply = call(session, Method::GET, &["cases", case, "referrals"], &[], None).await?;
    let list = objects(data(reply)?, "/data")?;
    list.into_iter().enumerate().map(|(place, members)| read(members, &format!("/data/{place}"))).collect()
}

/// Refers the case inside the deployment, if the mapping says to whom. The hub's referral is the
/// `service_record_id`, by which a repeated delivery finds the first one; an earlier one that was declined or
/// taken back is not revived.
pub(super) async fn offer(
    session: &Session,
    case: &str,
    referral: Uuid,
    body: &Value,
) -> Result<Option<String>, WireFault> {
    let Some(Value::Object(fields)) = body.get("referral") else {
        return Ok(None);
    };
    let service = referral.hyphenated().to_string();
    let own = |known: &Referral| known.members.get("service_record_id").and_then(Value::as_str) == Some(&service);
    if let Some(known) = list(session, case).await?.into_iter().find(own) {
        return Ok(Some(known.id));
    }
    let mut fields = fields.clone();
    fields.insert("service_record_id".to_owned(), Value::from(service.as_str()));
    let path = ["cases", case, "referrals"];
    let reply = call(session, Method::POST, &path, &[], Some(&json!({"data": fields}))).await?;
    one(data(reply)?).map(|made| Some(made.id))
}

/// Sets the state that the mapping names. `done` is open from `accepted` only, so a referral still in
/// progress is accepted first. A step that is not open is answered with 200 and an unchanged state.
pub(super) async fn decide(session: &Session, case: &str, referral: &str, body: &Value) -> Result<(), WireFault> {
    let wanted = body.get("status").and_then(Value::as_str).and_then(Status::read);
    let wanted = wanted.ok_or_else(|| WireFault::unexpected("/status", UnexpectedKind::UnknownCode))?;
    let known = list(session, case).await?.into_iter().find(|known| known.id == referral);
    let known = known.ok_or(WireFault::Refused { status: 404, reasons: Vec::new() })?;
    if known.status == wanted {
        return Ok(());
    }
    if (known.status, wanted) == (Status::InProgress, Status::Done) {
        set(session, case, referral, &json!({"status": "accepted"}), Status::Accepted).await?;
    }
    set(session, case, referral, body, wanted).await
}

async fn set(session: &Session, case: &str, referral: &str, body: &Value, wanted: Status) -> Result<(), WireFault> {
    let path = ["cases", case, "referrals", referral];
    let reply = call(session, Method::PATCH, &path, &[], Some(&json!({"data": body}))).await?;
    if one(data(reply)?)?.status == wanted { Ok(()) } else { Err(WireFault::Ignored) }
}

/// Takes a referral back; one that is not there any more is taken back already.
pub(super) async fn revoke(session: &Session, case: &str, referral: &str) -> Result<(), WireFault> {
    let reply = call(session, Method::DELETE, &["cases", case, "referrals", referral], &[], None).await?;
    match reply.status {
        StatusCode::NOT_FOUND => Ok(()),
        _ => succeeded(reply).map(drop),
    }
}

/// What became of an offer. `None` where the case or the referral is gone.
pub(super) async fn answer(session: &Session, offer: &Delivered, referral: &str) -> Result<Option<Answer>, WireFault> {
    let list = match list(session, &offer.record).await {
        Err(WireFault::Refused { status: 404, .. }) => return Ok(None),
        other => other?,
    };
    Ok(list.into_iter().find(|known| known.id == referral).map(|known| Answer {
        delivered: offer.clone(),
        state: known.status.state(),
        reason: known.members.get("rejected_reason").and_then(Value::as_str).map(str::to_owned),
    }))
}

fn one(value: Value) -> Result<Referral, WireFault> {
    match value {
        Value::Object(members) => read(members, "/data"),
        _ => Err(WireFault::unexpected("/data", UnexpectedKind::WrongType)),
    }
}
