//! Pages: one statement each. Every query about subjects starts from standing, so that a record exists for a caller
//! if and only if a standing says so. What a page is made of stands in `sql.rs` and `columns.rs`, once for both
//! databases; how it comes out of them in `direct.rs` (SQLite) and `json.rs` (PostgreSQL). Read `sql.rs` next.

use sangam_custody::{Controller, Epoch, Facts, Fence, Held, RecordState, SubjectKeys};
use sangam_vocabulary::{
    Category, CategorySet, Country, Instant, Noun, OrganizationId, PersonId, Purpose, RecordId, Relation, Seat,
    SubjectId,
};
use sangam_workflow::search::tells;
use sea_orm::{ConnectionTrait, Value as SqlValue};
use uuid::Uuid;

use crate::connect::Store;
use crate::dialect::Dialect;
use crate::fault::StoreFault;

mod atom;
mod case;
mod columns;
mod direct;
mod json;
mod row;
mod sql;

pub(crate) use atom::read_uuid;
pub use case::Case;
pub(crate) use row::{read_age, read_past_owners, read_suspension};

/// What kind of rows a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rows {
    /// The directory.
    Organizations,
    /// Subjects the caller has standing in.
    Subjects,
    /// Referrals the caller has standing in.
    Referrals,
    /// Messages of the referrals the caller has standing in.
    Messages,
    /// Documents that hang on a record of a subject.
    Documents,
    /// Requests to bring somebody home the caller has standing in.
    Repatriations,
    /// Parts in cases the caller gave or was asked for.
    Contributions,
    /// Dates in court the caller sits in.
    Hearings,
    /// Dangers to witnesses, for holders and lawyers.
    Risks,
    /// Support plans of own subjects.
    SupportPlans,
    /// What was found when they were looked at.
    SupportReviews,
    /// Searches of the caller.
    Searches,
    /// Requests to look that the caller was asked.
    SearchRequests,
    /// Answers to one search of the caller.
    SearchAnswers,
    /// Arrivals the caller recorded.
    Arrivals,
    /// Orders, overrides and emergencies of own subjects, and the emergencies the caller declared.
    Exceptions,
    /// Consents of one own subject.
    Consents,
    /// The caller's partners.
    Partners,
    /// The caller's quarantined records.
    Quarantine,
    /// The caller's clients.
    Clients,
    /// What the caller was asked to let go of.
    Recalls,
    /// What others were asked to let go of of the caller's own subjects.
    RecallsSent,
}

impl Rows {
    /// Every kind of rows, for the snapshots of all scoped queries.
    pub const ALL: [Self; 22] = [
        Self::Organizations,
        Self::Subjects,
        Self::Referrals,
        Self::Arrivals,
        Self::Contributions,
        Self::Hearings,
        Self::Messages,
        Self::Documents,
        Self::Repatriations,
        Self::Risks,
        Self::SearchAnswers,
        Self::Searches,
        Self::SearchRequests,
        Self::SupportPlans,
        Self::SupportReviews,
        Self::Exceptions,
        Self::Consents,
        Self::Partners,
        Self::Quarantine,
        Self::Clients,
        Self::Recalls,
        Self::RecallsSent,
    ];

    /// Whether the rows are about subjects and carry what a ruling needs.
    #[must_use]
    pub fn of_subject(self) -> bool {
        self == Self::Subjects || self.case().is_some()
    }

    /// How the rows of a kind of case record are read; `None` for what is no case record.
    #[must_use]
    pub const fn case(self) -> Option<&'static Case> {
        match self {
            Self::Referrals => Some(&case::REFERRAL),
            Self::Messages => Some(&case::MESSAGE),
            Self::Documents => Some(&case::DOCUMENT),
            Self::Repatriations => Some(&case::REPATRIATION),
            Self::Contributions => Some(&case::CONTRIBUTION),
            Self::Hearings => Some(&case::HEARING),
            Self::Risks => Some(&case::RISK),
            Self::SupportPlans => Some(&case::SUPPORT_PLAN),
            Self::SupportReviews => Some(&case::SUPPORT_REVIEW),
            Self::Searches => Some(&case::SEARCH),
            Self::SearchRequests => Some(&case::SEARCH_REQUEST),
            Self::SearchAnswers => Some(&case::SEARCH_ANSWER),
            Self::Arrivals => Some(&case::ARRIVAL),
            Self::Exceptions => Some(&case::EXCEPTION),
            Self::Organizations
            | Self::Subjects
            | Self::Consents
            | Self::Partners
            | Self::Quarantine
            | Self::Clients
            | Self::Recalls
            | Self::RecallsSent => None,
        }
    }

    /// Whether rows of this kind can be asked for of one subject: what its consents are, and the case records about it.
    pub(crate) fn of_one_subject(self) -> bool {
        self.case().is_some() || matches!(self, Self::Consents)
    }

    /// The categories that say by themselves that a row of this kind is there: who may not see them, of that row, is not
    /// told of it. `None`: a row is there for whoever has standing in it.
    #[must_use]
    pub fn tell(self) -> Option<CategorySet> {
        (self == Self::SearchAnswers).then(|| tells(1))
    }

    /// Whether the rows depend on the team a person is on: rows about subjects say so, and of consents and of recalls of
    /// own subjects those of a case that is not hers do not come at all. What the organization was asked to let go of
    /// comes to all its people: it says no more than that a case exists, and somebody has to answer.
    pub(crate) fn of_team(self) -> bool {
        self.of_subject() || matches!(self, Self::Consents | Self::RecallsSent)
    }
}

/// Who reads, when, and which part.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The caller's organization.
    pub organization: OrganizationId,
    /// The person in it who signed in, whose teams are looked at; none where a system asks.
    pub person: Option<PersonId>,
    /// The instant of the question.
    pub at: Instant,
    /// Why it asks: chooses the consent mask.
    pub purpose: Option<Purpose>,
    /// The relations that carry the purpose in the caller's role, for rows about subjects: through any other a
    /// record does not exist. An owner's own subjects are always there.
    pub carrying: Vec<(Noun, Seat)>,
    /// Only this row.
    pub record: Option<Uuid>,
    /// Only rows of this subject, of consents and case records.
    pub subject: Option<SubjectId>,
    /// Only rows of this standing's record: of messages and documents what they hang on, of answers to a search their own.
    pub within: Option<RecordId>,
    /// Only rows in which the caller sits here; of requests to bring somebody home, those in which it is this seat's turn.
    pub seat: Option<Seat>,
    /// Only rows in this state.
    pub state: Option<String>,
    /// Only requests to bring somebody home from this country.
    pub from: Option<Country>,
    /// Only requests to bring somebody home to this country.
    pub to: Option<Country>,
    /// Only rows after this one in the page's order.
    pub after: Option<Uuid>,
    /// How many rows at most; one more is read to know whether more follow.
    pub limit: u16,
}

/// What to read of each row.
#[derive(Debug, Clone)]
pub struct PageQuery<'a> {
    /// What kind of rows.
    pub rows: Rows,
    /// The columns, prefixes included; a row's values come in this order.
    pub columns: &'a [String],
    /// The sealed categories: of the subject's own record (`true`) or of the row's record.
    pub sealed: &'a [(bool, Category)],
    /// Who reads.
    pub scope: Scope,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Text or a code.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Boolean(bool),
    /// An instant.
    Instant(Instant),
    /// The id of a record, to be made outward for the caller.
    Record(RecordId),
    /// The public id of an organization.
    Organization(OrganizationId),
    /// The id of a row about nobody.
    Id(Uuid),
    /// The id of an account of the caller's own organization.
    Person(PersonId),
    /// A list.
    List(Vec<Value>),
}

/// What a ruling needs to know of a row about a subject.
pub struct SubjectRow {
    /// The subject.
    pub subject: SubjectId,
    /// Who controls the data.
    pub owner: Controller,
    /// Who did before.
    pub past_owners: Vec<Controller>,
    /// The facts law needs.
    pub facts: Facts,
    /// The subject's keys, wrapped.
    pub keys: SubjectKeys,
    /// The relation the standing gives.
    pub relation: Relation,
    /// Its instants.
    pub state: RecordState,
    /// What consent covers for the caller and purpose now.
    pub consent: CategorySet,
    /// Until when that mask holds.
    pub consent_until: Instant,
    /// Until when anything exceptional on record may count for the subject.
    pub exceptions_until: Instant,
}

/// A row as the store has it: sealed.
pub struct RawRow {
    /// The record.
    pub record: RecordId,
    /// What a ruling needs, for rows about a subject.
    pub subject: Option<SubjectRow>,
    /// The values, in the query's order.
    pub values: Vec<Value>,
    /// The sealed categories, in the query's order.
    pub held: Vec<Option<Held>>,
}

/// A page as the store has it.
pub struct RawPage {
    /// The rows.
    pub rows: Vec<RawRow>,
    /// Whether more follow.
    pub has_next: bool,
    /// The rules' epoch of the snapshot.
    pub epoch: Epoch,
    /// The fence of the snapshot.
    pub fence: Fence,
}

/// What either database gives: the rows in whichever order, one more than asked for where more follow, and the
/// epoch's two numbers of the state they were read in.
struct Found {
    rows: Vec<RawRow>,
    rules: i64,
    fence: i64,
}

impl Store {
    /// Reads a page: one statement. What the caller stops waiting for is not read to its end.
    ///
    /// # Errors
    /// [`StoreFault::NoColumn`] for a column the rows do not have; [`StoreFault::Unreadable`];
    /// [`StoreFault::Database`].
    pub async fn page(&self, query: &PageQuery<'_>) -> Result<RawPage, StoreFault> {
        let plan = sql::plan(self.dialect, query)?;
        let parameters = sql::parameters(query);
        let limit = usize::from(query.scope.limit);
        let Found { mut rows, rules, fence } = match &self.direct {
            Some(readers) => direct::read(readers, plan, parameters).await?,
            None => json::read(self, &plan, parameters, limit + 1).await?,
        };
        // The statement chose the rows in this order; an aggregate that gathers them does not promise to keep it.
        rows.sort_by_key(|row| std::cmp::Reverse(row.record));
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let unsigned = |value: i64| u64::try_from(value).map_err(|_| StoreFault::Unreadable { column: "epoch" });
        Ok(RawPage { rows, has_next, epoch: Epoch(unsigned(rules)?), fence: Fence(unsigned(fence)?) })
    }

    /// The statement a query becomes, for snapshots and plans.
    ///
    /// # Errors
    /// [`StoreFault::NoColumn`].
    pub fn page_sql(dialect: Dialect, query: &PageQuery<'_>) -> Result<String, StoreFault> {
        sql::plan(dialect, query).map(|plan| plan.text)
    }

    /// How the database would run a query, in its own words.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn page_plan(&self, query: &PageQuery<'_>) -> Result<Vec<String>, StoreFault> {
        let sql = Self::page_sql(self.dialect, query)?;
        let (explain, column) = match self.dialect {
            Dialect::Sqlite => ("EXPLAIN QUERY PLAN ", "detail"),
            Dialect::Postgres => ("EXPLAIN (COSTS OFF) ", "QUERY PLAN"),
        };
        let values = sql::parameters(query).into_iter().map(sql::Parameter::into).collect();
        let rows = self.reading.query_all_raw(self.statement(&format!("{explain}{sql}"), values)).await?;
        rows.iter().map(|row| Ok(row.try_get("", column)?)).collect()
    }
}

pub(crate) fn bytes(id: Uuid) -> SqlValue {
    id.as_bytes().to_vec().into()
}
