//! The walls: which room may know which, which crates live in which rooms, and that every version stands in
//! the one table with its sentence.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cargo::{dependencies, members, root, text, toml};

/// Each package that ships and the packages of ours it may know, in its tests more. A package without a row
/// here is of the workshop, and nothing that ships knows the workshop.
const ARROWS: &[(&str, &str)] = &[
    ("sangam-vocabulary", ""),
    ("sangam-custody", "vocabulary"),
    ("sangam-workflow", "vocabulary custody"),
    ("sangam-language", "vocabulary custody workflow"),
    ("sangam-country", "vocabulary"),
    ("sangam-mapping", "vocabulary country"),
    ("sangam-wire", "vocabulary"),
    ("sangam-sandbox", "vocabulary"),
    ("sangam-store", "vocabulary custody workflow"),
    ("sangam-words", "vocabulary"),
    ("sangam-portal", "vocabulary language words"),
    ("sangam-desk", "vocabulary custody workflow language store words mapping wire"),
    ("sangam-door", "vocabulary custody language words"),
    ("sangam", "vocabulary custody workflow language store portal desk door mapping wire sandbox"),
];

/// Crates that live in few rooms, and the rooms. A room of the tests is named by its whole package.
const CONFINED: &[(&str, &str)] = &[
    ("async-graphql", "sangam-language sangam-kit sangam-faults"),
    ("async-graphql-parser", "sangam-wire sangam-sandbox"),
    ("async-graphql-value", "sangam-language sangam-sandbox"),
    ("poem", "sangam-door sangam-sandbox sangam-bench sangam-faults"),
    ("sea-orm", "sangam-store sangam-bench sangam-scenarios"),
    ("sea-orm-migration", "sangam-store"),
    ("sqlx", "sangam-store sangam-bench"),
    ("rusqlite", "sangam-store"),
    ("object_store", "sangam-store"),
    ("hyper", "sangam-door"),
    ("hyper-util", "sangam-door"),
    ("tokio-rustls", "sangam-door"),
    ("jaq-core", "sangam-mapping"),
    ("jaq-std", "sangam-mapping"),
    ("jaq-json", "sangam-mapping"),
    ("calamine", "sangam-wire sangam-sandbox"),
    ("rust_xlsxwriter", "sangam-wire sangam-sandbox"),
    ("csv", "sangam-wire sangam-sandbox"),
    ("clap", "sangam"),
    ("clap_complete", "sangam"),
    ("clap_mangen", "sangam"),
    ("jsonwebtoken", "sangam-desk sangam-wire"),
    ("rustls-webpki", "sangam-desk"),
    ("oauth2", "sangam-desk sangam-wire sangam-kit"),
    ("lettre", "sangam"),
    ("fluent-bundle", "sangam-words"),
    ("unic-langid", "sangam-words"),
    ("maud", "sangam-portal"),
    ("cedar-policy", ""),
    ("proptest", ""),
    ("insta", ""),
    ("trybuild", ""),
    ("rcgen", ""),
];

#[test]
fn each_room_knows_exactly_the_rooms_it_may() {
    let members = members();
    for (package, allowed) in ARROWS {
        let member = members.iter().find(|member| member["name"] == *package);
        let member = member.unwrap_or_else(|| panic!("`{package}` is not in the workspace"));
        let knows: BTreeSet<&str> = dependencies(member)
            .into_iter()
            .filter(|(_, dev)| !dev)
            .filter_map(|(name, _)| name.strip_prefix("sangam-"))
            .collect();
        assert_eq!(knows, allowed.split_whitespace().collect(), "the rooms that `{package}` knows");
    }
    for member in &members {
        let name = member["name"].as_str().unwrap();
        let manifest = member["manifest_path"].as_str().unwrap();
        let ships = !Path::new(manifest).starts_with(root().canonicalize().unwrap().join("tests"));
        assert_eq!(ships, ARROWS.iter().any(|(known, _)| *known == name), "`{name}` has no row here");
    }
}

#[test]
fn confined_crates_stay_in_their_rooms() {
    for member in members() {
        let room = member["name"].as_str().unwrap();
        for (name, dev) in dependencies(&member) {
            let Some((_, rooms)) = CONFINED.iter().find(|(confined, _)| *confined == name) else {
                continue;
            };
            assert!(
                dev || rooms.split_whitespace().any(|allowed| allowed == room),
                "`{room}` may not depend on `{name}`"
            );
        }
    }
}

#[test]
fn versions_stand_in_one_table_and_each_has_its_sentence() {
    let table = toml("Cargo.toml")["workspace"]["dependencies"].as_table().unwrap().clone();
    let mut used = BTreeSet::new();
    for member in members() {
        let manifest = toml(member["manifest_path"].as_str().unwrap());
        let name = member["name"].as_str().unwrap();
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "`{name}` leaves the lints");
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(listed) = manifest.get(kind).and_then(::toml::Value::as_table) else {
                continue;
            };
            for (dependency, how) in listed {
                let from_table = how.get("workspace").and_then(::toml::Value::as_bool) == Some(true);
                assert!(from_table, "`{name}` names a version of `{dependency}` of its own");
                used.insert(dependency.clone());
            }
        }
        assert!(manifest.get("target").is_none(), "`{name}` depends by target, past the table");
    }
    let named: BTreeSet<String> = table.keys().cloned().collect();
    assert_eq!(named.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "nobody uses these");
    let manifest = text("Cargo.toml");
    let lines: Vec<&str> = manifest.lines().collect();
    for name in named.iter().filter(|name| !name.starts_with("sangam-")) {
        let at = lines.iter().position(|line| line.starts_with(&format!("{name} ="))).unwrap();
        let above = lines[at - 1];
        assert!(above.starts_with("# ") && above.ends_with('.'), "`{name}` has no sentence above it");
    }
}
