//! CSV in and out. What is written never starts a formula: a text that would gets an apostrophe before it,
//! which spreadsheet programs take as "this is text" and which reading takes off again.

use csv::{QuoteStyle, ReaderBuilder, WriterBuilder};

use super::{Cell, Sheet, starts_formula};
use crate::fault::{FileFault, WireFault};

const FORMAT: WireFault = WireFault::File(FileFault::Format);

pub(crate) fn read(bytes: &[u8]) -> Result<Sheet, WireFault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| FORMAT)?;
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(text)).from_reader(text.as_bytes());
    let mut grid = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| FORMAT)?;
        // Empty lines are not records, so the number is the place among those that are.
        super::within(grid.len(), super::MAX_ROWS + 1, "rows")?;
        super::within(record.len(), super::MAX_COLUMNS, "columns")?;
        grid.push((grid.len() + 1, record.iter().map(cell).collect()));
    }
    Sheet::of_grid(grid.into_iter())
}

/// Programs of some locales separate by semicolons or tabs; the header, whose names hold neither, tells.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: char| header.matches(separator).count();
    if count('\t') > count(',') && count('\t') > count(';') {
        b'\t'
    } else if count(';') > count(',') {
        b';'
    } else {
        b','
    }
}

/// A cell that a spreadsheet program would run is a formula. A sign before a digit is a number or a telephone
/// number; before anything else it is a formula to such programs and so to us.
fn cell(text: &str) -> Cell {
    if let Some(plain) = text.strip_prefix('\'').filter(|_| is_defused(text)) {
        return Cell::Text(plain.to_owned());
    }
    let signed = text.trim_start().strip_prefix(['+', '-']);
    match signed {
        Some(rest) if rest.starts_with(|first: char| first.is_ascii_digit()) && is_number(rest) => {
            Cell::Text(text.to_owned())
        }
        None if !starts_formula(text) => Cell::of(text.to_owned()),
        _ => Cell::Formula(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    text.chars().all(|sign| sign.is_ascii_digit() || " ().,-".contains(sign))
}

pub(crate) fn write(sheet: &Sheet) -> Result<Vec<u8>, WireFault> {
    let unwritable = || WireFault::File(FileFault::Write);
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).flexible(true).from_writer(Vec::new());
    writer.write_record(sheet.header.iter().map(|name| defused(name))).map_err(|_| unwritable())?;
    for row in &sheet.rows {
        let cells = row.cells.iter().map(|cell| defused(cell.written()));
        let width = sheet.header.len().saturating_sub(row.cells.len());
        let padded = cells.chain(std::iter::repeat_n(String::new(), width));
        writer.write_record(padded).map_err(|_| unwritable())?;
    }
    writer.into_inner().map_err(|_| unwritable())
}

fn defused(text: &str) -> String {
    // One that already looks defused gets one more apostrophe, so that reading gives back what was written.
    if starts_formula(text) || is_defused(text) { format!("'{text}") } else { text.to_owned() }
}

fn is_defused(text: &str) -> bool {
    text.starts_with('\'') && starts_formula(text.trim_start_matches('\''))
}
