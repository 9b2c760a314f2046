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

    /// What lies there; `None` also for null.
    pub(super) fn at<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, name| value.get(name)).filter(|value| !value.is_null())
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
}
