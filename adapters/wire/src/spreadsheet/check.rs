//! From a sheet's rows to records: unknown columns and codes, formulas and values of the wrong kind are row
//! errors; a row with any error gives no record.

use serde_json::{Map, Value};

use super::columns::{self, ANSWER, Kind};
use super::sheet::{Cell, Row, Sheet};

/// Characters of one cell: a long note fits; a spreadsheet program's own limit is 32,767.
const MAX_CELL: usize = 20_000;

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
    /// Over 20,000 characters.
    TooLong,
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
    let columns: Vec<Option<Kind>> = sheet.header.iter().map(|name| columns::kind(name)).collect();
    let mut reading = SheetReading { records: Vec::new(), errors: Vec::new(), unread: Vec::new() };
    for row in &sheet.rows {
        let before = reading.errors.len();
        let record = record(sheet, &columns, row, &mut reading.errors);
        if reading.errors.len() == before {
            reading.records.push(record);
        } else if let Some(Value::String(key)) = record.get(columns::KEY) {
            reading.unread.push(key.clone());
        }
    }
    reading
}

fn record(sheet: &Sheet, columns: &[Option<Kind>], row: &Row, errors: &mut Vec<RowError>) -> Map<String, Value> {
    let mut record = Map::new();
    for (place, cell) in row.cells.iter().enumerate() {
        let kind = columns.get(place).copied().flatten();
        if *cell == Cell::Empty || kind == Some(Kind::Ignored) {
            continue;
        }
        let name = sheet.header.get(place).map(String::as_str).unwrap_or_default();
        let twice = sheet.header.iter().take(place).any(|earlier| earlier == name);
        let read = match kind {
            None => Err((RowErrorKind::UnknownColumn, None)),
            Some(_) if twice => Err((RowErrorKind::DuplicateColumn, None)),
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
    let plain = |kind| (kind, None);
    let text = match cell {
        Cell::Text(text) if text.chars().count() > MAX_CELL => {
            return Err(plain(RowErrorKind::TooLong));
        }
        Cell::Text(text) => text.trim(),
        Cell::Formula(_) => return Err(plain(RowErrorKind::Formula)),
        Cell::Broken | Cell::Empty => return Err(plain(RowErrorKind::BrokenCell)),
    };
    let wrong = || plain(RowErrorKind::WrongType);
    match kind {
        Kind::Text | Kind::Ignored => Ok(Value::from(text)),
        Kind::Phone => phone(text).map(Value::from).ok_or_else(wrong),
        Kind::Date => day(text).map(Value::from).ok_or_else(wrong),
        Kind::Checkbox => truth(text).map(Value::from).ok_or_else(wrong),
        Kind::Number => text.parse::<serde_json::Number>().map(Value::Number).map_err(|_| wrong()),
        Kind::Code(list) => one(text, |code| list.contains(&code)),
        Kind::Codes(list) => many(text, |code| list.contains(&code)),
        Kind::Country => one(text, is_country),
        Kind::Countries => many(text, is_country),
        Kind::Language => one(text, is_language),
        Kind::Deprecated(instead) => Err((RowErrorKind::DeprecatedColumn, Some(instead.to_owned()))),
    }
}

fn one(text: &str, known: impl Fn(&str) -> bool) -> Result<Value, Refused> {
    if known(text) { Ok(Value::from(text)) } else { Err((RowErrorKind::UnknownCode, None)) }
}

/// A multiselect: codes separated by semicolons.
fn many(text: &str, known: impl Fn(&str) -> bool) -> Result<Value, Refused> {
    text.split(';').map(str::trim).filter(|code| !code.is_empty()).map(|code| one(code, &known)).collect()
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_language(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// E.164 with the spaces and dashes that people write.
fn phone(text: &str) -> Option<&str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    let plain = rest.bytes().all(|byte| byte.is_ascii_digit() || b" -()".contains(&byte));
    (plain && (5..=15).contains(&digits)).then_some(text)
}

/// `YYYY-MM-DD` of a day that is in the calendar.
fn day(text: &str) -> Option<&str> {
    let mut parts = text.splitn(3, '-');
    let mut next = |length: usize| {
        let part =
            parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(text)
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// A column's letters, as spreadsheet programs show them.
fn letters(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The answer that an organization wrote beside a referral, if it is one.
pub(super) fn answer(text: &str) -> Option<&str> {
    let text = text.trim();
    match columns::kind(ANSWER) {
        Some(Kind::Code(list)) if list.contains(&text) => Some(text),
        _ => None,
    }
}
