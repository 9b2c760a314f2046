//! A folder in which files are exchanged. They are read with a limit and replaced whole: a reader never sees half a
//! file, and an organization's own edits are never overwritten by an older reading.

use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::SystemTime;

use serde_json::json;

use crate::fault::{FileFault, WireFault};
use crate::partner::Cursor;

/// What a file was when it was read: enough to see that somebody wrote it since. Clocks of file systems tick every few
/// milliseconds; spreadsheet programs put a new file in the old one's place, which then has another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) length: u64,
    pub(crate) changed: Option<SystemTime>,
    pub(crate) number: u64,
}

impl Version {
    fn of(seen: &Metadata) -> Self {
        Self { length: seen.len(), changed: seen.modified().ok(), number: seen.ino() }
    }

    /// Where a synchronisation stands that has read the file.
    pub(crate) fn cursor(&self) -> Cursor {
        let changed = self.changed.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        Cursor::from_text(json!([self.length, changed.map(|at| at.as_nanos().to_string()), self.number]).to_string())
    }

    /// Whether it is the file that the cursor has read. One without a time of change may be another each time.
    pub(crate) fn is_seen(&self, since: Option<&Cursor>) -> bool {
        self.changed.is_some() && since == Some(&self.cursor())
    }
}

/// The file's version and bytes; `None` where there is no such file.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Option<(Version, Vec<u8>)>, WireFault> {
    let unreadable = || WireFault::File(FileFault::Read);
    let file = match File::open(path) {
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|_| unreadable())?,
    };
    let seen = file.metadata().map_err(|_| unreadable())?;
    if !seen.is_file() {
        return Err(unreadable());
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|_| unreadable())?;
    if bytes.len() as u64 > limit {
        return Err(WireFault::TooLarge { limit, unit: "bytes" });
    }
    Ok(Some((Version::of(&seen), bytes)))
}

/// The file's version and bytes; an organization whose file is not there has not taken everything back.
pub(crate) fn read_there(path: &Path, limit: u64) -> Result<(Version, Vec<u8>), WireFault> {
    read(path, limit)?.ok_or(WireFault::File(FileFault::Read))
}

/// The file's version now.
pub(crate) fn version(path: &Path) -> Option<Version> {
    let seen = std::fs::metadata(path).ok()?;
    Some(Version::of(&seen))
}

/// Replaces a file: written beside it, made durable, then renamed over it.
pub(crate) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), WireFault> {
    let unwritable = |_| WireFault::File(FileFault::Write);
    let beside = folder.join(format!(".{name}.new"));
    let mut file = File::create(&beside).map_err(unwritable)?;
    file.write_all(bytes).map_err(unwritable)?;
    file.sync_all().map_err(unwritable)?;
    std::fs::rename(&beside, folder.join(name)).map_err(unwritable)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
}

/// `register.xlsx` comes back as `register.errors.xlsx`.
pub(crate) fn errors_name(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.errors.{extension}"),
        None => format!("{name}.errors"),
    }
}
