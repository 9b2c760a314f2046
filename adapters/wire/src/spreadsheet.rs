//! The spreadsheet of a small organization: XLSX or CSV with HTCDS 2.0 column names, exchanged in a folder. The
//! organization writes `incoming`; what the hub could not read comes back as a copy of it with the errors in
//! a column; referrals for the organization stand in `outgoing`, where it also answers them.
//!
//! Formulas never run: one in a cell is a row error, and nothing written here starts one. The rule for CSV: a
//! text that a spreadsheet program could take for a formula gets an apostrophe before it. The rule for XLSX:
//! every cell is written as text, and such a text also with the mark that keeps it one when it is edited.

mod about;
mod check;
mod columns;
mod csv;
mod files;
mod mark;
mod outgoing;
mod settings;
mod sheet;
mod xlsx;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

use crate::fault::{FileFault, WireFault};
use crate::narrow::Narrow;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Listed, Page, Returned, Wire};
use sheet::Sheet;

pub(crate) use about::ABOUT;
pub use check::{RowError, RowErrorKind, SheetReading};
pub use settings::SpreadsheetConfig;
pub use sheet::SheetFormat;

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

    /// Files are read and written on a thread that may block; a dropped future does not stop it, so that a
    /// file is replaced whole or not at all.
    fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T, WireFault> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, WireFault>> {
        let folder = Arc::clone(&self.folder);
        Box::pin(async move {
            let done = tokio::task::spawn_blocking(move || work(&folder)).await;
            done.unwrap_or(Err(WireFault::File(FileFault::Format)))
        })
    }
}

impl Folder {
    /// The whole sheet is one page: it is read whole anyhow. An unchanged file gives nothing.
    fn fetch(&self, since: Option<Cursor>) -> Result<Page, WireFault> {
        let name = &self.config.incoming;
        let read = files::read(&self.config.folder.join(name), self.max_bytes)?;
        let (version, bytes) = read.ok_or(WireFault::File(FileFault::Read))?;
        let changed = version.changed.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let seen = json!([version.length, changed.map(|at| at.as_nanos().to_string()), version.number]);
        let cursor = Cursor::from_text(seen.to_string());
        if changed.is_some() && since.as_ref() == Some(&cursor) {
            return Ok(Page { records: Vec::new(), listed: Listed::AsBefore, rejected: 0, cursor, more: false });
        }
        let format = self.config.format;
        let reading = read_sheet(&bytes, format)?;
        let rejected = reading.errors.chunk_by(|a, b| a.row == b.row).count();
        if rejected > 0 {
            let copy = marked_up_copy(&bytes, format, &reading.errors)?;
            files::replace(&self.config.folder, &copy_name(name), &copy)?;
        }
        let (marked, unmarked): (Vec<_>, Vec<_>) =
            reading.records.into_iter().partition(|record| self.narrow.is_marked(record));
        // Of several rows of one record the one that shares least counts: one that cannot be read, or has no mark.
        let closed: HashSet<String> = reading.unread.into_iter().chain(unmarked.iter().filter_map(key_of)).collect();
        let open = |record: &Map<String, Value>| key_of(record).is_none_or(|key| !closed.contains(&key));
        let marked: Vec<_> = marked.into_iter().filter(open).collect();
        let keys = marked.iter().filter_map(key_of).collect();
        let records = marked.into_iter().map(|record| self.narrowed(record)).collect();
        Ok(Page { records, listed: Listed::Keys { first: true, keys }, rejected, cursor, more: false })
    }

    fn narrowed(&self, record: Map<String, Value>) -> Value {
        narrowed(record, &self.narrow)
    }

    /// The record of a key, in the sheet as it is now; of several rows the one that shares least counts.
    fn record(&self, key: &str) -> Result<Found, WireFault> {
        let read = files::read(&self.config.folder.join(&self.config.incoming), self.max_bytes)?;
        let (_, bytes) = read.ok_or(WireFault::File(FileFault::Read))?;
        let reading = read_sheet(&bytes, self.config.format)?;
        if reading.unread.iter().any(|unread| unread == key) {
            return Ok(Found::Unreadable);
        }
        let rows: Vec<_> = reading.records.into_iter().filter(|row| key_of(row).as_deref() == Some(key)).collect();
        if rows.iter().any(|row| !self.narrow.is_marked(row)) {
            return Ok(Found::Unmarked);
        }
        Ok(rows.into_iter().next_back().map_or(Found::Gone, |row| Found::Marked(self.narrowed(row))))
    }

    /// The copy again, with what the hub found in rows that read well.
    fn give_back(&self, records: &[Returned]) -> Result<(), WireFault> {
        let name = &self.config.incoming;
        let read = files::read(&self.config.folder.join(name), self.max_bytes)?;
        let (_, bytes) = read.ok_or(WireFault::File(FileFault::Read))?;
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
        files::replace(&self.config.folder, &copy_name(name), &copy)
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

/// The organization's own key of a row.
fn key_of(record: &Map<String, Value>) -> Option<String> {
    record.get(columns::KEY).and_then(Value::as_str).map(str::to_owned)
}

/// `register.xlsx` comes back as `register.errors.xlsx`.
fn copy_name(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.errors.{extension}"),
        None => format!("{name}.errors"),
    }
}

impl Wire for Spreadsheet {
    fn key(&self, record: &Value) -> Option<String> {
        record.as_object().and_then(key_of)
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        let since = since.cloned();
        self.blocking(move |folder| folder.fetch(since))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        let key = key.to_owned();
        self.blocking(move |folder| folder.record(&key))
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        let delivery = delivery.clone();
        self.blocking(move |folder| folder.deliver(&delivery))
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        let offers = offers.to_vec();
        self.blocking(move |folder| outgoing::answers(&folder.config, folder.max_bytes, &offers))
    }

    fn give_back<'a>(&'a self, records: &'a [Returned]) -> BoxFuture<'a, Result<(), WireFault>> {
        let records = records.to_vec();
        self.blocking(move |folder| folder.give_back(&records))
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
