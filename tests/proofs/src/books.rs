//! The books of law as they are shipped, in the order in which the hub reads them.

use std::path::Path;

/// Every book: its name and its file in `config/countries`.
pub const BOOKS: [(&str, &str); 9] = [
    ("AF", "afghanistan"),
    ("BD", "bangladesh"),
    ("BT", "bhutan"),
    ("IN", "india"),
    ("LK", "sri_lanka"),
    ("MV", "maldives"),
    ("NP", "nepal"),
    ("PK", "pakistan"),
    ("HUB", "hub"),
];

/// One book's name and text.
pub type BookText = (&'static str, String);

/// The texts of all books.
///
/// # Panics
/// When a book is missing: a proof about law without the law proves nothing.
#[must_use]
pub fn texts() -> Vec<BookText> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/countries");
    BOOKS.map(|(name, file)| (name, std::fs::read_to_string(folder.join(file).with_extension("toml")).unwrap())).into()
}
