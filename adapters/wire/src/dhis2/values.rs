//! What a mapping gives for a server: attributes and data values by UID. Every value that DHIS2 takes is a text, and null
//! deletes one; a code must be of the option set that the partner's file names.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::uid::is_uid;
use crate::fault::{Reason, UnexpectedKind, WireFault};

/// DHIS2's own code for a value that is not in an option set: what it would answer is said before it is asked.
const NOT_AN_OPTION: &str = "E1125";

/// Values by UID.
#[derive(Debug, Clone, Default)]
pub(super) struct Values(BTreeMap<String, Option<String>>);

impl Values {
    /// Reads a member of a mapping's result; nothing where there is none.
    pub(super) fn read(body: &Value, name: &str, options: &BTreeMap<String, Vec<String>>) -> Result<Self, WireFault> {
        let path = format!("/{name}");
        let members = match body.get(name) {
            None | Some(Value::Null) => return Ok(Self::default()),
            Some(Value::Object(members)) => members,
            Some(_) => return Err(WireFault::unexpected(path, UnexpectedKind::WrongType)),
        };
        let mut values = BTreeMap::new();
        for (uid, value) in members {
            let fault = |kind| WireFault::unexpected(format!("{path}/{uid}"), kind);
            if !is_uid(uid) {
                return Err(WireFault::unexpected(path, UnexpectedKind::UnknownCode));
            }
            let text = match value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                Value::Bool(yes) => Some(yes.to_string()),
                Value::Number(number) => Some(number.to_string()),
                Value::Array(_) | Value::Object(_) => return Err(fault(UnexpectedKind::WrongType)),
            };
            if let (Some(text), Some(codes)) = (&text, options.get(uid))
                && !codes.contains(text)
            {
                let reason = Reason { field: Some(uid.clone()), codes: vec![NOT_AN_OPTION.to_owned()] };
                return Err(WireFault::Refused { status: 422, reasons: vec![reason] });
            }
            values.insert(uid.clone(), text);
        }
        Ok(Self(values))
    }

    /// One value.
    pub(super) fn one(uid: &str, text: &str) -> Self {
        Self(BTreeMap::from([(uid.to_owned(), Some(text.to_owned()))]))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As a list of pairs under the key's name; without what deletes, for an object that is new.
    pub(super) fn pairs(&self, key: &str, is_new: bool) -> Value {
        let kept = self.0.iter().filter(|(_, value)| !is_new || value.is_some());
        kept.map(|(uid, value)| json!({key: uid, "value": value})).collect()
    }

    /// Whether an object already has them all.
    pub(super) fn are_in(&self, has: &Map<String, Value>) -> bool {
        self.0.iter().all(|(uid, value)| has.get(uid).and_then(Value::as_str) == value.as_deref())
    }
}
