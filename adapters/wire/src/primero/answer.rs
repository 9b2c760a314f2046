//! The shapes of Primero's answers, read as strictly as the client needs and no more: deployments add
//! fields of their own.

use reqwest::StatusCode;
use serde_json::{Map, Value};

use crate::fault::{MAX_REASONS, Reason, UnexpectedKind, WireFault, code};
use crate::http::Reply;

/// The `data` of a successful answer.
pub(super) fn data(reply: Reply) -> Result<Value, WireFault> {
    match succeeded(reply)?.into_body()? {
        Value::Object(mut members) => {
            members.shift_remove("data").ok_or_else(|| WireFault::unexpected("/data", UnexpectedKind::Missing))
        }
        _ => Err(WireFault::unexpected("", UnexpectedKind::WrongType)),
    }
}

/// The answer, if it is a success.
pub(super) fn succeeded(reply: Reply) -> Result<Reply, WireFault> {
    match reply.status {
        status if status.is_success() => Ok(reply),
        StatusCode::UNAUTHORIZED => Err(WireFault::Unauthorized),
        _ => Err(refusal(&reply)),
    }
}

/// The objects of a list.
pub(super) fn objects(list: Value, at: &str) -> Result<Vec<Map<String, Value>>, WireFault> {
    let Value::Array(items) = list else {
        return Err(WireFault::unexpected(at, UnexpectedKind::WrongType));
    };
    items
        .into_iter()
        .enumerate()
        .map(|(place, item)| match item {
            Value::Object(members) => Ok(members),
            _ => Err(WireFault::unexpected(format!("{at}/{place}"), UnexpectedKind::WrongType)),
        })
        .collect()
}

/// A text member that must be there.
pub(super) fn text<'v>(members: &'v Map<String, Value>, name: &str, at: &str) -> Result<&'v str, WireFault> {
    let path = || format!("{at}/{name}");
    match members.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(WireFault::unexpected(path(), UnexpectedKind::WrongType)),
        None => Err(WireFault::unexpected(path(), UnexpectedKind::Missing)),
    }
}

/// The refusal that an answer is: `{"errors":[{"status"|"code", "message", "detail"}]}`,
/// where `message` is a text, a key of its translations, or a list of them.
pub(super) fn refusal(reply: &Reply) -> WireFault {
    let errors = reply.body.as_ref().and_then(|body| body.get("errors")).and_then(Value::as_array);
    let reasons = errors.into_iter().flatten().take(MAX_REASONS).map(|error| {
        let message = error.get("message");
        let texts: Vec<&Value> = match message {
            Some(Value::Array(texts)) => texts.iter().collect(),
            other => other.into_iter().collect(),
        };
        Reason {
            field: error.get("detail").and_then(Value::as_str).and_then(code),
            codes: texts.into_iter().filter_map(Value::as_str).filter_map(code).collect(),
        }
    });
    WireFault::Refused { status: reply.status.as_u16(), reasons: reasons.collect() }
}
