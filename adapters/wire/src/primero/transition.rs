//! Referrals and transfers of a case, which are one thing in Primero: a transition, from one user to another or to the
//! outside.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::answer::{data, objects, text};
use super::call;
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::Reply;
use crate::partner::{Answer, AnswerState, Delivered};
use crate::session::Session;

/// Which of the two, by its name in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The recipient helps, the owner stays the owner.
    Referrals,
    /// The recipient becomes the owner.
    Transfers,
}

impl Way {
    /// What `type` says of each.
    const TYPES: [(&'static str, Self); 2] = [("Referral", Self::Referrals), ("Transfer", Self::Transfers)];
    /// The types of Primero's other transitions, which pass nobody on to the outside: a deployment that does not know the
    /// filter gives them too.
    const OTHERS: [&'static str; 2] = ["Assign", "TransferRequest"];

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Referrals => "referrals",
            Self::Transfers => "transfers",
        }
    }

    /// The way of a transition, by its `type`; `None` for one that passes nobody on. One without a type, or of a type that is
    /// none of Primero's, may be somebody who is passed on: the case is then not read without it.
    pub(super) fn of(place: usize, known: &Transition) -> Result<Option<Self>, WireFault> {
        let fault = |kind| WireFault::unexpected(format!("/data/{place}/type"), kind);
        let kind = match known.members.get("type") {
            Some(Value::String(kind)) => kind.as_str(),
            None | Some(Value::Null) => return Err(fault(UnexpectedKind::Missing)),
            Some(_) => return Err(fault(UnexpectedKind::WrongType)),
        };
        match Self::TYPES.iter().find(|(name, _)| *name == kind) {
            Some((_, way)) => Ok(Some(*way)),
            None if Self::OTHERS.contains(&kind) => Ok(None),
            None => Err(fault(UnexpectedKind::UnknownCode)),
        }
    }
}

/// A transition as a deployment holds it.
pub(super) struct Transition {
    pub(super) id: String,
    /// `None` for a word that is none of Primero's.
    pub(super) status: Option<Status>,
    /// All its members, `status` and `record_type` in the form of the code.
    pub(super) members: Map<String, Value>,
}

/// Primero's states of transitions; a transfer is never `done`.
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

    /// The state that a mapping names.
    pub(super) fn wanted(body: &Value) -> Result<Self, WireFault> {
        let wanted = body.get("status").and_then(Value::as_str).and_then(Self::read);
        wanted.ok_or_else(|| WireFault::unexpected("/status", UnexpectedKind::UnknownCode))
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

impl Transition {
    /// What it says of an offer. A status that is none of Primero's decides nothing, and keeps no other offer from being
    /// answered.
    pub(super) fn answer(&self, offer: &Delivered) -> Answer {
        Answer {
            delivered: offer.clone(),
            state: self.status.map_or(AnswerState::Waiting, Status::state),
            reason: self.members.get("rejected_reason").and_then(Value::as_str).map(str::to_owned),
        }
    }
}

/// Reads a transition. Documented samples leave `status` out of new ones and print the record's class (`Child`) where the
/// code sends `case`.
pub(super) fn read(mut members: Map<String, Value>, at: &str) -> Result<Transition, WireFault> {
    let id = text(&members, "id", at)?.to_owned();
    let status = match members.get("status") {
        None | Some(Value::Null) => Some(Status::InProgress),
        Some(Value::String(text)) => Status::read(text),
        Some(_) => {
            return Err(WireFault::unexpected(format!("{at}/status"), UnexpectedKind::WrongType));
        }
    };
    if let Some(status) = status {
        members.insert("status".to_owned(), Value::from(status.code()));
    }
    if members.get("record_type").and_then(Value::as_str) == Some("Child") {
        members.insert("record_type".to_owned(), Value::from("case"));
    }
    Ok(Transition { id, status, members })
}

/// All of a case's of one way.
pub(super) async fn list(session: &Session, case: &str, way: Way) -> Result<Vec<Transition>, WireFault> {
    listed(call(session, Method::GET, &["cases", case, way.path()], &[], None).await?)
}

/// All of a case's of both ways, in one request, each by its `type`.
pub(super) async fn both(session: &Session, case: &str) -> Result<Vec<(Way, Transition)>, WireFault> {
    let types = [("types", Way::TYPES.map(|(kind, _)| kind).join(","))];
    let all = listed(call(session, Method::GET, &["cases", case, "transitions"], &types, None).await?)?;
    let of_a_way =
        |(place, known): (usize, Transition)| Way::of(place, &known).map(|way| Some((way?, known))).transpose();
    all.into_iter().enumerate().filter_map(of_a_way).collect()
}

fn listed(reply: Reply) -> Result<Vec<Transition>, WireFault> {
    let list = objects(data(reply)?, "/data")?;
    list.into_iter().enumerate().map(|(place, members)| read(members, &format!("/data/{place}"))).collect()
}

/// One of a case's, by its id.
pub(super) async fn one(session: &Session, case: &str, way: Way, id: &str) -> Result<Option<Transition>, WireFault> {
    Ok(list(session, case, way).await?.into_iter().find(|known| known.id == id))
}

/// Makes one.
pub(super) async fn create(
    session: &Session,
    case: &str,
    way: Way,
    fields: Map<String, Value>,
) -> Result<String, WireFault> {
    let reply = call(session, Method::POST, &["cases", case, way.path()], &[], Some(&json!({"data": fields}))).await?;
    made(data(reply)?).map(|made| made.id)
}

/// Sets a state. A step that is not open is answered with 200 and an unchanged one.
pub(super) async fn set(
    session: &Session,
    case: &str,
    (way, id): (Way, &str),
    body: &Value,
    wanted: Status,
) -> Result<(), WireFault> {
    let path = ["cases", case, way.path(), id];
    let reply = call(session, Method::PATCH, &path, &[], Some(&json!({"data": body}))).await?;
    if made(data(reply)?)?.status == Some(wanted) { Ok(()) } else { Err(WireFault::Ignored) }
}

fn made(value: Value) -> Result<Transition, WireFault> {
    match value {
        Value::Object(members) => read(members, "/data"),
        _ => Err(WireFault::unexpected("/data", UnexpectedKind::WrongType)),
    }
}
