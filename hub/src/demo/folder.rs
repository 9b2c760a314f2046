//! The folder of a demo: made by a demo or empty before, held by one demo at a time.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::partners::PARTNERS;
use crate::command::CommandFault;

/// The file that says that a demo made the folder; it is locked while a demo runs.
const MARK: &str = ".sangam-demo";

/// The folder of the keys with which the clients say who asks.
pub(crate) const ACTORS: &str = "actors";

/// A demo's folder, held until dropped.
pub(crate) struct DemoFolder {
    path: PathBuf,
    _held: File,
}

impl DemoFolder {
    /// Takes a folder: makes it if it is not there, refuses one that holds anything a demo did not make, and
    /// one that another demo holds.
    pub(crate) fn take(path: &Path) -> Result<Self, CommandFault> {
        let cannot = |error: &std::io::Error| {
            CommandFault::said(format!("the folder cannot be used ({}); give another one with --dir", error.kind()))
        };
        let mark = path.join(MARK);
        if path.exists() && !mark.exists() {
            let mut entries = fs::read_dir(path).map_err(|error| cannot(&error))?;
            if entries.next().is_some() {
                return Err(CommandFault::said(
                    "the folder was not made by a demo and is not empty; give an empty one with --dir",
                ));
            }
        }
        fs::create_dir_all(path).map_err(|error| cannot(&error))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(|error| cannot(&error))?;
        let held = OpenOptions::new().create(true).append(true).open(&mark).map_err(|error| cannot(&error))?;
        flock(&held, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
            CommandFault::said("another demo runs in that folder; stop it first, or give another folder with --dir")
        })?;
        let path = fs::canonicalize(path).map_err(|error| cannot(&error))?;
        Ok(Self { path, _held: held })
    }

    /// The folder's absolute path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file whole or not at all; only its owner can read it.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> Result<(), CommandFault> {
        let (file, part) = (self.path.join(name), self.path.join(format!("{name}.part")));
        let written = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&part)
            .and_then(|mut out| {
                out.write_all(text.as_ref())?;
                out.sync_all()
            })
            .and_then(|()| fs::rename(&part, &file));
        written.map_err(|error| CommandFault::said(format!("`{name}` cannot be written: {}", error.kind())))
    }

    /// A file's text, if it is there.
    pub(crate) fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path.join(name)).ok()
    }

    fn inner(&self, name: &str) -> Result<PathBuf, CommandFault> {
        let path = self.path.join(name);
        fs::create_dir_all(&path)
            .map_err(|error| CommandFault::said(format!("`{name}` cannot be made: {}", error.kind())))?;
        Ok(path)
    }

    /// Where the sandbox partners' passwords lie.
    pub(crate) fn secrets(&self) -> Result<PathBuf, CommandFault> {
        self.inner("secrets")
    }

    /// Where the keys lie with which the clients say who asks.
    pub(crate) fn actors(&self) -> Result<PathBuf, CommandFault> {
        self.inner(ACTORS)
    }

    /// Where the small NGO's sheets lie.
    pub(crate) fn sheets(&self) -> Result<PathBuf, CommandFault> {
        self.inner("sheets")
    }

    /// The partners' configuration, laid anew at each start.
    pub(crate) fn partners(&self) -> Result<PathBuf, CommandFault> {
        let path = self.inner("partners")?;
        for (name, text) in PARTNERS.iter().flat_map(|partner| partner.files.iter().copied()) {
            fs::write(path.join(name), text)
                .map_err(|error| CommandFault::said(format!("`{name}` cannot be written: {}", error.kind())))?;
        }
        Ok(path)
    }
}
