//! Case records: one entry a kind. Rows of all of them are read by the same statement, from the caller's standing.

use sangam_custody::OutwardKind;
use std::borrow::Cow;

use sangam_vocabulary::{Code, Noun};
use sangam_workflow::flow::Flow;
use sangam_workflow::repatriation::handover::{SHOWN_AFTER_MILLIS, SHOWN_BEFORE_MILLIS};
use sangam_workflow::repatriation::request::{self, Request};

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

impl Case {
    /// What a page is narrowed to a seat by: where the caller sits, or whose turn it is.
    pub(super) const fn seat(&self) -> &'static str {
        match self.noun {
            Noun::Repatriation => "t.turn",
            _ => "s.seat",
        }
    }

    /// What a page is narrowed to a state by. A request is found by others than its owner under the covering word of
    /// its state, or the filter would tell what the answer does not.
    pub(super) fn state(&self) -> Cow<'static, str> {
        if self.noun != Noun::Repatriation {
            return "t.state".into();
        }
        let covered = request::State::ALL.iter().filter(|state| Request::cover(**state) != **state);
        let whens: String =
            covered.map(|state| format!("WHEN t.state = '{state}' THEN '{}' ", Request::cover(*state))).collect();
        format!("CASE WHEN su.owner = s.organization THEN t.state {whens}ELSE t.state END").into()
    }

    /// The first and the last instant of the window in which a handover is under way for a row, as expressions; none
    /// for a kind of record that has no handover.
    pub(super) fn window(&self) -> Option<[String; 2]> {
        (self.noun == Noun::Repatriation)
            .then(|| [format!("t.hour_at - {SHOWN_BEFORE_MILLIS}"), format!("t.hour_at + {SHOWN_AFTER_MILLIS}")])
    }
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
    steps: &["state", "serviceStates"],
};

/// They have no seats of their own: whoever sits in their referral has them.
pub(super) static MESSAGE: Case = Case {
    noun: Noun::Referral,
    outward: OutwardKind::Message,
    table: "referral_message",
    organizations: &[],
    steps: &[],
};

pub(super) static REPATRIATION: Case = Case {
    noun: Noun::Repatriation,
    outward: OutwardKind::Repatriation,
    table: "repatriation",
    organizations: &[],
    steps: &["state", "known"],
};

pub(super) static CONTRIBUTION: Case = Case {
    noun: Noun::Contribution,
    outward: OutwardKind::Contribution,
    table: "contribution",
    organizations: &[Join::always("contributor.", "co", "contributor")],
    steps: &["state"],
};

pub(super) static HEARING: Case = Case {
    noun: Noun::Hearing,
    outward: OutwardKind::Hearing,
    table: "hearing",
    organizations: &[],
    steps: &["state", "holdsReturn"],
};

pub(super) static RISK: Case =
    Case { noun: Noun::Risk, outward: OutwardKind::Risk, table: "risk", organizations: &[], steps: &[] };

pub(super) static SUPPORT_PLAN: Case = Case {
    noun: Noun::SupportPlan,
    outward: OutwardKind::SupportPlan,
    table: "support_plan",
    organizations: &[],
    steps: &["state", "isReviewLeft"],
};

pub(super) static SUPPORT_REVIEW: Case = Case {
    noun: Noun::SupportPlan,
    outward: OutwardKind::SupportReview,
    table: "support_review",
    organizations: &[],
    steps: &[],
};

/// A search, as the one who asks has it.
pub(super) static SEARCH: Case =
    Case { noun: Noun::Search, outward: OutwardKind::Search, table: "search", organizations: &[], steps: &["state"] };

/// A request to look, as one that was asked has it. Whether it can answer hangs on what anybody has agreed to.
pub(super) static SEARCH_REQUEST: Case = Case {
    noun: Noun::Search,
    outward: OutwardKind::Search,
    table: "search_request",
    organizations: &[Join::always("source.", "so", "source")],
    steps: &["state", "about", "asked", "consented"],
};

/// An answer to a search, about whoever was found. Nobody does anything with it; what must show for it to be there is
/// read beside it.
pub(super) static SEARCH_ANSWER: Case = Case {
    noun: Noun::Search,
    outward: OutwardKind::Search,
    table: "search_answer",
    organizations: &[Join::always("finder.", "fo", "finder")],
    steps: &["tells"],
};

/// An arrival.
pub(super) static ARRIVAL: Case = Case {
    noun: Noun::Arrival,
    outward: OutwardKind::Arrival,
    table: "arrival",
    organizations: &[],
    steps: &["state"],
};
