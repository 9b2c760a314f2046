//! Where this build keeps its things: the target folder and the binaries of the same profile. It asks the
//! running test where it lies, so it is right for any target folder and any profile; it builds nothing.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

/// Names the folder of one run, see [`kit`].
const FOLDER_VARIABLE: &str = "SANGAM_KIT_FOLDER";

/// The root of the checkout this kit was compiled from.
#[must_use]
pub fn checkout() -> &'static Path {
    // This file belongs to the package two folders below the root.
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The target folder the running test was built into.
///
/// # Panics
/// When the running executable has no path.
#[must_use]
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let running = std::env::current_exe().expect("the path of the running test");
        let marked = running.ancestors().find(|ancestor| ancestor.join("CACHEDIR.TAG").is_file());
        marked.map_or_else(|| checkout().join("target"), Path::to_path_buf)
    })
}

/// The folder where the kit keeps what one run shares: pointers to servers, locks, temporary folders. It is
/// `kit` under the target folder, or what `SANGAM_KIT_FOLDER` says: `tests/run` gives each of its runs one of
/// its own. Made when it is not there.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn kit() -> PathBuf {
    let kit = std::env::var_os(FOLDER_VARIABLE).map_or_else(|| folder().join("kit"), PathBuf::from);
    fs::create_dir_all(&kit).expect("a folder for the kit under the target folder");
    kit
}

/// A binary of this workspace, of the profile the running test was built in.
///
/// # Panics
/// When it was not built; the message names the command that builds it.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let running = std::env::current_exe().expect("the path of the running test");
    let beside = running
        .ancestors()
        .skip(1)
        .filter(|ancestor| ancestor.file_name() != Some(OsStr::new("deps")))
        .map(|ancestor| ancestor.join(name))
        .find(|path| path.is_file());
    let Some(binary) = beside else {
        panic!("`{name}` is not built: run `cargo build -p {name}` first, or `tests/run`, which does")
    };
    warn_if_stale(&binary);
    binary
}

/// Says on stderr when a source of the binary is newer than the binary: Cargo does not rebuild a binary of
/// another package for a test, and a test of an old binary proves nothing.
fn warn_if_stale(binary: &Path) {
    let Some(built) = modified(binary) else {
        return;
    };
    let Ok(sources) = fs::read_to_string(binary.with_extension("d")) else {
        return;
    };
    let newer = sources
        .split_whitespace()
        .filter(|source| !source.ends_with(':'))
        .find(|source| modified(Path::new(source)).is_some_and(|changed| changed > built));
    if let Some(source) = newer {
        eprintln!("warning: {} is older than {source}: build it before you believe this test", binary.display());
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|facts| facts.modified()).ok()
}
