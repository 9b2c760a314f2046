//! What a partner's file says of a folder of sheets.

use std::path::PathBuf;

use crate::config::KeyFault;
use crate::config::sections::is_plain_name;
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
        let (incoming, outgoing) = (table.text("incoming"), table.text("outgoing"));
        for (key, name) in [("incoming", &incoming), ("outgoing", &outgoing)] {
            if name.as_deref().is_some_and(|name| !is_plain_name(name)) {
                table.fault(key, KeyFault::Must("be a file's name without a folder"));
            }
        }
        if incoming.is_some() && incoming == outgoing {
            table.fault("outgoing", KeyFault::Must("be another file than incoming"));
        }
        Some(Self { folder: folder?, incoming: incoming?, outgoing: outgoing?, format: format? })
    }
}
