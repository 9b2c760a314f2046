//! The columns of a sheet by the fields they are: what each takes, or which was most likely meant.

use super::fields;
use super::value::Kind;
use crate::sheet::{Sheet, code_in};

/// A column.
pub(crate) struct Column<'s> {
    /// The field's name, behind whatever words.
    pub(crate) name: &'s str,
    /// What it takes; `None` where it is no field.
    pub(crate) kind: Option<Kind>,
    /// Whether an earlier column is the same.
    pub(crate) twice: bool,
    /// Of one that is no field: which was most likely meant.
    pub(crate) meant: Option<&'static str>,
}

/// The columns of a sheet, in their order.
pub(crate) fn columns(sheet: &Sheet) -> Vec<Column<'_>> {
    let mut columns: Vec<Column<'_>> = Vec::with_capacity(sheet.header.len());
    for heading in &sheet.header {
        let name = code_in(heading);
        let kind = fields::kind(name);
        let twice = columns.iter().any(|earlier| earlier.name == name);
        let meant = if kind.is_none() { fields::nearest(name) } else { None };
        columns.push(Column { name, kind, twice, meant });
    }
    columns
}
