//! What the hub writes on a FHIR server: a whole at once or not at all, and a resource only in the version that was seen.

use reqwest::header::ETAG;
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::bundle::{Resource, list, one, succeeded};
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::{Carried, Reply, Request};
use crate::session::Session;

/// The media type of FHIR's JSON.
const MEDIA: &str = "application/fhir+json";
/// How often a write begins anew because somebody else wrote between: then the refusal is told.
pub(super) const AGAIN: usize = 3;

/// What became of one entry of a transaction: the resource's id, where the server says it.
pub(super) type Made = Option<String>;

/// A resource and the version that was read; `None` where it is gone.
pub(super) async fn versioned(
    session: &Session,
    kind: &str,
    id: &str,
) -> Result<Option<(Resource, String)>, WireFault> {
    let reply = session.call(Request::get(&[kind, id], &[])).await?;
    if matches!(reply.status, StatusCode::NOT_FOUND | StatusCode::GONE) {
        return Ok(None);
    }
    let reply = succeeded(reply)?;
    let tag = reply.header(ETAG.as_str()).map(str::to_owned);
    let resource = one(reply.into_body()?, kind)?;
    let version = resource.get("meta").and_then(|meta| meta.get("versionId")).and_then(Value::as_str);
    let tag = tag.or_else(|| version.map(|version| format!("W/\"{version}\"")));
    // Without a version it cannot be said what is written over.
    let tag = tag.ok_or_else(|| WireFault::unexpected("/meta/versionId", UnexpectedKind::Missing))?;
    Ok(Some((resource, tag)))
}

/// Whether the server refused a write because another version is there now.
pub(super) fn is_stale(reply: &Reply) -> bool {
    matches!(reply.status, StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT)
}

/// Writes a resource over the version that was read, and asks for it as it is then.
pub(super) async fn put(
    session: &Session,
    kind: &str,
    id: &str,
    resource: &Resource,
    version: &str,
) -> Result<Reply, WireFault> {
    let body = Value::Object(resource.clone());
    let headers = [("If-Match", version.to_owned()), ("Prefer", "return=representation".to_owned())];
    let (path, carried) = ([kind, id], Carried::Media(MEDIA, &body));
    session.call(Request { headers: &headers, carried, ..Request::new(&Method::PUT, &path) }).await
}

/// Sends a transaction.
pub(super) async fn transaction(session: &Session, entries: Vec<Value>) -> Result<Reply, WireFault> {
    let body = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
    let headers = [("Prefer", "return=representation".to_owned())];
    let carried = Carried::Media(MEDIA, &body);
    let reply = session.call(Request { headers: &headers, carried, ..Request::new(&Method::POST, &[]) }).await?;
    match reply.status {
        // The server has no transactions, and writing one after the other could leave half.
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => Err(WireFault::Unsupported),
        _ => Ok(reply),
    }
}

/// What a transaction made, entry by entry, each of a type.
pub(super) fn made(reply: Reply, kinds: &[&str]) -> Result<Vec<Made>, WireFault> {
    read_made(succeeded(reply)?.into_body()?, kinds)
}

fn read_made(body: Value, kinds: &[&str]) -> Result<Vec<Made>, WireFault> {
    let Value::Object(mut bundle) = body else {
        return Err(WireFault::unexpected("", UnexpectedKind::WrongType));
    };
    let is = |name: &str, wanted: &str| bundle.get(name).and_then(Value::as_str) == Some(wanted);
    if !is("resourceType", "Bundle") || !is("type", "transaction-response") {
        return Err(WireFault::unexpected("/type", UnexpectedKind::UnknownCode));
    }
    let entries = list(bundle.shift_remove("entry"), "/entry")?;
    if entries.len() != kinds.len() {
        return Err(WireFault::unexpected("/entry", UnexpectedKind::Missing));
    }
    let of = |(entry, kind): (Value, &&str)| {
        let told = entry.get("response").and_then(Value::as_object).cloned().unwrap_or_default();
        let status = told.get("status").and_then(Value::as_str).unwrap_or_default();
        if !status.starts_with('2') {
            return Err(WireFault::unexpected("/entry/response/status", UnexpectedKind::UnknownCode));
        }
        Ok(located(&told, kind).or_else(|| entry.get("resource").and_then(|resource| of_type(resource, kind))))
    };
    entries.into_iter().zip(kinds).map(of).collect()
}

/// The id in a `location`: `[base/]Type/id[/_history/version]`.
fn located(told: &Map<String, Value>, kind: &str) -> Option<String> {
    let location = told.get("location")?.as_str()?;
    let plain = location.split("/_history/").next()?;
    let (before, id) = plain.rsplit_once('/')?;
    let of_kind = before == kind || before.ends_with(&format!("/{kind}"));
    (of_kind && super::bundle::is_id(id)).then(|| id.to_owned())
}

fn of_type(resource: &Value, kind: &str) -> Option<String> {
    one(resource.clone(), kind).ok().map(|resource| super::bundle::id(&resource).to_owned())
}

/// Feeds bytes into the reading of a transaction's answer.
pub(super) fn fuzz(body: Value) {
    drop(read_made(body, &["Patient", "ServiceRequest", "Task"]));
}
