//! Cases: listed in pages, created, merged.

use serde_json::{Map, Value, json};

use super::form::Takes;
use super::{Primero, data, error};
use crate::server::Told;

/// Cases a page where nothing is asked for, and at most.
const PER_PAGE: usize = 20;
const MOST_PER_PAGE: usize = 1_000;

impl Primero {
    pub(super) fn list_cases(&self, query: &[(String, String)]) -> Told {
        let number = |name: &str, fallback: usize| {
            let given = query.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok());
            given.unwrap_or(fallback).max(1)
        };
        let (per, page) = (number("per", PER_PAGE).min(MOST_PER_PAGE), number("page", 1));
        // A filter that is not permitted is ignored, not refused.
        let filters: Vec<_> = query.iter().filter(|(name, _)| self.form.filters.contains(&name.as_str())).collect();
        let found: Vec<&Map<String, Value>> = self
            .cases
            .iter()
            .filter(|(id, _)| !self.closed.contains(id))
            .map(|(_, case)| case)
            .filter(|case| filters.iter().all(|(name, wanted)| matches(case.get(name), wanted)))
            .collect();
        let data: Vec<&Map<String, Value>> = found.iter().skip((page - 1) * per).take(per).copied().collect();
        let metadata = json!({"total": found.len(), "per": per, "page": page});
        Told::json(200, json!({"data": data, "metadata": metadata}))
    }

    pub(crate) fn case(&self, id: &str) -> Option<&Map<String, Value>> {
        self.cases.iter().find(|(known, _)| known == id).map(|(_, case)| case)
    }

    pub(super) fn case_mut(&mut self, id: &str) -> Option<&mut Map<String, Value>> {
        self.cases.iter_mut().find(|(known, _)| known == id).map(|(_, case)| case)
    }

    pub(super) fn show_case(&self, id: &str) -> Told {
        if self.closed.contains(id) {
            return error(403, &format!("/api/v2/cases/{id}"), json!("Forbidden"), None);
        }
        match self.case(id) {
            Some(case) => data(Value::Object(case.clone())),
            None => missing(id),
        }
    }

    /// Primero deletes no case: it is disabled, and goes on being listed and shown with `record_state` false.
    pub(crate) fn disable_case(&mut self, id: &str) -> Told {
        let now = self.now();
        let Some(case) = self.case_mut(id) else {
            return missing(id);
        };
        case.insert("record_state".to_owned(), Value::Bool(false));
        case.insert("last_updated_at".to_owned(), Value::from(now));
        self.changed.insert(id.to_owned());
        data(json!({ "id": id }))
    }

    pub(crate) fn create_case(&mut self, body: &Value) -> Told {
        let Some(Value::Object(given)) = body.get("data") else {
            return unprocessable(None);
        };
        let mut fields = given.clone();
        let own = fields.shift_remove("id").and_then(|id| id.as_str().map(str::to_owned));
        if let Some(field) = self.refused(&fields) {
            return unprocessable(Some(&field));
        }
        if own.as_deref().is_some_and(|id| self.case(id).is_some()) {
            return error(409, "/api/v2/cases", json!("Conflict"), None);
        }
        let chosen = own.is_some();
        let id = own.unwrap_or_else(|| self.draw().uuid().to_string());
        let mut number: String = self.draw().secret().chars().take(7).collect();
        while !self.numbers.insert(number.clone()) {
            number = self.draw().secret().chars().take(7).collect();
        }
        let now = self.now();
        let mut case = Map::new();
        case.insert("id".to_owned(), Value::from(id.as_str()));
        case.extend(fields);
        case.insert("owned_by".to_owned(), Value::from(self.form.hub_user));
        case.insert("created_at".to_owned(), Value::from(now.as_str()));
        case.insert("last_updated_at".to_owned(), Value::from(now));
        case.insert("case_id_display".to_owned(), Value::from(number));
        self.changed.insert(id.clone());
        self.cases.push((id, case.clone()));
        if chosen { Told::empty(204) } else { data(Value::Object(case)) }
    }

    pub(crate) fn update_case(&mut self, id: &str, body: &Value) -> Told {
        let Some(Value::Object(fields)) = body.get("data") else {
            return unprocessable(None);
        };
        if fields.get("mark_synced") == Some(&Value::Bool(true)) {
            return self.mark_synced(id, fields);
        }
        if let Some(field) = self.refused(fields) {
            return unprocessable(Some(&field));
        }
        let now = self.now();
        let form = self.form;
        let Some(case) = self.case_mut(id) else {
            return missing(id);
        };
        for (name, value) in fields {
            if form.takes(name) == Some(Takes::Rows) {
                let rows = case.entry(name.clone()).or_insert_with(|| json!([]));
                merge_rows(rows, value);
            } else {
                case.insert(name.clone(), value.clone());
            }
        }
        case.insert("last_updated_at".to_owned(), Value::from(now));
        self.changed.insert(id.to_owned());
        data(Value::Object(fields.clone()))
    }

    /// A webhook's words about the case were heard: the case itself is as it was.
    fn mark_synced(&mut self, id: &str, fields: &Map<String, Value>) -> Told {
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if self.case(id).is_none() {
            return missing(id);
        }
        self.synced.push((id.to_owned(), text("mark_synced_url"), text("mark_synced_status")));
        data(json!({ "id": id }))
    }

    /// The first field that the form does not have or whose value it does not take.
    fn refused(&self, fields: &Map<String, Value>) -> Option<String> {
        let odd = |(name, value): &(&String, &Value)| match self.form.takes(name) {
            None => true,
            Some(_) if value.is_null() => false,
            Some(Takes::Text) => !value.is_string(),
            Some(Takes::Date) => !value.as_str().is_some_and(is_day),
            Some(Takes::Number) => !value.is_u64(),
            Some(Takes::Tick) => !value.is_boolean(),
            Some(Takes::One(list)) => !value.as_str().is_some_and(|code| list.contains(&code)),
            Some(Takes::Some(list)) => !value
                .as_array()
                .is_some_and(|codes| codes.iter().all(|code| code.as_str().is_some_and(|code| list.contains(&code)))),
            Some(Takes::Rows) => !value.as_array().is_some_and(|rows| rows.iter().all(Value::is_object)),
        };
        fields.iter().find(odd).map(|(name, _)| name.clone())
    }
}

/// Rows of a nested form merge by `unique_id`; `_delete` removes one.
fn merge_rows(rows: &mut Value, given: &Value) {
    let (Some(rows), Some(given)) = (rows.as_array_mut(), given.as_array()) else {
        return;
    };
    for row in given {
        let id = row.get("unique_id");
        let place = rows.iter().position(|known| id.is_some() && known.get("unique_id") == id);
        let removed = row.get("_delete") == Some(&Value::Bool(true));
        match (place, removed) {
            (Some(place), true) => drop(rows.remove(place)),
            (Some(place), false) => {
                if let (Some(Value::Object(known)), Value::Object(new)) = (rows.get_mut(place), row) {
                    known.extend(new.clone());
                }
            }
            (None, true) => {}
            (None, false) => rows.push(row.clone()),
        }
    }
}

fn matches(value: Option<&Value>, wanted: &str) -> bool {
    let one = |value: &Value| match value {
        Value::String(text) => wanted.split(',').any(|wanted| wanted == text),
        Value::Bool(yes) => wanted == yes.to_string(),
        Value::Number(number) => match wanted.split_once("..") {
            None => wanted == number.to_string(),
            Some((least, most)) => {
                let bound = |text: &str| text.parse::<f64>().ok();
                let number = number.as_f64();
                number >= bound(least) && number <= bound(most)
            }
        },
        _ => false,
    };
    value.is_some_and(one)
}

fn is_day(text: &str) -> bool {
    let shape = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(shape)
}

fn unprocessable(field: Option<&str>) -> Told {
    let message = match field {
        Some(_) => json!(["errors.models.child.invalid_value"]),
        None => json!("data must be an object"),
    };
    error(422, "/api/v2/cases", message, field)
}

pub(super) fn missing(id: &str) -> Told {
    error(404, &format!("/api/v2/cases/{id}"), json!("Not Found"), None)
}
