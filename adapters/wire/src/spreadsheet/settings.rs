//! What a partner's file says of a folder of sheets.

use std::path::PathBuf;

use crate::config::sections;
use crate::config::table::Table;
use crate::config::web::Around;
use crate::sheet::SheetFormat;

/// A folder in which an organization's sheets are exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpreadsheetConfig {
    /// The folder.
    pub folder: PathBuf,
    /// The sheet the organization writes.
    pub incoming: String,
    /// The sheet the hub writes, of referrals for the organization.
    pub outgoing: String,
    /// The format of both.
    pub format: SheetFormat,
}

impl SpreadsheetConfig {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let folder = around.folder(table);
        let format = table.word("format", &[("xlsx", SheetFormat::Xlsx), ("csv", SheetFormat::Csv)]);
        let [incoming, outgoing] = sections::files(table, ["incoming", "outgoing"]);
        Some(Self { folder: folder?, incoming: incoming?, outgoing: outgoing?, format: format? })
    }
}
