//! A second way to the database, beside the store: how a test looks, and how whoever holds the database could
//! change what is in it.

use sangam_kit::database::{Database, Template};
use sangam_store::{Place, Store};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement, Value};

/// The migrated schema, as a template of the kit.
pub(crate) fn migrated() -> Template {
    Template::new("store", |url| async move { Store::migrate(&place(&url)).await })
}

/// A place from an address of the kit.
pub(crate) fn place(url: &str) -> Place {
    match url.strip_prefix("sqlite://") {
        Some(file) => Place::Sqlite(file.trim_end_matches("?mode=rwc").into()),
        None => Place::Postgres(url.into()),
    }
}

/// The numbers from 1 on, as the table `n` with the column `i`.
pub(crate) fn series(to: i64) -> String {
    format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {to})")
}

/// A connection of the test's own.
pub(crate) struct Raw(pub(crate) DatabaseConnection);

impl Raw {
    pub(crate) async fn open(database: &Database) -> Self {
        Self::at(database.url()).await
    }

    pub(crate) async fn at(url: &str) -> Self {
        let mut options = ConnectOptions::new(url.to_owned());
        // One connection, so that a transaction begun by hand stays on it.
        options.max_connections(1).min_connections(1).sqlx_logging(false);
        Self(Box::pin(sea_orm::Database::connect(options)).await.unwrap())
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.0.get_database_backend() == DbBackend::Sqlite
    }

    /// An id of sixteen characters, so that both databases make it in SQL: of a kind, and a number that is an expression.
    pub(crate) fn id(&self, kind: char, number: &str) -> String {
        if self.is_sqlite() {
            format!("CAST(printf('{kind}%015d', {number}) AS BLOB)")
        } else {
            format!("convert_to('{kind}' || lpad(({number})::text, 15, '0'), 'UTF8')")
        }
    }

    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.0.get_database_backend(), sql, values)
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn run(&self, sql: &str, values: Vec<Value>) -> u64 {
        self.0.execute_raw(self.statement(sql, values)).await.unwrap().rows_affected()
    }

    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Vec<QueryResult> {
        self.0.query_all_raw(self.statement(sql, values)).await.unwrap()
    }

    /// The one number a query yields.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.rows(sql, vec![]).await[0].try_get_by_index(0).unwrap()
    }

    /// The bytes a query yields.
    pub(crate) async fn bytes(&self, sql: &str) -> Vec<u8> {
        self.rows(sql, vec![]).await[0].try_get_by_index(0).unwrap()
    }

    /// Every row of every table that a change could touch, counted: what must not move when nothing was done.
    pub(crate) async fn counts(&self) -> Vec<i64> {
        let mut counts = Vec::new();
        for table in ["referral", "standing", "event", "idempotency", "journal_entry", "consent", "held", "subject"] {
            counts.push(self.number(&format!("SELECT count(*) FROM {table}")).await);
        }
        counts
    }
}
