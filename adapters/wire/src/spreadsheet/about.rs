//! What an integrator is told of a folder of sheets.

use serde_json::{Map, Value};

use super::SheetFormat;
use crate::WireFault;
use crate::config::about::{About, InFile, Need, Source, Spelling, as_it_is, marked_by_path, setting};
use crate::narrow::Narrow;

pub(crate) const ABOUT: About = About {
    sentence: "Sheets with HTCDS 2.0 columns, XLSX or CSV, exchanged in a folder that only the two sides can enter.",
    key: ".sangam_record",
    source: Source::File(rows),
    sample: "A sheet, XLSX or CSV, with HTCDS column names in its first row and `sangam_record` as the row's own key.",
    spelling: Spelling::Members,
    settings: &[
        setting("folder", "\"/var/lib/sangam/exchange/NAME\"", Need::Must, "The folder."),
        setting("incoming", "\"register.xlsx\"", Need::Must, "The sheet that the organization writes."),
        setting("outgoing", "\"referrals.xlsx\"", Need::Must, "The sheet that the hub writes."),
        setting("format", "\"xlsx\"", Need::Must, "The format of both: xlsx or csv."),
    ],
    shape: as_it_is,
    narrow: narrowed,
    marked: marked_by_path,
};

fn narrowed(row: Map<String, Value>, narrow: &Narrow) -> Value {
    super::narrowed(row, narrow)
}

/// XLSX is a ZIP archive, and no CSV begins like one.
fn rows(bytes: &[u8]) -> Result<InFile, WireFault> {
    let format = if bytes.starts_with(b"PK\x03\x04") { SheetFormat::Xlsx } else { SheetFormat::Csv };
    let reading = super::read_sheet(bytes, format)?;
    let rejected = reading.errors.iter().map(|error| {
        format!("row {}, column {}: {} ({} characters)", error.row, error.column, error.kind.code(), error.length)
    });
    Ok((reading.records, rejected.collect()))
}
