//! Which of the partner's fields becomes which of ours: found by trying, not by reading the mapping. A record is mapped
//! again without a field, and with another value in it, and what changes is what the field becomes. A field that refuses
//! every value but those of a list is a field of codes; its codes are tried one by one, those of the sample and those that
//! stand in the mapping.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant as Moment;

use super::codes::{CodesSeen, Known, Unknown, words};
use super::leaf::{ANY, Leaf, Path, leaves, put, without};
use super::trial::{Outcome, Trial, our_codes, ours};
use crate::oddity::{Oddity, OddityKind};

/// In how many records a field is tried.
const RECORDS: usize = 3;
/// Of how many records that cannot be read it is looked for what is to blame.
const BLAMED: usize = 20;
/// How many values of one field are tried as codes.
const MOST_VALUES: usize = 200;
/// A text that no form has, in the place of one that it has.
const STRANGE: &str = "sangam tries what becomes of this";
/// A number that no form has.
const STRANGE_NUMBER: u32 = 98_765_432;

/// How much is tried before it ends.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How often a mapping runs for all of it.
    pub runs: u32,
    /// How long all of it may take: a mapping that is slow is not tried as often.
    pub time: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { runs: 20_000, time: Duration::from_secs(60) }
    }
}

/// What one field of the partner's becomes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traced {
    /// Whether it was tried to the end. What was not says nothing by having no other member.
    pub tried: bool,
    /// The fields of ours that it becomes.
    pub reaches: BTreeSet<Path>,
    /// Whether the mapping looks at it at all: without it, or with another value, something else came out.
    pub read: bool,
    /// Its codes, where it is a field of codes.
    pub codes: Option<CodesSeen>,
}

/// What trying came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traces {
    /// Each field that passes the border.
    pub fields: BTreeMap<Path, Traced>,
    /// The codes of ours that something reaches, by field, in the sample or by a code in the mapping.
    pub reached: BTreeMap<Path, BTreeSet<String>>,
    /// For each record that cannot be read: the fields without which it would have another fault, or none.
    pub culprits: BTreeMap<usize, Vec<Path>>,
    /// Whether it ended before everything was tried.
    pub cut_short: bool,
}

/// Tries every field of the records, as far as patience lasts.
pub async fn trace(trial: &Trial<'_>, records: &[Value], outcomes: &[Outcome], patience: Patience) -> Traces {
    let mut tracer = Tracer {
        trial,
        records,
        outcomes,
        words: words(trial.text()),
        our_codes: our_codes(),
        from: trial.runs(),
        patience,
        begun: Moment::now(),
        traces: Traces::default(),
    };
    outcomes.iter().for_each(|outcome| tracer.reached(outcome));
    tracer.all().await;
    tracer.traces
}

struct Tracer<'a> {
    trial: &'a Trial<'a>,
    records: &'a [Value],
    outcomes: &'a [Outcome],
    words: BTreeSet<String>,
    our_codes: BTreeMap<Path, &'static [&'static str]>,
    from: u32,
    patience: Patience,
    begun: Moment,
    traces: Traces,
}

/// A field of one record, and what became of that record.
#[derive(Clone, Copy)]
struct Base<'a> {
    record: &'a Value,
    outcome: &'a Outcome,
}

impl<'a> Tracer<'a> {
    /// Whether there is time and patience for another run.
    fn goes_on(&mut self) -> bool {
        let on = self.trial.runs().saturating_sub(self.from) < self.patience.runs
            && self.begun.elapsed() < self.patience.time;
        self.traces.cut_short |= !on;
        on
    }

    async fn all(&mut self) {
        let mut places: BTreeMap<Path, Vec<(usize, String)>> = BTreeMap::new();
        for (number, record) in self.records.iter().enumerate() {
            for Leaf { path, at, .. } in leaves(record) {
                places.entry(path).or_default().push((number, at));
            }
        }
        // Each passes the border, whether there is patience to try it or not.
        self.traces.fields = places.keys().map(|path| (path.clone(), Traced::default())).collect();
        for (path, places) in places {
            if !self.goes_on() {
                return;
            }
            let mut traced = self.field(&places).await;
            // A field in an object of ours stands for the object.
            let all: Vec<Path> = traced.reaches.iter().cloned().collect();
            traced.reaches.retain(|path| !all.iter().any(|other| other.is_below(path)));
            traced.tried = !self.traces.cut_short;
            self.traces.fields.insert(path, traced);
        }
        self.blame().await;
    }

    fn base(&self, number: usize) -> Option<Base<'a>> {
        Some(Base { record: self.records.get(number)?, outcome: self.outcomes.get(number)? })
    }

    /// One field, in a few of the records that have it: those that can be read first, and different values.
    async fn field(&mut self, places: &[(usize, String)]) -> Traced {
        let mut traced = Traced::default();
        let mut chosen: Vec<(Base<'a>, &str, &'a Value)> = Vec::new();
        let mut seen = BTreeSet::new();
        for read in [true, false] {
            for (number, at) in places {
                let Some(base) = self.base(*number) else { continue };
                let Some(value) = base.record.pointer(at) else { continue };
                let is_read = base.outcome.mapped().is_some();
                if is_read == read && chosen.len() < RECORDS && seen.insert(value.to_string()) {
                    chosen.push((base, at.as_str(), value));
                }
            }
        }
        let mut coded = None;
        for (base, at, value) in chosen {
            if !self.goes_on() {
                return traced;
            }
            let gone = self.trial.of(&without(base.record, at)).await;
            note(&mut traced, base.outcome, &gone);
            let Some(strange) = strange(value) else { continue };
            let changed = self.trial.of(&put(base.record, at, strange)).await;
            note(&mut traced, base.outcome, &changed);
            // Where the record has a code that is not known, another one changes nothing, and what takes it away does.
            let refuses = changed.oddities().iter().find(|oddity| oddity.kind == OddityKind::UnknownCode);
            let by_this = changed.oddities() != base.outcome.oddities() || gone.oddities() != base.outcome.oddities();
            if let Some(oddity) = refuses.filter(|_| by_this && coded.is_none() && value.is_string()) {
                coded = Some((base, at, oddity.path.clone()));
            }
        }
        if let Some((base, at, refused_at)) = coded {
            traced.read = true;
            let codes = self.codes((base, at, &refused_at), places, &mut traced).await;
            traced.codes = Some(codes);
        }
        traced
    }

    /// The codes of a field: each value of the sample and each text of the mapping in the place of one that stands there.
    async fn codes(
        &mut self,
        (base, at, refused_at): (Base<'a>, &str, &str),
        places: &[(usize, String)],
        traced: &mut Traced,
    ) -> CodesSeen {
        let mut values: BTreeMap<String, usize> = BTreeMap::new();
        for (number, at) in places {
            let value = self.records.get(*number).and_then(|record| record.pointer(at)).and_then(Value::as_str);
            let Some(value) = value else { continue };
            if values.len() < MOST_VALUES || values.contains_key(value) {
                *values.entry(value.to_owned()).or_default() += 1;
            } else {
                self.traces.cut_short = true;
            }
        }
        let candidates: BTreeSet<String> = values.keys().chain(&self.words).cloned().collect();
        let mut codes = CodesSeen::default();
        let mut outcomes = vec![self.trial.of(&without(base.record, at)).await];
        let mut known = Vec::new();
        for candidate in candidates {
            if !self.goes_on() {
                break;
            }
            let seen = values.get(&candidate).copied().unwrap_or(0);
            let outcome = self.trial.of(&put(base.record, at, Value::from(candidate.as_str()))).await;
            let refused = |oddity: &Oddity| oddity.kind == OddityKind::UnknownCode && oddity.path == refused_at;
            if outcome.oddities().iter().any(refused) {
                if seen > 0 {
                    codes.unknown.push(Unknown { length: candidate.chars().count(), seen, value: candidate });
                }
                continue;
            }
            self.reached(&outcome);
            if self.words.contains(&candidate) {
                known.push((candidate, seen, outcomes.len()));
            } else {
                codes.composed += 1;
            }
            outcomes.push(outcome);
        }
        // What differs between two of the codes is what the field becomes; where there is but one, what differs without it.
        let flat: Vec<_> = outcomes.iter().map(values_of).collect();
        for other in flat.iter().flatten() {
            traced.reaches.extend(flat.iter().flatten().next().into_iter().flat_map(|first| differing(first, other)));
        }
        for (candidate, seen, place) in known {
            let came = flat.get(place).and_then(Option::as_ref);
            let of_ours = came.into_iter().flatten().filter(|(path, _)| traced.reaches.contains(path));
            let coded = of_ours.filter(|(path, _)| self.our_codes.contains_key(path));
            let texts = coded.flat_map(|(path, values)| values.iter().map(move |value| (path, value)));
            let gives = texts.filter_map(|(path, value)| Some((path.clone(), value.as_str()?.to_owned())));
            codes.known.insert(candidate, Known { seen, gives: gives.collect() });
        }
        codes
    }

    /// Notes the codes of ours that an outcome has.
    fn reached(&mut self, outcome: &Outcome) {
        let Some(mapped) = outcome.mapped() else { return };
        for leaf in leaves(mapped) {
            let path = ours(&leaf.path);
            if let Some(code) = leaf.value.as_str().filter(|_| self.our_codes.contains_key(&path)) {
                self.traces.reached.entry(path).or_default().insert(code.to_owned());
            }
        }
    }

    /// Of each record that cannot be read: the fields without which it could, or would have another fault.
    async fn blame(&mut self) {
        let odd = self.outcomes.iter().enumerate().filter(|(_, outcome)| !outcome.oddities().is_empty());
        for (number, _) in odd.take(BLAMED) {
            let Some(base) = self.base(number) else { continue };
            let Some(first) = base.outcome.oddities().first() else { continue };
            let mut culprits = Vec::new();
            for Leaf { path, at, .. } in leaves(base.record) {
                if !self.goes_on() {
                    return;
                }
                let outcome = self.trial.of(&without(base.record, &at)).await;
                if !outcome.oddities().contains(first) && !culprits.contains(&path) {
                    culprits.push(path);
                }
            }
            self.traces.culprits.insert(number, culprits);
        }
    }
}

/// Another value of the same kind.
fn strange(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(Value::from(STRANGE)),
        Value::Number(_) => Some(Value::from(STRANGE_NUMBER)),
        Value::Bool(yes) => Some(Value::from(!yes)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Notes what a change of one field changed.
fn note(traced: &mut Traced, before: &Outcome, after: &Outcome) {
    if before == after {
        return;
    }
    traced.read = true;
    if let (Some(before), Some(after)) = (values_of(before), values_of(after)) {
        traced.reaches.extend(differing(&before, &after));
    }
    // A field of ours that is missing without it, or that does not take another value, is what it becomes.
    let ours = after.oddities().iter().filter_map(|oddity| oddity.path.strip_prefix("/categories/"));
    let part =
        |part: &str| if part.bytes().all(|sign| sign.is_ascii_digit()) { ANY.to_owned() } else { part.to_owned() };
    traced.reaches.extend(ours.map(|path| path.split('/').fold(Path::default(), |path, name| path.with(&part(name)))));
}

/// What came out, by field of ours; `None` where it could not be read.
fn values_of(outcome: &Outcome) -> Option<BTreeMap<Path, Vec<Value>>> {
    let mapped = outcome.mapped()?;
    let mut all: BTreeMap<Path, Vec<Value>> = BTreeMap::new();
    for leaf in leaves(mapped).into_iter().filter(|leaf| !leaf.value.is_null()) {
        all.entry(ours(&leaf.path)).or_default().push(leaf.value.clone());
    }
    Some(all)
}

/// The fields of ours that are not the same in both.
fn differing(before: &BTreeMap<Path, Vec<Value>>, after: &BTreeMap<Path, Vec<Value>>) -> BTreeSet<Path> {
    let paths = before.keys().chain(after.keys());
    paths.filter(|path| before.get(path) != after.get(path)).cloned().collect()
}
