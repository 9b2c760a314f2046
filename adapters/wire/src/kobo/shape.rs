//! A submission as the mapping sees it. The server keys answers by slash paths (`group/question`); they become members
//! in each other, in repeats too, whose inner keys repeat the whole path. Only the configured paths are looked at.

use serde_json::{Map, Value};

use crate::fault::{UnexpectedKind, WireFault};
use crate::zone::Zone;

/// What names a submission through all its edits.
pub(super) const ROOT: &str = "meta/rootUuid";
/// The edit before this one; only an edited submission has it.
pub(super) const DEPRECATED: &str = "meta/deprecatedID";
/// The number that the server gave it; an edit keeps it.
pub(super) const NUMBER: &str = "_id";
/// When it first came; an edit keeps that too.
pub(super) const CAME: &str = "_submission_time";
/// What the partner's people say of it.
pub(super) const STATUS: &str = "_validation_status";

/// How deep groups may lie in each other: three times what a form on a phone can show.
const MOST_GROUPS: usize = 12;

/// The number of a submission.
pub(super) fn number(raw: &Map<String, Value>) -> Option<u64> {
    raw.get(NUMBER).and_then(Value::as_u64)
}

/// The key of a submission: its root UUID without the scheme; from a server that is too old to say one, its number.
pub(super) fn key(raw: &Map<String, Value>) -> Option<String> {
    let root = raw.get(ROOT).and_then(Value::as_str).map(bare);
    root.filter(|root| !root.is_empty()).map(str::to_owned).or_else(|| number(raw).map(|number| number.to_string()))
}

/// Whether a submission is the one of a key: by its root, or by its number. A server, or whatever stands before it, that
/// passes a query over answers with somebody else.
pub(super) fn is_of(raw: &Map<String, Value>, key: &str) -> bool {
    let root = raw.get(ROOT).and_then(Value::as_str).map(bare);
    root == Some(key) || number(raw).is_some_and(|number| number.to_string() == key)
}

/// An instance's id without its scheme.
pub(super) fn bare(id: &str) -> &str {
    id.strip_prefix("uuid:").unwrap_or(id)
}

/// The code of the validation status; `None` for `{}`, which is what nobody looked at.
pub(super) fn status(raw: &Map<String, Value>) -> Option<&str> {
    raw.get(STATUS).and_then(|status| status.get("uid")).and_then(Value::as_str)
}

/// The submission's configured answers, in each other, and its key.
///
/// # Errors
/// [`WireFault::Unexpected`] where an answer stands in the place of a group or lies deeper than any form.
pub(super) fn narrowed(
    raw: &Map<String, Value>,
    fields: &[String],
    zone: &Zone,
) -> Result<Map<String, Value>, WireFault> {
    let mut record = group(raw, "", fields, false)?;
    if let Some(number) = raw.get(NUMBER) {
        record.insert(NUMBER.to_owned(), number.clone());
    }
    if let Some(key) = key(raw).filter(|_| raw.contains_key(ROOT)) {
        put(&mut record, ROOT, Value::from(key))?;
    }
    // Without a zone it would be read as anything by anybody.
    let came = record.get(CAME).and_then(Value::as_str).map(|text| zone.instant(text));
    if let Some(came) = came {
        let came = came.ok_or_else(|| WireFault::unexpected(format!("/{CAME}"), UnexpectedKind::WrongType))?;
        record.insert(CAME.to_owned(), Value::from(came.rfc3339()));
    }
    Ok(record)
}

/// A submission of a sample with all its answers in each other.
///
/// # Errors
/// As [`narrowed`].
pub(super) fn whole(raw: &Map<String, Value>) -> Result<Map<String, Value>, WireFault> {
    let all: Vec<String> = raw.keys().cloned().collect();
    let mut record = group(raw, "", &all, false)?;
    if let Some(key) = key(raw).filter(|_| raw.contains_key(ROOT)) {
        put(&mut record, ROOT, Value::from(key))?;
    }
    Ok(record)
}

/// The configured answers among those of a submission or of a row in a repeat; of a repeat that is configured as a
/// whole, all.
fn group(
    raw: &Map<String, Value>,
    prefix: &str,
    fields: &[String],
    whole: bool,
) -> Result<Map<String, Value>, WireFault> {
    let mut members = Map::new();
    for (path, value) in raw {
        // The key is put in its own form by whoever asks for it.
        let own = whole || (fields.contains(path) && path != ROOT);
        let place = path.strip_prefix(prefix).unwrap_or(path);
        let below = format!("{path}/");
        match rows(value).filter(|_| !path.starts_with('_')) {
            Some(rows) if own || fields.iter().any(|field| field.starts_with(&below)) => {
                let rows = rows.into_iter().map(|row| group(row, &below, fields, own).map(Value::Object));
                put(&mut members, place, Value::Array(rows.collect::<Result<_, _>>()?))?;
            }
            None if own => put(&mut members, place, value.clone())?,
            _ => {}
        }
    }
    Ok(members)
}

/// The rows of a repeat.
fn rows(value: &Value) -> Option<Vec<&Map<String, Value>>> {
    let items = value.as_array().filter(|items| !items.is_empty())?;
    items.iter().map(Value::as_object).collect()
}

/// Puts an answer where its path says.
fn put(members: &mut Map<String, Value>, path: &str, value: Value) -> Result<(), WireFault> {
    let taken = |kind| WireFault::unexpected("/results", kind);
    let mut names: Vec<&str> = path.split('/').collect();
    if names.len() > MOST_GROUPS {
        return Err(taken(UnexpectedKind::TooDeep));
    }
    let last = names.pop().unwrap_or_default();
    let mut at = members;
    for name in names {
        let inner = at.entry(name).or_insert_with(|| Value::Object(Map::new()));
        at = inner.as_object_mut().ok_or_else(|| taken(UnexpectedKind::WrongType))?;
    }
    match at.insert(last.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(taken(UnexpectedKind::DuplicateKey)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Zone, narrowed};
    use crate::fault::WireFault;

    fn read(raw: Value, fields: &[&str]) -> Result<Value, WireFault> {
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        narrowed(raw.as_object().unwrap(), &fields, &Zone::read("+05:45").unwrap()).map(Value::Object)
    }

    fn submission() -> Value {
        json!({
            "_id": 7, "meta/rootUuid": "uuid:r", "meta/instanceID": "uuid:i", "_geolocation": [27.7, 85.3],
            "_submission_time": "2026-11-24T08:00:00", "person/name": "Maya", "person/home/place": "Chautara",
            "person/nid": "000", "kin": [
                {"kin/name": "Bina", "kin/home/place": "Dhading", "kin/phone": "0", "kin/pets": [{"kin/pets/kind": "dog"}]},
                {"kin/name": "Hari"},
            ],
        })
    }

    #[test]
    fn slash_paths_become_members_and_nothing_else_passes() {
        let fields = ["_submission_time", "person/name", "person/home/place", "kin/name", "kin/home/place"];
        let expected = json!({
            "_submission_time": "2026-11-24T02:15:00.000Z",
            "person": {"name": "Maya", "home": {"place": "Chautara"}},
            "kin": [{"name": "Bina", "home": {"place": "Dhading"}}, {"name": "Hari"}],
            "_id": 7, "meta": {"rootUuid": "r"},
        });
        assert_eq!(read(submission(), &fields).unwrap(), expected);
    }

    #[test]
    fn a_repeat_is_configured_as_a_whole_or_question_by_question() {
        let whole = read(submission(), &["kin"]).unwrap();
        assert_eq!(whole["kin"][0]["pets"], json!([{"kind": "dog"}]));
        assert_eq!(whole["kin"][0]["phone"], "0");
        let inner = read(submission(), &["kin/pets/kind"]).unwrap();
        assert_eq!(inner["kin"], json!([{"pets": [{"kind": "dog"}]}, {}]));
        assert_eq!(read(submission(), &["person"]).unwrap(), json!({"_id": 7, "meta": {"rootUuid": "r"}}));
        assert_eq!(read(submission(), &["_geolocation"]).unwrap()["_geolocation"], json!([27.7, 85.3]));
    }

    #[test]
    fn an_answer_in_the_place_of_a_group_and_a_path_without_an_end_are_refused() {
        assert!(read(json!({"a": "x", "a/b": "y"}), &["a", "a/b"]).is_err());
        assert!(read(json!({"a/b": "x", "a": "y"}), &["a", "a/b"]).is_err());
        let endless = "a/".repeat(5_000);
        assert!(read(json!({"r": [{ (format!("r/{endless}")): "x" }]}), &["r"]).is_err());
        assert!(read(json!({"_submission_time": "yesterday"}), &["_submission_time"]).is_err());
    }
}
