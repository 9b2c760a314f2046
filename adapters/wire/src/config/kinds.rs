//! What each kind of system allows, a line a kind: in which ways records and decisions go, or why not. The tests of all
//! kinds are counted against it (`adapters/wires.md`).

use std::fmt;

use Can::{No, Yes};

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

/// A kind of system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindOf {
    /// The word that a partner's file uses for it.
    pub wire: &'static str,
    /// Whether a partner can be of it.
    pub joins: bool,
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

const fn kind(wire: &'static str, joins: bool, [inward, out, ends, deltas, webhook, live]: [Can; 6]) -> KindOf {
    use Column::{Deltas, Ends, In, Live, Out, Webhook};
    let allows = [(In, inward), (Out, out), (Ends, ends), (Deltas, deltas), (Webhook, webhook), (Live, live)];
    KindOf { wire, joins, allows }
}

/// Every kind, in alphabetical order.
pub const KINDS: [KindOf; 9] = [
    kind("dhis2", true, [Yes, Yes, Yes, Yes, No("its event hooks are experimental and not taken"), Yes]),
    kind("fhir_r4", true, [Yes, Yes, Yes, Yes, Yes, Yes]),
    kind("graphql", true, [Yes, Yes, Yes, Yes, Yes, Yes]),
    kind("hsds3", false, [Yes, No(DIRECTORY), No(DIRECTORY), Yes, No("the standard has none"), Yes]),
    kind("htcds", true, [Yes, Yes, Yes, Yes, No("a file calls nobody"), Yes]),
    kind("kobotoolbox", true, [Yes, Yes, Yes, Yes, Yes, Yes]),
    kind("odk_central", true, [Yes, Yes, Yes, Yes, No("the server calls nobody when something changes"), Yes]),
    kind("primero", true, [Yes, Yes, Yes, Yes, Yes, Yes]),
    kind("spreadsheet", true, [Yes, Yes, Yes, Yes, No("a file calls nobody"), Yes]),
];

const DIRECTORY: &str =
    "a directory is read and never written to; the hub's own is served under `/hsds` and tried in `tests/scenarios`";
