//! What each kind of system allows, a line a kind: in which ways records and decisions go, or why not. The tests of all
//! kinds are counted against it (`adapters/wires.md`).

use std::fmt;

use Can::{No, Yes};
use Of::{People, Services};

/// A way in which something goes between the hub and a partner's system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Records come in.
    In,
    /// Offers and answers go out, and decisions come back.
    Out,
    /// It is told that an offer has ended at the hub.
    Ends,
    /// What changed since the last time comes, and not everything again.
    Deltas,
    /// The system tells that a record changed.
    Webhook,
    /// One record is asked for as it is now.
    Live,
}

/// Whether a kind of system allows a way, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Can {
    /// It does, and tests show it.
    Yes,
    /// It does not, for this reason.
    No(&'static str),
}

/// What the records of a kind are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Records of people.
    People,
    /// Services: the organization's own directory, in which nobody is.
    Services,
}

/// A kind of system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindOf {
    /// The word that a partner's file uses for it.
    pub wire: &'static str,
    /// What its records are.
    pub of: Of,
    /// What it allows, column by column.
    pub allows: [(Column, Can); 6],
}

impl Column {
    /// All of them, in the table's order.
    pub const ALL: [Self; 6] = [Self::In, Self::Out, Self::Ends, Self::Deltas, Self::Webhook, Self::Live];
}

impl fmt::Display for Column {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Ends => "ends",
            Self::Deltas => "deltas",
            Self::Webhook => "webhook",
            Self::Live => "live",
        })
    }
}

const fn kind(wire: &'static str, of: Of, [inward, out, ends, deltas, webhook, live]: [Can; 6]) -> KindOf {
    use Column::{Deltas, Ends, In, Live, Out, Webhook};
    let allows = [(In, inward), (Out, out), (Ends, ends), (Deltas, deltas), (Webhook, webhook), (Live, live)];
    KindOf { wire, of, allows }
}

/// Every kind, in alphabetical order.
pub const KINDS: [KindOf; 9] = [
    kind("dhis2", People, [Yes, Yes, Yes, Yes, No("its event hooks are experimental and not taken"), Yes]),
    kind("fhir_r4", People, [Yes, Yes, Yes, Yes, Yes, Yes]),
    kind("graphql", People, [Yes, Yes, Yes, Yes, Yes, Yes]),
    kind("hsds3", Services, [Yes, No(DIRECTORY), No(DIRECTORY), Yes, No("the standard has none"), Yes]),
    kind("htcds", People, [Yes, Yes, Yes, Yes, No("a file calls nobody"), Yes]),
    kind("kobotoolbox", People, [Yes, Yes, Yes, Yes, Yes, Yes]),
    kind("odk_central", People, [Yes, Yes, Yes, Yes, No("the server calls nobody when something changes"), Yes]),
    kind("primero", People, [Yes, Yes, Yes, Yes, Yes, Yes]),
    kind("spreadsheet", People, [Yes, Yes, Yes, Yes, No("a file calls nobody"), Yes]),
];

/// What the records of a kind are, by its word; a word that is none is of people.
#[must_use]
pub fn of(wire: &str) -> Of {
    KINDS.iter().find(|kind| kind.wire == wire).map_or(People, |kind| kind.of)
}

const DIRECTORY: &str =
    "a directory is read and never written to; the hub's own is served under `/hsds` and tried in `tests/scenarios`";
