//! The shapes of a KoboToolbox server's answers.

use reqwest::StatusCode;
use serde_json::{Map, Value};

use crate::fault::{MAX_REASONS, Reason, UnexpectedKind, WireFault, code};
use crate::http::Reply;

/// One page of a list.
pub(super) struct List {
    /// How many submissions the query has in all.
    pub(super) count: u64,
    pub(super) results: Vec<Map<String, Value>>,
}

/// The answer, if it is a success.
pub(super) fn succeeded(reply: Reply) -> Result<Reply, WireFault> {
    match reply.status {
        status if status.is_success() => Ok(reply),
        StatusCode::UNAUTHORIZED => Err(WireFault::Unauthorized),
        _ => Err(refusal(&reply)),
    }
}

/// `{count, next, previous, results: [{…}]}`.
pub(super) fn list(body: Value) -> Result<List, WireFault> {
    let Value::Object(mut members) = body else {
        return Err(WireFault::unexpected("", UnexpectedKind::WrongType));
    };
    let count = match members.get("count") {
        Some(count) => count.as_u64().ok_or_else(|| WireFault::unexpected("/count", UnexpectedKind::WrongType))?,
        None => return Err(WireFault::unexpected("/count", UnexpectedKind::Missing)),
    };
    let Some(results) = members.shift_remove("results") else {
        return Err(WireFault::unexpected("/results", UnexpectedKind::Missing));
    };
    let Value::Array(items) = results else {
        return Err(WireFault::unexpected("/results", UnexpectedKind::WrongType));
    };
    let results = items.into_iter().enumerate().map(|(place, item)| match item {
        Value::Object(members) => Ok(members),
        _ => Err(WireFault::unexpected(format!("/results/{place}"), UnexpectedKind::WrongType)),
    });
    Ok(List { count, results: results.collect::<Result<_, _>>()? })
}

/// What a bulk edit came to: the server answers 200 as soon as one submission of several was changed.
pub(super) fn edited(body: &Value) -> Result<(), WireFault> {
    let failures = body.get("failures").and_then(Value::as_u64);
    match failures {
        Some(0) => Ok(()),
        Some(_) => Err(WireFault::Refused { status: 400, reasons: Vec::new() }),
        None => Err(WireFault::unexpected("/failures", UnexpectedKind::Missing)),
    }
}

/// A refusal: `{"detail": …}`, or by field `{"payload": ["…"]}`. What it says is a sentence in the server's language, so
/// that only the fields' names stay.
pub(super) fn refusal(reply: &Reply) -> WireFault {
    let fields = reply.body.as_ref().and_then(Value::as_object).into_iter().flatten();
    let named = fields.filter(|(name, _)| !matches!(name.as_str(), "detail" | "error" | "code"));
    let reasons = named.take(MAX_REASONS).map(|(name, _)| Reason { field: code(name), codes: Vec::new() });
    WireFault::Refused { status: reply.status.as_u16(), reasons: reasons.collect() }
}
