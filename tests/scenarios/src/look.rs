//! A second way to the database: everything that lies in it, as text, for what must not be there.

use sangam_kit::database::{Database, Template};
use sangam_store::{Place, Store};
use sangam_vocabulary::RecordId;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement, TryGetable, Value};
use uuid::Uuid;

/// The migrated schema, as a template of the kit.
#[must_use]
pub fn migrated() -> Template {
    Template::new("store", |url| async move { Store::migrate(&place(&url)).await })
}

/// A place from an address of the kit.
#[must_use]
pub fn place(url: &str) -> Place {
    match url.strip_prefix("sqlite://") {
        Some(file) => Place::Sqlite(file.trim_end_matches("?mode=rwc").into()),
        None => Place::Postgres(url.into()),
    }
}

/// A connection of the test's own.
pub struct Look(DatabaseConnection);

impl Look {
    /// Opens a database of the kit.
    pub async fn open(database: &Database) -> Self {
        Self::at(database.url().to_owned()).await
    }

    /// Opens the database at an address.
    pub async fn at(url: String) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).min_connections(1).sqlx_logging(false);
        Self(Box::pin(sea_orm::Database::connect(options)).await.unwrap())
    }

    fn statement(&self, sql: &str) -> Statement {
        Statement::from_string(self.0.get_database_backend(), sql)
    }

    /// Runs a statement.
    pub async fn run(&self, sql: &str) {
        self.0.execute_raw(self.statement(sql)).await.unwrap();
    }

    /// Whether the database takes a statement with its values.
    pub async fn takes(&self, sql: &str, values: Vec<Value>) -> bool {
        let statement = Statement::from_sql_and_values(self.0.get_database_backend(), sql, values);
        self.0.execute_raw(statement).await.is_ok()
    }

    /// The first column of a query's rows.
    pub async fn column<T: TryGetable>(&self, sql: &str) -> Vec<T> {
        let rows = self.0.query_all_raw(self.statement(sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// The first column of a query's rows, each a text.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        self.column(sql).await
    }

    /// The first column of a query's first row.
    pub async fn number(&self, sql: &str) -> i64 {
        self.column(sql).await.into_iter().next().unwrap()
    }

    /// Whether it is a SQLite file.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.0.get_database_backend() == DbBackend::Sqlite
    }

    /// How the bytes of an id are written in the database's SQL.
    #[must_use]
    pub fn bytes(&self, id: Uuid) -> String {
        let digits = id.simple();
        if self.is_sqlite() { format!("x'{digits}'") } else { format!("'\\x{digits}'::bytea") }
    }

    /// The referral that was written last.
    pub async fn newest_referral(&self) -> RecordId {
        let ids = self.column::<Vec<u8>>("SELECT id FROM referral ORDER BY id DESC LIMIT 1").await;
        RecordId::from_uuid(Uuid::from_slice(ids.first().unwrap()).unwrap())
    }

    /// Makes every sealed detail of an entry unreadable: subjects and commitments stay, the last byte of each detail is
    /// another.
    pub async fn spoil_details(&self, receipt: &str) {
        let (as_text, literal) = if self.is_sqlite() {
            ("hex(parts)", (|digits: &str| format!("X'{digits}'")) as fn(&str) -> String)
        } else {
            ("encode(parts, 'hex')", (|digits: &str| format!("decode('{digits}', 'hex')")) as fn(&str) -> String)
        };
        let entry = literal(receipt);
        let digits = self.texts(&format!("SELECT {as_text} FROM journal_entry WHERE entry = {entry}")).await;
        let digits = digits.first().unwrap();
        let mut parts: Vec<u8> =
            (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect();
        // A part is its subject (16 bytes), its commitment (32), the length of its detail (4) and the detail.
        let mut at = 0;
        while at < parts.len() {
            let length = u32::from_be_bytes(parts[at + 48..at + 52].try_into().unwrap());
            at += 52 + usize::try_from(length).unwrap();
            parts[at - 1] ^= 1;
        }
        let spoiled = parts.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        self.run(&format!("UPDATE journal_entry SET parts = {} WHERE entry = {entry}", literal(&spoiled))).await;
    }

    /// Every row of one table as text, bytes as hexadecimal digits.
    pub async fn table(&self, table: &str) -> String {
        if !self.is_sqlite() {
            return self.texts(&format!("SELECT t::text FROM \"{table}\" t")).await.join("\n").to_lowercase();
        }
        let columns = self.texts(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let quoted: Vec<_> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        self.texts(&format!("SELECT {} FROM \"{table}\"", quoted.join(" || ',' || "))).await.join("\n").to_lowercase()
    }

    /// Everything in the database.
    pub async fn everything(&self) -> String {
        let tables = if self.is_sqlite() {
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
#[must_use]
pub fn holds(all: &str, value: &str) -> bool {
    use std::fmt::Write;
    let digits = value.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    });
    all.contains(&value.to_lowercase()) || all.contains(&digits)
}

/// Whether a value lies in any file of a SQLite database; its write-ahead log is one of them.
#[must_use]
pub fn files_hold(database: &Database, value: &str) -> bool {
    let Database::Sqlite(sqlite) = database else { return false };
    std::fs::read_dir(sqlite.folder()).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(value.len()).any(|window| window == value.as_bytes())
    })
}
