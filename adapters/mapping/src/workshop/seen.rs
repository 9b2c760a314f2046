//! What a sample has: its fields, of which kinds and how long, in how many records. Values of persons are in none of it;
//! the codes of a field are, where they are asked for by the field's name and look like codes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::leaf::{Path, ValueKind, leaves};

/// The most fields that are told apart: ten times the longest form.
const MOST_FIELDS: usize = 3_000;
/// The most codes that a field has; a field with more is no choice of a form.
const MOST_CODES: usize = 24;
/// Characters of a code.
const LONGEST_CODE: usize = 40;

/// One field of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Where.
    pub path: Path,
    /// Of which kinds its values are.
    pub kinds: BTreeSet<ValueKind>,
    /// In how many records.
    pub records: usize,
    /// How long its texts are, at least and at most.
    pub lengths: Option<(usize, usize)>,
    /// Its texts and how often each stands there, while they are few and look like codes.
    codes: Option<BTreeMap<String, usize>>,
}

/// The fields of a sample.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// Each, in the order in which the records have them.
    pub fields: Vec<Seen>,
    /// How many more there are whose names are no words, so that they may be values in the place of names, or that are
    /// beyond the most that are told apart.
    pub unnamed: usize,
}

impl Fields {
    /// Looks at records.
    #[must_use]
    pub fn of(records: &[Value]) -> Self {
        let mut all = Self::default();
        let mut places: BTreeMap<Path, usize> = BTreeMap::new();
        let mut unnamed = BTreeSet::new();
        for record in records {
            let mut here = BTreeSet::new();
            for leaf in leaves(record) {
                let place = match places.get(&leaf.path) {
                    Some(place) => *place,
                    None if !leaf.path.is_named() || all.fields.len() >= MOST_FIELDS => {
                        if unnamed.len() < MOST_FIELDS {
                            unnamed.insert(leaf.path);
                        }
                        continue;
                    }
                    None => {
                        places.insert(leaf.path.clone(), all.fields.len());
                        all.fields.push(Seen::at(leaf.path));
                        all.fields.len() - 1
                    }
                };
                if let Some(seen) = all.fields.get_mut(place) {
                    seen.see(leaf.value);
                    seen.records += usize::from(here.insert(place));
                }
            }
        }
        all.unnamed = unnamed.len();
        all
    }
}

impl Seen {
    const fn at(path: Path) -> Self {
        let codes = Some(BTreeMap::new());
        Self { path, kinds: BTreeSet::new(), records: 0, lengths: None, codes }
    }

    fn see(&mut self, value: &Value) {
        self.kinds.insert(ValueKind::of(value));
        let Value::String(text) = value else { return };
        let length = text.chars().count();
        let (least, most) = self.lengths.unwrap_or((length, length));
        self.lengths = Some((least.min(length), most.max(length)));
        let full = self.codes.as_ref().is_some_and(|codes| codes.len() >= MOST_CODES && !codes.contains_key(text));
        if full || !is_code(text) {
            self.codes = None;
        }
        if let Some(codes) = &mut self.codes {
            *codes.entry(text.clone()).or_default() += 1;
        }
    }

    /// The codes of the field, where all its values are texts that look like codes and are few. Whether they are codes and
    /// not, say, given names only somebody can know who knows the form: ask for them by the field's name, never for all.
    #[must_use]
    pub fn codes(&self) -> Option<&BTreeMap<String, usize>> {
        self.codes.as_ref().filter(|codes| !codes.is_empty() && self.kinds.iter().all(|kind| *kind == ValueKind::Text))
    }

    /// What was seen, in words and without any value: `text, 4 to 9 characters, in 5 of 5 records`.
    #[must_use]
    pub fn words(&self, records: usize) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.words()).collect();
        let lengths = match self.lengths {
            Some((least, most)) if least == most => format!(", {least} characters"),
            Some((least, most)) => format!(", {least} to {most} characters"),
            None => String::new(),
        };
        format!("{}{lengths}, in {} of {records} records", kinds.join(" or "), self.records)
    }
}

/// Whether a text looks like a code: one word.
fn is_code(text: &str) -> bool {
    let plain = |sign: char| sign.is_alphanumeric() || "_-.".contains(sign);
    !text.is_empty() && text.chars().count() <= LONGEST_CODE && text.chars().all(plain)
}
