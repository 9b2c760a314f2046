//! Cases: the marked ones page by page, and one put there by the hub.

use reqwest::{Method, StatusCode};
use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::answer::{data, objects, succeeded, text};
use super::call;
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::Reply;
use crate::narrow::Mark;
use crate::session::Session;

/// One page of cases.
pub(super) struct List {
    pub(super) cases: Vec<Map<String, Value>>,
    pub(super) more: bool,
}

/// `GET /cases`, filtered by the mark. A deployment whose mark is not a permitted filter answers with all
/// cases it lets the hub see, so the caller filters again.
pub(super) async fn list(session: &Session, mark: &Mark, page: u64, per: u32) -> Result<List, WireFault> {
    let query = [("per", per.to_string()), ("page", page.to_string()), (mark.field.as_str(), mark.value.clone())];
    listed(call(session, Method::GET, &["cases"], &query, None).await?)
}

/// A page of a list of cases, out of its answer.
pub(super) fn listed(reply: Reply) -> Result<List, WireFault> {
    let reply = succeeded(reply)?;
    let Value::Object(mut members) = reply.into_body()? else {
        return Err(WireFault::unexpected("", UnexpectedKind::WrongType));
    };
    let metadata = members.shift_remove("metadata").unwrap_or(Value::Null);
    let list = members.shift_remove("data").ok_or_else(|| WireFault::unexpected("/data", UnexpectedKind::Missing))?;
    let cases = objects(list, "/data")?;
    for (place, case) in cases.iter().enumerate() {
        text(case, "id", &format!("/data/{place}"))?;
    }
    let number = |name: &str| {
        let read = metadata.get(name).and_then(Value::as_u64);
        read.ok_or_else(|| WireFault::unexpected(format!("/metadata/{name}"), UnexpectedKind::Missing))
    };
    // The deployment may give fewer a page than it was asked for: its own numbers count.
    let (total, per, page) = (number("total")?, number("per")?, number("page")?);
    let more = !cases.is_empty() && page.saturating_mul(per) < total;
    Ok(List { cases, more })
}

/// `GET /cases/:id`: every permitted field of one case.
pub(super) async fn show(session: &Session, id: &str) -> Result<Map<String, Value>, WireFault> {
    match data(call(session, Method::GET, &["cases", id], &[], None).await?)? {
        Value::Object(case) if text(&case, "id", "/data")? == id => Ok(case),
        Value::Object(_) => Err(WireFault::unexpected("/data/id", UnexpectedKind::UnknownCode)),
        _ => Err(WireFault::unexpected("/data", UnexpectedKind::WrongType)),
    }
}

/// Marks a webhook's words about a case as heard.
pub(super) async fn acknowledge(session: &Session, id: &str, hook: &str, taken: bool) -> Result<(), WireFault> {
    let status = if taken { "synced" } else { "failed" };
    let body = json!({"data": {"mark_synced": true, "mark_synced_url": hook, "mark_synced_status": status}});
    data(call(session, Method::PATCH, &["cases", id], &[], Some(&body)).await?).map(drop)
}

/// Whether a case was not disabled. Primero deletes no case: `DELETE` sets `record_state` to false, lists and answers
/// go on giving it, and a role that may read cases is shown that field.
pub(super) fn is_enabled(case: &Map<String, Value>) -> bool {
    case.get("record_state") != Some(&Value::Bool(false))
}

/// The id of a case.
pub(super) fn id(case: &Map<String, Value>) -> Option<String> {
    case.get("id").and_then(Value::as_str).map(str::to_owned)
}

/// When a case was last changed, where it says so.
pub(super) fn changed(case: &Map<String, Value>) -> Option<Instant> {
    case.get("last_updated_at").and_then(Value::as_str).and_then(Instant::read)
}

/// Puts a case under an id the hub chose: created, or where it exists merged. A body comes back only for
/// ids that Primero chose (204 otherwise), so none is read.
pub(super) async fn put(session: &Session, id: &str, body: &Value) -> Result<(), WireFault> {
    let Some(Value::Object(fields)) = body.get("case") else {
        return Err(WireFault::unexpected("/case", UnexpectedKind::Missing));
    };
    let mut created = fields.clone();
    created.insert("id".to_owned(), Value::from(id));
    let reply = call(session, Method::POST, &["cases"], &[], Some(&json!({"data": created}))).await?;
    if reply.status != StatusCode::CONFLICT {
        return succeeded(reply).map(drop);
    }
    let reply = call(session, Method::PATCH, &["cases", id], &[], Some(&json!({"data": fields}))).await?;
    data(reply).map(drop)
}
