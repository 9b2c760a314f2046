//! The tables of the README.

use crate::source::text;

/// The heads of the tables of limits.
const LIMITS: [&str; 6] = [
    "| Of a document and its answer | | Beyond it |",
    "| Of a connection | | Beyond it |",
    "| Of a request | | Beyond it |",
    "| Of a socket | | Beyond it |",
    "| Of a document that goes up or down | | Beyond it |",
    "| Fixed in the door | | Beyond it |",
];

/// The rows of the table with this head, cell by cell.
pub(crate) fn table(head: &str) -> Vec<Vec<String>> {
    let text = text("README.md");
    let mut lines = text.lines().skip_while(|line| *line != head);
    assert_eq!(lines.next(), Some(head), "the table is not in the README");
    let cells = |line: &str| -> Vec<String> {
        let inside = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')).expect("a row of a table");
        inside.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let rows: Vec<Vec<String>> = lines.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect();
    let columns = head.matches('|').count() - 1;
    assert!(!rows.is_empty() && rows.iter().all(|row| row.len() == columns), "{head}");
    rows
}

/// The rows of all tables of limits.
pub(crate) fn limits() -> Vec<Vec<String>> {
    LIMITS.iter().flat_map(|head| table(head)).collect()
}

/// The name a cell begins with, between backticks.
pub(crate) fn name(cell: &str) -> String {
    let name = cell.strip_prefix('`').and_then(|rest| rest.split_once('`'));
    name.unwrap_or_else(|| panic!("a row without a name: {cell}")).0.to_owned()
}
