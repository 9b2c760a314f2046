//! One service, as HSDS 3 has it and as directories write it. What is deprecated, who works there, where it is and how it is
//! reached do not pass: a directory's contacts are people, and of a place the hub tells nobody more than a division.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::fault::{UnexpectedKind, WireFault};

/// Names of HSDS 2 that HSDS 3 gave up: whoever writes them means another thing with the rest as well.
const OF_TWO: [&str; 7] = [
    "physical_addresses",
    "postal_addresses",
    "regular_schedules",
    "holiday_schedules",
    "physical_address",
    "regular_schedule",
    "eligibility",
];
/// What does not pass, wherever it stands: what the specification calls deprecated; people; places, and what leads there;
/// who changed what.
const DROPPED: [&str; 21] = [
    "tax_id",
    "tax_status",
    "licenses",
    "fees",
    "wait_time",
    "contacts",
    "phones",
    "email",
    "assurer_email",
    "url",
    "website",
    "uri",
    "logo",
    "locations",
    "location",
    "service_at_locations",
    "addresses",
    "schedules",
    "funding",
    "metadata",
    "organization_identifiers",
];
const STATUS: [&str; 4] = ["active", "inactive", "defunct", "temporarily closed"];
/// The longest text of a field: a description of two pages.
const LONGEST: usize = 8_000;
/// The most items of a list: languages, areas, terms of one service.
const MOST: usize = 200;

fn fault<T>(path: &str, kind: UnexpectedKind) -> Result<T, WireFault> {
    Err(WireFault::unexpected(path, kind))
}

/// A service that can be taken, without what does not pass.
///
/// # Errors
/// [`WireFault::Unexpected`] with the path of the first field that is not as HSDS 3 has it.
pub(super) fn service(service: Map<String, Value>) -> Result<Map<String, Value>, WireFault> {
    let service = object(service, "")?;
    required(&service, "id", "")?;
    required(&service, "name", "")?;
    match service.get("status") {
        Some(Value::String(status)) if STATUS.contains(&status.as_str()) => {}
        Some(Value::String(_)) => return fault("/status", UnexpectedKind::UnknownCode),
        Some(_) => return fault("/status", UnexpectedKind::WrongType),
        None => return fault("/status", UnexpectedKind::Missing),
    }
    match service.get("organization") {
        None => {}
        Some(Value::Object(organization)) => {
            required(organization, "id", "/organization")?;
            required(organization, "name", "/organization")?;
        }
        Some(_) => return fault("/organization", UnexpectedKind::WrongType),
    }
    Ok(service)
}

fn required(object: &Map<String, Value>, name: &str, at: &str) -> Result<(), WireFault> {
    match object.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(()),
        Some(Value::String(_)) | None => fault(&format!("{at}/{name}"), UnexpectedKind::Missing),
        Some(_) => fault(&format!("{at}/{name}"), UnexpectedKind::WrongType),
    }
}

/// An object without what does not pass, and everything in it.
fn object(members: Map<String, Value>, at: &str) -> Result<Map<String, Value>, WireFault> {
    let mut kept = Map::new();
    for (name, value) in members {
        if !is_name(&name) {
            continue;
        }
        let path = format!("{at}/{name}");
        if OF_TWO.contains(&name.as_str()) {
            return fault(&path, UnexpectedKind::UnknownCode);
        }
        if DROPPED.contains(&name.as_str()) || value.is_null() {
            continue;
        }
        let value = match (name.as_str(), value) {
            ("id", Value::String(id)) => match Uuid::try_parse(&id) {
                // One spelling, so that the same id is the same text.
                Ok(id) => Value::String(id.hyphenated().to_string()),
                Err(_) => return fault(&path, UnexpectedKind::WrongType),
            },
            ("id", _) => return fault(&path, UnexpectedKind::WrongType),
            (_, value) => inside(value, &path)?,
        };
        kept.insert(name, value);
    }
    Ok(kept)
}

fn inside(value: Value, at: &str) -> Result<Value, WireFault> {
    Ok(match value {
        Value::String(text) => Value::String(plain(text, at)?),
        Value::Object(members) => Value::Object(object(members, at)?),
        Value::Array(items) => {
            if items.len() > MOST {
                return Err(WireFault::TooLarge { limit: MOST as u64, unit: "items" });
            }
            let items = items.into_iter().enumerate().map(|(place, item)| inside(item, &format!("{at}/{place}")));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        other => other,
    })
}

/// A field's name as the specification spells them; what is none could carry anything into a fault's path.
fn is_name(name: &str) -> bool {
    (1..=80).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A text that shows as what it is: no control but line breaks and tabs, and nothing that turns the direction of what
/// follows.
fn plain(text: String, at: &str) -> Result<String, WireFault> {
    if text.len() > LONGEST {
        return Err(WireFault::TooLarge { limit: LONGEST as u64, unit: "bytes" });
    }
    let hidden = |letter: char| {
        (letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
            || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    if text.chars().any(hidden) { fault(at, UnexpectedKind::WrongType) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::service;
    use crate::fault::{UnexpectedKind, WireFault};

    const ID: &str = "ac148810-d857-441c-9679-408f346de14b";

    fn read(value: Value) -> Result<Value, WireFault> {
        let Value::Object(members) = value else { panic!("an object") };
        service(members).map(Value::Object)
    }

    fn with(name: &str, value: Value) -> Value {
        let mut service = json!({ "id": ID, "name": "Legal advice", "status": "active" });
        service[name] = value;
        service
    }

    #[test]
    fn the_examples_slips_are_read_and_what_does_not_pass_is_dropped() {
        let told = read(json!({
            "id": ID.to_uppercase(), "name": "Legal advice", "status": "temporarily closed", "fees": "10", "licenses": "x",
            "wait_time": "y", "url": null,
            "organization": { "id": ID, "name": "Invented", "tax_id": "17", "locations": [] },
            "phones": [{ "id": ID, "number": "\"+880 2 1234\"", "extension": 100 }], "email": "rupa@invented.example",
            "service_areas": [{ "id": ID, "name": "Dhaka", "uri": "https://maps.example/?q=23.7,90.4" }],
            "contacts": [{ "id": ID, "name": "Somebody" }],
            "service_at_locations": [{ "id": ID, "location": { "latitude": 1 } }],
        }));
        let wanted = json!({
            "id": ID, "name": "Legal advice", "status": "temporarily closed",
            "organization": { "id": ID, "name": "Invented" },
            "service_areas": [{ "id": ID, "name": "Dhaka" }],
        });
        assert_eq!(told, Ok(wanted));
    }

    #[test]
    fn what_is_not_of_hsds_3_is_refused_with_its_path() {
        use UnexpectedKind::{Missing, UnknownCode, WrongType};
        assert!(read(with("description", json!("Free\nof charge"))).is_ok(), "the control");
        for (name, value, path, kind) in [
            ("id", json!("1"), "/id", WrongType),
            ("id", json!(7), "/id", WrongType),
            ("name", json!(""), "/name", Missing),
            ("name", json!({}), "/name", WrongType),
            ("status", json!("open"), "/status", UnknownCode),
            ("status", json!(null), "/status", Missing),
            ("organization", json!("Invented"), "/organization", WrongType),
            ("organization", json!({ "name": "x" }), "/organization/id", Missing),
            ("organization", json!({ "id": "x", "name": "x" }), "/organization/id", WrongType),
            ("regular_schedules", json!([]), "/regular_schedules", UnknownCode),
            ("description", json!("\u{202e}evil"), "/description", WrongType),
            ("description", json!("a\u{0}b"), "/description", WrongType),
            ("languages", json!([{ "id": "no", "name": "x" }]), "/languages/0/id", WrongType),
        ] {
            assert_eq!(read(with(name, value)), Err(WireFault::unexpected(path, kind)), "{name} {path}");
        }
        let odd = read(with("Rupa Das", json!(1))).unwrap();
        assert!(odd.get("Rupa Das").is_none() && odd["id"] == ID, "what is no name of a field is dropped");
        assert!(matches!(read(with("description", json!("x".repeat(8_001)))), Err(WireFault::TooLarge { .. })));
        assert!(matches!(read(with("languages", json!(vec![0; 201]))), Err(WireFault::TooLarge { .. })));
    }
}
