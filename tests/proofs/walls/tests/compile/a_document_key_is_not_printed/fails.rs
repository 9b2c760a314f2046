//! A document's key cannot be printed.
use sangam_custody::SealedDocumentKey;

fn print(key: &SealedDocumentKey) -> String {
    format!("{key:?}")
}

fn main() {}
