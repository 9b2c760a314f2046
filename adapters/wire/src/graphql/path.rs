//! Where something lies in an answer: names with dots between, `cases.pageInfo.endCursor`, as they are in the operation
//! (an alias by the alias). No name of GraphQL has a dot.

use serde_json::Value;

use crate::config::KeyFault;
use crate::config::table::Table;
use crate::fault::{UnexpectedKind, WireFault};

/// The most names in a path: operations are not deeper.
const LONGEST: usize = 16;

/// A path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(Vec<String>);

/// What an answer has at a path. Null is a word of the system's; what is not there at all was never selected, or is left
/// out by a server that does not do as it is asked, and is no word of anybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lies<'v> {
    /// A value.
    There(&'v Value),
    /// Null, in its own place.
    Null,
    /// Null on the way there: of what should lie below nothing is said.
    NullBefore,
    /// Nothing.
    Absent,
}

impl Path {
    /// A path as it is written; `None` for none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let names: Vec<String> = text.split('.').map(str::to_owned).collect();
        let is_name = |name: &String| {
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            plain && !name.is_empty() && !name.starts_with(|sign: char| sign.is_ascii_digit())
        };
        (names.len() <= LONGEST && names.iter().all(is_name)).then_some(Self(names))
    }

    /// The path of a field that `[intake]` names, whatever stands there: one that is no path leads nowhere.
    pub(super) fn of_field(text: &str) -> Self {
        Self(text.split('.').map(str::to_owned).collect())
    }

    pub(super) fn read_if(table: &Table<'_, '_>, key: &'static str) -> Option<Self> {
        let text = table.text_if(key)?;
        let path = Self::parse(&text);
        if path.is_none() {
            table.fault(key, KeyFault::Must("be names with dots between, for instance cases.pageInfo.endCursor"));
        }
        path
    }

    pub(super) fn read(table: &Table<'_, '_>, key: &'static str) -> Option<Self> {
        table.there(key).then(|| Self::read_if(table, key)).flatten()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().map(String::as_str)
    }

    /// The path of what lies at another one below this.
    pub(super) fn then(&self, below: &Self) -> Self {
        Self(self.0.iter().chain(&below.0).cloned().collect())
    }

    /// What lies there.
    pub(super) fn lies<'v>(&self, value: &'v Value) -> Lies<'v> {
        let mut at = value;
        for name in &self.0 {
            match at.get(name) {
                Some(below) => at = below,
                None if at.is_null() => return Lies::NullBefore,
                None => return Lies::Absent,
            }
        }
        if at.is_null() { Lies::Null } else { Lies::There(at) }
    }

    /// The value there, for whoever needs one: without it the answer is at fault, whatever kept it out.
    pub(super) fn at<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self.lies(value) {
            Lies::There(value) => Some(value),
            Lies::Null | Lies::NullBefore | Lies::Absent => None,
        }
    }

    /// Whether some object on the way lacks its member; lists are gone through, and null has nothing below it.
    pub(super) fn is_lacking(&self, value: &Value) -> bool {
        lacks(value, &self.0)
    }

    /// What lies there, taken out.
    pub(super) fn take(&self, value: &mut Value) -> Option<Value> {
        let place = self.0.iter().try_fold(value, |value, name| value.get_mut(name))?;
        Some(place.take()).filter(|value| !value.is_null())
    }

    /// An identifier there: a text that is not empty, or a whole number.
    pub(super) fn id(&self, value: &Value) -> Option<String> {
        match self.at(value)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
            _ => None,
        }
    }

    pub(super) fn text<'v>(&self, value: &'v Value) -> Option<&'v str> {
        self.at(value).and_then(Value::as_str)
    }

    /// That it should lie there in the answer's data, and does not, or not so.
    pub(super) fn fault(&self, kind: UnexpectedKind) -> WireFault {
        WireFault::unexpected(self.0.iter().fold("/data".to_owned(), |at, name| format!("{at}/{name}")), kind)
    }

    /// What of a place in an answer lies below this path; `None` where the place is not below it.
    pub(super) fn below<'p>(&self, place: &'p [Value]) -> Option<&'p [Value]> {
        let (above, below) = place.split_at_checked(self.0.len())?;
        above.iter().zip(&self.0).all(|(name, own)| name.as_str() == Some(own)).then_some(below)
    }

    /// Whether a place in an answer is on the way of this path, or below it.
    pub(super) fn is_along(&self, place: &[Value]) -> bool {
        place.iter().zip(&self.0).all(|(name, own)| name.as_str() == Some(own))
    }
}

fn lacks(value: &Value, names: &[String]) -> bool {
    match (value, names) {
        (_, []) | (Value::Null, _) => false,
        (Value::Array(items), names) => items.iter().any(|item| lacks(item, names)),
        (Value::Object(members), [name, rest @ ..]) => members.get(name).is_none_or(|below| lacks(below, rest)),
        _ => true,
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0.join("."))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Lies, Path};

    #[test]
    fn null_is_told_from_what_is_not_there() {
        let path = Path::parse("offer.refusals").unwrap();
        let list = json!([]);
        for (answer, lies) in [
            (json!({"offer": {"refusals": []}}), Lies::There(&list)),
            (json!({"offer": {"refusals": null}}), Lies::Null),
            (json!({"offer": null}), Lies::NullBefore),
            (json!({"offer": {}}), Lies::Absent),
            (json!({}), Lies::Absent),
            (json!({"offer": 7}), Lies::Absent),
            (json!({"offer": []}), Lies::Absent),
        ] {
            assert_eq!(path.lies(&answer), lies, "{answer}");
        }
        let names = Path::parse("person.names.text").unwrap();
        for (record, lacks) in [
            (json!({"person": {"names": [{"text": null}, {"text": "x"}]}}), false),
            (json!({"person": {"names": []}}), false),
            (json!({"person": null}), false),
            (json!({"person": {"names": [{"text": "x"}, {}]}}), true),
            (json!({"person": {}}), true),
            (json!({"person": "x"}), true),
            (json!({}), true),
        ] {
            assert_eq!(names.is_lacking(&record), lacks, "{record}");
        }
    }
}
