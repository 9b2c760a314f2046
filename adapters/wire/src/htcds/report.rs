//! What could not be read in a file, told to whoever wrote it: which case, which field, what, how long; never a value.

use serde_json::{Map, Value, json};

use super::fields::KEY;
use super::value::ValueFault;
use super::{HtcdsFormat, PLACE};
use crate::fault::{FileFault, WireFault};
use crate::partner::Returned;
use crate::sheet::{Cell, Row, Sheet, SheetFormat};

/// Faults that one report lists: enough to mend an export by, and bounded.
const MAX_FAULTS: usize = 1_000;

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldFaultKind {
    /// The name is no field of HTCDS and none of Sangam's, or the field does not stand where it belongs.
    UnknownField,
    /// The field stands twice.
    DuplicateField,
    /// The field is no longer in use.
    DeprecatedField,
    /// Of another type than the field takes.
    WrongType,
    /// Over 20,000 characters, or over 100 values.
    TooLong,
    /// A character that is not seen: a control character, or one that turns the direction of what stands around it.
    UnseenCharacter,
    /// A formula, or a text that a spreadsheet program would take for one.
    Formula,
    /// Another case of the file that is marked for the hub has the same key.
    DuplicateRecord,
    /// Read as a case, but the hub could not take it in; the mapping or the intake says why.
    NotTakenIn,
}

impl FieldFaultKind {
    /// The wire form, upper snake case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownField => "UNKNOWN_FIELD",
            Self::DuplicateField => "DUPLICATE_FIELD",
            Self::DeprecatedField => "DEPRECATED_FIELD",
            Self::WrongType => "WRONG_TYPE",
            Self::TooLong => "TOO_LONG",
            Self::UnseenCharacter => "UNSEEN_CHARACTER",
            Self::Formula => "FORMULA",
            Self::DuplicateRecord => "DUPLICATE_RECORD",
            Self::NotTakenIn => "NOT_TAKEN_IN",
        }
    }
}

/// One fault of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Which of the file's cases, from 1; in CSV the number of the row.
    pub case: usize,
    /// The field's name where it is a known one, in CSV the column's letters where it is none; for one of a list
    /// `supportPlans/2/spl_Type`, items counted from 1. Empty for the case as a whole.
    pub field: String,
    /// What is wrong.
    pub kind: FieldFaultKind,
    /// How long the value is.
    pub length: usize,
    /// What to do, where there is something: the field to use instead, or the path of the fault.
    pub hint: Option<String>,
}

impl FieldFault {
    pub(super) fn of(case: usize, field: String, fault: ValueFault, length: usize) -> Self {
        let (kind, hint) = match fault {
            ValueFault::WrongType => (FieldFaultKind::WrongType, None),
            ValueFault::TooLong => (FieldFaultKind::TooLong, None),
            ValueFault::Unseen => (FieldFaultKind::UnseenCharacter, None),
            ValueFault::Deprecated(instead) => (FieldFaultKind::DeprecatedField, Some(instead.to_owned())),
        };
        Self { case, field, kind, length, hint }
    }

    pub(super) fn duplicate(case: &Map<String, Value>) -> Option<Self> {
        let place = case.get(PLACE).and_then(Value::as_u64)?;
        let key = case.get(KEY).and_then(Value::as_str)?;
        let (place, length) = (usize::try_from(place).ok()?, key.chars().count());
        let kind = FieldFaultKind::DuplicateRecord;
        Some(Self { case: place, field: KEY.to_owned(), kind, length, hint: None })
    }

    pub(super) fn returned(returned: &Returned) -> Option<Self> {
        let place = returned.record.get(PLACE).and_then(Value::as_u64)?;
        Some(Self {
            case: usize::try_from(place).ok()?,
            field: String::new(),
            kind: FieldFaultKind::NotTakenIn,
            length: returned.length,
            hint: Some(format!("{} {}", returned.path, returned.kind)),
        })
    }
}

/// The report, in the format of the file.
pub(super) fn write(faults: &[FieldFault], format: HtcdsFormat) -> Result<Vec<u8>, WireFault> {
    let told = faults.iter().take(MAX_FAULTS);
    match format {
        HtcdsFormat::Json => {
            let told = told.map(|fault| {
                let hint = fault.hint.as_deref().unwrap_or_default();
                json!({"case": fault.case, "field": fault.field, "kind": fault.kind.code(), "length": fault.length, "hint": hint})
            });
            let document = json!({"errors": told.collect::<Vec<_>>(), "more": faults.len() > MAX_FAULTS});
            serde_json::to_vec_pretty(&document).map_err(|_| WireFault::File(FileFault::Write))
        }
        HtcdsFormat::Csv => {
            let header = ["row", "field", "kind", "length", "hint"].map(str::to_owned).to_vec();
            let rows = told.enumerate().map(|(place, fault)| {
                let (row, length) = (fault.case.to_string(), fault.length.to_string());
                let hint = fault.hint.clone().unwrap_or_default();
                let cells = [row, fault.field.clone(), fault.kind.code().to_owned(), length, hint];
                Row { number: place + 2, cells: cells.map(Cell::of).to_vec() }
            });
            Sheet { header, rows: rows.collect() }.write(SheetFormat::Csv)
        }
    }
}
