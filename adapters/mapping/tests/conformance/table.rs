//! `adapters/wires.md`: which kind of system was tried in which way, and how often. It is counted: the cases from the tests
//! that this very binary has, by the modules they lie in; the sample files from the calls that take them. What a kind
//! allows is its line in `sangam_wire::config::KINDS`. A way that is allowed and has no case, a sample that nobody reads, a
//! case of a way that is not allowed and a page that is not the present one all fail; `UPDATE=1` writes the page anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use sangam_wire::config::{Can, Column, KINDS};

use super::samples::{SOURCES, all};

/// The module of a column's cases.
const fn module(column: Column) -> &'static str {
    match column {
        Column::In => "incoming",
        Column::Out => "out",
        Column::Ends => "ends",
        Column::Deltas => "deltas",
        Column::Webhook => "webhook",
        Column::Live => "live",
    }
}

/// How often each way of each kind is tried: the tests that this binary lists.
fn cases() -> BTreeMap<(String, String), usize> {
    let listed = Command::new(std::env::current_exe().unwrap()).args(["--list", "--format", "terse"]).output().unwrap();
    assert!(listed.status.success(), "the tests cannot be listed");
    let mut cases = BTreeMap::new();
    for line in String::from_utf8(listed.stdout).unwrap().lines() {
        let Some(name) = line.strip_suffix(": test").and_then(|name| name.strip_prefix("kinds::")) else { continue };
        let [kind, way, _] = name.split("::").collect::<Vec<_>>()[..] else { panic!("`{name}` is in no way's module") };
        *cases.entry((kind.to_owned(), way.to_owned())).or_default() += 1;
    }
    cases
}

/// What a kind's tests take of its samples.
#[derive(Default)]
struct Taken {
    by_column: BTreeMap<Column, BTreeSet<String>>,
    apart: BTreeMap<String, String>,
}

impl Taken {
    fn of(source: &str) -> Self {
        // However the calls are broken into lines.
        let source = source.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
        let mut taken = Self::default();
        for call in source.split(".sample(Column::").skip(1) {
            let (column, rest) = call.split_once(',').unwrap();
            let known = Column::ALL.into_iter().find(|known| format!("{known:?}") == column);
            let column = known.unwrap_or_else(|| panic!("`{column}` is no column"));
            let [name] = texts(rest);
            taken.by_column.entry(column).or_default().insert(name);
        }
        for call in source.split(".apart(").skip(1) {
            let [name, why] = texts(call);
            taken.apart.insert(name, why);
        }
        taken
    }

    fn names(&self) -> BTreeSet<&String> {
        self.by_column.values().flatten().chain(self.apart.keys()).collect()
    }
}

/// The first arguments of a call, which must be written out.
fn texts<const N: usize>(call: &str) -> [String; N] {
    let mut rest = call.trim_start();
    std::array::from_fn(|_| {
        let text = rest.strip_prefix('"').unwrap_or_else(|| panic!("a sample is named by a text: `{rest:.40}`"));
        let (text, after) = text.split_once('"').unwrap();
        rest = after.trim_start_matches([',', ' ']);
        text.to_owned()
    })
}

/// The files of a folder and those below it.
pub(crate) fn files(folder: &Path, below: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name);
        }
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn page(cases: &BTreeMap<(String, String), usize>, taken: &BTreeMap<&str, Taken>) -> String {
    let mut page = String::from(
        "# Wires\n\nWhat of each kind of system is tried, counted from the tests in `adapters/mapping/tests/conformance` (`table.rs`\nthere). A cell says how many sample files of the system's own are read that way, and how many cases hold for it.\nWritten by `UPDATE=1 cargo test -p sangam-mapping --test conformance table`.\n\n| wire |",
    );
    writeln!(page, " {} |\n|-|-|-|-|-|-|-|", Column::ALL.map(|column| column.to_string()).join(" | ")).unwrap();
    let mut notes = String::new();
    for kind in KINDS {
        let cell = |column: Column| {
            let can = kind.allows.iter().find(|(known, _)| *known == column).unwrap().1;
            let cases = cases.get(&(kind.wire.to_owned(), module(column).to_owned())).copied().unwrap_or_default();
            let files = taken.get(kind.wire).and_then(|taken| taken.by_column.get(&column)).map_or(0, BTreeSet::len);
            match can {
                Can::Yes => {
                    assert!(cases > 0, "`{}` allows `{column}`, and no case tries it", kind.wire);
                    format!("{}, {}", counted(files, "file"), counted(cases, "case"))
                }
                Can::No(why) => {
                    assert_eq!((cases, files), (0, 0), "`{}` does not allow `{column}`: {why}", kind.wire);
                    writeln!(notes, "- `{}`, {column}: {why}.", kind.wire).unwrap();
                    "no".to_owned()
                }
            }
        };
        writeln!(page, "| `{}` | {} |", kind.wire, Column::ALL.map(cell).join(" | ")).unwrap();
    }
    write!(page, "\nWhy not:\n\n{notes}\nSamples that answer nothing the hub asks for; each is read all the same:\n\n")
        .unwrap();
    for (kind, taken) in taken {
        let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, why) in &taken.apart {
            by_reason.entry(why).or_default().push(format!("`{name}`"));
        }
        for (why, names) in by_reason {
            writeln!(page, "- `{kind}`: {why}: {}.", names.join(", ")).unwrap();
        }
    }
    page
}

#[test]
fn every_way_that_a_kind_allows_is_tried_and_every_sample_is_read() {
    let cases = cases();
    for (kind, way) in cases.keys() {
        assert!(KINDS.iter().any(|known| known.wire == kind), "`{kind}` has cases and no line in `KINDS`");
        assert!(Column::ALL.iter().any(|column| module(*column) == way), "`{way}` is no column");
    }
    let taken: BTreeMap<&str, Taken> = SOURCES.iter().map(|(kind, source)| (*kind, Taken::of(source))).collect();
    if let Some(folder) = all() {
        let mut kinds = BTreeSet::new();
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
            let kind = entry.file_name().to_str().unwrap().to_owned();
            let mut there = BTreeSet::new();
            files(&entry.path(), "", &mut there);
            let named = taken.get(kind.as_str()).unwrap_or_else(|| panic!("nobody reads the samples of `{kind}`"));
            assert_eq!(
                there.iter().collect::<BTreeSet<_>>(),
                named.names(),
                "the samples of `{kind}`, and what is read"
            );
            kinds.insert(kind);
        }
        assert_eq!(kinds, taken.keys().map(|kind| (*kind).to_owned()).collect());
    }
    let (file, page) = (PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../wires.md"), page(&cases, &taken));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == page, "`adapters/wires.md` is not what the tests say; UPDATE=1 writes it anew:\n{page}");
}
