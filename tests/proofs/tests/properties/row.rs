//! Random rows of law. They become books of text and are read as the hub reads them.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use sangam_custody::{Act, LawBook};
use sangam_vocabulary::{Category, Code, Purpose, Role};

/// A row of law, before it is text.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) book: &'static str,
    act: Act,
    persons: &'static str,
    categories: Option<Vec<Category>>,
    purposes: Option<Vec<Purpose>>,
    recipients: Option<Vec<Role>>,
    abroad: Option<bool>,
    silent: bool,
    lifted_by: Option<&'static str>,
}

/// The books of some rows.
pub(crate) fn law(rows: &[Row]) -> LawBook {
    let mut books = [("BD", String::new()), ("IN", String::new()), ("NP", String::new()), ("HUB", String::new())];
    let listed = |codes: Vec<&str>| codes.iter().map(|code| format!("\"{code}\"")).collect::<Vec<_>>().join(", ");
    for (number, row) in rows.iter().enumerate() {
        let (_, text) = books.iter_mut().find(|(name, _)| *name == row.book).unwrap();
        let (act, lifted_by) = match row.act {
            Act::Publish => ("PUBLISH", None),
            Act::Share => ("SHARE", row.lifted_by),
        };
        writeln!(text, "[[law]]\nid = \"ROW-{number}\"\nact = \"{act}\"\npersons = \"{}\"", row.persons).unwrap();
        if let Some(categories) = &row.categories {
            writeln!(text, "categories = [{}]", listed(categories.iter().map(|c| c.code()).collect())).unwrap();
        }
        if let Some(purposes) = &row.purposes {
            writeln!(text, "purposes = [{}]", listed(purposes.iter().map(|p| p.code()).collect())).unwrap();
        }
        if let Some(recipients) = &row.recipients {
            writeln!(text, "recipients = [{}]", listed(recipients.iter().map(|r| r.code()).collect())).unwrap();
        }
        if let Some(abroad) = row.abroad {
            writeln!(text, "abroad = {abroad}").unwrap();
        }
        writeln!(text, "silent_in_handover_window = {}", row.silent).unwrap();
        if let Some(order) = lifted_by {
            writeln!(text, "lifted_by = \"{order}\"").unwrap();
        }
        writeln!(text, "basis = \"invented\"\nsource = \"invented\"\nverified = \"TEXT_READ\"").unwrap();
    }
    LawBook::read(books.iter().map(|(name, text)| (*name, text.as_str()))).unwrap()
}

/// A row.
pub(crate) fn row() -> impl Strategy<Value = Row> {
    let scope = (
        proptest::option::weighted(0.9, subsequence(Category::ALL.to_vec(), 1..=6)),
        proptest::option::of(subsequence(Purpose::ALL.to_vec(), 1..=5)),
        proptest::option::of(subsequence(Role::ALL.to_vec(), 1..=5)),
        proptest::option::of(any::<bool>()),
    );
    let nature = (
        select(vec!["BD", "IN", "NP", "HUB"]),
        prop_oneof![9 => Just(Act::Share), 1 => Just(Act::Publish)],
        select(vec!["MINOR", "ADULT", "ANY"]),
        any::<bool>(),
        proptest::option::of(select(vec!["COURT_ORDER", "COMMITTEE_ORDER", "TRIBUNAL_LEAVE"])),
    );
    (scope, nature).prop_map(|((categories, purposes, recipients, abroad), (book, act, persons, silent, lifted_by))| {
        Row { book, act, persons, categories, purposes, recipients, abroad, silent, lifted_by }
    })
}
