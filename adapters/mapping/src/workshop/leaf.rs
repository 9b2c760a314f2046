//! The leaves of a value and the paths to them: a record's fields, ours and the partner's.

use std::fmt;

use serde_json::Value;

/// The longest name that is shown; longer ones are no names of fields.
const LONGEST_NAME: usize = 64;
/// What stands in a path for the place in a list.
pub(crate) const ANY: &str = "*";

/// Where a field lies, whatever the place in a list: names of members, and `*` for a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path(Vec<String>);

impl Path {
    /// Its parts.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// A path of parts.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        Self(parts.iter().map(|part| (*part).to_owned()).collect())
    }

    pub(crate) fn with(&self, part: &str) -> Self {
        let mut parts = self.0.clone();
        parts.push(part.to_owned());
        Self(parts)
    }

    /// Whether it lies below another.
    pub(crate) fn is_below(&self, other: &Self) -> bool {
        self.0.len() > other.0.len() && self.0.starts_with(&other.0)
    }

    /// Whether every part is the name of a field: words, not what somebody typed in the place of one.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.0.iter().all(|part| {
            let plain = |sign: char| sign.is_alphanumeric() || "_-.:/ *@".contains(sign) || is_mark(sign);
            !part.is_empty() && part.chars().count() <= LONGEST_NAME && part.chars().all(plain)
        })
    }

    /// The path as jq says it.
    #[must_use]
    pub fn jq(&self) -> String {
        self.0.iter().fold(String::new(), |path, part| match part.as_str() {
            ANY => path + "[]?",
            plain if is_identifier(plain) => path + "." + plain,
            other => path + &format!(".[{}]", Value::from(other)),
        })
    }
}

/// Vowel signs and the like of the region's scripts: part of words, and no letters of their own.
fn is_mark(sign: char) -> bool {
    matches!(sign, '\u{0900}'..='\u{0dff}' | '\u{0f00}'..='\u{0fff}' | '\u{0780}'..='\u{07bf}' | '\u{064b}'..='\u{065f}' | '\u{200c}' | '\u{200d}')
}

fn is_identifier(part: &str) -> bool {
    let mut signs = part.bytes();
    signs.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && signs.all(|sign| sign.is_ascii_alphanumeric() || sign == b'_')
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.join("/"))
    }
}

/// What a value is, without what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// Nothing.
    Null,
    /// Yes or no.
    Truth,
    /// A number.
    Number,
    /// A text.
    Text,
    /// An empty list.
    EmptyList,
    /// An empty object.
    EmptyObject,
}

impl ValueKind {
    /// The kind of a leaf.
    #[must_use]
    pub const fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Truth,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::EmptyList,
            Value::Object(_) => Self::EmptyObject,
        }
    }

    /// The kind in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Truth => "true or false",
            Self::Number => "number",
            Self::Text => "text",
            Self::EmptyList => "empty list",
            Self::EmptyObject => "empty object",
        }
    }
}

/// One leaf: its path, where it really is, and its value.
pub(crate) struct Leaf<'v> {
    pub(crate) path: Path,
    /// The JSON pointer of its place.
    pub(crate) at: String,
    pub(crate) value: &'v Value,
}

/// The leaves of a value, in its order.
pub(crate) fn leaves(value: &Value) -> Vec<Leaf<'_>> {
    let mut found = Vec::new();
    walk(value, &Path::default(), String::new(), &mut found);
    found
}

fn walk<'v>(value: &'v Value, path: &Path, at: String, found: &mut Vec<Leaf<'v>>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, inner) in members {
                let below = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                walk(inner, &path.with(name), below, found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (place, inner) in items.iter().enumerate() {
                walk(inner, &path.with(ANY), format!("{at}/{place}"), found);
            }
        }
        leaf => found.push(Leaf { path: path.clone(), at, value: leaf }),
    }
}

/// The value with another one in a place.
pub(crate) fn put(value: &Value, at: &str, other: Value) -> Value {
    let mut changed = value.clone();
    if let Some(place) = changed.pointer_mut(at) {
        *place = other;
    }
    changed
}

/// The value without what stands in a place: a member of an object, an item of a list.
pub(crate) fn without(value: &Value, at: &str) -> Value {
    let mut changed = value.clone();
    let Some((parent, last)) = at.rsplit_once('/') else { return changed };
    match changed.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.shift_remove(&last.replace("~1", "/").replace("~0", "~"))),
        Some(Value::Array(items)) => {
            let place = last.parse::<usize>().ok().filter(|place| *place < items.len());
            if let Some(place) = place {
                items.remove(place);
            }
        }
        _ => {}
    }
    changed
}
