//! The text of a page's one statement.

use sangam_vocabulary::{Category, Noun};
use sea_orm::Value as SqlValue;
use uuid::Uuid;

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
    ("su.exceptions_until", false),
    ("o.locked", false),
    ("s.noun", false),
    ("s.seat", false),
    ("s.from_at", false),
    ("s.open_until", false),
    ("s.shut", false),
    ("c.mask", false),
    ("c.until_at", false),
    ("r.id", true),
];

/// What follows it where a person asks: herself, if she is on the subject's team.
const TEAM: (&str, bool) = ("m.person", true);

/// What stands before the hexadecimal digits in a client's id, which is text: OAuth spells it so.
const CLIENT_PREFIX: &str = "cli_";

/// A page's statement and how its rows are read; it holds no value.
pub(super) struct Plan {
    pub(super) text: String,
    pub(super) rows: Rows,
    /// Whether a person asks: rows about subjects then say whether she is on the team.
    pub(super) person: bool,
    /// Whether rows say when a handover is under way.
    pub(super) window: bool,
    pub(super) kinds: Vec<Kind>,
    pub(super) sealed: Vec<(bool, Category)>,
}

impl Plan {
    /// How many scalars a row has.
    pub(super) fn width(&self) -> usize {
        let head = if self.rows.of_subject() { SUBJECT_HEAD.len() + usize::from(self.person) } else { 0 };
        let window = if self.window { 2 } else { 0 };
        1 + head + window + self.kinds.len() + self.sealed.len()
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

fn table(rows: Rows) -> &'static str {
    match rows {
        Rows::Organizations => "organization",
        Rows::Consents => "consent",
        Rows::Partners => "partner",
        Rows::Quarantine => "quarantine",
        Rows::Clients => "client",
        Rows::Recalls | Rows::RecallsSent => "recall",
        _ => rows.case().map_or("subject", |case| case.table),
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
    values.extend(scope.subject.filter(|_| rows.of_one_subject()).map(|s| Parameter::Id(s.uuid())));
    values.extend(scope.within.filter(|_| is_within(rows)).map(|record| Parameter::Id(record.uuid())));
    values.extend(scope.record.map(|id| id_parameter(rows, id)));
    values.extend(scope.seat.filter(|_| rows.case().is_some()).map(|s| Parameter::Text(s.to_string())));
    values.extend(scope.state.clone().filter(|_| rows.case().is_some()).map(Parameter::Text));
    let way = scope.from.into_iter().chain(scope.to);
    values.extend(
        way.filter(|_| rows.case().is_some_and(|case| case.way.is_some())).map(|c| Parameter::Text(c.to_string())),
    );
    values.extend(scope.after.map(|id| id_parameter(rows, id)));
    values.push(Parameter::Int(i64::from(scope.limit) + 1));
    values
}

/// The statement of a query.
pub(super) fn plan(dialect: Dialect, query: &PageQuery<'_>) -> Result<Plan, StoreFault> {
    let rows = query.rows;
    let order = if rows.of_subject() && hangs_on(rows).is_none() { "s.record" } else { "t.id" };
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
    let window = rows.case().and_then(|case| case.window).map(|window| window());
    cells
        .extend(window.iter().flatten().map(|expression| Cell { expression: expression.clone().into(), bytes: false }));
    let (mut kinds, mut joined) = (Vec::new(), Vec::new());
    for name in query.columns {
        let found = column(rows, name, query.scope.person.is_some())
            .ok_or_else(|| StoreFault::NoColumn { name: name.clone() })?;
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
        let record = if *own { "s.subject" } else { order };
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
    if rows.of_one_subject() && query.scope.subject.is_some() {
        filter("t.subject = #");
    }
    if is_within(rows) && query.scope.within.is_some() {
        filter("s.record = #");
    }
    if query.scope.record.is_some() {
        filter(&format!("{} = #", asked_by(rows, order)));
    }
    if let Some(case) = rows.case() {
        if query.scope.seat.is_some() {
            filter(&format!("{} = #", case.seat));
        }
        if query.scope.state.is_some() {
            filter(&format!("{} = #", (case.state)()));
        }
        if let Some([from, to]) = case.way {
            if query.scope.from.is_some() {
                filter(&format!("{from} = #"));
            }
            if query.scope.to.is_some() {
                filter(&format!("{to} = #"));
            }
        }
    }
    if query.scope.after.is_some() {
        filter(&format!("{order} < #"));
    }
    let limit = number + 1;
    let source = Source { from: format!("{from}{joins}"), filters: filters.join(" AND "), order, limit };
    let text = dialect.page(&cells, &source);
    Ok(Plan {
        text,
        rows,
        person: query.scope.person.is_some(),
        window: window.is_some(),
        kinds,
        sealed: query.sealed.to_vec(),
    })
}

/// What the id names that rows are narrowed to: a subject that may be reached through several relations, what a kind of
/// case record is asked for by, or the row itself.
fn asked_by(rows: Rows, order: &'static str) -> &'static str {
    match (rows, rows.case()) {
        (Rows::Subjects, _) => "s.subject",
        (_, Some(case)) => case.asked_by.unwrap_or(order),
        (_, None) => order,
    }
}

/// The record a kind of rows hangs on, where it has no seats of its own.
fn hangs_on(rows: Rows) -> Option<&'static str> {
    rows.case().and_then(|case| case.hangs_on)
}

/// Whether rows can be narrowed to the record of a standing that is not what they are asked for by.
fn is_within(rows: Rows) -> bool {
    rows.case().is_some_and(|case| case.hangs_on.is_some() || case.is_asked_by_another())
}

/// How it is found out whether the person who asks is on the team; she is the fourth value.
fn team(rows: Rows) -> String {
    let of = rows.case().map_or("s.subject", |case| case.team_of);
    format!(" LEFT JOIN team m ON m.subject = {of} AND m.person = $4")
}

/// The driving tables, the filters that scope them, and how many values those use.
fn source(dialect: Dialect, query: &PageQuery<'_>) -> (String, Vec<String>, usize) {
    let rows = query.rows;
    let table = table(rows);
    match rows {
        _ if rows.of_subject() => of_subjects(dialect, query),
        // The directory is everyone's; the value is there so that every query has a caller.
        Rows::Organizations => (format!("{table} t"), vec!["length($1) = 16".to_owned()], 1),
        Rows::Consents => {
            let team = query.scope.person.map_or("", |_| " JOIN team m ON m.subject = t.subject AND m.person = $2");
            let from = format!("{table} t JOIN subject su ON su.id = t.subject{team}");
            (from, vec!["su.owner = $1".to_owned()], 1 + usize::from(query.scope.person.is_some()))
        }
        // Whoever was asked sees that it was, also when it has no standing any more.
        Rows::Recalls => (format!("{table} t"), vec!["t.recipient = $1".to_owned()], 1),
        Rows::RecallsSent => {
            let join = dialect.join_after();
            let team = query.scope.person.map_or("", |_| " JOIN team m ON m.subject = t.subject AND m.person = $2");
            // The seat of a former owner stays on record; what its successor asks for is not for it to read.
            let from = format!(
                "standing s {join} {table} t ON t.subject = s.subject {join} subject su ON su.id = t.subject{team}"
            );
            let own = ["s.organization = $1", "s.noun = 'SUBJECT'", "s.seat = 'OWNER'", "su.owner = s.organization"];
            (from, own.map(str::to_owned).to_vec(), 1 + usize::from(query.scope.person.is_some()))
        }
        _ => (format!("{table} t"), vec!["t.organization = $1".to_owned()], 1),
    }
}

/// The same of rows about subjects: by the caller's standings, with what an answer is decided by.
fn of_subjects(dialect: Dialect, query: &PageQuery<'_>) -> (String, Vec<String>, usize) {
    let rows = query.rows;
    let noun = rows.case().map_or(Noun::Subject, |case| case.noun);
    let join = dialect.join_after();
    let target = rows.case().map_or(String::new(), |case| {
        format!(" {join} {} t ON {} = s.record", case.table, case.hangs_on.unwrap_or("t.id"))
    });
    let team = query.scope.person.map_or(String::new(), |_| team(rows));
    let from = format!(
        "standing s{target} {join} subject su ON su.id = s.subject JOIN organization o ON o.id = su.owner LEFT JOIN consent_span c ON c.subject = s.subject AND c.recipient = s.organization AND c.purpose = $3 AND c.from_at <= $2 AND c.until_at > $2 LEFT JOIN recall r ON r.subject = s.subject AND r.recipient = s.organization AND r.is_open = 1{team}"
    );
    let mut filters = vec![
        "s.organization = $1".to_owned(),
        "s.from_at <= $2".to_owned(),
        "s.until_at > $2".to_owned(),
        // A contributor's seat is there for one purpose.
        "(s.purpose IS NULL OR s.purpose = $3)".to_owned(),
    ];
    let seats: Vec<_> =
        query.scope.carrying.iter().map(|(noun, seat)| format!("(s.noun = '{noun}' AND s.seat = '{seat}')")).collect();
    filters.push(format!(
        "(su.owner = s.organization{})",
        seats.iter().map(|seat| format!(" OR {seat}")).collect::<String>()
    ));
    if rows.case().is_some_and(|case| case.team_only) && query.scope.person.is_some() {
        filters.push("m.person IS NOT NULL".to_owned());
    }
    // One subject may be reached through any relation but an invitation and a declared emergency, which say
    // nothing of her, and the answer to a search, which says no more than it says; a page of subjects is of the
    // caller's own.
    let beside = rows.case().and_then(|case| case.beside);
    filters.extend(rows.case().and_then(|case| case.there).map(str::to_owned));
    filters.push(if let Some(other) = beside {
        format!("s.noun IN ('{noun}', '{other}')")
    } else if rows.case().is_some() || query.scope.record.is_none() {
        format!("s.noun = '{noun}'")
    } else {
        "s.noun NOT IN ('CONTRIBUTION', 'EXCEPTION') AND NOT (s.noun = 'SEARCH' AND s.seat = 'SOURCE')".to_owned()
    });
    (from, filters, 3 + usize::from(query.scope.person.is_some()))
}
