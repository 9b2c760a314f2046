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

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use crate::fault::WireFault;
use crate::folder;
use crate::htcds::shared::{self, key_of};
use crate::narrow::Narrow;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Listed, Page, Returned, Wire};
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

/// The folder of one organization's sheets.
pub struct Spreadsheet {
    folder: Arc<Folder>,
}

struct Folder {
    config: SpreadsheetConfig,
    narrow: Narrow,
    max_bytes: u64,
    /// One writer at a time; the organization's own program is the other one, and is looked out for.
    writing: Mutex<()>,
}

impl Spreadsheet {
    /// A folder; nothing is opened yet.
    #[must_use]
    pub fn new(config: SpreadsheetConfig, narrow: Narrow, max_bytes: u64) -> Self {
        Self { folder: Arc::new(Folder { config, narrow, max_bytes, writing: Mutex::new(()) }) }
    }
}

impl Folder {
    /// The whole sheet is one page: it is read whole anyhow. An unchanged file gives nothing.
    fn fetch(&self, since: Option<Cursor>) -> Result<Page, WireFault> {
        let name = &self.config.incoming;
        let (version, bytes) = folder::read_there(&self.config.folder.join(name), self.max_bytes)?;
        let cursor = version.cursor();
        if version.is_seen(since.as_ref()) {
            return Ok(Page { records: Vec::new(), listed: Listed::AsBefore, rejected: 0, cursor, more: false });
        }
        let format = self.config.format;
        let reading = read_sheet(&bytes, format)?;
        let rejected = reading.errors.chunk_by(|a, b| a.row == b.row).count();
        if rejected > 0 {
            let copy = marked_up_copy(&bytes, format, &reading.errors)?;
            folder::replace(&self.config.folder, &folder::errors_name(name), &copy)?;
        }
        let marked = shared::shared(reading.records, &reading.unread, &self.narrow);
        let keys = marked.iter().filter_map(key_of).collect();
        let records = marked.into_iter().map(|record| narrowed(record, &self.narrow)).collect();
        Ok(Page { records, listed: Listed::Keys { first: true, keys }, rejected, cursor, more: false })
    }

    /// The record of a key, in the sheet as it is now.
    fn record(&self, key: &str) -> Result<Found, WireFault> {
        let (_, bytes) = folder::read_there(&self.config.folder.join(&self.config.incoming), self.max_bytes)?;
        let reading = read_sheet(&bytes, self.config.format)?;
        Ok(match shared::one(reading.records, &reading.unread, &self.narrow, key) {
            Ok(record) => Found::Marked(narrowed(record, &self.narrow)),
            Err(closed) => closed,
        })
    }

    /// The copy again, with what the hub found in rows that read well.
    fn give_back(&self, records: &[Returned]) -> Result<(), WireFault> {
        let name = &self.config.incoming;
        let (_, bytes) = folder::read_there(&self.config.folder.join(name), self.max_bytes)?;
        let mut errors = read_sheet(&bytes, self.config.format)?.errors;
        errors.extend(records.iter().filter_map(|returned| {
            let row = returned.record.get("sangam_row").and_then(Value::as_u64)?;
            Some(RowError {
                row: usize::try_from(row).ok()?,
                column: String::new(),
                kind: RowErrorKind::NotTakenIn,
                length: returned.length,
                hint: Some(format!("{} {}", returned.path, returned.kind)),
            })
        }));
        let copy = marked_up_copy(&bytes, self.config.format, &errors)?;
        folder::replace(&self.config.folder, &folder::errors_name(name), &copy)
    }

    fn deliver(&self, delivery: &Delivery) -> Result<Delivered, WireFault> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        outgoing::deliver(&self.config, self.max_bytes, delivery)
    }
}

/// A row's configured columns. Its number goes along: it is how the organization finds what came back.
fn narrowed(record: Map<String, Value>, narrow: &Narrow) -> Value {
    let row = record.get("sangam_row").cloned();
    let mut kept = narrow.record(record);
    kept.extend(row.map(|row| ("sangam_row".to_owned(), row)));
    Value::Object(kept)
}

impl Wire for Spreadsheet {
    fn key(&self, record: &Value) -> Option<String> {
        record.as_object().and_then(key_of)
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        let since = since.cloned();
        folder::blocking(&self.folder, move |folder| folder.fetch(since))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        let key = key.to_owned();
        folder::blocking(&self.folder, move |folder| folder.record(&key))
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        let delivery = delivery.clone();
        folder::blocking(&self.folder, move |folder| folder.deliver(&delivery))
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        let offers = offers.to_vec();
        folder::blocking(&self.folder, move |folder| outgoing::answers(&folder.config, folder.max_bytes, &offers))
    }

    fn give_back<'a>(&'a self, records: &'a [Returned]) -> BoxFuture<'a, Result<(), WireFault>> {
        let records = records.to_vec();
        folder::blocking(&self.folder, move |folder| folder.give_back(&records))
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
