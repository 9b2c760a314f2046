//! Which members of a value pass the border, at any depth: named by paths, lists gone through, and what lies below a named
//! member passes whole.

use serde_json::{Map, Value};

/// Named members as a tree; one without members below it passes whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree(Map<String, Value>);

impl Tree {
    /// Adds a path; nothing for an empty one.
    pub(crate) fn add(&mut self, path: &[&str]) {
        grow(&mut self.0, path);
    }

    /// The value with its named members and nothing else. What should have members below it and has none is null.
    pub(crate) fn kept(&self, value: Value) -> Value {
        kept(value, &self.0)
    }
}

fn grow(tree: &mut Map<String, Value>, path: &[&str]) {
    let Some((first, rest)) = path.split_first() else { return };
    match tree.get_mut(*first) {
        // Named whole before: what is below passes already.
        Some(Value::Null) => {}
        Some(Value::Object(below)) if !rest.is_empty() => grow(below, rest),
        _ if rest.is_empty() => drop(tree.insert((*first).to_owned(), Value::Null)),
        _ => {
            let mut below = Map::new();
            grow(&mut below, rest);
            tree.insert((*first).to_owned(), Value::Object(below));
        }
    }
}

fn kept(value: Value, tree: &Map<String, Value>) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter_map(|(name, value)| match tree.get(&name)? {
                Value::Object(below) => Some((name, kept(value, below))),
                _ => Some((name, value)),
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| kept(item, tree)).collect()),
        // A member that should have others below it is none of ours.
        _ => Value::Null,
    }
}

/// Whether some value at a path fits; lists are gone through.
pub(crate) fn has<'e>(
    value: &Value,
    mut path: impl Iterator<Item = &'e str> + Clone,
    fits: &impl Fn(&Value) -> bool,
) -> bool {
    if let Value::Array(items) = value {
        return items.iter().any(|item| has(item, path.clone(), fits));
    }
    match path.next() {
        Some(member) => value.get(member).is_some_and(|below| has(below, path, fits)),
        None => fits(value),
    }
}
