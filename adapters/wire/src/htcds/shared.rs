//! Which records of a file the hub may have. Of several records of one key the one that shares least counts: one that
//! cannot be read, or has no mark.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::fields::KEY;
use crate::narrow::Narrow;
use crate::partner::Found;

/// The organization's own key of a record.
pub(crate) fn key_of(record: &Map<String, Value>) -> Option<String> {
    record.get(KEY).and_then(Value::as_str).map(str::to_owned)
}

/// The records that are marked, of whose key no other is unmarked or unread.
pub(crate) fn shared(records: Vec<Map<String, Value>>, unread: &[String], narrow: &Narrow) -> Vec<Map<String, Value>> {
    let (marked, unmarked): (Vec<_>, Vec<_>) = records.into_iter().partition(|record| narrow.is_marked(record));
    let closed: HashSet<String> = unread.iter().cloned().chain(unmarked.iter().filter_map(key_of)).collect();
    let open = |record: &Map<String, Value>| key_of(record).is_none_or(|key| !closed.contains(&key));
    marked.into_iter().filter(open).collect()
}

/// The record of a key, or why the hub has none.
pub(crate) fn one(
    records: Vec<Map<String, Value>>,
    unread: &[String],
    narrow: &Narrow,
    key: &str,
) -> Result<Map<String, Value>, Found> {
    if unread.iter().any(|unread| unread == key) {
        return Err(Found::Unreadable);
    }
    let of_key: Vec<_> = records.into_iter().filter(|record| key_of(record).as_deref() == Some(key)).collect();
    if of_key.iter().any(|record| !narrow.is_marked(record)) {
        return Err(Found::Unmarked);
    }
    of_key.into_iter().next_back().ok_or(Found::Gone)
}
