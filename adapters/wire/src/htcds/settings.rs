//! What a partner's file says of a folder of HTCDS files.

use std::path::PathBuf;

use super::HtcdsFormat;
use crate::config::sections;
use crate::config::table::Table;
use crate::config::web::Around;

/// A folder in which an organization's cases are exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtcdsConfig {
    /// The folder.
    pub folder: PathBuf,
    /// The file of its cases, which the organization's system writes.
    pub incoming: String,
    /// The file of its answers to referrals, which it writes as well.
    pub answers: String,
    /// The file of referrals for the organization, which the hub writes.
    pub outgoing: String,
    /// The format of all three.
    pub format: HtcdsFormat,
}

impl HtcdsConfig {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let folder = around.folder(table);
        let format = table.word("format", &[("json", HtcdsFormat::Json), ("csv", HtcdsFormat::Csv)]);
        let [incoming, answers, outgoing] = sections::files(table, ["incoming", "answers", "outgoing"]);
        Some(Self { folder: folder?, incoming: incoming?, answers: answers?, outgoing: outgoing?, format: format? })
    }
}
