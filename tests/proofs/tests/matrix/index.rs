//! The index, and the list of every row of law with the cells it decides.

use std::fmt::Write as _;

use sangam_custody::{Act, OrderKind, Verified};
use sangam_vocabulary::Code;

use crate::cell::{Cell, Decider};
use crate::page::Page;

/// How many examples a row is shown with.
const EXAMPLES: usize = 3;

/// How many cells each row decides, with examples.
pub(crate) struct Tally {
    rows: Vec<(u64, Vec<String>)>,
}

impl Tally {
    pub(crate) fn new(decider: &Decider) -> Self {
        Self { rows: vec![(0, Vec::new()); decider.rows().len()] }
    }

    pub(crate) fn count(&mut self, cell: Cell, place: impl Fn() -> String) {
        let (Cell::Forbidden(row) | Cell::Liftable(row) | Cell::Window(row)) = cell else { return };
        let (count, examples) = &mut self.rows[row];
        *count += 1;
        // The first cell, and then some from further on, so that the examples are not all neighbours.
        if examples.len() < EXAMPLES && (examples.is_empty() || count.is_multiple_of(37)) {
            examples.push(place());
        }
    }

    /// The rows that decide nothing.
    pub(crate) fn silent(&self, decider: &Decider) -> Vec<String> {
        let silent = decider.rows().iter().zip(&self.rows).filter(|(_, (count, _))| *count == 0);
        silent.map(|((_, row), _)| row.id.to_string()).collect()
    }

    /// The list as Markdown.
    pub(crate) fn text(&self, decider: &Decider) -> String {
        let mut out = String::from(
            "# Rows of law\n\nGenerated from `decide`; not edited by hand. Every row, what it rests on, how far it was \
             checked, and the cells of the matrix that it decides: where several rows forbid, the first in reading \
             order is counted, the books of countries before the hub's own. Cells are counted over all 64 pairs of \
             countries, both ages, and every role of owner and recipient.\n",
        );
        let mut book = None;
        for ((country, row), (count, examples)) in decider.rows().iter().zip(&self.rows) {
            if book != Some(*country) {
                book = Some(*country);
                writeln!(out, "\n## {}", country.map_or("HUB: binds everywhere", |c| c.code())).unwrap();
            }
            let verified = match row.verified {
                Verified::TextRead => "TEXT_READ",
                Verified::Secondary => "SECONDARY",
                Verified::Unverified => "UNVERIFIED",
            };
            let act = match row.act {
                Act::Publish => "PUBLISH",
                Act::Share => "SHARE",
            };
            let lifted = match row.lifted_by {
                None => "nothing",
                Some(OrderKind::Court) => "a court order",
                Some(OrderKind::Committee) => "an order of a child welfare committee",
                Some(OrderKind::Tribunal) => "leave of a tribunal",
            };
            writeln!(out, "\n### {}\n", row.id).unwrap();
            writeln!(out, "- Forbids: {act}. Lifted by: {lifted}.").unwrap();
            writeln!(out, "- Basis: {} (source: {}; verified: {verified}).", row.basis, row.source).unwrap();
            if !row.note.is_empty() {
                writeln!(out, "- Note: {}", row.note).unwrap();
            }
            writeln!(out, "- Decides {count} cells, for instance: {}.", examples.join("; ")).unwrap();
        }
        out
    }
}

/// The index as Markdown.
pub(crate) fn index(pages: &[Page]) -> String {
    let mut out = String::from(
        "# The disclosure matrix\n\nWho may see what about a person, as the hub decides it. Generated from `decide` by \
         `cargo test -p sangam-proofs --test matrix`; not edited by hand (`UPDATE=1` writes it anew, and the test fails \
         while a page differs from what `decide` says). This is no legal advice: what each row rests on and how far it \
         was checked is in [law-rows.md](law-rows.md).\n\n\
         A page a pair of countries, the owner's and the recipient's. Rows are categories, columns purposes and \
         publication. A table says for which recipients, ages and owners it holds; equal tables are shown once, equal \
         pages are one file.\n\n\
         - **P**: permitted, provided that a consent for this purpose, category, recipient and country is in force \
         and an agreement between the two permits it.\n\
         - **F n**: forbidden by the row of law with this number on the page, whatever was consented or agreed.\n\
         - **L n**: forbidden by that row, unless an order lifts it; then as P.\n\
         - **W n**: forbidden by that row, except while a handover window is open for the recipient's own request; \
         then as P.\n\
         - **R**: no relation carries this purpose for this role: for the recipient the person does not exist.\n\n\
         Assumed: the data were collected in the owner's country and had no other owner. A named member \
         of staff asks, or a person on the case's team: a system that names nobody gets CASE_REFERENCE, DEMOGRAPHICS \
         and SERVICES and nothing more, and a person who is not on the team gets nothing. Every further country of \
         collection or past owner adds its own rows. A person of unknown age is permitted only what the tables for a \
         minor and for an adult both permit. An emergency replaces consent and agreement for a day and no row of law. \
         An override by authority replaces the consent only.\n\n| Pairs | Page |\n|---|---|\n",
    );
    for page in pages {
        writeln!(out, "| {} | [{}]({}) |", page.title(), page.file(), page.file()).unwrap();
    }
    out
}
