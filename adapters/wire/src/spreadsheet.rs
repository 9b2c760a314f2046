//! The spreadsheet of a small organization: XLSX or CSV with HTCDS 2.0 column names, exchanged in a folder. The
//! organization writes `incoming`; what the hub could not read comes back as a copy of it with the errors in
//! a column; referrals for the organization stand in `outgoing`, where it also answers them.
//!
//! Formulas never run: one in a cell is a row error, and nothing written here starts one. The rule for CSV: a
//! text that a spreadsheet program could take for a formula gets an apostrophe before it. The rule for XLSX:
//! every cell is written as text, and such a text also with the mark that keeps it one when it is edited.

mod about;
mod check;
mod mark;
mod outgoing;
mod settings;
pub mod template;

use std::path::Path;

use serde_json::{Map, Value};

use crate::exchange::{Exchange, FileWire, Reading};
use crate::fault::WireFault;
use crate::htcds::fields::KEY;
use crate::narrow::Narrow;
use crate::partner::{Answer, Delivered, Delivery, Returned};
use crate::sheet::Sheet;

pub use crate::sheet::SheetFormat;
pub(crate) use about::ABOUT;
pub use check::{RowError, RowErrorKind, SheetReading};
pub use settings::SpreadsheetConfig;

/// Reads a sheet's bytes into records and row errors.
///
/// # Errors
/// Not a sheet of that format, or over the limits on rows, columns and unpacked size.
pub fn read_sheet(bytes: &[u8], format: SheetFormat) -> Result<SheetReading, WireFault> {
    Sheet::read(bytes, format).map(|sheet| check::check(&sheet))
}

/// The same sheet in the same format with `sangam_errors` filled in: the row errors of [`read_sheet`], and
/// those the hub adds when a record could not be taken in.
///
/// # Errors
/// Not a sheet of that format, or over its limits.
pub fn marked_up_copy(bytes: &[u8], format: SheetFormat, errors: &[RowError]) -> Result<Vec<u8>, WireFault> {
    mark::mark(&Sheet::read(bytes, format)?, errors).write(format)
}

/// The wire to the folder of one organization's sheets.
pub type Spreadsheet = FileWire<Sheets>;

/// Sheets in a folder.
pub struct Sheets {
    config: SpreadsheetConfig,
    narrow: Narrow,
    max_bytes: u64,
}

impl Spreadsheet {
    /// A folder; nothing is opened yet.
    #[must_use]
    pub fn new(config: SpreadsheetConfig, narrow: Narrow, max_bytes: u64) -> Self {
        Self::of(Sheets { config, narrow, max_bytes })
    }
}

/// A row's configured columns. Its number goes along: it is how the organization finds what came back.
fn narrowed(record: Map<String, Value>, narrow: &Narrow) -> Value {
    let row = record.get("sangam_row").cloned();
    let mut kept = narrow.record(record);
    kept.extend(row.map(|row| ("sangam_row".to_owned(), row)));
    Value::Object(kept)
}

/// The number of a record's row.
fn row(record: &Map<String, Value>) -> Option<usize> {
    record.get("sangam_row").and_then(Value::as_u64).and_then(|row| usize::try_from(row).ok())
}

impl Exchange for Sheets {
    type Fault = RowError;

    fn incoming(&self) -> (&Path, &str, u64) {
        (&self.config.folder, &self.config.incoming, self.max_bytes)
    }

    fn narrow(&self) -> &Narrow {
        &self.narrow
    }

    fn read(&self, bytes: &[u8]) -> Result<Reading<RowError>, WireFault> {
        let SheetReading { records, errors, unread } = read_sheet(bytes, self.config.format)?;
        let rejected = errors.chunk_by(|a, b| a.row == b.row).count();
        Ok(Reading { records, unread, rejected, faults: errors })
    }

    fn narrowed(record: Map<String, Value>, narrow: &Narrow) -> Value {
        narrowed(record, narrow)
    }

    fn returned(returned: &Returned) -> Option<RowError> {
        let hint = Some(format!("{} {}", returned.path, returned.kind));
        let row = row(returned.record.as_object()?)?;
        Some(RowError { row, column: String::new(), kind: RowErrorKind::NotTakenIn, length: returned.length, hint })
    }

    fn duplicate(record: &Map<String, Value>) -> Option<RowError> {
        let (row, kind) = (row(record)?, RowErrorKind::DuplicateRecord);
        let length = record.get(KEY).and_then(Value::as_str).map_or(0, |key| key.chars().count());
        Some(RowError { row, column: String::new(), kind, length, hint: None })
    }

    fn report(&self, bytes: &[u8], faults: &[RowError]) -> Result<Vec<u8>, WireFault> {
        marked_up_copy(bytes, self.config.format, faults)
    }

    fn deliver(&self, delivery: &Delivery) -> Result<Delivered, WireFault> {
        outgoing::deliver(&self.config, self.max_bytes, delivery)
    }

    fn answers(&self, offers: &[Delivered]) -> Result<Vec<Answer>, WireFault> {
        outgoing::answers(&self.config, self.max_bytes, offers)
    }
}

/// Reads bytes as a sheet of either format, and marks it up: for the generators that try any bytes.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    for format in [SheetFormat::Csv, SheetFormat::Xlsx] {
        if let Ok(reading) = read_sheet(bytes, format) {
            drop(marked_up_copy(bytes, format, &reading.errors));
        }
    }
}
