//! The part of MongoDB's query language that the server lets through.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// Whether a submission matches; `None` for an operator that is not let through.
pub(super) fn matches(raw: &Map<String, Value>, query: &Value) -> Option<bool> {
    let mut all = true;
    for (name, wanted) in query.as_object()? {
        all &= match name.as_str() {
            "$and" => wanted
                .as_array()?
                .iter()
                .map(|query| matches(raw, query))
                .collect::<Option<Vec<_>>>()?
                .iter()
                .all(|yes| *yes),
            "$or" => {
                wanted.as_array()?.iter().map(|query| matches(raw, query)).collect::<Option<Vec<_>>>()?.contains(&true)
            }
            name if name.starts_with('$') => return None,
            name => field(value(raw, name), wanted)?,
        };
    }
    Some(all)
}

/// A field, or one in it after a dot.
fn value<'r>(raw: &'r Map<String, Value>, name: &str) -> Option<&'r Value> {
    let inner = || name.split_once('.').and_then(|(outer, inner)| raw.get(outer)?.get(inner));
    raw.get(name).or_else(inner)
}

fn field(value: Option<&Value>, wanted: &Value) -> Option<bool> {
    let Some(operators) = wanted.as_object().filter(|wanted| wanted.keys().any(|name| name.starts_with('$'))) else {
        return Some(value == Some(wanted));
    };
    let mut all = true;
    for (operator, wanted) in operators {
        let order = value.and_then(|value| compare(value, wanted));
        all &= match operator.as_str() {
            "$gt" => order == Some(Ordering::Greater),
            "$gte" => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            "$lt" => order == Some(Ordering::Less),
            "$lte" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            "$ne" => value != Some(wanted),
            "$in" => wanted.as_array()?.iter().any(|one| value == Some(one)),
            "$exists" => wanted.as_bool()? == value.is_some(),
            _ => return None,
        };
    }
    Some(all)
}

/// Values of one type are in an order; others are not.
fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        _ => None,
    }
}
