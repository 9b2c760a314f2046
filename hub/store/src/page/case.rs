//! Case records: one entry a kind. Rows of all of them are read by the same statement, from the caller's standing.

use sangam_custody::OutwardKind;
use sangam_vocabulary::Noun;

/// How the rows of a kind of case record are read.
#[derive(Debug)]
pub struct Case {
    /// The kind of record, as its standings say.
    pub noun: Noun,
    /// What kind of outward id its own id leaves as.
    pub outward: OutwardKind,
    /// Its table.
    pub(super) table: &'static str,
    /// The organizations a row refers to.
    pub(super) organizations: &'static [Join],
    /// The columns that say what a caller can do with a row, whatever is selected; `state` first.
    pub steps: &'static [&'static str],
}

/// An organization a row refers to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Join {
    /// What its columns begin with.
    pub(super) prefix: &'static str,
    /// What it is called in the statement.
    pub(super) alias: &'static str,
    /// The row's column that names it.
    pub(super) column: &'static str,
    /// Whether every row has one.
    pub(super) always: bool,
}

impl Join {
    const fn always(prefix: &'static str, alias: &'static str, column: &'static str) -> Self {
        Self { prefix, alias, column, always: true }
    }

    /// The join, in SQL.
    pub(super) fn sql(&self) -> String {
        let Self { alias, column, .. } = self;
        let join = if self.always { "JOIN" } else { "LEFT JOIN" };
        format!(" {join} organization {alias} ON {alias}.id = t.{column}")
    }
}

pub(super) static REFERRAL: Case = Case {
    noun: Noun::Referral,
    outward: OutwardKind::Referral,
    table: "referral",
    organizations: &[Join::always("sender.", "so", "sender"), Join::always("recipient.", "ro", "recipient")],
    steps: &["state"],
};
