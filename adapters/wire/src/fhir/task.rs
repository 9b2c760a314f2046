//! Tasks: what became of an offer, an answer to the partner's own, and an offer taken back. The closed loop of FHIR
//! workflow: a task asks its owner to do what its focus, a service request, says; the owner answers in the task.

use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::bundle::{Resource, id, kind, one, succeeded};
use super::link::Target;
use super::person::Reader;
use super::reference::{spell, target};
use super::write::{AGAIN, is_stale, put, transaction, versioned};
use crate::fault::{UnexpectedKind, WireFault};
use crate::partner::{Answer, AnswerState, Delivered};

/// Tasks asked for in one search.
const TOGETHER: usize = 50;
/// The most of a reason that is read, in characters: a sentence, not a file.
const LONGEST_REASON: usize = 2_000;
/// What of a task an answer may write.
const ANSWERED: [&str; 4] = ["statusReason", "businessStatus", "output", "note"];

/// `Task.status` (value set `task-status` of R4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Draft,
    Requested,
    Received,
    Accepted,
    Rejected,
    Ready,
    Cancelled,
    InProgress,
    OnHold,
    Failed,
    Completed,
    EnteredInError,
}

impl Status {
    const CODES: [(&'static str, Self); 12] = [
        ("draft", Self::Draft),
        ("requested", Self::Requested),
        ("received", Self::Received),
        ("accepted", Self::Accepted),
        ("rejected", Self::Rejected),
        ("ready", Self::Ready),
        ("cancelled", Self::Cancelled),
        ("in-progress", Self::InProgress),
        ("on-hold", Self::OnHold),
        ("failed", Self::Failed),
        ("completed", Self::Completed),
        ("entered-in-error", Self::EnteredInError),
    ];

    fn read(text: &str) -> Option<Self> {
        Self::CODES.iter().find(|(code, _)| *code == text).map(|(_, status)| *status)
    }

    fn of(task: &Resource) -> Result<Self, WireFault> {
        match task.get("status") {
            Some(Value::String(text)) => {
                Self::read(text).ok_or_else(|| WireFault::unexpected("/status", UnexpectedKind::UnknownCode))
            }
            Some(_) => Err(WireFault::unexpected("/status", UnexpectedKind::WrongType)),
            None => Err(WireFault::unexpected("/status", UnexpectedKind::Missing)),
        }
    }

    /// Whether the loop is closed: nothing follows.
    const fn is_last(self) -> bool {
        matches!(self, Self::Rejected | Self::Cancelled | Self::Failed | Self::Completed | Self::EnteredInError)
    }

    /// `ready` is prepared and not yet agreed to; `failed` was begun and came to nothing: the service is not given.
    const fn state(self) -> AnswerState {
        match self {
            Self::Draft | Self::Requested | Self::Received | Self::Ready => AnswerState::Waiting,
            Self::Accepted | Self::InProgress | Self::OnHold => AnswerState::Accepted,
            Self::Rejected | Self::Failed => AnswerState::Declined,
            Self::Completed => AnswerState::Done,
            Self::Cancelled | Self::EnteredInError => AnswerState::Withdrawn,
        }
    }
}

/// What became of offers; one whose task is gone is left out.
pub(super) async fn answers(reader: &Reader<'_>, offers: &[Delivered]) -> Result<Vec<Answer>, WireFault> {
    let asked: Vec<&Delivered> = offers.iter().filter(|offer| offer.referral.as_deref().is_some_and(is_id)).collect();
    let mut answers = Vec::new();
    for some in asked.chunks(TOGETHER) {
        let ids: Vec<&str> = some.iter().filter_map(|offer| offer.referral.as_deref()).collect();
        let query = vec![("_id", ids.join(",")), ("_count", TOGETHER.to_string())];
        let tasks = reader.all(Target::search("Task", query)).await?;
        for offer in some {
            let own = |task: &&Resource| kind(task) == Some("Task") && Some(id(task)) == offer.referral.as_deref();
            if let Some(task) = tasks.iter().find(own) {
                // A status that is none of the standard's decides nothing, and keeps no other offer from being answered.
                let state = Status::of(task).map_or(AnswerState::Waiting, Status::state);
                let delivered = (*offer).clone();
                answers.push(Answer { delivered, state, reason: reason(task) });
            }
        }
    }
    Ok(answers)
}

fn is_id(text: &str) -> bool {
    super::bundle::is_id(text)
}

/// Why, in the partner's words, else by its code.
fn reason(task: &Resource) -> Option<String> {
    let reason = task.get("statusReason")?;
    let coded = |name: &str| reason.get("coding")?.as_array()?.iter().find_map(|coding| coding.get(name)?.as_str());
    let text = reason.get("text").and_then(Value::as_str).or_else(|| coded("display")).or_else(|| coded("code"))?;
    Some(text.chars().take(LONGEST_REASON).collect())
}

/// Writes the state that the mapping names into the partner's task. Somebody who wrote between is not written over.
pub(super) async fn decide(reader: &Reader<'_>, task: &str, body: &Value, now: Instant) -> Result<(), WireFault> {
    let wanted = body.get("status").and_then(Value::as_str).and_then(Status::read);
    let wanted = wanted.ok_or_else(|| WireFault::unexpected("/status", UnexpectedKind::UnknownCode))?;
    let gone = || WireFault::Refused { status: 404, reasons: Vec::new() };
    if !is_id(task) {
        return Err(gone());
    }
    let mut last = None;
    for _ in 0..AGAIN {
        let (mut known, version) = versioned(reader.session, "Task", task).await?.ok_or_else(gone)?;
        match Status::of(&known)? {
            status if status == wanted => return Ok(()),
            status if status.is_last() => return Err(WireFault::Ignored),
            _ => {}
        }
        known.insert("status".to_owned(), body.get("status").cloned().unwrap_or_default());
        known.insert("lastModified".to_owned(), Value::from(now.rfc3339()));
        let answered = ANSWERED.iter().filter_map(|name| body.get(*name).map(|value| (*name, value)));
        known.extend(answered.map(|(name, value)| (name.to_owned(), value.clone())));
        let reply = put(reader.session, "Task", task, &known, &version).await?;
        if is_stale(&reply) {
            last = Some(reply);
            continue;
        }
        // Some servers answer a write without a body, whatever they were asked for.
        let Some(told) = succeeded(reply)?.body else { return Ok(()) };
        let kept = kind_of(&told) != Some("Task") || Status::of(&one(told, "Task")?)? == wanted;
        return if kept { Ok(()) } else { Err(WireFault::Ignored) };
    }
    last.map_or(Err(WireFault::Ignored), |reply| succeeded(reply).map(drop))
}

fn kind_of(value: &Value) -> Option<&str> {
    value.get("resourceType").and_then(Value::as_str)
}

/// Takes an offer back: the task cancelled and its request revoked, together or not at all. What is gone or closed is
/// left as it is.
pub(super) async fn withdraw(reader: &Reader<'_>, task: &str, now: Instant) -> Result<(), WireFault> {
    if !is_id(task) {
        return Ok(());
    }
    let mut last = None;
    for _ in 0..AGAIN {
        let Some((mut known, version)) = versioned(reader.session, "Task", task).await? else { return Ok(()) };
        let mut focus = known.get("focus").cloned().unwrap_or_default();
        spell(reader.base, &mut focus);
        let focus = Map::from_iter([("focus".to_owned(), focus)]);
        let mut entries = Vec::new();
        if !Status::of(&known)?.is_last() {
            known.insert("status".to_owned(), Value::from("cancelled"));
            known.insert("lastModified".to_owned(), Value::from(now.rfc3339()));
            entries.push(entry("Task", task, known, &version));
        }
        if let Some(request) = target(&focus, "focus", "ServiceRequest")
            && let Some((mut known, version)) = versioned(reader.session, "ServiceRequest", request).await?
            && matches!(known.get("status").and_then(Value::as_str), Some("draft" | "active" | "on-hold"))
        {
            known.insert("status".to_owned(), Value::from("revoked"));
            entries.push(entry("ServiceRequest", request, known, &version));
        }
        if entries.is_empty() {
            return Ok(());
        }
        let reply = transaction(reader.session, entries).await?;
        if !is_stale(&reply) {
            return succeeded(reply).map(drop);
        }
        last = Some(reply);
    }
    last.map_or(Err(WireFault::Ignored), |reply| succeeded(reply).map(drop))
}

fn entry(kind: &str, id: &str, resource: Resource, version: &str) -> Value {
    let request = json!({"method": "PUT", "url": format!("{kind}/{id}"), "ifMatch": version});
    json!({"resource": resource, "request": request})
}

/// Feeds a task's answer into what reads it.
pub(super) fn fuzz(task: &Resource) {
    drop((Status::of(task).map(Status::state), reason(task)));
}
