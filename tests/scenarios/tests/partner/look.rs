//! A second way to the database: everything that lies in it, as text, for what must not be there.

use sangam_kit::database::{Database, Template};
use sangam_store::{Place, Store};
use sangam_vocabulary::RecordId;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement};

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

    /// The referral that was written last.
    pub(crate) async fn newest_referral(&self) -> RecordId {
        let row =
            self.0.query_one_raw(self.statement("SELECT id FROM referral ORDER BY id DESC LIMIT 1")).await.unwrap();
        let id: Vec<u8> = row.unwrap().try_get_by_index(0).unwrap();
        RecordId::from_uuid(uuid::Uuid::from_slice(&id).unwrap())
    }

    /// Makes every sealed detail of an entry unreadable: subjects and commitments stay, the last byte of each detail is
    /// another.
    pub(crate) async fn spoil_details(&self, receipt: &str) {
        let sqlite = self.0.get_database_backend() == sea_orm::DbBackend::Sqlite;
        let (as_text, literal) = if sqlite {
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
