//! The shapes of an ODK Central server's answers.

use reqwest::{StatusCode, Url};
use serde_json::{Map, Value};

use crate::fault::{Reason, UnexpectedKind, WireFault, code};
use crate::http::Reply;

/// The server's code for an id that is there already.
pub(super) const THERE_ALREADY: &str = "409.3";
/// The server's code for a version that is not the present one.
pub(super) const OTHER_VERSION: &str = "409.15";

/// The answer, if it is a success.
pub(super) fn succeeded(reply: Reply) -> Result<Reply, WireFault> {
    match reply.status {
        status if status.is_success() => Ok(reply),
        StatusCode::UNAUTHORIZED => Err(WireFault::Unauthorized),
        _ => Err(refusal(&reply)),
    }
}

/// A refusal: `{"code": "409.3", "message": …, "details": {"field": …}}`. The code is a text; the message quotes values.
pub(super) fn refusal(reply: &Reply) -> WireFault {
    let told = |name: &str| reply.body.as_ref().and_then(|body| body.get(name));
    let code_told = told("code").and_then(Value::as_str).and_then(code);
    let field = told("details").and_then(|details| details.get("field")).and_then(Value::as_str).and_then(code);
    let reasons = match (code_told, field) {
        (None, None) => Vec::new(),
        (told, field) => vec![Reason { field, codes: told.into_iter().collect() }],
    };
    WireFault::Refused { status: reply.status.as_u16(), reasons }
}

/// Whether a fault is a refusal with this code.
pub(super) fn is_refused_with(fault: &WireFault, wanted: &str) -> bool {
    let WireFault::Refused { reasons, .. } = fault else { return false };
    reasons.iter().flat_map(|reason| &reason.codes).any(|code| code == wanted)
}

/// The members of an object.
pub(super) fn object(value: Value, at: &str) -> Result<Map<String, Value>, WireFault> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(WireFault::unexpected(at, UnexpectedKind::WrongType)),
    }
}

/// One page of a table.
pub(super) struct Rows {
    pub(super) rows: Vec<Map<String, Value>>,
    /// The pairs of the query that the next page is asked for with.
    pub(super) next: Option<Vec<(String, String)>>,
}

/// `{"@odata.context", "@odata.nextLink", "value": [{…}]}`. Of the next page's address only the place in the list is
/// taken, never where it leads.
pub(super) fn rows(body: Value) -> Result<Rows, WireFault> {
    let mut members = object(body, "")?;
    let Some(value) = members.shift_remove("value") else {
        return Err(WireFault::unexpected("/value", UnexpectedKind::Missing));
    };
    let Value::Array(items) = value else {
        return Err(WireFault::unexpected("/value", UnexpectedKind::WrongType));
    };
    let mut rows = Vec::with_capacity(items.len());
    for (place, item) in items.into_iter().enumerate() {
        let row = object(item, &format!("/value/{place}"))?;
        if !row.get("__id").is_some_and(Value::is_string) {
            return Err(WireFault::unexpected(format!("/value/{place}/__id"), UnexpectedKind::Missing));
        }
        rows.push(row);
    }
    let next = match members.get("@odata.nextLink") {
        None | Some(Value::Null) => None,
        Some(Value::String(link)) => Some(place(link)?),
        Some(_) => return Err(WireFault::unexpected("/@odata.nextLink", UnexpectedKind::WrongType)),
    };
    Ok(Rows { rows, next })
}

/// A token for the place. A server that is so old that it gives a number of rows to leave out is refused: with every row
/// that is deleted meanwhile, its next page leaves one out that nobody has seen.
fn place(link: &str) -> Result<Vec<(String, String)>, WireFault> {
    let url = Url::parse(link).map_err(|_| WireFault::unexpected("/@odata.nextLink", UnexpectedKind::WrongType))?;
    let pairs = url.query_pairs().filter(|(name, _)| name == "$skiptoken");
    let pairs: Vec<(String, String)> = pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    if pairs.is_empty() {
        return Err(WireFault::unexpected("/@odata.nextLink", UnexpectedKind::Missing));
    }
    Ok(pairs)
}
