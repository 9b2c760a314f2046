//! From a sheet's rows to records: unknown columns and codes, formulas and values of the wrong kind are row
//! errors; a row with any error gives no record.

use serde_json::{Map, Value};

use crate::htcds::column::{Column, columns};
use crate::htcds::fields;
use crate::htcds::value::{self, Kind, ValueFault};
use crate::sheet::{Cell, Row, Sheet, letters};

/// What is wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowErrorKind {
    /// The column's name is no HTCDS column and none of Sangam's.
    UnknownColumn,
    /// The column stands twice.
    DuplicateColumn,
    /// The column is no longer in use.
    DeprecatedColumn,
    /// The text is not a code of the column's list.
    UnknownCode,
    /// Not a date, number, or yes or no, as the column asks for.
    WrongType,
    /// A formula, or a text that a spreadsheet program would take for one.
    Formula,
    /// An error value of the spreadsheet program.
    BrokenCell,
    /// Over 20,000 characters, or over 100 codes.
    TooLong,
    /// A character that is not seen: a control character, or one that turns the direction of what stands around it.
    UnseenCharacter,
    /// Another row that is marked for the hub has the same key.
    DuplicateRecord,
    /// Read as a sheet, but the hub could not take it in; the mapping or the intake says why.
    NotTakenIn,
}

impl RowErrorKind {
    /// The wire form, upper snake case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownColumn => "UNKNOWN_COLUMN",
            Self::DuplicateColumn => "DUPLICATE_COLUMN",
            Self::DeprecatedColumn => "DEPRECATED_COLUMN",
            Self::UnknownCode => "UNKNOWN_CODE",
            Self::WrongType => "WRONG_TYPE",
            Self::Formula => "FORMULA",
            Self::BrokenCell => "BROKEN_CELL",
            Self::TooLong => "TOO_LONG",
            Self::UnseenCharacter => "UNSEEN_CHARACTER",
            Self::DuplicateRecord => "DUPLICATE_RECORD",
            Self::NotTakenIn => "NOT_TAKEN_IN",
        }
    }
}

/// One row error. It names the column by its letters, never by a header that is not a known one, and never
/// holds the cell's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The row as the spreadsheet program numbers it; the header is row 1.
    pub row: usize,
    /// The column as the spreadsheet program letters it; empty for the row as a whole.
    pub column: String,
    /// What is wrong.
    pub kind: RowErrorKind,
    /// Characters of the value.
    pub length: usize,
    /// What to do, where there is something: the column to use instead, or the path of the fault.
    pub hint: Option<String>,
}

/// The records and row errors of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetReading {
    /// A record a row, members by column name: texts, truth values, numbers, lists. `sangam_row` is the row.
    pub records: Vec<Map<String, Value>>,
    /// The row errors, by row.
    pub errors: Vec<RowError>,
    /// The organization's own keys of the rows that gave no record, where the key itself could be read.
    pub unread: Vec<String>,
}

pub(super) fn check(sheet: &Sheet) -> SheetReading {
    let columns = columns(sheet);
    let mut reading = SheetReading { records: Vec::new(), errors: Vec::new(), unread: Vec::new() };
    for row in &sheet.rows {
        let before = reading.errors.len();
        let record = record(&columns, row, &mut reading.errors);
        if reading.errors.len() == before {
            reading.records.push(record);
        } else if let Some(Value::String(key)) = record.get(fields::KEY) {
            reading.unread.push(key.clone());
        }
    }
    reading
}

fn record(columns: &[Column<'_>], row: &Row, errors: &mut Vec<RowError>) -> Map<String, Value> {
    let mut record = Map::new();
    for (place, cell) in row.cells.iter().enumerate() {
        let column = columns.get(place);
        let kind = column.and_then(|column| column.kind);
        if *cell == Cell::Empty || kind == Some(Kind::Ignored) {
            continue;
        }
        let name = column.map(|column| column.name).unwrap_or_default();
        let read = match kind {
            None => Err((RowErrorKind::UnknownColumn, column.and_then(|column| column.meant).map(str::to_owned))),
            Some(_) if column.is_some_and(|column| column.twice) => Err((RowErrorKind::DuplicateColumn, None)),
            Some(kind) => value(kind, cell),
        };
        match read {
            Ok(value) => drop(record.insert(name.to_owned(), value)),
            Err((kind, hint)) => errors.push(RowError {
                row: row.number,
                column: letters(place),
                kind,
                length: cell.written().chars().count(),
                hint,
            }),
        }
    }
    record.insert("sangam_row".to_owned(), Value::from(row.number));
    record
}

type Refused = (RowErrorKind, Option<String>);

fn value(kind: Kind, cell: &Cell) -> Result<Value, Refused> {
    let text = match cell {
        Cell::Text(text) => text.trim(),
        Cell::Formula(_) => return Err((RowErrorKind::Formula, None)),
        Cell::Broken | Cell::Empty => return Err((RowErrorKind::BrokenCell, None)),
    };
    match value::of_cell(kind, text) {
        Ok(value) if value::is_known(kind, &value) => Ok(value),
        Ok(_) => Err((RowErrorKind::UnknownCode, None)),
        Err(ValueFault::WrongType) => Err((RowErrorKind::WrongType, None)),
        Err(ValueFault::TooLong) => Err((RowErrorKind::TooLong, None)),
        Err(ValueFault::Unseen) => Err((RowErrorKind::UnseenCharacter, None)),
        Err(ValueFault::Deprecated(instead)) => Err((RowErrorKind::DeprecatedColumn, Some(instead.to_owned()))),
    }
}
