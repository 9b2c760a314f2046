//! HTCDS 2.0, the Human Trafficking Case Data Standard, as files: cases in JSON or CSV with the standard's own field names
//! and codes, exchanged in a folder. The organization's system writes `incoming`, its whole list of cases, and `answers`,
//! what it decided on referrals; the hub writes `outgoing`, and beside a file in which something could not be read a
//! report of what. Each file has one writer, so that none waits for another.
//!
//! The standard says which fields and codes there are, and no form of a file. Ours is a document of `cases`, each an object
//! with the fields by their names, and lists of what a case has several of (`fields::GROUPS`); in CSV a case is a row,
//! and the second item of a list stands in another row with the same `sangam_record`. What the standard has no field for
//! stands in fields that begin with `sangam_`. A field that is none is a fault of its record, because a misspelt one could
//! be a consent that was refused; a code that is none goes to the partner's mapping, which alone can know what a partner
//! added to a list, and refuses it where it does not. What is written has exact codes or is not written.
//!
//! Field names and codes: Human Trafficking Case Data Standard (HTCDS) by IOM, licensed under CC BY 4.0. IOM endorses
//! neither this program nor its files.

mod about;
mod case;
mod codes;
pub(crate) mod column;
mod csv;
pub(crate) mod fields;
mod json;
mod outgoing;
mod report;
mod settings;
pub(crate) mod value;

use std::path::Path;

use serde_json::{Map, Value};

use crate::exchange::{self, Exchange, FileWire, Reading};
use crate::fault::WireFault;
use crate::narrow::Narrow;
use crate::partner::{Answer, AnswerState, Delivered, Delivery, Returned};

pub(crate) use about::ABOUT;
pub use report::{FieldFault, FieldFaultKind};
pub use settings::HtcdsConfig;

/// Whose the names and codes of a file are, as the licence asks; in every file that the hub writes.
pub const ATTRIBUTION: &str = "Field names and codes: Human Trafficking Case Data Standard (HTCDS) 2.0 by IOM, \
     https://github.com/UNMigration/HTCDS, licensed under CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. \
     Written as JSON and CSV by Sangam, whose own fields begin with sangam_. IOM does not endorse this file.";

/// Cases of one file: a small organization has hundreds.
const MAX_CASES: usize = 5_000;
/// The member beside a case's fields that says which of the file's cases it was, from 1; in CSV the number of its row.
const PLACE: &str = "sangam_place";

/// How cases are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HtcdsFormat {
    /// One object with the list `cases`.
    Json,
    /// A row for each case, and one for each further item of a list.
    Csv,
}

/// What a file has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cases {
    /// The cases, fields by their names: texts, truth values, numbers, lists of codes, lists of items. `sangam_place` is
    /// which of the file's cases it was.
    pub cases: Vec<Map<String, Value>>,
    /// What could not be read.
    pub faults: Vec<FieldFault>,
    /// How many cases could not be read.
    pub rejected: usize,
    /// The organization's own keys of those, where the key could be read.
    pub unread: Vec<String>,
}

/// A field of HTCDS 2.0, or one of Sangam's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The list that it stands in, where a case has several; `None` where a case has it once.
    pub list: Option<&'static str>,
    /// Its codes, where it takes codes of a list.
    pub codes: &'static [&'static str],
    /// Whether it takes several codes.
    pub several: bool,
    /// The field that took its place, where it is no longer in use.
    pub replaced_by: Option<&'static str>,
    /// Whether it is Sangam's own.
    pub own: bool,
}

/// Every field in the standard's order, Sangam's own after them.
pub fn all_fields() -> impl Iterator<Item = Field> {
    fields::all().map(|(name, kind)| Field {
        name,
        list: fields::group(name),
        codes: match kind {
            value::Kind::Code(codes) | value::Kind::Codes(codes) => codes,
            _ => &[],
        },
        several: matches!(kind, value::Kind::Codes(_) | value::Kind::Countries),
        replaced_by: match kind {
            value::Kind::Deprecated(instead) => Some(instead),
            _ => None,
        },
        own: name.starts_with("sangam_"),
    })
}

/// Reads the bytes of a file. A case with any fault is left out; the others are read.
///
/// # Errors
/// Not a document of that format and of HTCDS 2.0, or over the limits on size, depth, cases and columns.
pub fn read_cases(bytes: &[u8], format: HtcdsFormat) -> Result<Cases, WireFault> {
    match format {
        HtcdsFormat::Json => json::read(bytes),
        HtcdsFormat::Csv => csv::read(bytes),
    }
}

/// The bytes of a file of cases, with its attribution. Texts and lists that are empty are left out.
///
/// # Errors
/// A case has a field that is none, a value of another type, or a code that is not in its field's list; or there are too
/// many cases.
pub fn write_cases(cases: &[Map<String, Value>], format: HtcdsFormat) -> Result<Vec<u8>, WireFault> {
    crate::sheet::within(cases.len(), MAX_CASES, "cases")?;
    let exact = cases.iter().map(case::exact).collect::<Result<Vec<_>, _>>()?;
    match format {
        HtcdsFormat::Json => json::write(exact),
        HtcdsFormat::Csv => csv::write(&exact),
    }
}

/// What an organization said of a referral to it. The day that HTCDS has for an accepted referral counts as an
/// acceptance; a text that is no answer counts as none.
pub(crate) fn answer_state(answer: &str, accepted_on: &str) -> AnswerState {
    match answer {
        "ACCEPTED" => AnswerState::Accepted,
        "DECLINED" => AnswerState::Declined,
        "DONE" => AnswerState::Done,
        _ if !accepted_on.trim().is_empty() => AnswerState::Accepted,
        _ => AnswerState::Waiting,
    }
}

/// The wire to the folder in which one organization's cases are exchanged.
pub type Htcds = FileWire<CaseFiles>;

/// Files of cases in a folder.
pub struct CaseFiles {
    config: HtcdsConfig,
    narrow: Narrow,
    max_bytes: u64,
}

impl Htcds {
    /// A folder; nothing is opened yet.
    #[must_use]
    pub fn new(config: HtcdsConfig, narrow: Narrow, max_bytes: u64) -> Self {
        Self::of(CaseFiles { config, narrow, max_bytes })
    }
}

/// A field goes on where its name is configured, wherever it stands.
fn narrowed(case: Map<String, Value>, narrow: &Narrow) -> Value {
    let taken = |name: &str| name == PLACE || narrow.fields.iter().any(|field| field == name);
    let kept = case.into_iter().filter_map(|(name, value)| match value {
        Value::Array(items) if fields::GROUPS.iter().any(|(group, _)| *group == name) => {
            let items = items.into_iter().filter_map(|item| match item {
                Value::Object(item) => Some(item.into_iter().filter(|(name, _)| taken(name)).collect()),
                _ => None,
            });
            let items: Vec<Value> = items.filter(|item: &Map<_, _>| !item.is_empty()).map(Value::Object).collect();
            (!items.is_empty()).then_some((name, Value::Array(items)))
        }
        value => taken(&name).then_some((name, value)),
    });
    Value::Object(kept.collect())
}

impl Exchange for CaseFiles {
    type Fault = FieldFault;

    fn incoming(&self) -> (&Path, &str, u64) {
        (&self.config.folder, &self.config.incoming, self.max_bytes)
    }

    fn narrow(&self) -> &Narrow {
        &self.narrow
    }

    fn read(&self, bytes: &[u8]) -> Result<Reading<FieldFault>, WireFault> {
        let Cases { cases, faults, rejected, unread } = read_cases(bytes, self.config.format)?;
        Ok(Reading { records: cases, unread, rejected, faults })
    }

    fn narrowed(record: Map<String, Value>, narrow: &Narrow) -> Value {
        narrowed(record, narrow)
    }

    fn returned(returned: &Returned) -> Option<FieldFault> {
        FieldFault::returned(returned)
    }

    fn duplicate(record: &Map<String, Value>) -> Option<FieldFault> {
        FieldFault::duplicate(record)
    }

    fn report(&self, _: &[u8], faults: &[FieldFault]) -> Result<Vec<u8>, WireFault> {
        report::write(faults, self.config.format)
    }

    fn deliver(&self, delivery: &Delivery) -> Result<Delivered, WireFault> {
        outgoing::deliver(&self.config, self.max_bytes, delivery)
    }

    fn answers(&self, offers: &[Delivered]) -> Result<Vec<Answer>, WireFault> {
        let (answers, faults) = outgoing::answers(&self.config, self.max_bytes, offers)?;
        let write = || report::write(&faults, self.config.format);
        exchange::report(&self.config.folder, &self.config.answers, faults.is_empty(), write)?;
        Ok(answers)
    }
}

/// Reads bytes as cases of either format, and writes what was read: for the generators that try any bytes.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    for format in [HtcdsFormat::Json, HtcdsFormat::Csv] {
        if let Ok(read) = read_cases(bytes, format) {
            drop(report::write(&read.faults, format));
            drop(write_cases(&read.cases, format));
        }
    }
}
