//! Submissions of the form: listed, shown, edited, judged, deleted.

use serde_json::{Map, Value, json};

use super::query::matches;
use super::{ASSET, Kobo, Submission, detail};
use crate::server::{Asked, Told};

/// The most submissions that one request is given, whatever it asks for.
const MOST_PER_PAGE: usize = 1_000;
/// What a bulk edit leaves as it is.
const PROTECTED: [&str; 3] = ["__version__", "formhub", "meta"];

/// Answers as the server lists them: by slash path, every one a text, several choices with spaces between them, the rows
/// of a repeat with the whole path in their keys.
pub(super) fn flatten(answers: &Map<String, Value>, prefix: &str, flat: &mut Map<String, Value>) {
    for (name, value) in answers {
        let path = format!("{prefix}{name}");
        match value {
            Value::Object(inner) => flatten(inner, &format!("{path}/"), flat),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                flat.insert(path, Value::from(texts.join(" ")));
            }
            Value::Array(items) => {
                let rows = items.iter().filter_map(Value::as_object).map(|row| {
                    let mut flat = Map::new();
                    flatten(row, &format!("{path}/"), &mut flat);
                    Value::Object(flat)
                });
                flat.insert(path.clone(), Value::Array(rows.collect()));
            }
            // A question that nobody answered is not listed.
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => drop(flat.insert(path, Value::from(text.as_str()))),
            other => drop(flat.insert(path, Value::from(other.to_string()))),
        }
    }
}

impl Kobo {
    pub(super) fn list(&self, asked: &Asked) -> Told {
        let invalid = |field: &str, words: &str| Told::json(400, json!({ field: [words] }));
        let json = |name: &str| asked.asked_for(name).map(serde_json::from_str::<Value>).transpose();
        let Ok(query) = json("query") else { return invalid("query", "Value must be valid JSON.") };
        let Ok(fields) = json("fields") else { return invalid("fields", "Value must be valid JSON.") };
        let Ok(sort) = json("sort") else { return invalid("sort", "Value must be valid JSON.") };
        let number = |name: &str| asked.asked_for(name).map(|text| text.parse::<usize>().ok());
        let limit = match number("limit") {
            Some(Some(limit @ 1..)) => limit.min(MOST_PER_PAGE),
            Some(_) => return invalid("limit", "A positive integer is required"),
            None => MOST_PER_PAGE,
        };
        let start = number("start").flatten().unwrap_or(0);
        let query = query.unwrap_or_else(|| json!({}));
        let found: Option<Vec<(bool, &Submission)>> = self
            .submissions
            .iter()
            .map(|submission| matches(&submission.raw, &query).map(|yes| (yes, submission)))
            .collect();
        let Some(found) = found else { return invalid("query", "Unsupported query") };
        let mut found: Vec<&Submission> = found.into_iter().filter(|(yes, _)| *yes).map(|(_, one)| one).collect();
        // Without an order asked for, the store gives what it gives: here, the latest edited last.
        if sort.as_ref().is_some_and(|sort| sort.get("_id").and_then(Value::as_i64) == Some(1)) {
            found.sort_by_key(|submission| submission.number);
        }
        let count = found.len();
        let fields = fields.as_ref().and_then(Value::as_array);
        let named = |name: &str| fields.is_none_or(|fields| name == "_id" || fields.iter().any(|field| field == name));
        let results: Vec<Map<String, Value>> = found
            .into_iter()
            .skip(start)
            .take(limit)
            .map(|one| {
                one.raw
                    .iter()
                    .filter(|(name, _)| named(name))
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect()
            })
            .collect();
        let next = (start + limit < count)
            .then(|| format!("/api/v2/assets/{}/data/?start={}&limit={limit}", ASSET, start + limit));
        Told::json(200, json!({"count": count, "next": next, "previous": null, "results": results}))
    }

    /// By number, or by the UUID of the present instance: the root's finds nothing once a submission was edited.
    pub(super) fn show(&self, id: &str) -> Told {
        let own = |one: &&Submission| {
            one.number.to_string() == id || one.raw.get("_uuid").and_then(Value::as_str) == Some(id)
        };
        match self.submissions.iter().find(own) {
            Some(one) => Told::json(200, Value::Object(one.raw.clone())),
            None => detail(404, "Not found."),
        }
    }

    pub(super) fn delete(&mut self, id: &str) -> Told {
        let before = self.submissions.len();
        self.submissions.retain(|one| one.number.to_string() != id);
        if self.submissions.len() < before { Told::empty(204) } else { detail(404, "Submission not found") }
    }

    pub(super) fn judge(&mut self, id: &str, body: &Value) -> Told {
        let uid = body.get("validation_status.uid").and_then(Value::as_str).unwrap_or_default();
        let label = match uid {
            "validation_status_approved" => "Approved",
            "validation_status_not_approved" => "Not approved",
            "validation_status_on_hold" => "On hold",
            _ => return detail(400, "Not a valid validation status"),
        };
        let seconds = self.clock.now().millis() / 1_000;
        let status = json!({"uid": uid, "label": label, "by_whom": "supervisor", "timestamp": seconds});
        let Some(one) = self.submissions.iter_mut().find(|one| one.number.to_string() == id) else {
            return detail(404, "Not found.");
        };
        one.raw.insert("_validation_status".to_owned(), status.clone());
        Told::json(200, status)
    }

    pub(super) fn edit_many(&mut self, body: &Value) -> Told {
        let refused = |words: &str| Told::json(400, json!({ "payload": [words] }));
        let payload = body.get("payload");
        let ids: Option<Vec<u64>> = payload
            .and_then(|payload| payload.get("submission_ids"))
            .and_then(Value::as_array)
            .and_then(|ids| ids.iter().map(Value::as_u64).collect());
        let Some(ids) = ids.filter(|ids| !ids.is_empty()) else {
            return refused("`submission_ids` must contain at least one value");
        };
        let answers = payload.and_then(|payload| payload.get("data")).and_then(Value::as_object);
        let Some(answers) = answers.filter(|answers| !answers.is_empty()).cloned() else {
            return refused("`data` must be specified");
        };
        let mut results = Vec::new();
        for id in ids {
            let Some(root) = self.submissions.iter().find(|one| one.number == id).map(|one| one.root().to_owned())
            else {
                continue;
            };
            self.edit(&root, &answers);
            let uuid = self.find(&root).and_then(|one| one.raw.get("_uuid").cloned());
            results.push(json!({"uuid": uuid, "status_code": 201, "message": "Successful submission"}));
        }
        let status = if results.is_empty() { 400 } else { 200 };
        Told::json(
            status,
            json!({"count": results.len(), "successes": results.len(), "failures": 0, "results": results}),
        )
    }

    /// An edit, by the web form or in bulk: new instance, old root.
    pub(crate) fn edit(&mut self, root: &str, answers: &Map<String, Value>) -> bool {
        let instance = self.draw().uuid().to_string();
        let Some(place) = self.submissions.iter().position(|one| one.root() == root) else { return false };
        // The store writes what was edited behind the rest.
        let mut one = self.submissions.remove(place);
        let flat_answers =
            answers.iter().filter(|(path, _)| !PROTECTED.iter().any(|own| path.split('/').next() == Some(own)));
        for (path, value) in flat_answers {
            match value {
                Value::Null => drop(one.raw.shift_remove(path)),
                Value::String(text) if text.is_empty() => drop(one.raw.shift_remove(path)),
                Value::String(_) | Value::Array(_) => drop(one.raw.insert(path.clone(), value.clone())),
                other => drop(one.raw.insert(path.clone(), Value::from(other.to_string()))),
            }
        }
        let before = one.raw.get("meta/instanceID").cloned().unwrap_or_default();
        one.raw.insert("meta/deprecatedID".to_owned(), before);
        one.raw.insert("meta/instanceID".to_owned(), Value::from(format!("uuid:{instance}")));
        one.raw.insert("_uuid".to_owned(), Value::from(instance));
        one.sent = None;
        self.submissions.push(one);
        true
    }
}
