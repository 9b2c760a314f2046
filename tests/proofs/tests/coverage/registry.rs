//! The registry: which test meets what. A test meets something if it is there, is run, and names it in its body. That
//! it would fail without the thing is for its author to have seen; that somebody claims it, with a name to look up, is
//! what can be checked here.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{function, text};

/// Why a claim does not hold.
#[derive(Debug, PartialEq, Eq)]
enum Empty {
    NoSuchTest,
    NotRun,
    NotNamed,
}

/// Whether a function of a file is a test that says one of these words.
fn meets(file: &str, name: &str, words: &[String]) -> Result<(), Empty> {
    let (before, body) = function(file, name).ok_or(Empty::NoSuchTest)?;
    let both = file.contains("both_databases!") && body.contains("(database: Database)")
        || file.contains("both_places! {") && body.contains("(house: House)");
    if !both && !before.contains("#[test]") && !before.contains("#[tokio::test") {
        return Err(Empty::NotRun);
    }
    // What counts stands inside: the name of a function is no claim.
    let (_, inside) = body.split_once('(').unwrap_or_default();
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let whole = |at: usize, word: &str| {
        let before = at.checked_sub(1).and_then(|at| inside.as_bytes().get(at));
        !is_word(before) && !is_word(inside.as_bytes().get(at + word.len()))
    };
    let said = words.iter().any(|word| inside.match_indices(word.as_str()).any(|(at, word)| whole(at, word)));
    if said { Ok(()) } else { Err(Empty::NotNamed) }
}

/// Compares a table of the registry with the names of the code, exactly, and looks at every test.
///
/// # Panics
/// When they differ, or a test is not what it is said to be.
pub(crate) fn check(table: &str, names: impl Iterator<Item = (String, Vec<String>)>) {
    let registry: toml::Table = text("tests/proofs/coverage.toml").parse().expect("the registry is TOML");
    let claims = registry[table].as_table().expect("a table");
    let unmet: BTreeMap<&str, &str> = registry["unmet"]
        .as_table()
        .expect("a table")
        .iter()
        .map(|(n, why)| (n.as_str(), why.as_str().unwrap()))
        .collect();
    let names: BTreeMap<String, Vec<String>> = names.collect();
    let met: BTreeSet<&str> = names.keys().map(String::as_str).filter(|name| !unmet.contains_key(name)).collect();
    assert_eq!(claims.keys().map(String::as_str).collect::<BTreeSet<_>>(), met, "`[{table}]` and the code differ");
    let mut empty = Vec::new();
    for (name, test) in claims {
        let (file, function) = test.as_str().and_then(|test| test.split_once(' ')).expect("a file and a function");
        if let Err(why) = meets(&text(file), function, &names[name]) {
            empty.push(format!("{name}: {why:?} ({file} {function})"));
        }
    }
    assert!(empty.is_empty(), "claims that do not hold: {empty:#?}");
}

#[test]
fn what_is_unmet_is_something_and_has_a_reason() {
    let registry: toml::Table = text("tests/proofs/coverage.toml").parse().unwrap();
    let limits = crate::limits::all();
    for (name, why) in registry["unmet"].as_table().unwrap() {
        assert!(limits.contains_key(name), "`{name}` is nothing that could be met");
        assert!(why.as_str().is_some_and(|why| !why.is_empty()));
    }
}

#[test]
fn an_empty_claim_is_noticed() {
    // Joined here, so that this file has no test of that look.
    let attribute = ["#[", "test]"].concat();
    let file = format!(
        "{attribute}\nfn a_good_one() {{\n    assert(\"LIMIT_X\");\n}}\n\nfn a_helper() {{\n    assert(\"LIMIT_X\");\n}}\n\n{attribute}\nfn limit_x_in_the_name_only(LIMIT_Y: u8) {{\n    assert(\"LIMIT_XY\");\n}}\n"
    );
    let words = ["\"LIMIT_X\"".to_owned(), "LimitX".to_owned()];
    assert_eq!(meets(&file, "a_good_one", &words), Ok(()));
    assert_eq!(meets(&file, "a_helper", &words), Err(Empty::NotRun));
    assert_eq!(meets(&file, "a_test_of_another_day", &words), Err(Empty::NoSuchTest));
    assert_eq!(meets(&file, "limit_x_in_the_name_only", &words), Err(Empty::NotNamed));
}
