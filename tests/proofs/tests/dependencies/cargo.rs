//! What Cargo says of this workspace, and the files that say what it should.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

pub(crate) fn text(file: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

pub(crate) fn toml(file: impl AsRef<Path>) -> ::toml::Table {
    text(file).parse().unwrap()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Our own packages, as `cargo metadata` tells them.
pub(crate) fn members() -> Vec<Value> {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--offline", "--locked", "--no-deps", "--format-version", "1"]))
            .unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// The dependencies of a member: name, and whether it is for tests only.
pub(crate) fn dependencies(member: &Value) -> Vec<(&str, bool)> {
    let listed = member["dependencies"].as_array().unwrap();
    listed.iter().map(|one| (one["name"].as_str().unwrap(), one["kind"] == "dev")).collect()
}

/// A package that Cargo builds here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Built {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) licence: String,
}

impl Built {
    pub(crate) fn numbers(&self) -> (u64, u64, u64) {
        let plain = self.version.split(['+', '-']).next().unwrap();
        let mut numbers = plain.split('.').map(|number| number.parse().unwrap());
        (numbers.next().unwrap(), numbers.next().unwrap(), numbers.next().unwrap())
    }
}

/// What is really built, features considered: `cargo tree` knows, `cargo metadata` lists more.
fn built(of: &[&str], edges: &str) -> BTreeSet<Built> {
    let mut arguments = vec!["tree", "--offline", "--locked", "--prefix", "none", "--format", "{p}|{l}", "-e", edges];
    arguments.extend(of);
    cargo(&arguments)
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (package, licence) = line.split_once('|').unwrap();
            let mut words = package.split(' ');
            let name = words.next().unwrap().to_owned();
            let version = words.next().unwrap().trim_start_matches('v').to_owned();
            Built { name, version, licence: licence.trim_end_matches(" (*)").to_owned() }
        })
        .collect()
}

pub(crate) fn everything() -> BTreeSet<Built> {
    built(&["--workspace"], "normal,build,dev")
}

pub(crate) fn what_ships() -> BTreeSet<Built> {
    built(&["--package", "sangam"], "normal,build")
}

pub(crate) fn deny_list(section: &str, list: &str) -> Vec<::toml::Value> {
    toml("deny.toml")[section][list].as_array().unwrap().clone()
}

/// The crates of a list of `{ crate, reason }`, each of which must have its reason.
pub(crate) fn reasoned(section: &str, list: &str) -> Vec<String> {
    deny_list(section, list)
        .iter()
        .map(|entry| {
            let name = entry["crate"].as_str().unwrap().to_owned();
            let reason = entry.get("reason").and_then(::toml::Value::as_str).unwrap_or_default();
            assert!(reason.len() > 3, "`{name}` stands in `{section}.{list}` without a reason");
            name
        })
        .collect()
}
