//! Opening a store: pools, settings, the check that the schema is the binary's.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;
use secrecy::{ExposeSecret, SecretString};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

use crate::dialect::Dialect;
use crate::fault::StoreFault;
use crate::schema::Migrator;
use crate::sqlite::Readers;

/// How long a reader or the writer waits for a connection before it says it is too busy.
pub(crate) const ACQUIRE: Duration = Duration::from_secs(5);
/// How long a statement waits for another process's lock.
pub(crate) const BUSY: Duration = Duration::from_secs(5);
/// Readers: two cores gain nothing from more on SQLite; PostgreSQL's round trips do.
pub(crate) const READERS_SQLITE: u32 = 2;
const READERS_POSTGRES: u32 = 8;
/// How many rows sqlx may run ahead of the reader.
const ROW_BUFFER: usize = 50;

/// Where a store is. A URL of PostgreSQL holds a password: it is overwritten when dropped, and `Debug` does not show it.
#[derive(Debug, Clone)]
pub enum Place {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL.
    Postgres(SecretString),
}

/// What is called after a read, with its statement.
pub(crate) type Watch = Arc<dyn Fn(&str) + Send + Sync>;

/// An open store: one connection that writes, some that read.
#[derive(Clone)]
pub struct Store {
    pub(crate) dialect: Dialect,
    /// SQLite's, for the hot path. They are closed before the others, so that the last connection is one that
    /// writes and takes the log with it.
    pub(crate) direct: Option<Readers>,
    pub(crate) writing: DatabaseConnection,
    pub(crate) reading: DatabaseConnection,
    readers: u32,
}

impl Store {
    /// Brings the schema of a place up to the binary's. Safe to repeat.
    ///
    /// # Errors
    /// [`StoreFault`] when the place cannot be opened or a migration fails; a failed migration is rolled back.
    pub async fn migrate(place: &Place) -> Result<(), StoreFault> {
        let connection = connect(place, 1, false).await?;
        Migrator::up(&connection, None).await?;
        connection.close().await?;
        Ok(())
    }

    /// Opens a store whose schema is the binary's.
    ///
    /// # Errors
    /// [`StoreFault::Behind`] when migrations are missing; [`StoreFault::Database`] when it does not answer.
    pub async fn open(place: &Place) -> Result<Self, StoreFault> {
        let dialect = match place {
            Place::Sqlite(_) => Dialect::Sqlite,
            Place::Postgres(_) => Dialect::Postgres,
        };
        if let Place::Sqlite(file) = place
            && !file.exists()
        {
            return Err(StoreFault::Missing);
        }
        let writing = connect(place, 1, false).await?;
        let pending = Migrator::get_pending_migrations(&writing).await?.len();
        if pending > 0 {
            return Err(StoreFault::Behind { pending });
        }
        let readers = if dialect == Dialect::Sqlite { READERS_SQLITE } else { READERS_POSTGRES };
        let reading = connect(place, readers, true).await?;
        let direct = match place {
            Place::Sqlite(file) => Some(Readers::open(file).await?),
            Place::Postgres(_) => None,
        };
        Ok(Self { dialect, direct, writing, reading, readers })
    }

    /// Which SQL the store speaks.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether the store answers. A connection that broke while nobody used it is found out and thrown away by the
    /// next use; so it is asked once more than there can be such connections.
    pub async fn answers(&self) -> bool {
        for _ in 0..=self.readers {
            if self.reading.execute_unprepared("SELECT fence FROM epoch WHERE id = 1").await.is_ok() {
                return true;
            }
        }
        false
    }

    /// Calls back with the text of every statement that this handle and its later clones read with, after it
    /// ran; the text holds places for values and no value. A test counts with it what a page costs.
    pub fn watch_reads(&mut self, callback: impl Fn(&str) + Send + Sync + 'static) {
        let watch: Watch = Arc::new(callback);
        if let Some(readers) = &mut self.direct {
            readers.watch(Arc::clone(&watch));
        }
        self.reading.set_metric_callback(move |info| watch(&info.statement.sql));
    }

    pub(crate) fn statement(&self, sql: &str, values: Vec<sea_orm::Value>) -> Statement {
        Statement::from_sql_and_values(self.dialect.backend(), sql, values)
    }
}

/// Whatever the server is set to: a change that had to wait for its turn (`order.rs`) must see what was committed
/// meanwhile, and a transaction with one snapshot from its beginning does not.
const READ_COMMITTED: &str = "read committed";

async fn connect(place: &Place, connections: u32, read_only: bool) -> Result<DatabaseConnection, StoreFault> {
    let url = match place {
        Place::Sqlite(file) => {
            let text = file.to_str().ok_or(StoreFault::Folder { what: "its name is not UTF-8" })?;
            format!("sqlite://{text}?mode=rwc")
        }
        Place::Postgres(url) => url.expose_secret().to_owned(),
    };
    // The address is decoded on its way; the file is the one that is named.
    let file = if let Place::Sqlite(file) = place { Some(file.clone()) } else { None };
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .sqlx_logging(false);
    options.map_sqlx_sqlite_opts(move |o| {
        let o = file.iter().fold(o, |o, file| o.filename(file));
        let o = o
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .row_buffer_size(ROW_BUFFER)
            .optimize_on_close(true, None);
        if read_only { o.pragma("query_only", "ON") } else { o }
    });
    options.map_sqlx_postgres_opts(|o| {
        o.options([
            ("lock_timeout", format!("{}ms", BUSY.as_millis())),
            ("default_transaction_isolation", READ_COMMITTED.to_owned()),
        ])
    });
    Ok(Box::pin(Database::connect(options)).await?)
}
