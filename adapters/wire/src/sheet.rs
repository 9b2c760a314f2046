//! A sheet in memory: the header and the rows as they stand, in either format. Formulas are kept as what was
//! written, never as what they give.

mod csv;
mod xlsx;

use crate::fault::{FileFault, WireFault};

/// The format of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    /// Office Open XML.
    Xlsx,
    /// Comma-separated values in UTF-8; semicolons and tabs are read too.
    Csv,
}

/// Rows of one sheet: a small organization has hundreds.
pub(crate) const MAX_ROWS: usize = 5_000;
/// Columns of one sheet: HTCDS has 83.
pub(crate) const MAX_COLUMNS: usize = 200;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// A text, number, date or truth value, as text.
    Text(String),
    /// A formula, as written.
    Formula(String),
    /// An error value of the spreadsheet program.
    Broken,
}

impl Cell {
    pub(crate) fn of(text: String) -> Self {
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// What was written in the cell.
    pub(crate) fn written(&self) -> &str {
        match self {
            Self::Empty => "",
            Self::Text(text) | Self::Formula(text) => text,
            Self::Broken => "#ERROR",
        }
    }
}

/// One row below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its number as the spreadsheet program shows it.
    pub(crate) number: usize,
    pub(crate) cells: Vec<Cell>,
}

/// A whole sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sheet {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

impl Sheet {
    /// Reads a file's bytes.
    pub(crate) fn read(bytes: &[u8], format: SheetFormat) -> Result<Self, WireFault> {
        match format {
            SheetFormat::Xlsx => xlsx::read(bytes),
            SheetFormat::Csv => csv::read(bytes),
        }
    }

    /// A file's bytes.
    pub(crate) fn write(&self, format: SheetFormat) -> Result<Vec<u8>, WireFault> {
        match format {
            SheetFormat::Xlsx => xlsx::write(self),
            SheetFormat::Csv => csv::write(self),
        }
    }

    /// From a grid whose first row is the header; empty rows are left out and keep their numbers.
    pub(crate) fn of_grid(grid: impl Iterator<Item = (usize, Vec<Cell>)>) -> Result<Self, WireFault> {
        let mut grid = grid.filter(|(_, cells)| cells.iter().any(|cell| *cell != Cell::Empty));
        let Some((_, header)) = grid.next() else {
            return Err(WireFault::File(FileFault::Format));
        };
        let header: Vec<String> = header.iter().map(|cell| cell.written().trim().to_owned()).collect();
        within(header.len(), MAX_COLUMNS, "columns")?;
        let mut rows = Vec::new();
        for (number, cells) in grid {
            within(rows.len() + 1, MAX_ROWS, "rows")?;
            within(cells.len(), MAX_COLUMNS, "columns")?;
            rows.push(Row { number, cells });
        }
        Ok(Self { header, rows })
    }

    /// The place of a column, whose name may stand behind a heading in some language.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|heading| code_in(heading) == name)
    }

    /// The place of a column, added at the end where it is not there.
    pub(crate) fn place_or_add(&mut self, name: &str) -> usize {
        self.place(name).unwrap_or_else(|| {
            self.header.push(name.to_owned());
            self.header.len() - 1
        })
    }
}

impl Row {
    pub(crate) fn text(&self, place: Option<usize>) -> &str {
        place.and_then(|place| self.cells.get(place)).map_or("", Cell::written)
    }

    pub(crate) fn set(&mut self, place: usize, cell: Cell) {
        if self.cells.len() <= place {
            self.cells.resize(place + 1, Cell::Empty);
        }
        if let Some(old) = self.cells.get_mut(place) {
            *old = cell;
        }
    }
}

/// What stands in square brackets at the end of a heading or a cell, behind words in some language; all of it where nothing
/// does.
pub(crate) fn code_in(text: &str) -> &str {
    let text = text.trim();
    let bracketed = text.strip_suffix(']').and_then(|text| text.rsplit_once('['));
    bracketed.map_or(text, |(_, code)| code.trim())
}

/// A column's letters, as spreadsheet programs show them.
pub(crate) fn letters(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

pub(crate) fn within(count: usize, limit: usize, unit: &'static str) -> Result<(), WireFault> {
    if count > limit { Err(WireFault::TooLarge { limit: limit as u64, unit }) } else { Ok(()) }
}

/// Whether a spreadsheet program that opens the text as a cell of a CSV file would take it for a formula, or
/// might on some locale or after trimming.
pub(crate) fn starts_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}
