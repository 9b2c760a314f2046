//! The folder in which sheets are exchanged. Files are read with a limit and replaced whole: a reader never
//! sees half a sheet, and an organization's own edits are never overwritten by an older reading.

use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::SystemTime;

use crate::fault::{FileFault, WireFault};

/// What a file was when it was read: enough to see that somebody wrote it since. Clocks of file systems tick every few
/// milliseconds; spreadsheet programs put a new file in the old one's place, which then has another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) length: u64,
    pub(super) changed: Option<SystemTime>,
    pub(super) number: u64,
}

impl Version {
    fn of(seen: &Metadata) -> Self {
        Self { length: seen.len(), changed: seen.modified().ok(), number: seen.ino() }
    }
}

/// The file's version and bytes; `None` where there is no such file.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<(Version, Vec<u8>)>, WireFault> {
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

/// The file's version now.
pub(super) fn version(path: &Path) -> Option<Version> {
    let seen = std::fs::metadata(path).ok()?;
    Some(Version::of(&seen))
}

/// Replaces a file: written beside it, made durable, then renamed over it.
pub(super) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), WireFault> {
    let unwritable = |_| WireFault::File(FileFault::Write);
    let beside = folder.join(format!(".{name}.new"));
    let mut file = File::create(&beside).map_err(unwritable)?;
    file.write_all(bytes).map_err(unwritable)?;
    file.sync_all().map_err(unwritable)?;
    std::fs::rename(&beside, folder.join(name)).map_err(unwritable)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
}
