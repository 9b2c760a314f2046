//! The corridors as they are shipped.

use crate::target;

/// Each corridor's file in `config/corridors`, without its ending.
const FILES: [&str; 8] = ["in-bd", "in-np", "in-bt", "lk", "pk", "mv", "af", "general"];

/// Each file's name and text.
///
/// # Panics
/// When a corridor is missing.
#[must_use]
pub fn texts() -> [(&'static str, String); 8] {
    FILES.map(|file| {
        let path = target::checkout().join("config/corridors").join(file).with_extension("toml");
        (file, std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("`{}`: {fault}", path.display())))
    })
}
