//! The runbook that lists what the journal records says what the enum says, row by row.
#![cfg(test)]

use sangam_custody::EntryKind;

/// What the last column may say.
const DURABLE: [&str; 4] = ["before", "within a second", "before, or within a second", "not written"];

/// The rows of the runbook's table: code, sentence, when, durable.
fn rows() -> Vec<[String; 4]> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/runbooks/journal-events.md");
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<String> = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
            cells.try_into().unwrap_or_else(|cells| panic!("not four cells: {cells:?}"))
        })
        .collect()
}

#[test]
fn the_runbook_lists_every_kind_of_entry_in_its_own_words() {
    let listed: Vec<(String, String)> =
        rows().into_iter().map(|[code, sentence, ..]| (code.trim_matches('`').to_owned(), sentence)).collect();
    let kinds: Vec<(String, String)> =
        EntryKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.sentence().to_owned())).collect();
    assert_eq!(listed, kinds, "the runbook and the enum differ");
}

#[test]
fn every_row_says_when_it_is_written_and_how_durable_it_is() {
    for [code, _, when, durable] in rows() {
        assert!(when.ends_with('.') && when.len() > 15, "{code} does not say when it is written");
        assert!(DURABLE.contains(&durable.as_str()), "{code} is `{durable}`, which is none of {DURABLE:?}");
    }
}
