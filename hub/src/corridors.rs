//! The corridors: those in the binary for the demo, those of a folder for a deployment.

use std::path::Path;

use sangam_workflow::repatriation::corridor::CorridorBook;

#[cfg(feature = "demo")]
use crate::command::CommandFault;

/// Each corridor's file, without its ending.
const FILES: [&str; 8] = ["in-bd", "in-np", "in-bt", "lk", "pk", "mv", "af", "general"];

/// The corridors that were in `config/corridors` when the binary was built.
#[cfg(feature = "demo")]
pub(crate) fn built_in() -> Result<CorridorBook, CommandFault> {
    let texts = [
        include_str!("../../config/corridors/in-bd.toml"),
        include_str!("../../config/corridors/in-np.toml"),
        include_str!("../../config/corridors/in-bt.toml"),
        include_str!("../../config/corridors/lk.toml"),
        include_str!("../../config/corridors/pk.toml"),
        include_str!("../../config/corridors/mv.toml"),
        include_str!("../../config/corridors/af.toml"),
        include_str!("../../config/corridors/general.toml"),
    ];
    read(FILES.into_iter().zip(texts)).map_err(CommandFault::Files)
}

/// The corridors of a folder.
///
/// # Errors
/// Every fault of every file, a line each.
pub(crate) fn from_folder(folder: &Path) -> Result<CorridorBook, Vec<String>> {
    let (mut texts, mut faults) = (Vec::new(), Vec::new());
    for file in FILES {
        match std::fs::read_to_string(folder.join(file).with_extension("toml")) {
            Ok(text) => texts.push((file, text)),
            Err(error) => faults.push(format!("{file}.toml: the corridor cannot be read: {}", error.kind())),
        }
    }
    // A corridor that is missing is told once, not again as one that the others lack.
    if faults.is_empty() { read(texts.iter().map(|(file, text)| (*file, text.as_str()))) } else { Err(faults) }
}

fn read<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<CorridorBook, Vec<String>> {
    CorridorBook::read(files).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}
