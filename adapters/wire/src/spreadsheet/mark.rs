//! The copy of a sheet that goes back to the organization: the same rows in the same format, with what is
//! wrong beside each in the column `sangam_errors`.

use super::check::RowError;
use crate::htcds::fields::ERRORS;
use crate::sheet::{Cell, Sheet};

pub(super) fn mark(sheet: &Sheet, errors: &[RowError]) -> Sheet {
    let mut copy = sheet.clone();
    let place = copy.place_or_add(ERRORS);
    for row in &mut copy.rows {
        let told: Vec<String> = errors.iter().filter(|error| error.row == row.number).map(sentence).collect();
        row.set(place, Cell::of(told.join("; ")));
    }
    copy
}

/// For instance `column F: UNKNOWN_CODE (8 characters)`.
fn sentence(error: &RowError) -> String {
    let place = if error.column.is_empty() { "row".to_owned() } else { format!("column {}", error.column) };
    let hint = error.hint.as_ref().map(|hint| format!(", see {hint}")).unwrap_or_default();
    format!("{place}: {} ({} characters{hint})", error.kind.code(), error.length)
}
