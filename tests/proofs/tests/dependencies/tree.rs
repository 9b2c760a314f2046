//! The tree: nothing banned in it, every licence allowed, what the parser stands on pinned, duplicates argued
//! for, and no lock file that names a registry of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cargo::{deny_list, everything, reasoned, text, toml, what_ships};
use crate::licence::satisfied;

/// Cargo's own index, as lock files name it.
const CARGO_INDEX: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The first pest whose guard turns deep nesting into an error instead of the end of the process.
const OLDEST_PEST: (u64, u64, u64) = (2, 9, 6);

#[test]
fn one_provider_of_cryptography_and_no_banned_crate() {
    let banned = reasoned("bans", "deny");
    for name in ["ring", "openssl", "native-tls"] {
        assert!(banned.iter().any(|banned| banned == name), "`{name}` is no longer banned in deny.toml");
    }
    for package in everything() {
        assert!(!banned.contains(&package.name), "`{}` is in the tree", package.name);
    }
}

#[test]
fn what_the_parser_stands_on_is_pinned() {
    for package in everything().iter().filter(|package| package.name == "pest") {
        assert!(package.numbers() >= OLDEST_PEST, "pest {} has no guard against deep nesting", package.version);
    }
    let table = toml("Cargo.toml")["workspace"]["dependencies"].as_table().unwrap().clone();
    let version = table["async-graphql"]["version"].as_str().unwrap();
    assert!(version.starts_with('=') && version.matches('.').count() == 2, "async-graphql is not pinned: {version}");
}

#[test]
fn every_licence_is_allowed() {
    let allowed = deny_list("licenses", "allow");
    let allowed: BTreeSet<&str> = allowed.iter().filter_map(::toml::Value::as_str).collect();
    for package in everything() {
        assert!(
            satisfied(&package.licence, &allowed),
            "`{}` is under `{}`, which deny.toml does not allow",
            package.name,
            package.licence
        );
    }
}

#[test]
fn duplicates_that_ship_are_argued_for() {
    let skipped = reasoned("bans", "skip");
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in what_ships() {
        versions.entry(package.name).or_default().insert(package.version);
    }
    // `name@2` and `name@0.10` stand for every version that begins so.
    let stands_for = |entry: &str, name: &str, version: &str| {
        let (entry_name, prefix) = entry.split_once('@').unwrap();
        entry_name == name && (version == prefix || version.starts_with(&format!("{prefix}.")))
    };
    let mut needed = BTreeSet::new();
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let mut unargued = versions.clone();
        for entry in &skipped {
            if versions.iter().any(|version| stands_for(entry, name, version)) {
                unargued.retain(|version| !stands_for(entry, name, version));
                needed.insert(entry.clone());
            }
        }
        assert!(unargued.len() <= 1, "`{name}` ships as {unargued:?}; argue for all but one in deny.toml");
    }
    let idle: Vec<&String> = skipped.iter().filter(|entry| !needed.contains(*entry)).collect();
    assert!(idle.is_empty(), "deny.toml argues for duplicates that are gone: {idle:?}");
}

#[test]
fn exceptions_to_advisories_have_reasons() {
    for entry in deny_list("advisories", "ignore") {
        let reason = entry.get("reason").and_then(::toml::Value::as_str).unwrap_or_default();
        assert!(reason.len() > 20, "an advisory is ignored without saying why: {entry}");
    }
}

#[test]
fn lock_files_name_no_other_registry() {
    for line in text("Cargo.lock").lines() {
        if let Some(source) = line.strip_prefix("source = ") {
            assert_eq!(source.trim_matches('"'), CARGO_INDEX);
        }
    }
    let node: Value = serde_json::from_str(&text("tests/node/package-lock.json")).unwrap();
    for (name, package) in node["packages"].as_object().unwrap() {
        assert!(package.get("resolved").is_none(), "tests/node/package-lock.json says where `{name}` is from");
        // What lies bundled in a package is of that package's digest.
        let around = name.rsplit_once("/node_modules/").filter(|_| package["inBundle"] == true);
        let of = around.map_or(package, |(around, _)| &node["packages"][around]);
        assert!(name.is_empty() || of.get("integrity").is_some(), "`{name}` has no digest");
    }
    for line in text("tests/node/requirements.txt").lines().filter(|line| !line.starts_with('#')) {
        assert!(!line.contains("://"), "tests/node/requirements.txt names a host");
    }
}
