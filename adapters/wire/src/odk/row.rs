//! A submission or an entity as the mapping sees it: its configured answers, in each other as the server gives them. A
//! path in `[intake] fields` is written with slashes, `person/name`, in repeats too: `kin/name`.

use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::settings::Takes;
use crate::fault::{UnexpectedKind, WireFault};
use crate::narrow::{Narrow, kept_paths};

/// The member that names a row through all its versions.
pub(super) const ID: &str = "__id";
/// The member that holds what the server itself says of a row.
pub(super) const SYSTEM: &str = "__system";

/// The key of a row: its id, without the scheme that a submission's has.
pub(super) fn key(row: &Map<String, Value>) -> Option<&str> {
    row.get(ID).and_then(Value::as_str).map(|id| id.strip_prefix("uuid:").unwrap_or(id))
}

/// A value by its path.
pub(super) fn at<'r>(row: &'r Map<String, Value>, path: &str) -> Option<&'r Value> {
    let mut names = path.split('/');
    let first = row.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name))
}

/// When the row last changed.
pub(super) fn changed(row: &Map<String, Value>) -> Option<Instant> {
    let told = |name: &str| at(row, &format!("{SYSTEM}/{name}")).and_then(Value::as_str).and_then(Instant::read);
    ["submissionDate", "createdAt", "updatedAt"].into_iter().filter_map(told).max()
}

/// Whether the partner's people let the row go: its mark, and of a submission its review state. An entity has none: of it
/// nothing is asked. A submission that does not say its state is let go only where all are.
pub(super) fn is_let_go(row: &Map<String, Value>, narrow: &Narrow, reviewed: Option<Takes>) -> bool {
    let Some(mark) = at(row, &narrow.mark.field) else { return false };
    let marked = Map::from_iter([(narrow.mark.field.clone(), mark.clone())]);
    let review = at(row, "__system/reviewState");
    let goes = match reviewed {
        None | Some(Takes::All) => true,
        Some(Takes::Approved) => review.and_then(Value::as_str) == Some("approved"),
        Some(Takes::NotRejected) => match review {
            Some(Value::Null) => true,
            Some(Value::String(state)) => !matches!(state.as_str(), "rejected" | "hasIssues"),
            _ => false,
        },
    };
    narrow.is_marked(&marked) && goes
}

/// The row's key and configured answers, and nothing else. An answer in the place of a group or of a repeat, as a form
/// that was redesigned has them, is an empty one of its type: nothing of it passes, and the mapping has it to refuse.
pub(super) fn narrowed(row: &Map<String, Value>, fields: &[String]) -> Value {
    let mut record = kept_paths(row, fields);
    if let Some(key) = key(row) {
        record.insert(ID.to_owned(), Value::from(key));
    }
    Value::Object(record)
}

/// An entity, as the list of entities gives it: its properties beside its label.
///
/// # Errors
/// [`WireFault::Unexpected`] where it is none.
pub(super) fn of_entity(mut entity: Map<String, Value>) -> Result<Map<String, Value>, WireFault> {
    let fault = |path: &str| WireFault::unexpected(path, UnexpectedKind::WrongType);
    let uuid = entity.get("uuid").and_then(Value::as_str).ok_or_else(|| fault("/uuid"))?;
    let id = uuid.strip_prefix("uuid:").unwrap_or(uuid).to_owned();
    let Some(Value::Object(mut version)) = entity.shift_remove("currentVersion") else {
        return Err(fault("/currentVersion"));
    };
    let Some(Value::Object(mut row)) = version.shift_remove("data") else { return Err(fault("/currentVersion/data")) };
    row.insert(ID.to_owned(), Value::from(id));
    row.insert("label".to_owned(), version.shift_remove("label").unwrap_or_default());
    let mut told = |name: &str| entity.shift_remove(name).unwrap_or_default();
    let (created, updated, conflict) = (told("createdAt"), told("updatedAt"), told("conflict"));
    let number = version.shift_remove("version").unwrap_or_default();
    row.insert(
        SYSTEM.to_owned(),
        json!({"createdAt": created, "updatedAt": updated, "version": number, "conflict": conflict}),
    );
    Ok(row)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{at, is_let_go, narrowed};
    use crate::narrow::{Mark, Narrow};
    use crate::odk::Takes;

    #[test]
    fn only_configured_paths_pass_and_the_key_always_does() {
        let row = json!({
            "__id": "uuid:a", "person": {"name": "Maya", "nid": "0", "home": {"place": "Multan", "gps": [1, 2]}},
            "kin": [{"__id": "x", "name": "Bina", "phone": "0"}, {"__id": "y", "name": null}],
            "kin@odata.navigationLink": "Submissions('uuid:a')/kin", "__system": {"submitterName": "Somebody"},
        });
        let fields = ["person/name", "person/home/place", "kin/name"].map(str::to_owned);
        let expected = json!({
            "__id": "a", "person": {"name": "Maya", "home": {"place": "Multan"}}, "kin": [{"name": "Bina"}, {"name": null}],
        });
        assert_eq!(narrowed(row.as_object().unwrap(), &fields), expected);
        assert_eq!(at(row.as_object().unwrap(), "person/home/place"), Some(&json!("Multan")));
        let odd = json!({"person": {"name": "Maya", "home": "of hers"}, "kin": ["Bina", 7, {"name": "Rubina"}]});
        let expected = json!({"person": {"name": "Maya", "home": ""}, "kin": ["", 0, {"name": "Rubina"}]});
        assert_eq!(narrowed(odd.as_object().unwrap(), &fields), expected, "nothing of it passes but that it is there");
    }

    #[test]
    fn a_review_state_counts_for_submissions_as_the_file_says() {
        let mark = Mark { field: "case/share".to_owned(), value: "yes".to_owned() };
        let narrow = Narrow { fields: Vec::new(), referral_fields: Vec::new(), mark };
        let row =
            |share: &str, system: serde_json::Value| json!({"__id": "a", "case": {"share": share}, "__system": system});
        let goes = |row: &serde_json::Value, takes| is_let_go(row.as_object().unwrap(), &narrow, takes);
        let (all, approved, not_rejected) = (Some(Takes::All), Some(Takes::Approved), Some(Takes::NotRejected));
        let nobody = row("yes", json!({"submissionDate": "x", "reviewState": null}));
        assert!(goes(&nobody, all) && !goes(&nobody, approved) && goes(&nobody, not_rejected));
        assert!(!goes(&row("no", json!({"reviewState": "approved"})), all));
        for (state, expected) in [
            ("approved", [true, true]),
            ("edited", [false, true]),
            ("hasIssues", [false, false]),
            ("rejected", [false, false]),
        ] {
            let judged = row("yes", json!({"submissionDate": "x", "reviewState": state}));
            assert_eq!([goes(&judged, approved), goes(&judged, not_rejected)], expected, "{state}");
        }
        // A submission that says neither when it came nor what somebody thinks of it is no entity for that.
        for system in [json!({"createdAt": "x"}), json!({"reviewState": 7}), json!(null)] {
            let silent = row("yes", system);
            assert!(!goes(&silent, approved) && !goes(&silent, not_rejected), "{silent}");
            assert!(goes(&silent, None), "an entity is asked for its mark alone: {silent}");
        }
    }
}
