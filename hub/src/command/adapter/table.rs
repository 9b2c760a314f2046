//! Lines of words in columns, as a terminal shows them.

/// The widest a column gets; what is longer pushes the rest of its line.
const WIDEST: usize = 44;

/// A table without lines: each row's parts below each other.
pub(super) fn table(indent: &str, rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let longest = rows.iter().filter_map(|row| row.get(column)).map(|part| part.chars().count());
        longest.max().unwrap_or(0).min(WIDEST)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let parts = row.iter().zip(&widths).map(|(part, width)| format!("{part:<width$}"));
        format!("{indent}{}", parts.collect::<Vec<_>>().join("  ")).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// `1 record`, `3 records`.
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
