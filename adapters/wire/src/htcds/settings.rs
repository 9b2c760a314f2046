//! What a partner's file says of a folder of HTCDS files.

use std::path::PathBuf;

use super::HtcdsFormat;
use crate::config::KeyFault;
use crate::config::sections::is_plain_name;
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
        let names = ["incoming", "answers", "outgoing"].map(|key| (key, table.text(key)));
        for (place, (key, name)) in names.iter().enumerate() {
            if name.as_deref().is_some_and(|name| !is_plain_name(name)) {
                table.fault(key, KeyFault::Must("be a file's name without a folder"));
            }
            if name.is_some() && names.iter().take(place).any(|(_, earlier)| earlier == name) {
                table.fault(key, KeyFault::Must("be another file than the others"));
            }
        }
        let [(_, incoming), (_, answers), (_, outgoing)] = names;
        Some(Self { folder: folder?, incoming: incoming?, answers: answers?, outgoing: outgoing?, format: format? })
    }
}
