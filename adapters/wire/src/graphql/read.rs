//! What of an answer's data is a page of records, a record, what became of an offer.

use std::collections::{BTreeMap, BTreeSet};

use sangam_vocabulary::Instant;
use serde_json::Value;

use super::path::{Lies, Path};
use super::settings::{Answers, Listing, Talk};
use crate::fault::{UnexpectedKind, WireFault};
use crate::narrow::{Mark, Narrow};
use crate::partner::{Answer, AnswerState, Delivered};
use crate::tree::{Tree, has};

/// What passes the border, and which records are marked.
pub(super) struct Border {
    tree: Tree,
    mark: Mark,
}

impl Border {
    pub(super) fn new(narrow: Narrow, talk: &Talk) -> Self {
        let mut tree = Tree::default();
        for field in &narrow.fields {
            tree.add(&field.split('.').collect::<Vec<_>>());
        }
        // By its key the hub knows the record again.
        tree.add(&talk.key.names().collect::<Vec<_>>());
        Self { tree, mark: narrow.mark }
    }

    pub(super) fn is_marked(&self, record: &Value) -> bool {
        is_said(record, &self.mark)
    }

    pub(super) fn kept(&self, record: Value) -> Value {
        self.tree.kept(record)
    }
}

/// Whether a record says its mark.
pub(super) fn is_said(record: &Value, mark: &Mark) -> bool {
    has(record, mark.field.split('.'), &|value| mark.is_said(value))
}

impl Talk {
    /// When a record was last changed, where it says so.
    pub(super) fn changed(&self, record: &Value) -> Option<Instant> {
        let text = self.changed.as_ref()?.text(record)?;
        Instant::read(text).or_else(|| self.zone.as_ref()?.instant(text))
    }
}

/// Whether a record lacks a place that its operation selects: what it would be read as, nobody said.
pub(super) fn owes(owed: &[Path], record: &Value) -> bool {
    owed.iter().any(|place| place.is_lacking(record))
}

/// A page of records.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// Those that are whole, with their keys.
    pub(super) whole: Vec<(String, Value)>,
    /// The keys of those that have an error in them, or not all that was asked for.
    pub(super) spoiled: Vec<String>,
    /// How many there are besides of which not even the key is known.
    pub(super) lost: usize,
    /// The cursor of the next page.
    pub(super) after: Option<String>,
}

impl Listing {
    /// The page in an answer's data; `spoiled` are the items with an error in them, and of those nothing but the key is
    /// looked at.
    ///
    /// # Errors
    /// [`WireFault::Unexpected`].
    pub(super) fn page(
        &self,
        mut data: Value,
        spoiled: &BTreeSet<usize>,
        talk: &Talk,
        asked_after: Option<&str>,
    ) -> Result<Records, WireFault> {
        let after = self.after(&data, asked_after)?;
        let items = match self.records.take(&mut data) {
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.records.fault(UnexpectedKind::WrongType)),
            None => return Err(self.records.fault(UnexpectedKind::Missing)),
        };
        let mut page = Records { after, ..Records::default() };
        for (place, mut item) in items.into_iter().enumerate() {
            let record = match &self.record {
                Some(at) if at.lies(&item) == Lies::Absent => return Err(self.records.fault(UnexpectedKind::Missing)),
                Some(at) => at.take(&mut item),
                None => Some(item).filter(|item| !item.is_null()),
            };
            let key = record.as_ref().and_then(|record| talk.key.id(record));
            match (spoiled.contains(&place), record, key) {
                (true, _, Some(key)) => page.spoiled.push(key),
                // Of a connection any item may be null; which record that is cannot be said.
                (true, _, None) | (false, None, _) => page.lost += 1,
                (false, Some(record @ Value::Object(_)), Some(key)) if owes(&self.owed, &record) => {
                    page.spoiled.push(key);
                }
                (false, Some(record @ Value::Object(_)), Some(key)) => page.whole.push((key, record)),
                (false, Some(Value::Object(_)), None) => return Err(self.records.fault(UnexpectedKind::Missing)),
                (false, Some(_), _) => return Err(self.records.fault(UnexpectedKind::WrongType)),
            }
        }
        Ok(page)
    }

    /// The next page's cursor, where there is a next page. One that is where this page began leads nowhere.
    fn after(&self, data: &Value, asked: Option<&str>) -> Result<Option<String>, WireFault> {
        match self.more.at(data) {
            Some(Value::Bool(false)) => return Ok(None),
            Some(Value::Bool(true)) => {}
            Some(_) => return Err(self.more.fault(UnexpectedKind::WrongType)),
            None => return Err(self.more.fault(UnexpectedKind::Missing)),
        }
        let cursor = self.cursor.text(data).ok_or_else(|| self.cursor.fault(UnexpectedKind::Missing))?;
        if Some(cursor) == asked {
            return Err(self.cursor.fault(UnexpectedKind::UnknownCode));
        }
        Ok(Some(cursor.to_owned()))
    }
}

impl Answers {
    /// What became of offers; one that is not in the data, has an error in it or does not say how it stands is left out.
    ///
    /// # Errors
    /// [`WireFault::Unexpected`].
    pub(super) fn answered(
        &self,
        mut data: Value,
        spoiled: &BTreeSet<usize>,
        offers: &[Delivered],
    ) -> Result<Vec<Answer>, WireFault> {
        let items = match self.offers.take(&mut data) {
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.offers.fault(UnexpectedKind::WrongType)),
            None => return Err(self.offers.fault(UnexpectedKind::Missing)),
        };
        let whole = items.iter().enumerate().filter(|(place, _)| !spoiled.contains(place));
        let told: BTreeMap<String, &Value> =
            whole.filter_map(|(_, item)| Some((self.referral.id(item)?, item))).collect();
        let answer = |offer: &Delivered| {
            let item = told.get(offer.referral.as_ref()?)?;
            let word = match self.state.lies(item) {
                Lies::There(word) => word.as_str(),
                Lies::Null => None,
                Lies::NullBefore | Lies::Absent => return None,
            };
            // A word that is none of the table's decides nothing.
            let state = word.and_then(|word| self.states.get(word)).copied().unwrap_or(AnswerState::Waiting);
            let reason = self.reason.as_ref().and_then(|at| at.text(item)).filter(|_| state == AnswerState::Declined);
            let reason = reason.filter(|reason| !reason.is_empty()).map(str::to_owned);
            Some(Answer { delivered: offer.clone(), state, reason })
        };
        Ok(offers.iter().filter_map(answer).collect())
    }
}
