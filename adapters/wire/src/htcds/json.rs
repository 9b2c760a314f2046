//! Cases in JSON: `{"standard": "HTCDS", "version": "2.0", "attribution": …, "cases": [{…}]}`. Other members of the
//! document are not read.

use serde_json::{Map, Value, json};

use super::{ATTRIBUTION, Cases, MAX_CASES, case};
use crate::fault::{FileFault, UnexpectedKind, WireFault};
use crate::sheet::within;

pub(super) fn read(bytes: &[u8]) -> Result<Cases, WireFault> {
    let Value::Object(mut document) = crate::json::read(bytes)? else {
        return Err(WireFault::unexpected("", UnexpectedKind::WrongType));
    };
    for (member, value) in [("standard", "HTCDS"), ("version", "2.0")] {
        match document.get(member) {
            Some(Value::String(text)) if text == value => {}
            Some(Value::String(_)) => {
                return Err(WireFault::unexpected(format!("/{member}"), UnexpectedKind::UnknownCode));
            }
            Some(_) => return Err(WireFault::unexpected(format!("/{member}"), UnexpectedKind::WrongType)),
            None => return Err(WireFault::unexpected(format!("/{member}"), UnexpectedKind::Missing)),
        }
    }
    let list = match document.remove("cases") {
        Some(Value::Array(list)) => list,
        Some(_) => return Err(WireFault::unexpected("/cases", UnexpectedKind::WrongType)),
        None => return Err(WireFault::unexpected("/cases", UnexpectedKind::Missing)),
    };
    within(list.len(), MAX_CASES, "cases")?;
    let mut cases = Cases::default();
    for (place, value) in list.into_iter().enumerate() {
        case::read(place + 1, value, &mut cases);
    }
    Ok(cases)
}

/// The bytes of cases that are exact.
pub(super) fn write(exact: Vec<Map<String, Value>>) -> Result<Vec<u8>, WireFault> {
    let cases: Vec<Value> = exact.into_iter().map(Value::Object).collect();
    let document = json!({"standard": "HTCDS", "version": "2.0", "attribution": ATTRIBUTION, "cases": cases});
    serde_json::to_vec_pretty(&document).map_err(|_| WireFault::File(FileFault::Write))
}
