//! The statement of every scoped query and how the database runs it, as committed snapshots; and in words:
//! a query about subjects begins at standing, by an index, and reads no table from end to end. A page is one
//! statement, counted at the connection.

use std::sync::{Arc, Mutex};

use sangam_kit::database::{Database, Kind};
use sangam_store::{Dialect, PageQuery, Rows, Scope, Store};
use sangam_vocabulary::{Category, Noun, OrganizationId, Purpose, Seat, SubjectId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::house::BEGIN;
use crate::raw::{Raw, migrated, place};

/// The organization that asks, one of the many that [`fill`] makes.
const CALLER: OrganizationId = OrganizationId::from_uuid(Uuid::from_bytes(*b"o000000000000007"));
/// A subject of another organization, referred to the caller, and the referral.
const SUBJECT: Uuid = Uuid::from_bytes(*b"s000000000000006");
const REFERRAL: Uuid = Uuid::from_bytes(*b"r000000000000006");

/// Every column a page of referrals can have, and its sealed categories.
const REFERRAL_COLUMNS: &[&str] = &[
    "id",
    "state",
    "urgency",
    "declineReason",
    "sentAt",
    "changedAt",
    "version",
    "subject.id",
    "subject.holder.id",
    "subject.holder.name",
    "sender.id",
    "sender.name",
    "sender.country",
    "recipient.id",
    "recipient.name",
    "recipient.services",
];
const REFERRAL_SEALED: &[(bool, Category)] = &[
    (true, Category::CaseReference),
    (true, Category::Demographics),
    (true, Category::Identity),
    (false, Category::Services),
];

struct Case {
    name: &'static str,
    rows: Rows,
    columns: &'static [&'static str],
    sealed: &'static [(bool, Category)],
    scope: Scope,
}

fn scope() -> Scope {
    Scope {
        organization: CALLER,
        at: BEGIN,
        purpose: Some(Purpose::ServiceReferral),
        carrying: vec![(Noun::Subject, Seat::Owner), (Noun::Referral, Seat::Sender), (Noun::Referral, Seat::Recipient)],
        record: None,
        subject: None,
        seat: None,
        state: None,
        after: None,
        limit: 50,
    }
}

const fn plain(rows: Rows) -> (&'static str, &'static [&'static str]) {
    match rows {
        Rows::Organizations => ("organizations", &["id", "name", "country", "role", "services", "coverage"]),
        Rows::Subjects => ("subjects", &["id", "holder.name"]),
        Rows::Referrals => ("referrals", &["id", "state"]),
        Rows::Consents => ("consents", &["id", "effect", "purposes", "categories", "recipients", "from", "until"]),
        Rows::Agreements => ("agreements", &["id", "version", "legalBasis", "disclosers", "recipients", "onward"]),
        Rows::Partners => ("partners", &["id", "name", "quarantined", "waiting"]),
        Rows::Quarantine => ("quarantine", &["id", "partner", "path", "kind", "length"]),
        Rows::Clients => ("clients", &["id", "name", "scopes", "purposes"]),
    }
}

/// Each kind of rows plainly, by record and after a cursor, and the pages with everything on.
fn cases() -> Vec<Case> {
    let names = ["", "_by_record", "_after"];
    let mut cases = Vec::new();
    for rows in Rows::ALL {
        let (name, columns) = plain(rows);
        for (number, suffix) in names.iter().enumerate() {
            let mut scope = scope();
            let record = if rows == Rows::Subjects { SUBJECT } else { REFERRAL };
            scope.record = (number == 1).then_some(record);
            scope.after = (number == 2).then_some(record);
            if rows == Rows::Consents {
                scope.subject = Some(SubjectId::from_uuid(SUBJECT));
            }
            let name: &'static str = format!("{name}{suffix}").leak();
            cases.push(Case { name, rows, columns, sealed: &[], scope });
        }
    }
    let whole = |name, change: fn(&mut Scope)| {
        let mut scope = scope();
        change(&mut scope);
        Case { name, rows: Rows::Referrals, columns: REFERRAL_COLUMNS, sealed: REFERRAL_SEALED, scope }
    };
    cases.push(whole("referrals_whole", |_| {}));
    cases.push(whole("referrals_whole_by_record", |scope| scope.record = Some(REFERRAL)));
    cases.push(whole("referrals_whole_after", |scope| scope.after = Some(REFERRAL)));
    cases.push(whole("referrals_whole_received_in_state", |scope| {
        scope.seat = Some(Seat::Recipient);
        scope.state = Some("SENT".to_owned());
    }));
    cases
}

impl Case {
    fn columns(&self) -> Vec<String> {
        self.columns.iter().map(|name| (*name).to_owned()).collect()
    }

    fn query<'a>(&self, columns: &'a [String]) -> PageQuery<'a> {
        PageQuery { rows: self.rows, columns, sealed: self.sealed, scope: self.scope.clone() }
    }
}

#[test]
fn the_statements_are_the_committed_ones() {
    for (dialect, name) in [(Dialect::Sqlite, "sqlite"), (Dialect::Postgres, "postgres")] {
        for case in cases() {
            let columns = case.columns();
            let sql = Store::page_sql(dialect, &case.query(&columns)).unwrap();
            insta::assert_snapshot!(format!("sql_{name}_{}", case.name), sql);
        }
    }
}

#[test]
fn every_statement_about_subjects_is_bound_to_the_callers_standing() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        for case in cases().into_iter().filter(|case| case.rows.of_subject()) {
            let columns = case.columns();
            let sql = Store::page_sql(dialect, &case.query(&columns)).unwrap();
            assert!(sql.contains("FROM standing s"), "{sql}");
            assert!(sql.contains("s.organization = $1 AND s.from_at <= $2 AND s.until_at > $2"), "{sql}");
        }
    }
}

/// Organizations, subjects, referrals: enough rows that a planner has a reason to use an index. Ids are
/// sixteen characters, so that both databases make them in SQL.
async fn fill(raw: &Raw) {
    let sqlite = raw.is_sqlite();
    let id = |kind: char, number: &str| {
        if sqlite {
            format!("CAST(printf('{kind}%015d', {number}) AS BLOB)")
        } else {
            format!("convert_to('{kind}' || lpad(({number})::text, 15, '0'), 'UTF8')")
        }
    };
    let bytes = if sqlite { "x'01'" } else { "'\\x01'::bytea" };
    let series = |to: u32| format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {to})");
    let (org, subject, referral) = (id('o', "i"), id('s', "i"), id('r', "i"));
    let (owner, recipient) = (id('o', "i % 1000 + 1"), id('o', "(i * 7) % 1000 + 2"));
    let never = i64::MAX;
    let statements = [
        format!(
            "INSERT INTO organization (id, name, country, role, services, coverage, seal_key, outward_key, created_at) {} SELECT {org}, 'Invented', 'IN', 'NGO', '', '', {bytes}, {bytes}, 0 FROM n",
            series(1002)
        ),
        format!(
            "INSERT INTO subject {} SELECT {subject}, {owner}, '', 'IN', 'ADULT', NULL, {bytes}, {bytes}, 0, 1, 0, NULL FROM n",
            series(6000)
        ),
        format!(
            "INSERT INTO standing {} SELECT {owner}, 'SUBJECT', {subject}, 'OWNER', {subject}, 0, {never}, {never} FROM n",
            series(6000)
        ),
        format!(
            "INSERT INTO referral {} SELECT {referral}, {subject}, {owner}, {recipient}, 'SENT', 'URGENT', NULL, {referral}, 1, 0, 0, 1 FROM n",
            series(6000)
        ),
        format!(
            "INSERT INTO standing {} SELECT {owner}, 'REFERRAL', {referral}, 'SENDER', {subject}, 0, {never}, {never} FROM n",
            series(6000)
        ),
        format!(
            "INSERT INTO standing {} SELECT {recipient}, 'REFERRAL', {referral}, 'RECIPIENT', {subject}, 0, {never}, {never} FROM n WHERE {recipient} <> {owner}",
            series(6000)
        ),
        format!("INSERT INTO held {} SELECT {subject}, i % 3, {subject}, {bytes}, 1 FROM n", series(6000)),
        format!("INSERT INTO held {} SELECT {referral}, 15, {subject}, {bytes}, 1 FROM n", series(6000)),
        format!(
            "INSERT INTO consent {} SELECT {}, {subject}, 'GRANT', 'OWN', 0, 'NOT_ASKED', 127, 2, 1, '', '', 0, {never}, 1, 0 FROM n",
            series(6000),
            id('c', "i")
        ),
        format!(
            "INSERT INTO consent_span {} SELECT {subject}, {recipient}, 'SERVICE_REFERRAL', 0, {never}, 1 FROM n",
            series(6000)
        ),
        format!(
            "INSERT INTO agreement {} SELECT {}, 1, 'invented', '', '', 2, 1, '', 0, 0, {never}, 0, '' FROM n",
            series(2000),
            id('a', "i")
        ),
        format!("INSERT INTO agreement_party {} SELECT {owner}, {} FROM n", series(2000), id('a', "i")),
        format!(
            "INSERT INTO partner {} SELECT {}, {owner}, {} , 'sheet', 'mirror', NULL, NULL FROM n",
            series(2000),
            id('p', "i"),
            if sqlite { "'partner ' || i" } else { "'partner ' || i::text" }
        ),
        format!(
            "INSERT INTO quarantine {} SELECT {}, {}, {owner}, 'key', '/x', 'KIND', 1, 1, 0, NULL FROM n",
            series(2000),
            id('q', "i"),
            id('p', "i")
        ),
        format!(
            "INSERT INTO delivery {} SELECT {}, {}, 'REFERRAL', {referral}, 'REFERRAL', 'WAITING', 0, 0, NULL FROM n",
            series(2000),
            id('d', "i"),
            id('p', "i")
        ),
        format!(
            "INSERT INTO client (id, organization, name, secret_hash, scopes, purposes, generation, suspended, registered_at) {} SELECT {}, {owner}, 'system', {bytes}, 'read', 2, 1, 0, 0 FROM n",
            series(2000),
            if sqlite { "'cli_' || printf('%032x', i)" } else { "'cli_' || lpad(to_hex(i), 32, '0')" }
        ),
    ];
    for statement in statements {
        raw.0.execute_unprepared(&statement).await.unwrap();
    }
    raw.0.execute_unprepared("ANALYZE").await.unwrap();
}

/// The tables a plan reads in full: SQLite's `SCAN`, PostgreSQL's `Seq Scan`. Leaves out the one-row epoch.
fn full_scans(kind: Kind, plan: &[String]) -> Vec<&str> {
    plan.iter()
        .map(|line| line.trim_start().trim_start_matches("->").trim_start())
        .filter(|line| match kind {
            Kind::Sqlite => line.starts_with("SCAN "),
            Kind::Postgres => line.starts_with("Seq Scan on ") && !line.starts_with("Seq Scan on epoch "),
        })
        .collect()
}

/// The first access in a plan that is not to the epoch: for nested loops, where the query begins.
fn begins(kind: Kind, plan: &[String]) -> &str {
    plan.iter()
        .map(|line| line.trim_start().trim_start_matches("->").trim_start())
        .find(|line| match kind {
            Kind::Sqlite => (line.starts_with("SEARCH ") || line.starts_with("SCAN ")) && !line.contains(" epoch"),
            Kind::Postgres => line.contains("Scan") && !line.contains("epoch") && !line.starts_with("Subquery Scan"),
        })
        .unwrap_or("nothing")
}

/// What of a plan is committed. SQLite's whole: it is the same on every machine. Of PostgreSQL's, which changes
/// its joins and words with its version and the state of its tables, how each table is reached.
fn committed(kind: Kind, plan: &[String]) -> String {
    if kind == Kind::Sqlite {
        return plan.join("\n");
    }
    let reached = plan.iter().filter_map(|line| {
        let line = line.trim_start().trim_start_matches("->").trim_start();
        if let Some(table) = line.strip_prefix("Seq Scan on ") {
            return Some(format!("{table}: read whole"));
        }
        if let Some(index) = line.strip_prefix("Bitmap Index Scan on ") {
            return Some(index.to_owned());
        }
        let (_, using) = line.split_once(" using ").filter(|_| line.starts_with("Index "))?;
        using.split_once(" on ").map(|(index, _)| index.to_owned())
    });
    let mut reached: Vec<_> = reached.collect();
    reached.sort_unstable();
    reached.join("\n")
}

sangam_kit::both_databases! {
    template = migrated;

    async fn the_plans_are_the_committed_ones_and_begin_at_standing(database: Database) {
        let kind = database.kind();
        fill(&Raw::open(&database).await).await;
        let store = Store::open(&place(database.url())).await.unwrap();
        let name = if kind == Kind::Sqlite { "sqlite" } else { "postgres" };
        for case in cases() {
            let columns = case.columns();
            let plan = store.page_plan(&case.query(&columns)).await.unwrap();
            let text = plan.join("\n");
            if case.rows != Rows::Organizations {
                assert_eq!(full_scans(kind, &plan), Vec::<&str>::new(), "{}:\n{text}", case.name);
            }
            if case.rows.of_subject() {
                let first = begins(kind, &plan);
                let indexed = match kind {
                    Kind::Sqlite => first.starts_with("SEARCH s USING ") && first.contains("(organization=?"),
                    // PostgreSQL fetches few rows through a bitmap of the index, many in the index's order.
                    Kind::Postgres => {
                        (first.starts_with("Index ") && first.ends_with(" on standing s"))
                            || (first == "Bitmap Heap Scan on standing s" && text.contains("Bitmap Index Scan on standing_"))
                    }
                };
                assert!(indexed, "{} begins with `{first}`:\n{text}", case.name);
            }
            insta::assert_snapshot!(format!("plan_{name}_{}", case.name), committed(kind, &plan));
        }
    }

    async fn a_scan_would_be_noticed(database: Database) {
        let raw = Raw::open(&database).await;
        fill(&raw).await;
        let (explain, column) = if raw.is_sqlite() { ("EXPLAIN QUERY PLAN", "detail") } else { ("EXPLAIN (COSTS OFF)", "QUERY PLAN") };
        let rows = raw.rows(&format!("{explain} SELECT s.record FROM standing s WHERE s.seat = 'SENDER'"), vec![]).await;
        let plan: Vec<String> = rows.iter().map(|row| row.try_get("", column).unwrap()).collect();
        assert_eq!(full_scans(database.kind(), &plan).len(), 1, "{plan:?}");
    }

    async fn a_page_is_one_statement(database: Database) {
        fill(&Raw::open(&database).await).await;
        let mut store = Store::open(&place(database.url())).await.unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&seen);
        store.watch_reads(move |sql| keep.lock().unwrap().push(sql.to_owned()));
        for case in cases() {
            seen.lock().unwrap().clear();
            let columns = case.columns();
            let page = store.page(&case.query(&columns)).await.unwrap();
            let statements = seen.lock().unwrap().clone();
            // SQLite has the epoch in each row; where there is none it is looked for.
            let mut expected = vec![Store::page_sql(store.dialect(), &case.query(&columns)).unwrap()];
            if store.dialect() == Dialect::Sqlite && page.rows.is_empty() {
                expected.push("SELECT rules, fence FROM epoch WHERE id = 1".to_owned());
            }
            assert_eq!(statements, expected, "{}", case.name);
            if case.name == "referrals_whole" {
                assert!(page.rows.len() > 5, "{} rows", page.rows.len());
                assert!(page.rows.iter().all(|row| row.values.len() == REFERRAL_COLUMNS.len() && row.held[3].is_some()));
            }
        }
        // The count counts: two reads are two.
        seen.lock().unwrap().clear();
        store.organizations().await.unwrap();
        store.agreements().await.unwrap();
        assert_eq!(seen.lock().unwrap().len(), 3);
    }

    async fn every_page_follows_its_cursor_to_the_end(database: Database) {
        fill(&Raw::open(&database).await).await;
        let store = Store::open(&place(database.url())).await.unwrap();
        for rows in Rows::ALL {
            if rows == Rows::Organizations || rows == Rows::Consents {
                continue;
            }
            let read = async |limit, after| {
                let scope = Scope { limit, after, ..scope() };
                let page = store.page(&PageQuery { rows, columns: &[], sealed: &[], scope }).await.unwrap();
                (page.rows.iter().map(|row| row.record.uuid()).collect::<Vec<_>>(), page.has_next)
            };
            let (whole, more) = read(50, None).await;
            assert!(whole.len() >= 2 && !more, "{rows:?}: {} rows", whole.len());
            let (mut walked, mut after) = (Vec::new(), None);
            loop {
                let (next, more) = read(1, after).await;
                after = next.last().copied();
                walked.extend(next);
                if !more {
                    break;
                }
                assert!(walked.len() <= whole.len(), "{rows:?}: the cursor does not move on");
            }
            assert_eq!(walked, whole, "{rows:?}");
        }
    }

    async fn a_column_that_is_not_there_is_a_fault(database: Database) {
        let store = Store::open(&place(database.url())).await.unwrap();
        let columns = ["data_key".to_owned()];
        let query = PageQuery { rows: Rows::Subjects, columns: &columns, sealed: &[], scope: scope() };
        let fault = store.page(&query).await.err().unwrap();
        assert!(matches!(fault, sangam_store::StoreFault::NoColumn { .. }), "{fault:?}");
    }
}
