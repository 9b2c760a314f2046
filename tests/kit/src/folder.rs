//! A folder of its own for one test, gone when the test is. It knows nothing of what is kept in it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::target;

/// Set to anything, this variable keeps every folder for a look after the test.
const KEEP: &str = "SANGAM_KEEP_FOLDERS";

/// An empty folder under the target folder, removed with everything in it on drop, unless the variable
/// `SANGAM_KEEP_FOLDERS` is set.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes a folder whose name starts with `name`.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { path: create_in(&target::kit().join("folders"), name) }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it.
    #[must_use]
    pub fn join(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::env::var_os(KEEP).is_some() {
            eprintln!("kept {}", self.path.display());
        } else if let Err(fault) = fs::remove_dir_all(&self.path)
            && fault.kind() != ErrorKind::NotFound
        {
            eprintln!("could not remove {}: {fault}", self.path.display());
        }
    }
}

/// Makes a new folder with a name no other process or thread uses, inside `parent`, which is made too.
pub(crate) fn create_in(parent: &Path, name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    fs::create_dir_all(parent).expect("the folder that holds the tests' folders");
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("{name}-{}-{count}", std::process::id()));
        match fs::create_dir(&path) {
            Ok(()) => return path,
            // Left over from an earlier process with the same id.
            Err(fault) if fault.kind() == ErrorKind::AlreadyExists => {}
            Err(fault) => panic!("no folder at {}: {fault}", path.display()),
        }
    }
}
