//! The books of law: those in the binary for the demo, those of a folder for a deployment.

use std::path::Path;

use sangam_custody::LawBook;

#[cfg(feature = "demo")]
use crate::command::CommandFault;

/// Each book's name and file.
const BOOKS: [(&str, &str); 9] = [
    ("HUB", "hub.toml"),
    ("AF", "afghanistan.toml"),
    ("BD", "bangladesh.toml"),
    ("BT", "bhutan.toml"),
    ("IN", "india.toml"),
    ("LK", "sri_lanka.toml"),
    ("MV", "maldives.toml"),
    ("NP", "nepal.toml"),
    ("PK", "pakistan.toml"),
];

/// The books that were in `config/countries` when the binary was built.
#[cfg(feature = "demo")]
pub(crate) fn built_in() -> Result<LawBook, CommandFault> {
    let texts = [
        include_str!("../../config/countries/hub.toml"),
        include_str!("../../config/countries/afghanistan.toml"),
        include_str!("../../config/countries/bangladesh.toml"),
        include_str!("../../config/countries/bhutan.toml"),
        include_str!("../../config/countries/india.toml"),
        include_str!("../../config/countries/sri_lanka.toml"),
        include_str!("../../config/countries/maldives.toml"),
        include_str!("../../config/countries/nepal.toml"),
        include_str!("../../config/countries/pakistan.toml"),
    ];
    read(BOOKS.iter().map(|(name, _)| *name).zip(texts)).map_err(CommandFault::Files)
}

/// The books of a folder.
///
/// # Errors
/// Every fault of every book, a line each.
pub(crate) fn from_folder(folder: &Path) -> Result<LawBook, Vec<String>> {
    let (mut texts, mut faults) = (Vec::new(), Vec::new());
    for (name, file) in BOOKS {
        match std::fs::read_to_string(folder.join(file)) {
            Ok(text) => texts.push((name, text)),
            Err(error) => faults.push(format!("{file}: the book of law cannot be read: {}", error.kind())),
        }
    }
    // A book that is missing is told once, not again as one that the others lack.
    if faults.is_empty() { read(texts.iter().map(|(name, text)| (*name, text.as_str()))) } else { Err(faults) }
}

fn read<'t>(books: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<LawBook, Vec<String>> {
    LawBook::read_complete(books).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}
