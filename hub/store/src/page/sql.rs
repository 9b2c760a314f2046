//! The text of a page's one statement.

use sangam_vocabulary::{Category, Noun};
use sea_orm::Value as SqlValue;
use uuid::Uuid;

use super::case;
use super::columns::{Kind, column};
use super::{PageQuery, Rows, bytes};
use crate::dialect::{Cell, Dialect, Source};
use crate::fault::StoreFault;

/// The columns every row about a subject begins with; read by `read_subject` in this order; and
/// whether they are bytes.
const SUBJECT_HEAD: &[(&str, bool)] = &[
    ("s.subject", true),
    ("su.owner", true),
    ("o.role", false),
    ("o.country", false),
    ("su.past_owners", false),
    ("su.collected_in", false),
    ("su.age", false),
    ("su.adult_from", false),
    ("su.data_key", true),
    ("su.journal_key", true),
    ("su.suspended", false),
    ("o.locked", false),
    ("s.noun", false),
    ("s.seat", false),
    ("s.from_at", false),
    ("s.open_until", false),
    ("c.mask", false),
    ("c.until_at", false),
];

/// What follows it where a person asks: herself, if she is on the subject's team.
const TEAM: (&str, bool) = ("m.person", true);

/// What stands before the hexadecimal digits in a client's id, which is text: OAuth spells it so.
const CLIENT_PREFIX: &str = "cli_";

/// How it is found out; the person is the fourth value.
const TEAM_OF_SUBJECT: &str = " LEFT JOIN team m ON m.subject = s.subject AND m.person = $4";

/// A page's statement and how its rows are read; it holds no value.
pub(super) struct Plan {
    pub(super) text: String,
    pub(super) rows: Rows,
    /// Whether a person asks: rows about subjects then say whether she is on the team.
    pub(super) person: bool,
    pub(super) kinds: Vec<Kind>,
    pub(super) sealed: Vec<(bool, Category)>,
}

impl Plan {
    /// How many scalars a row has.
    pub(super) fn width(&self) -> usize {
        let head = if self.rows.of_subject() { SUBJECT_HEAD.len() + usize::from(self.person) } else { 0 };
        1 + head + self.kinds.len() + self.sealed.len()
    }
}

/// A value that a statement has a place for.
pub(super) enum Parameter {
    Id(Uuid),
    Text(String),
    Int(i64),
}

impl From<Parameter> for SqlValue {
    fn from(parameter: Parameter) -> Self {
        match parameter {
            Parameter::Id(id) => bytes(id),
            Parameter::Text(text) => text.into(),
            Parameter::Int(value) => value.into(),
        }
    }
}

/// An id as the driving table holds it.
fn id_parameter(rows: Rows, id: Uuid) -> Parameter {
    if rows == Rows::Clients { Parameter::Text(format!("{CLIENT_PREFIX}{}", id.simple())) } else { Parameter::Id(id) }
}

const fn table(rows: Rows) -> &'static str {
    match rows {
        Rows::Organizations => "organization",
        Rows::Subjects => "subject",
        Rows::Referrals => case::REFERRAL.table,
        Rows::Consents => "consent",
        Rows::Agreements => "agreement",
        Rows::Partners => "partner",
        Rows::Quarantine => "quarantine",
        Rows::Clients => "client",
    }
}

/// The values, in the order the text numbers them. Filters that are not asked for take no number.
pub(super) fn parameters(query: &PageQuery<'_>) -> Vec<Parameter> {
    let (rows, scope) = (query.rows, &query.scope);
    let mut values = vec![Parameter::Id(scope.organization.uuid())];
    if rows.of_subject() {
        values.push(Parameter::Int(scope.at.millis()));
        values.push(Parameter::Text(scope.purpose.map(|p| p.to_string()).unwrap_or_default()));
    }
    values.extend(scope.person.filter(|_| rows.of_team()).map(|person| Parameter::Id(person.uuid())));
    values.extend(scope.subject.filter(|_| rows == Rows::Consents).map(|s| Parameter::Id(s.uuid())));
    values.extend(scope.record.map(|id| id_parameter(rows, id)));
    values.extend(scope.seat.filter(|_| rows.case().is_some()).map(|s| Parameter::Text(s.to_string())));
    values.extend(scope.state.clone().filter(|_| rows.case().is_some()).map(Parameter::Text));
    values.extend(scope.after.map(|id| id_parameter(rows, id)));
    values.push(Parameter::Int(i64::from(scope.limit) + 1));
    values
}

/// The statement of a query.
pub(super) fn plan(dialect: Dialect, query: &PageQuery<'_>) -> Result<Plan, StoreFault> {
    let rows = query.rows;
    let order = if rows.of_subject() { "s.record" } else { "t.id" };
    let mut cells = vec![if rows == Rows::Clients {
        Cell { expression: format!("substr({order}, {})", CLIENT_PREFIX.len() + 1).into(), bytes: false }
    } else {
        Cell { expression: order.into(), bytes: true }
    }];
    if rows.of_subject() {
        let team = query.scope.person.map(|_| TEAM);
        let head = SUBJECT_HEAD.iter().copied().chain(team);
        cells.extend(head.map(|(name, bytes)| Cell { expression: name.into(), bytes }));
    }
    let (mut kinds, mut joined) = (Vec::new(), Vec::new());
    for name in query.columns {
        let found = column(rows, name).ok_or_else(|| StoreFault::NoColumn { name: name.clone() })?;
        cells.push(Cell { expression: found.expression, bytes: found.kind.is_bytes() });
        kinds.push(found.kind);
        if let Some(join) = found.join
            && !joined.contains(&join)
        {
            joined.push(join);
        }
    }
    let mut joins = String::new();
    for join in joined {
        joins.push_str(&join.sql());
    }
    for (number, (own, category)) in query.sealed.iter().enumerate() {
        cells.push(Cell { expression: format!("h{number}.sealed").into(), bytes: true });
        let record = if *own { "s.subject" } else { "s.record" };
        let code = *category as u32;
        joins.push_str(&format!(
            " LEFT JOIN held h{number} ON h{number}.record = {record} AND h{number}.category = {code}"
        ));
    }
    let (from, mut filters, mut number) = source(dialect, query);
    let mut filter = |text: &str| {
        number += 1;
        filters.push(text.replace('#', &format!("${number}")));
    };
    if rows == Rows::Consents && query.scope.subject.is_some() {
        filter("t.subject = #");
    }
    if query.scope.record.is_some() {
        filter(&format!("{} = #", if rows == Rows::Subjects { "s.subject" } else { order }));
    }
    if rows.case().is_some() && query.scope.seat.is_some() {
        filter("s.seat = #");
    }
    if rows.case().is_some() && query.scope.state.is_some() {
        filter("t.state = #");
    }
    if query.scope.after.is_some() {
        filter(&format!("{order} < #"));
    }
    let limit = number + 1;
    let source = Source { from: format!("{from}{joins}"), filters: filters.join(" AND "), order, limit };
    let text = dialect.page(&cells, &source);
    Ok(Plan { text, rows, person: query.scope.person.is_some(), kinds, sealed: query.sealed.to_vec() })
}

/// The driving tables, the filters that scope them, and how many values those use.
fn source(dialect: Dialect, query: &PageQuery<'_>) -> (String, Vec<String>, usize) {
    let rows = query.rows;
    let table = table(rows);
    match rows {
        Rows::Subjects | Rows::Referrals => {
            let noun = rows.case().map_or(Noun::Subject, |case| case.noun);
            let join = dialect.join_after();
            let target =
                rows.case().map_or(String::new(), |case| format!(" {join} {} t ON t.id = s.record", case.table));
            let team = query.scope.person.map_or("", |_| TEAM_OF_SUBJECT);
            let from = format!(
                "standing s{target} {join} subject su ON su.id = s.subject JOIN organization o ON o.id = su.owner LEFT JOIN consent_span c ON c.subject = s.subject AND c.recipient = s.organization AND c.purpose = $3 AND c.from_at <= $2 AND c.until_at > $2{team}"
            );
            let mut filters =
                vec!["s.organization = $1".to_owned(), "s.from_at <= $2".to_owned(), "s.until_at > $2".to_owned()];
            let seats: Vec<_> = query
                .scope
                .carrying
                .iter()
                .map(|(noun, seat)| format!("(s.noun = '{noun}' AND s.seat = '{seat}')"))
                .collect();
            filters.push(format!(
                "(su.owner = s.organization{})",
                seats.iter().map(|seat| format!(" OR {seat}")).collect::<String>()
            ));
            // One subject may be reached through any relation; a page of subjects is of the caller's own.
            if rows.case().is_some() || query.scope.record.is_none() {
                filters.push(format!("s.noun = '{noun}'"));
            }
            (from, filters, 3 + usize::from(query.scope.person.is_some()))
        }
        // The directory is everyone's; the value is there so that every query has a caller.
        Rows::Organizations => (format!("{table} t"), vec!["length($1) = 16".to_owned()], 1),
        Rows::Consents => {
            let team = query.scope.person.map_or("", |_| " JOIN team m ON m.subject = t.subject AND m.person = $2");
            let from = format!("{table} t JOIN subject su ON su.id = t.subject{team}");
            (from, vec!["su.owner = $1".to_owned()], 1 + usize::from(query.scope.person.is_some()))
        }
        Rows::Agreements => (
            format!("agreement_party a JOIN {table} t ON t.id = a.agreement"),
            vec!["a.organization = $1".to_owned()],
            1,
        ),
        Rows::Partners | Rows::Quarantine | Rows::Clients => {
            (format!("{table} t"), vec!["t.organization = $1".to_owned()], 1)
        }
    }
}
