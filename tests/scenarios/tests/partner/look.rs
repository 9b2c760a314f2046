//! A second way to the database: everything that lies in it, as text, for what must not be there.

use sangam_kit::database::{Database, Template};
use sangam_store::{Place, Store};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement};

/// The migrated schema, as a template of the kit.
pub(crate) fn migrated() -> Template {
    Template::new("store", |url| async move { Store::migrate(&place(&url)).await })
}

/// A place from an address of the kit.
pub(crate) fn place(url: &str) -> Place {
    match url.strip_prefix("sqlite://") {
        Some(file) => Place::Sqlite(file.trim_end_matches("?mode=rwc").into()),
        None => Place::Postgres(url.to_owned()),
    }
}

/// A connection of the test's own.
pub(crate) struct Look(DatabaseConnection);

impl Look {
    pub(crate) async fn open(database: &Database) -> Self {
        let mut options = ConnectOptions::new(database.url().to_owned());
        options.max_connections(1).min_connections(1).sqlx_logging(false);
        Self(sea_orm::Database::connect(options).await.unwrap())
    }

    fn statement(&self, sql: &str) -> Statement {
        Statement::from_string(self.0.get_database_backend(), sql)
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.0.execute_raw(self.statement(sql)).await.unwrap();
    }

    /// The first column of a query's rows, each a text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.0.query_all_raw(self.statement(sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.0.query_one_raw(self.statement(sql)).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    /// Every row of one table as text, bytes as hexadecimal digits.
    pub(crate) async fn table(&self, table: &str) -> String {
        if self.0.get_database_backend() != sea_orm::DbBackend::Sqlite {
            return self.texts(&format!("SELECT t::text FROM \"{table}\" t")).await.join("\n").to_lowercase();
        }
        let columns = self.texts(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let quoted: Vec<_> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        self.texts(&format!("SELECT {} FROM \"{table}\"", quoted.join(" || ',' || "))).await.join("\n").to_lowercase()
    }

    /// Everything in the database.
    pub(crate) async fn everything(&self) -> String {
        let tables = if self.0.get_database_backend() == sea_orm::DbBackend::Sqlite {
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        } else {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
        };
        let mut all = String::new();
        for table in self.texts(tables).await {
            all.push_str(&self.table(&table).await);
            all.push('\n');
        }
        all
    }
}

/// Whether a value lies in what was looked at, as text or as its bytes.
pub(crate) fn holds(all: &str, value: &str) -> bool {
    use std::fmt::Write;
    let digits = value.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    });
    all.contains(&value.to_lowercase()) || all.contains(&digits)
}

/// Whether a value lies in any file of a SQLite database; its write-ahead log is one of them.
pub(crate) fn files_hold(database: &Database, value: &str) -> bool {
    let Database::Sqlite(sqlite) = database else { return false };
    std::fs::read_dir(sqlite.folder()).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(value.len()).any(|window| window == value.as_bytes())
    })
}
