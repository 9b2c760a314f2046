//! The shapes of Primero's answers, read as strictly as the client needs and no more: deployments add
//! fields of their own.

use reqwest::StatusCode;
use serde_json::{Map, Value};

use crate::fault::{UnexpectedKind, WireFault};
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
        _ => Err(reply.refusal()),
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
