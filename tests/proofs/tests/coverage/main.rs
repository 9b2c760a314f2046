//! Every limit, refusal and kind of journal entry is told to those who meet it, in the code's own words and numbers,
//! and is met by a test. The names come from the code itself: a row more or less in a document or in the registry
//! fails. Read `registry` for what counts as met.
#![cfg(test)]

mod limits;
mod readme;
mod registry;
mod source;

use std::collections::BTreeMap;

use sangam_custody::EntryKind;
use sangam_door::DoorCode;
use sangam_language::ErrorCode;

/// A code, the status that goes with it and its sentence.
type Told = (String, String, String);

/// Every refusal of an operation or a request, in the order of the lists.
fn refusals() -> Vec<Told> {
    let language = ErrorCode::ALL.iter().map(|code| (code.code(), code.status(), code.sentence()));
    let door = DoorCode::ALL.iter().map(|code| (code.code(), code.status().as_u16(), code.sentence()));
    let own = |(code, status, sentence): (&str, u16, &str)| (code.to_owned(), status.to_string(), sentence.to_owned());
    language.chain(door).map(own).collect()
}

/// How Rust spells a code: `LIMIT_BODY` is `LimitBody`, `invalid_scope` is `InvalidScope`.
fn spelt(code: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(1);
        format!("{}{}", first.to_uppercase(), rest.to_lowercase())
    };
    code.split('_').map(word).collect()
}

#[test]
fn the_readme_tells_every_refusal_in_its_own_words() {
    let rows = readme::table("| Code | Status | What to do |");
    let told: Vec<Told> = rows.iter().map(|row| (readme::name(&row[0]), row[1].clone(), row[2].clone())).collect();
    assert_eq!(told, refusals(), "the README and the lists of codes differ");
}

#[test]
fn the_readme_tells_every_error_of_the_token_endpoint_in_its_own_words() {
    let rows = readme::table("| Error | What to do |");
    let told: Vec<(String, String)> = rows.iter().map(|row| (readme::name(&row[0]), row[1].clone())).collect();
    assert_eq!(told, source::token_errors(), "the README and the token endpoint differ");
}

#[test]
fn the_readme_tells_every_limit_with_its_number() {
    let told: BTreeMap<String, limits::Amount> =
        readme::limits().into_iter().map(|row| (readme::name(&row[0]), limits::Amount::told(&row[1]))).collect();
    assert_eq!(told, limits::all(), "the README and the limits differ");
}

#[test]
fn every_refusal_is_met_by_a_test() {
    let names = refusals().into_iter().map(|(code, ..)| (code.clone(), vec![format!("\"{code}\""), spelt(&code)]));
    registry::check("refusals", names);
}

#[test]
fn every_error_of_the_token_endpoint_is_met_by_a_test() {
    let names = source::token_errors().into_iter();
    registry::check("tokens", names.map(|(code, _)| (code.clone(), vec![format!("\"{code}\""), spelt(&code)])));
}

#[test]
fn every_limit_is_met_by_a_test() {
    let names = readme::limits().into_iter().map(|row| {
        // The limit's own name, or the code it is refused with.
        let mut words = vec![readme::name(&row[0])];
        if let Some(code) = row[2].strip_prefix('`').and_then(|rest| rest.split('`').next()) {
            words.extend([format!("\"{code}\""), spelt(code)]);
        }
        (readme::name(&row[0]), words)
    });
    registry::check("limits", names);
}

#[test]
fn every_kind_of_entry_is_met_by_a_test() {
    let kinds = EntryKind::ALL.iter().map(|kind| kind.code());
    registry::check("entries", kinds.map(|code| (code.to_owned(), vec![code.to_owned(), spelt(code)])));
}
