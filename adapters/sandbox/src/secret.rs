//! Secrets that a sandbox writes for the hub.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Writes a secret into a folder, readable by its owner alone.
pub(crate) fn write(folder: &Path, name: &str, secret: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(folder.join(name))?;
    writeln!(file, "{secret}")
}
