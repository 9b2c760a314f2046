//! XLSX in and out. A file is unpacked once with limits before the reader sees it, because the reader takes
//! sizes from the file itself. Formulas are never evaluated and their cached values never read; what is
//! written is always a text cell, marked so that editing it does not make it a formula either.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxFormulaMetadata};
use rust_xlsxwriter::{Format, Workbook};

use super::{Cell, MAX_COLUMNS, MAX_ROWS, Sheet, starts_formula, within};
use crate::fault::{FileFault, WireFault};

/// Bytes that a file may unpack to: ten times the largest sheet within the other limits that was seen.
const MAX_UNPACKED: u64 = 64 << 20;
/// Parts of a file: a workbook with one sheet has about ten.
const MAX_PARTS: usize = 1_000;
/// Shared texts that a file may announce.
const MAX_SHARED: u64 = (MAX_ROWS * MAX_COLUMNS) as u64;
/// The last day a spreadsheet program knows, as its serial number (9999-12-31).
const LAST_DAY: f64 = 2_958_465.0;

const FORMAT: WireFault = WireFault::File(FileFault::Format);

pub(crate) fn read(bytes: &[u8]) -> Result<Sheet, WireFault> {
    inspect(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| FORMAT)?;
    let first = book.sheet_names().first().cloned().ok_or(FORMAT)?;
    let mut reader = book.worksheet_cells_reader(&first).map_err(|_| FORMAT)?;
    let mut grid: BTreeMap<usize, Vec<Cell>> = BTreeMap::new();
    while let Some(read) = reader.next_cell_with_formula_metadata().map_err(|_| FORMAT)? {
        let (row, column) = (read.pos.0 as usize, read.pos.1 as usize);
        let cell = match read.formula {
            Some(XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. }) => {
                Cell::Formula(format!("={formula}"))
            }
            Some(_) => Cell::Formula("=".to_owned()),
            None => value(&read.value),
        };
        if cell == Cell::Empty {
            continue;
        }
        within(column + 1, MAX_COLUMNS, "columns")?;
        let cells = grid.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = cells.get_mut(column) {
            *place = cell;
        }
        within(grid.len(), MAX_ROWS + 1, "rows")?;
    }
    Sheet::of_grid(grid.into_iter().map(|(row, cells)| (row + 1, cells)))
}

/// Unpacks every part into nothing, with a limit on what comes out, and looks for the one number that the
/// reader trusts: the count of shared texts, for which it takes memory in advance.
fn inspect(bytes: &[u8]) -> Result<(), WireFault> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FORMAT)?;
    within(archive.len(), MAX_PARTS, "parts")?;
    let mut left = MAX_UNPACKED;
    for part in 0..archive.len() {
        let entry = archive.by_index(part).map_err(|_| FORMAT)?;
        let shared = entry.name().map_err(|_| FORMAT)?.to_ascii_lowercase().ends_with("sharedstrings.xml");
        let mut unpacked = Vec::new();
        entry.take(left + 1).read_to_end(&mut unpacked).map_err(|_| FORMAT)?;
        let over = WireFault::TooLarge { limit: MAX_UNPACKED, unit: "bytes unpacked" };
        left = left.checked_sub(unpacked.len() as u64).ok_or(over)?;
        if shared && announced(&unpacked).is_none_or(|count| count > MAX_SHARED) {
            return Err(FORMAT);
        }
    }
    Ok(())
}

/// The largest count of shared texts that a part announces; `None` where it may hide one: in an encoding that
/// is not byte for byte, or beyond what a number holds.
fn announced(part: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"uniqueCount";
    if part.contains(&0) {
        return None;
    }
    let mut most = 0;
    for start in (0..part.len()).filter(|start| part.get(*start..).is_some_and(|rest| rest.starts_with(NAME))) {
        let rest = part.get(start + NAME.len()..).unwrap_or_default();
        let digits: String = rest
            .iter()
            .skip_while(|byte| b" \t\r\n=\"'+".contains(byte))
            .take_while(|byte| byte.is_ascii_digit())
            .map(|byte| char::from(*byte))
            .collect();
        if !digits.is_empty() {
            most = most.max(digits.parse().ok()?);
        }
    }
    Some(most)
}

fn value(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::of(text.clone()),
        DataRef::SharedString(text) => Cell::of((*text).to_owned()),
        DataRef::Bool(yes) => Cell::Text(yes.to_string()),
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Text(number.to_string()),
        DataRef::DateTime(date) => day(date).map_or(Cell::Broken, Cell::Text),
        DataRef::DateTimeIso(text) => Cell::of(text.get(..10).unwrap_or(text).to_owned()),
        DataRef::DurationIso(text) => Cell::of(text.clone()),
        DataRef::Error(_) => Cell::Broken,
    }
}

/// The day of a date cell. The time of day is not a thing HTCDS has.
fn day(date: &ExcelDateTime) -> Option<String> {
    if !(0.0..=LAST_DAY).contains(&date.as_f64()) {
        return None;
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

pub(crate) fn write(sheet: &Sheet) -> Result<Vec<u8>, WireFault> {
    let unwritable = |_| WireFault::File(FileFault::Write);
    let mut book = Workbook::new();
    let quoted = Format::new().set_quote_prefix();
    let page = book.add_worksheet();
    let header = sheet.header.iter().map(String::as_str);
    let rows = sheet.rows.iter().map(|row| row.cells.iter().map(Cell::written));
    for (column, text) in header.enumerate() {
        page.write_string(0, narrow(column), text).map_err(unwritable)?;
    }
    for (number, cells) in rows.enumerate() {
        let row = u32::try_from(number + 1).unwrap_or(u32::MAX);
        for (column, text) in cells.enumerate().filter(|(_, text)| !text.is_empty()) {
            if starts_formula(text) {
                page.write_string_with_format(row, narrow(column), text, &quoted).map_err(unwritable)?;
            } else {
                page.write_string(row, narrow(column), text).map_err(unwritable)?;
            }
        }
    }
    book.save_to_buffer().map_err(unwritable)
}

fn narrow(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}
