//! Why the caller asks, as every transport carries it: one purpose, spelt as the schema spells it.

use http::HeaderMap;
use sangam_vocabulary::{Code as _, Purpose};

use crate::refusal::{DoorCode, Refusal};

/// The header, for HTTP.
pub(crate) const HEADER: &str = "sangam-purpose";

/// The purpose in the headers.
///
/// # Errors
/// 400 when it is unknown or given twice.
pub(crate) fn of_headers(headers: &HeaderMap) -> Result<Option<Purpose>, Refusal> {
    let mut values = headers.get_all(HEADER).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().ok().map_or_else(|| Err(unknown()), |text| read(text).map(Some)),
        (Some(_), Some(_)) => Err(unknown()),
    }
}

/// The purpose in an object of a socket's message.
///
/// # Errors
/// The same as for a header.
pub(crate) fn of_json(object: Option<&serde_json::Map<String, serde_json::Value>>) -> Result<Option<Purpose>, Refusal> {
    match object.and_then(|object| object.get("purpose")) {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::String(text)) => read(text).map(Some),
        Some(_) => Err(unknown()),
    }
}

fn read(text: &str) -> Result<Purpose, Refusal> {
    Purpose::read(text).map_err(|_| unknown())
}

const fn unknown() -> Refusal {
    Refusal::of(DoorCode::UnknownPurpose)
}
