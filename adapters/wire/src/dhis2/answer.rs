//! The shapes of DHIS2's answers, read as strictly as the client needs and no more: servers add members from version to
//! version.

use reqwest::StatusCode;
use serde_json::{Map, Value};

use crate::fault::{MAX_REASONS, Reason, UnexpectedKind, WireFault, code};
use crate::http::Reply;

/// A page of a list.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) items: Vec<Map<String, Value>>,
    /// Whether the server has more after it.
    pub(super) more: bool,
}

/// The object that an answer is, if it is a success.
pub(super) fn object(reply: Reply) -> Result<Map<String, Value>, WireFault> {
    match succeeded(reply)?.into_body()? {
        Value::Object(members) => Ok(members),
        _ => Err(WireFault::unexpected("", UnexpectedKind::WrongType)),
    }
}

/// The answer, if it is a success.
pub(super) fn succeeded(reply: Reply) -> Result<Reply, WireFault> {
    match reply.status {
        status if status.is_success() => Ok(reply),
        StatusCode::UNAUTHORIZED => Err(WireFault::Unauthorized),
        status => Err(WireFault::Refused { status: status.as_u16(), reasons: reasons(reply.body.as_ref()) }),
    }
}

/// A list under its name, or under `instances` as 2.40 has it, with its pager in an object or, there too, beside it.
/// A server leaves out of a page what its second look forbids, so that a page that is not full is not the last: its own
/// count says, where it gives one.
pub(super) fn listing(reply: Reply, name: &str, asked: u64) -> Result<Listing, WireFault> {
    let mut members = object(reply)?;
    let path = format!("/{name}");
    let list = members.shift_remove(name).or_else(|| members.shift_remove("instances"));
    let items = objects(list.ok_or_else(|| WireFault::unexpected(path.as_str(), UnexpectedKind::Missing))?, &path)?;
    let pager = match members.get("pager") {
        Some(Value::Object(pager)) => pager,
        Some(_) => return Err(WireFault::unexpected("/pager", UnexpectedKind::WrongType)),
        None => &members,
    };
    let number = |name: &str| match pager.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let fault = || WireFault::unexpected(format!("/pager/{name}"), UnexpectedKind::WrongType);
            value.as_u64().map(Some).ok_or_else(fault)
        }
    };
    let (page, size) = (number("page")?.unwrap_or(1), number("pageSize")?.unwrap_or(asked));
    let more = match number("total")? {
        Some(total) => page.saturating_mul(size) < total,
        None => items.len() as u64 >= size.max(1),
    };
    Ok(Listing { items, more })
}

/// The objects of a list.
pub(super) fn objects(list: Value, at: &str) -> Result<Vec<Map<String, Value>>, WireFault> {
    let Value::Array(items) = list else {
        return Err(WireFault::unexpected(at, UnexpectedKind::WrongType));
    };
    let object = |(place, item)| match item {
        Value::Object(members) => Ok(members),
        _ => Err(WireFault::unexpected(format!("{at}/{place}"), UnexpectedKind::WrongType)),
    };
    items.into_iter().enumerate().map(object).collect()
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

/// The reasons of a refusal: the codes of a report's errors with the kind of object each is about, or the code of a
/// message. Their sentences name people and are left.
pub(super) fn reasons(body: Option<&Value>) -> Vec<Reason> {
    let Some(body) = body else { return Vec::new() };
    let list = |value: Option<&'_ Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut errors = list(body.pointer("/validationReport/errorReports"));
    let kinds = body.pointer("/bundleReport/typeReportMap").and_then(Value::as_object);
    for kind in kinds.into_iter().flat_map(Map::values) {
        for object in list(kind.get("objectReports")) {
            errors.extend(list(object.get("errorReports")));
        }
    }
    if errors.is_empty() && body.get("errorCode").is_some() {
        errors.push(body.clone());
    }
    let reason = |error: &Value| {
        let kind = error.get("trackerType").and_then(Value::as_str);
        Reason {
            field: kind.map(str::to_ascii_lowercase).as_deref().and_then(code),
            codes: error.get("errorCode").and_then(Value::as_str).and_then(code).into_iter().collect(),
        }
    };
    errors.iter().take(MAX_REASONS).map(reason).collect()
}
