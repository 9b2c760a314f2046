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

/// Whether the partner's people let the row go: its mark, and of a submission its review state. An entity has none.
pub(super) fn is_let_go(row: &Map<String, Value>, narrow: &Narrow, takes: Takes) -> bool {
    let Some(mark) = at(row, &narrow.mark.field) else { return false };
    let marked = Map::from_iter([(narrow.mark.field.clone(), mark.clone())]);
    let is_entity = at(row, "__system/submissionDate").is_none();
    let review = at(row, "__system/reviewState").and_then(Value::as_str);
    let reviewed = match takes {
        Takes::All => true,
        Takes::Approved => review == Some("approved"),
        Takes::NotRejected => !matches!(review, Some("rejected" | "hasIssues")),
    };
    narrow.is_marked(&marked) && (is_entity || reviewed)
}

/// The row's key and configured answers, and nothing else.
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
    }

    #[test]
    fn a_review_state_counts_for_submissions_as_the_file_says() {
        let mark = Mark { field: "case/share".to_owned(), value: "yes".to_owned() };
        let narrow = Narrow { fields: Vec::new(), referral_fields: Vec::new(), mark };
        let row = |review: serde_json::Value, share: &str| json!({"__id": "a", "case": {"share": share}, "__system": {"submissionDate": "x", "reviewState": review}});
        let goes = |review, share, takes| is_let_go(row(review, share).as_object().unwrap(), &narrow, takes);
        assert!(goes(json!(null), "yes", Takes::All) && !goes(json!(null), "no", Takes::All));
        assert!(goes(json!("approved"), "yes", Takes::Approved) && !goes(json!("edited"), "yes", Takes::Approved));
        assert!(
            goes(json!("edited"), "yes", Takes::NotRejected) && !goes(json!("hasIssues"), "yes", Takes::NotRejected)
        );
        let entity = json!({"__id": "a", "case": {"share": "yes"}, "__system": {"createdAt": "x"}});
        assert!(is_let_go(entity.as_object().unwrap(), &narrow, Takes::Approved));
    }
}
