//! The books of law: those in the binary for the demo, those of a folder for a deployment.

use std::path::Path;

use sangam_custody::LawBook;

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
    read(BOOKS.iter().map(|(name, _)| *name).zip(texts))
}

/// The books of a folder. Every fault of every book is told at once.
pub(crate) fn from_folder(folder: &Path) -> Result<LawBook, CommandFault> {
    let mut texts = Vec::new();
    for (name, file) in BOOKS {
        let text = std::fs::read_to_string(folder.join(file))
            .map_err(|error| CommandFault::said(format!("book of law `{file}`: {}", error.kind())))?;
        texts.push((name, text));
    }
    read(texts.iter().map(|(name, text)| (*name, text.as_str())))
}

fn read<'t>(books: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<LawBook, CommandFault> {
    LawBook::read_complete(books).map_err(|faults| {
        let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
        CommandFault::said(format!("the books of law have faults; nothing was started\n{}", lines.join("\n")))
    })
}
