//! What the systems themselves publish as samples, served as it is, goes through their clients. The samples lie beside the
//! checkout, not in it; without them these tests say so and pass. Each is taken by [`Samples::sample`], under the column of
//! `adapters/wires.md` that it belongs to, or by [`Samples::apart`], with the reason why no call of the hub's is answered
//! with it; `table.rs` finds these calls, and fails where a file has none.

pub(crate) mod dhis2;
pub(crate) mod fhir;
pub(crate) mod hsds;
pub(crate) mod kobo;
pub(crate) mod odk;
pub(crate) mod primero;
mod served;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sangam_wire::config::Column;
use sangam_wire::fuzz::PARSERS;

use super::table::files;

/// Each kind that has samples, which lie in a folder of its name, and where they are read.
pub(crate) const SOURCES: [(&str, &str); 6] = [
    ("dhis2", include_str!("samples/dhis2.rs")),
    ("fhir_r4", include_str!("samples/fhir.rs")),
    ("hsds3", include_str!("samples/hsds.rs")),
    ("kobotoolbox", include_str!("samples/kobo.rs")),
    ("odk_central", include_str!("samples/odk.rs")),
    ("primero", include_str!("samples/primero.rs")),
];

/// The folder of all kinds' samples, where it is.
pub(crate) fn all() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/wire");
    folder.is_dir().then_some(folder)
}

/// The samples of one kind.
pub(crate) struct Samples(PathBuf);

impl Samples {
    /// Nothing where they are not beside the checkout.
    #[expect(clippy::print_stdout, reason = "whoever reads a test's output is told that nothing was tried")]
    pub(crate) fn of(kind: &str) -> Option<Self> {
        let folder = all().map(|all| all.join(kind));
        if folder.is_none() {
            println!("skipped: the samples of `{kind}` are not beside this checkout");
        }
        folder.map(Self)
    }

    /// A sample that the client reads.
    pub(crate) fn sample(&self, _: Column, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap_or_else(|_| panic!("no sample `{name}`"))
    }

    /// A sample of what the hub asks for nowhere, and why not. It is read all the same: whoever sends it in place of an
    /// answer does no harm.
    pub(crate) fn apart(&self, name: &str, _why: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap_or_else(|_| panic!("no sample `{name}`"))
    }
}

/// Any of them in place of any answer does no harm: each goes through all that reads answers of its kind.
#[test]
fn every_sample_goes_through_its_kinds_parser() {
    let Some(folder) = all() else { return };
    for (kind, _) in SOURCES {
        let parser = PARSERS.iter().find(|(name, _)| kind.starts_with(name));
        let (_, parser) = parser.unwrap_or_else(|| panic!("`{kind}` has no parser"));
        let mut names = BTreeSet::new();
        files(&folder.join(kind), "", &mut names);
        assert!(!names.is_empty(), "{kind}");
        names.iter().for_each(|name| parser(&std::fs::read(folder.join(kind).join(name)).unwrap()));
    }
}
