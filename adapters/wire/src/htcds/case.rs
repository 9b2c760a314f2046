//! One case: its fields, and lists of what it has several of. Read with every fault told; written exactly or not at all.

use serde_json::{Map, Value};

use super::fields::{self, GROUPS, KEY, REFERRAL};
use super::report::{FieldFault, FieldFaultKind};
use super::value::{self, Kind};
use super::{Cases, PLACE};
use crate::fault::{UnexpectedKind, WireFault};

/// Items of one list of a case: more referrals, comments, events or plans than any has.
pub(super) const MAX_ITEMS: usize = 100;

/// Faults of one case whose names are compared with every field's: whoever misspells more has misspelt all of them.
const MAX_HINTS: usize = 8;

/// A case while it is read.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) case: Map<String, Value>,
    pub(super) faults: Vec<FieldFault>,
}

impl Draft {
    /// Adds the case, or what was wrong with it, to what a file has.
    pub(super) fn close(mut self, place: usize, cases: &mut Cases) {
        if self.faults.is_empty() {
            self.case.insert(PLACE.to_owned(), Value::from(place));
            cases.cases.push(self.case);
        } else {
            cases.rejected += 1;
            cases.unread.extend(crate::exchange::key_of(&self.case));
            cases.faults.append(&mut self.faults);
        }
    }

    /// Adds a field of the case itself. Around a key spaces do not count, so that it is the same key wherever it stands.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        let value = match value {
            Value::String(text) if [KEY, REFERRAL].contains(&name) => Value::from(text.trim()),
            other => other,
        };
        self.case.insert(name.to_owned(), value);
    }

    /// Whether a list of the case has the item.
    pub(super) fn has(&self, group: &str, item: &Map<String, Value>) -> bool {
        let items = self.case.get(group).and_then(Value::as_array);
        items.into_iter().flatten().any(|known| known.as_object() == Some(item))
    }

    /// Adds an item to a list of the case.
    pub(super) fn add(&mut self, place: usize, group: &str, item: Map<String, Value>) {
        if item.is_empty() {
            return;
        }
        let list = self.case.entry(group).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(items) = list {
            if items.len() < MAX_ITEMS {
                items.push(Value::Object(item));
            } else {
                self.faults.push(fault(place, group.to_owned(), FieldFaultKind::TooLong, items.len(), None));
            }
        }
    }
}

pub(super) fn fault(
    case: usize,
    field: String,
    kind: FieldFaultKind,
    length: usize,
    hint: Option<String>,
) -> FieldFault {
    FieldFault { case, field, kind, length, hint }
}

/// Reads an object of JSON as the case of a place.
pub(super) fn read(place: usize, value: Value, cases: &mut Cases) {
    let mut draft = Draft::default();
    match value {
        Value::Object(members) => members.into_iter().for_each(|(name, value)| member(place, name, value, &mut draft)),
        _ => draft.faults.push(fault(place, String::new(), FieldFaultKind::WrongType, 0, None)),
    }
    draft.close(place, cases);
}

fn member(place: usize, name: String, value: Value, draft: &mut Draft) {
    let Some((group, of_group)) = GROUPS.iter().find(|(group, _)| *group == name) else {
        match field(place, &name, String::new(), None, value, draft.faults.len()) {
            Ok(Some(value)) => draft.put(&name, value),
            Ok(None) => {}
            Err(fault) => draft.faults.push(fault),
        }
        return;
    };
    let items = match value {
        Value::Null => return,
        Value::Array(items) => items,
        _ => return draft.faults.push(fault(place, name, FieldFaultKind::WrongType, 0, None)),
    };
    for (number, item) in items.into_iter().enumerate() {
        let at = format!("{group}/{}", number + 1);
        let Value::Object(members) = item else {
            draft.faults.push(fault(place, at, FieldFaultKind::WrongType, 0, None));
            continue;
        };
        let mut kept = Map::new();
        for (name, value) in members {
            match field(place, &name, format!("{at}/"), Some(of_group), value, draft.faults.len()) {
                Ok(Some(value)) => drop(kept.insert(name, value)),
                Ok(None) => {}
                Err(fault) => draft.faults.push(fault),
            }
        }
        draft.add(place, group, kept);
    }
}

/// A field's value; nothing where it is empty or not read.
fn field(
    place: usize,
    name: &str,
    at: String,
    of_group: Option<&&[&str]>,
    value: Value,
    faults: usize,
) -> Result<Option<Value>, FieldFault> {
    let belongs = of_group.map_or_else(|| fields::group(name).is_none(), |group| group.contains(&name));
    let Some(kind) = fields::kind(name).filter(|_| belongs) else {
        // A field of a list that does not stand in it, or the name that was most likely meant.
        let meant = || (faults < MAX_HINTS).then(|| fields::nearest(name)).flatten();
        let hint = fields::group(name).or_else(meant).map(str::to_owned);
        return Err(fault(place, at, FieldFaultKind::UnknownField, name.chars().count(), hint));
    };
    if kind == Kind::Ignored || is_empty(&value) {
        return Ok(None);
    }
    let length = length(&value);
    value::of_json(kind, value).map(Some).map_err(|wrong| FieldFault::of(place, format!("{at}{name}"), wrong, length))
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        other => other.to_string().len(),
    }
}

/// The case as it is written: known fields where they belong, in the standard's order, with values of their type and codes
/// of their list; without what is empty.
pub(super) fn exact(case: &Map<String, Value>) -> Result<Map<String, Value>, WireFault> {
    let known = |name: &str| name == PLACE || GROUPS.iter().any(|(group, _)| *group == name);
    if case.keys().any(|name| !known(name) && (fields::kind(name).is_none() || fields::group(name).is_some())) {
        return Err(WireFault::unexpected("/case", UnexpectedKind::UnknownCode));
    }
    if crate::exchange::key_of(case).is_none_or(|key| key.trim().is_empty()) {
        return Err(WireFault::unexpected(format!("/case/{KEY}"), UnexpectedKind::Missing));
    }
    let mut exact = written(case, &|name| fields::group(name).is_none(), "/case")?;
    for (group, of_group) in GROUPS {
        let at = format!("/case/{group}");
        let wrong = || WireFault::unexpected(at.as_str(), UnexpectedKind::WrongType);
        let items = match case.get(group) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(items)) if items.len() <= MAX_ITEMS => items,
            Some(_) => return Err(wrong()),
        };
        let mut kept = Vec::new();
        for item in items {
            let item = item.as_object().ok_or_else(wrong)?;
            if item.keys().any(|name| !of_group.contains(&name.as_str())) {
                return Err(WireFault::unexpected(at.as_str(), UnexpectedKind::UnknownCode));
            }
            let item = written(item, &|name| of_group.contains(&name), &at)?;
            if !item.is_empty() {
                kept.push(Value::Object(item));
            }
        }
        if !kept.is_empty() {
            exact.insert(group.to_owned(), Value::Array(kept));
        }
    }
    Ok(exact)
}

fn written(
    members: &Map<String, Value>,
    belongs: &dyn Fn(&str) -> bool,
    at: &str,
) -> Result<Map<String, Value>, WireFault> {
    let mut written = Map::new();
    for (name, kind) in fields::all().filter(|(name, kind)| *kind != Kind::Ignored && belongs(name)) {
        let Some(value) = members.get(name).filter(|value| !is_empty(value)) else { continue };
        let fault = |kind| WireFault::unexpected(format!("{at}/{name}"), kind);
        let value = value::of_json(kind, value.clone()).map_err(|_| fault(UnexpectedKind::WrongType))?;
        if !value::is_known(kind, &value) {
            return Err(fault(UnexpectedKind::UnknownCode));
        }
        written.insert(name.to_owned(), value);
    }
    Ok(written)
}
