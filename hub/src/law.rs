//! The books of law, and what they say of where records stay: those in the binary for the demo, those of a folder for a
//! deployment.

use std::path::Path;

use sangam_custody::{LawBook, ResidenceBook, ResidenceFault};

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
pub(crate) fn built_in() -> Result<(LawBook, ResidenceBook), CommandFault> {
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
    let books: Vec<(&str, &str)> = BOOKS.iter().map(|(name, _)| *name).zip(texts).collect();
    read(&books).map_err(CommandFault::Files)
}

/// The books of a folder.
///
/// # Errors
/// Every fault of every book, a line each.
pub(crate) fn from_folder(folder: &Path) -> Result<(LawBook, ResidenceBook), Vec<String>> {
    let (mut texts, mut faults) = (Vec::new(), Vec::new());
    for (name, file) in BOOKS {
        match std::fs::read_to_string(folder.join(file)) {
            Ok(text) => texts.push((name, text)),
            Err(error) => faults.push(format!("{file}: the book of law cannot be read: {}", error.kind())),
        }
    }
    // A book that is missing is told once, not again as one that the others lack.
    if !faults.is_empty() {
        return Err(faults);
    }
    read(&texts.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>())
}

fn read(books: &[(&str, &str)]) -> Result<(LawBook, ResidenceBook), Vec<String>> {
    let law = LawBook::read_complete(books.iter().copied());
    let residence = ResidenceBook::read_complete(books.iter().copied());
    match (law, residence) {
        (Ok(law), Ok(residence)) => Ok((law, residence)),
        (law, residence) => {
            // What is no TOML is none for either reader, and told once.
            let told = law.is_err();
            let again = |fault: &ResidenceFault| told && matches!(fault, ResidenceFault::Unreadable { .. });
            let residence = residence.err().into_iter().flatten().filter(|fault| !again(fault));
            let law = law.err().into_iter().flatten().map(|fault| fault.to_string());
            Err(law.chain(residence.map(|fault| fault.to_string())).collect())
        }
    }
}
