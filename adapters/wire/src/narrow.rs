//! Minimal intake (DESIGN §4): of a partner's record only the configured fields go on, and only if it is
//! marked for the hub. Everything else is dropped here, before any mapping sees it.

use serde_json::{Map, Value};

/// The mark a partner's people set on a record that the hub may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The field.
    pub field: String,
    /// The value that means yes, as text; `true` also reads a JSON `true`.
    pub value: String,
}

/// What may pass the border.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrow {
    /// The record's fields that the mapping needs, the mark's own included.
    pub fields: Vec<String>,
    /// The fields of a referral that the mapping needs.
    pub referral_fields: Vec<String>,
    /// The mark.
    pub mark: Mark,
}

impl Mark {
    /// Whether a value of the mark's field says yes.
    pub(crate) fn is_said(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => *text == self.value,
            Value::Bool(yes) => self.value == yes.to_string(),
            Value::Number(number) => self.value == number.to_string(),
            _ => false,
        }
    }
}

impl Narrow {
    /// Whether the record is marked for the hub.
    #[must_use]
    pub fn is_marked(&self, record: &Map<String, Value>) -> bool {
        record.get(&self.mark.field).is_some_and(|value| self.mark.is_said(value))
    }

    /// The record's own fields and nothing else.
    #[must_use]
    pub fn record(&self, record: Map<String, Value>) -> Map<String, Value> {
        kept(record, &self.fields)
    }

    /// The referral's own fields and nothing else.
    #[must_use]
    pub fn referral(&self, referral: Map<String, Value>) -> Map<String, Value> {
        kept(referral, &self.referral_fields)
    }
}

fn kept(members: Map<String, Value>, fields: &[String]) -> Map<String, Value> {
    members.into_iter().filter(|(name, _)| fields.contains(name)).collect()
}

/// What paths with slashes name of a record, and of what lies on the way there nothing else; lists are gone through. An
/// answer in the place of a group or of a repeat is an empty one of its type: nothing of it passes, and the mapping has it to
/// refuse.
pub(crate) fn kept_paths(members: &Map<String, Value>, fields: &[String]) -> Map<String, Value> {
    below(members, "", fields)
}

fn below(members: &Map<String, Value>, prefix: &str, fields: &[String]) -> Map<String, Value> {
    let mut record = Map::new();
    for (name, value) in members {
        let path = format!("{prefix}{name}");
        let within = format!("{path}/");
        if fields.contains(&path) {
            record.insert(name.clone(), value.clone());
        } else if fields.iter().any(|field| field.starts_with(&within)) {
            let inner = |value: &Value| match value {
                Value::Object(inner) => Value::Object(below(inner, &within, fields)),
                Value::String(_) => Value::from(""),
                Value::Number(_) => Value::from(0),
                Value::Bool(_) => Value::Bool(false),
                Value::Array(_) => Value::Array(Vec::new()),
                Value::Null => Value::Null,
            };
            let kept = match value {
                Value::Array(rows) => Value::Array(rows.iter().map(inner).collect()),
                other => inner(other),
            };
            record.insert(name.clone(), kept);
        }
    }
    record
}
