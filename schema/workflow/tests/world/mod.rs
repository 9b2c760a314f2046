//! The corridors as they ship, for tests to go along.

use std::path::Path;

use sangam_vocabulary::{Code, Country, Instant};
use sangam_workflow::repatriation::corridor::{CorridorBook, Way};

/// 2026-11-24T08:00:00Z.
pub(crate) const NOW: Instant = Instant::from_millis(1_795_507_200_000);

/// The corridors as they ship.
pub(crate) fn book() -> CorridorBook {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/corridors");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let texts: Vec<_> = files
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .collect();
    CorridorBook::read(texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap()
}

/// The way between two countries by their codes.
pub(crate) fn way<'a>(book: &'a CorridorBook, from: &str, to: &str) -> Way<'a> {
    book.between(Country::read(from).unwrap(), Country::read(to).unwrap()).unwrap()
}
