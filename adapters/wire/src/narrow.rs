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

impl Narrow {
    /// Whether the record is marked for the hub.
    #[must_use]
    pub fn is_marked(&self, record: &Map<String, Value>) -> bool {
        match record.get(&self.mark.field) {
            Some(Value::String(text)) => *text == self.mark.value,
            Some(Value::Bool(yes)) => self.mark.value == yes.to_string(),
            Some(Value::Number(number)) => self.mark.value == number.to_string(),
            _ => false,
        }
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
