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
    /// The column by which a row hangs on another record, whose seats are then its own; none: it has seats itself.
    pub(super) hangs_on: Option<&'static str>,
    /// Another kind of record that rows hang on beside `noun`.
    pub(super) beside: Option<Noun>,
    /// What must hold of a row for it to be there for anybody.
    pub(super) there: Option<&'static str>,
    /// The column of what a page is asked for by id, where that is not the row itself.
    pub(super) asked_by: Option<&'static str>,
    /// The column of the subject whose team is looked at.
    pub(super) team_of: &'static str,
    /// Whether a row is not even there for a person who is not on that team.
    pub(super) team_only: bool,
    /// The column a page is narrowed to a seat by: where the caller sits, or whose turn it is.
    pub(super) seat: &'static str,
    /// What a page is narrowed to a state by, as an expression.
    pub(super) state: fn() -> Cow<'static, str>,
    /// The columns of the country somebody leaves and of the one she goes to, where a page is narrowed to them.
    pub(super) way: Option<[&'static str; 2]>,
    /// The first and the last instant of the window in which a handover is under way for a row, as expressions; none
    /// for a kind of record that has no handover.
    pub(super) window: Option<fn() -> [String; 2]>,
}

impl Case {
    /// A kind of record with seats of its own, to which nothing particular applies.
    const fn of(noun: Noun, outward: OutwardKind, table: &'static str) -> Self {
        Self {
            noun,
            outward,
            table,
            organizations: &[],
            steps: &[],
            hangs_on: None,
            beside: None,
            there: None,
            asked_by: None,
            team_of: "s.subject",
            team_only: false,
            seat: "s.seat",
            state: own_state,
            way: None,
            window: None,
        }
    }
}

impl Case {
    /// Whether a page of them is asked for by the id of another record.
    #[must_use]
    pub const fn is_asked_by_another(&self) -> bool {
        self.asked_by.is_some()
    }
}

fn own_state() -> Cow<'static, str> {
    "t.state".into()
}

/// Whose turn it is at the instant of the question.
const WHOSE_TURN: &str =
    "(SELECT k.turn FROM repatriation_turn k WHERE k.request = t.id AND k.from_at <= $2 AND k.until_at > $2)";

/// A request is found by others than its owner under the covering word of its state, or the filter would tell what the
/// answer does not.
fn covered_request() -> Cow<'static, str> {
    let covered = request::State::ALL.iter().filter(|state| Request::cover(**state) != **state);
    let whens: String =
        covered.map(|state| format!("WHEN t.state = '{state}' THEN '{}' ", Request::cover(*state))).collect();
    format!("CASE WHEN su.owner = s.organization THEN t.state {whens}ELSE t.state END").into()
}

fn around_the_hour() -> [String; 2] {
    [format!("t.hour_at - {SHOWN_BEFORE_MILLIS}"), format!("t.hour_at + {SHOWN_AFTER_MILLIS}")]
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
    organizations: &[Join::always("sender.", "so", "sender"), Join::always("recipient.", "ro", "recipient")],
    steps: &["state", "serviceStates"],
    ..Case::of(Noun::Referral, OutwardKind::Referral, "referral")
};

/// They have no seats of their own: whoever sits in the record they hang on, the person's own or a referral, has them. One
/// that was not uploaded to its end, or was removed, is not there.
pub(super) static DOCUMENT: Case = Case {
    hangs_on: Some("t.record"),
    beside: Some(Noun::Referral),
    there: Some("t.state = 'STORED'"),
    ..Case::of(Noun::Subject, OutwardKind::Document, "document")
};

/// They have no seats of their own: whoever sits in their referral has them.
pub(super) static MESSAGE: Case =
    Case { hangs_on: Some("t.referral"), ..Case::of(Noun::Referral, OutwardKind::Message, "referral_message") };

pub(super) static REPATRIATION: Case = Case {
    steps: &["state", "known"],
    seat: WHOSE_TURN,
    state: covered_request,
    way: Some(["t.from_country", "t.to_country"]),
    window: Some(around_the_hour),
    ..Case::of(Noun::Repatriation, OutwardKind::Repatriation, "repatriation")
};

pub(super) static CONTRIBUTION: Case = Case {
    organizations: &[Join::always("contributor.", "co", "contributor")],
    steps: &["state"],
    ..Case::of(Noun::Contribution, OutwardKind::Contribution, "contribution")
};

pub(super) static HEARING: Case =
    Case { steps: &["state", "holdsReturn"], ..Case::of(Noun::Hearing, OutwardKind::Hearing, "hearing") };

/// What a witness fears is not even there for who is not on her team.
pub(super) static RISK: Case = Case { team_only: true, ..Case::of(Noun::Risk, OutwardKind::Risk, "risk") };

pub(super) static SUPPORT_PLAN: Case =
    Case { steps: &["state", "isReviewLeft"], ..Case::of(Noun::SupportPlan, OutwardKind::SupportPlan, "support_plan") };

pub(super) static SUPPORT_REVIEW: Case = Case::of(Noun::SupportPlan, OutwardKind::SupportReview, "support_review");

/// A search, as the one who asks has it.
pub(super) static SEARCH: Case = Case { steps: &["state"], ..Case::of(Noun::Search, OutwardKind::Search, "search") };

/// A request to look, as one that was asked has it. Whether it can answer hangs on what the one who asks may be told of
/// anybody.
pub(super) static SEARCH_REQUEST: Case = Case {
    organizations: &[Join::always("source.", "so", "source")],
    steps: &["state", "about", "couldAnswer", "source.id"],
    ..Case::of(Noun::Search, OutwardKind::SearchRequest, "search_request")
};

/// An answer to a search, about whoever was found; asked for by the search, by the team of the one who is looked for.
/// Nobody does anything with it; what must show for it to be there is read beside it.
pub(super) static SEARCH_ANSWER: Case = Case {
    organizations: &[Join::always("finder.", "fo", "finder")],
    steps: &["tells"],
    asked_by: Some("t.search"),
    team_of: "t.missing",
    ..Case::of(Noun::Search, OutwardKind::Search, "search_answer")
};

/// Something exceptional on record. Who put it there decides what whoever asks can do with it.
pub(super) static EXCEPTION: Case =
    Case { steps: &["state", "recordedByHer"], ..Case::of(Noun::Exception, OutwardKind::Exception, "exception") };

/// An arrival.
pub(super) static ARRIVAL: Case =
    Case { steps: &["state"], ..Case::of(Noun::Arrival, OutwardKind::Arrival, "arrival") };
