//! The books of law as they are shipped.

use crate::target;

/// Every book: its name and its file in `config/countries`.
const BOOKS: [(&str, &str); 9] = [
    ("HUB", "hub"),
    ("AF", "afghanistan"),
    ("BD", "bangladesh"),
    ("BT", "bhutan"),
    ("IN", "india"),
    ("LK", "sri_lanka"),
    ("MV", "maldives"),
    ("NP", "nepal"),
    ("PK", "pakistan"),
];

/// Each book's name and text.
///
/// # Panics
/// When a book is missing.
#[must_use]
pub fn texts() -> [(&'static str, String); 9] {
    BOOKS.map(|(name, file)| {
        let path = target::checkout().join("config/countries").join(file).with_extension("toml");
        (name, std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("`{}`: {fault}", path.display())))
    })
}
