//! Every parser of this room by name, as a function of any bytes: none may panic, and each ends within its limits.
//! `tests/fuzz.rs` tries them for seconds from a seed; cargo-fuzz for as long as one likes
//! (`tests/fuzz`).

/// A parser that takes any bytes.
pub type Parser = fn(&[u8]);

/// The parsers.
pub const PARSERS: [(&str, Parser); 11] = [
    ("dhis2", crate::dhis2::fuzz),
    ("fhir", crate::fhir::fuzz),
    ("graphql", crate::graphql::fuzz),
    ("hsds", crate::hsds::fuzz),
    ("htcds", crate::htcds::fuzz),
    ("json", crate::json::fuzz),
    ("kobotoolbox", crate::kobo::fuzz),
    ("odk_central", crate::odk::fuzz),
    ("primero", crate::primero::fuzz),
    ("sample", crate::sample::fuzz),
    ("spreadsheet", crate::spreadsheet::fuzz),
];
