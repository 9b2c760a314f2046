//! The shapes of a FHIR server's answers, read as strictly as the client needs: searches, one resource, refusals.

use reqwest::StatusCode;
use sangam_vocabulary::Instant;
use serde_json::{Map, Value};

use crate::fault::{MAX_REASONS, Reason, UnexpectedKind, WireFault, code};
use crate::http::Reply;

/// A resource: its members.
pub(super) type Resource = Map<String, Value>;

/// One page of a search.
#[derive(Debug)]
pub(super) struct Searched {
    /// What was found and what came beside it, in the server's order.
    pub(super) resources: Vec<Resource>,
    /// The link to the next page.
    pub(super) next: Option<String>,
    /// When the server made the search, by its own clock, where it says so.
    pub(super) at: Option<Instant>,
}

/// The codes of `OperationOutcome.issue.code` (value set `issue-type` of R4): no other text passes.
const ISSUES: [&str; 31] = [
    "invalid",
    "structure",
    "required",
    "value",
    "invariant",
    "security",
    "login",
    "unknown",
    "expired",
    "forbidden",
    "suppressed",
    "processing",
    "not-supported",
    "duplicate",
    "multiple-matches",
    "not-found",
    "deleted",
    "too-long",
    "code-invalid",
    "extension",
    "too-costly",
    "business-rule",
    "conflict",
    "transient",
    "lock-error",
    "no-store",
    "exception",
    "timeout",
    "incomplete",
    "throttled",
    "informational",
];

/// The answer, if it is a success.
pub(super) fn succeeded(reply: Reply) -> Result<Reply, WireFault> {
    match reply.status {
        status if status.is_success() => Ok(reply),
        StatusCode::UNAUTHORIZED => Err(WireFault::Unauthorized),
        status => Err(WireFault::Refused { status: status.as_u16(), reasons: reasons(reply.body.as_ref()) }),
    }
}

/// The codes of an `OperationOutcome`: `issue[].code` from its own list, `details.coding[].code` where it is one.
pub(super) fn reasons(outcome: Option<&Value>) -> Vec<Reason> {
    let issues = outcome.and_then(|outcome| outcome.get("issue")).and_then(Value::as_array);
    let reasons = issues.into_iter().flatten().take(MAX_REASONS).map(|issue| {
        let kind = issue.get("code").and_then(Value::as_str);
        let kind = kind.and_then(|kind| ISSUES.into_iter().find(|known| *known == kind)).map(str::to_owned);
        let codings = issue.pointer("/details/coding").and_then(Value::as_array);
        let details = codings.into_iter().flatten().take(MAX_REASONS);
        let details = details.filter_map(|coding| coding.get("code")?.as_str()).filter_map(code);
        Reason { field: None, codes: kind.into_iter().chain(details).collect() }
    });
    reasons.filter(|reason| !reason.codes.is_empty()).collect()
}

/// A page of a search.
pub(super) fn searched(body: Value) -> Result<Searched, WireFault> {
    let Value::Object(mut bundle) = body else {
        return Err(WireFault::unexpected("", UnexpectedKind::WrongType));
    };
    is_of(&bundle, "Bundle", "")?;
    if bundle.get("type").and_then(Value::as_str) != Some("searchset") {
        return Err(WireFault::unexpected("/type", UnexpectedKind::UnknownCode));
    }
    let next = next(&bundle)?;
    let at = changed(&bundle);
    let mut resources = Vec::new();
    for (place, entry) in list(bundle.shift_remove("entry"), "/entry")?.into_iter().enumerate() {
        let at = format!("/entry/{place}/resource");
        let resource = match entry {
            Value::Object(mut entry) => entry.shift_remove("resource").unwrap_or_default(),
            _ => return Err(WireFault::unexpected(format!("/entry/{place}"), UnexpectedKind::WrongType)),
        };
        let Value::Object(resource) = resource else {
            return Err(WireFault::unexpected(at, UnexpectedKind::WrongType));
        };
        if kind(&resource) == Some("OperationOutcome") {
            // Beside what was found the server says what it thinks of the search.
            if is_grave(&resource) {
                let reasons = reasons(Some(&Value::Object(resource)));
                return Err(WireFault::Refused { status: StatusCode::OK.as_u16(), reasons });
            }
            continue;
        }
        named(&resource, &at)?;
        resources.push(resource);
    }
    Ok(Searched { resources, next, at })
}

/// One resource of a type, by its id.
pub(super) fn one(body: Value, wanted: &str) -> Result<Resource, WireFault> {
    let Value::Object(resource) = body else {
        return Err(WireFault::unexpected("", UnexpectedKind::WrongType));
    };
    is_of(&resource, wanted, "")?;
    named(&resource, "")?;
    Ok(resource)
}

/// The list that a member is; FHIR leaves out empty ones.
pub(super) fn list(member: Option<Value>, at: &str) -> Result<Vec<Value>, WireFault> {
    match member {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(WireFault::unexpected(at, UnexpectedKind::WrongType)),
    }
}

/// The type of a resource.
pub(super) fn kind(resource: &Resource) -> Option<&str> {
    resource.get("resourceType").and_then(Value::as_str)
}

/// The id of a resource that was read.
pub(super) fn id(resource: &Resource) -> &str {
    resource.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// When a resource was last changed, by the server's clock.
pub(super) fn changed(resource: &Resource) -> Option<Instant> {
    resource.get("meta")?.get("lastUpdated")?.as_str().and_then(Instant::read)
}

/// Whether a text is an id as R4 has them (datatypes, `id`).
pub(super) fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

fn is_of(resource: &Resource, wanted: &str, at: &str) -> Result<(), WireFault> {
    let fault = |kind| Err(WireFault::unexpected(format!("{at}/resourceType"), kind));
    match kind(resource) {
        Some(kind) if kind == wanted => Ok(()),
        Some(_) => fault(UnexpectedKind::UnknownCode),
        None => fault(UnexpectedKind::Missing),
    }
}

fn named(resource: &Resource, at: &str) -> Result<(), WireFault> {
    if kind(resource).is_none() {
        return Err(WireFault::unexpected(format!("{at}/resourceType"), UnexpectedKind::Missing));
    }
    match resource.get("id") {
        Some(Value::String(id)) if is_id(id) => Ok(()),
        Some(_) => Err(WireFault::unexpected(format!("{at}/id"), UnexpectedKind::WrongType)),
        None => Err(WireFault::unexpected(format!("{at}/id"), UnexpectedKind::Missing)),
    }
}

fn next(bundle: &Resource) -> Result<Option<String>, WireFault> {
    let links = match bundle.get("link") {
        None => return Ok(None),
        Some(Value::Array(links)) => links,
        Some(_) => return Err(WireFault::unexpected("/link", UnexpectedKind::WrongType)),
    };
    let Some(link) = links.iter().find(|link| link.get("relation").and_then(Value::as_str) == Some("next")) else {
        return Ok(None);
    };
    let url = link.get("url").and_then(Value::as_str);
    url.map(|url| Some(url.to_owned())).ok_or_else(|| WireFault::unexpected("/link/url", UnexpectedKind::Missing))
}

fn is_grave(outcome: &Resource) -> bool {
    let issues = outcome.get("issue").and_then(Value::as_array);
    let mut severities = issues.into_iter().flatten().map(|issue| issue.get("severity").and_then(Value::as_str));
    severities.any(|severity| !matches!(severity, Some("information" | "warning")))
}
