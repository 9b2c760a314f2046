//! Readers of a SQLite file of our own, for the two reads that every answer makes: its page, and the fence after
//! it. They take neither the hop to a driver's thread nor the way through a pool, and keep their statements.
//!
//! A read runs on the thread that asks, because most end within a quarter of a millisecond. Two things keep the
//! runtime's threads free all the same. SQLite itself waits for nobody's lock: a reader of a write-ahead log waits
//! for no writer, and where there is a lock to wait for (another process recovers the log), the waiting is the
//! runtime's. And a read that takes more than [`BRIEF`] is broken off and begun again on a thread for blocking
//! work. What remains is the disk: a page of the file that is not in memory is waited for on the thread.
//!
//! Whoever drops a read that waits for its turn, or for a lock, has taken nothing; one on a thread for blocking work
//! ends within a [`STRIDE`], and its connection is free again.
//!
//! It knows SQL and rows, and nothing of what they say. Everything else is read and written through sea-orm. Read
//! `page/direct.rs` next.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::types::{FromSql, ToSql};
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, Transaction};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant as Moment;

use crate::connect::{ACQUIRE, BUSY, READERS_SQLITE, Watch};
use crate::fault::StoreFault;

/// How many statements a connection keeps, about 20 KiB each: the clients of a hub ask some tens of different pages.
const STATEMENTS: usize = 64;
/// How many steps of SQLite's machine lie between two looks at whether a read may go on: some 30 microseconds.
const STRIDE: i32 = 1_000;
/// How many strides a read may take on the thread that asks. A full page takes six, these are some two
/// milliseconds; more is a search through thousands of rows that are not shown.
const BRIEF: u32 = 64;
/// How long a read waits before it looks again whether another process has let go of its lock.
const AGAIN: Duration = Duration::from_millis(10);

/// What ends a read.
#[derive(Debug)]
pub(crate) enum ReadFault {
    /// SQLite.
    Sqlite(rusqlite::Error),
    /// What was read, because it is not what it should be.
    Store(StoreFault),
}

impl From<rusqlite::Error> for ReadFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreFault> for ReadFault {
    fn from(fault: StoreFault) -> Self {
        Self::Store(fault)
    }
}

impl From<ReadFault> for StoreFault {
    fn from(fault: ReadFault) -> Self {
        match fault {
            ReadFault::Sqlite(error) => Self::Database(DbErr::Query(said(&error))),
            ReadFault::Store(fault) => fault,
        }
    }
}

impl ReadFault {
    fn is(&self, code: ErrorCode) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(code))
    }
}

/// SQLite's code and what it means, for the log. Words that came with it may hold a path or a statement, and go no
/// further.
fn said(error: &rusqlite::Error) -> RuntimeErr {
    RuntimeErr::Internal(match error.sqlite_error() {
        Some(code) => code.to_string(),
        None => "SQLite's binding refused".to_owned(),
    })
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // The schema is read here and not by the first page.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.busy_timeout(Duration::ZERO)?;
    Ok(connection)
}

/// Runs on a thread that may wait.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreFault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| StoreFault::Database(DbErr::Custom("a read ended without an answer".to_owned())))
}

/// Tells a read on another thread that nobody waits for it any more.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A connection in the hands of one read; goes back when dropped.
struct Lent {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    watch: Option<Watch>,
    _turn: OwnedSemaphorePermit,
}

impl Lent {
    /// Reads until `enough` says so, which is asked at every stride.
    fn run<T>(
        &self,
        enough: impl FnMut() -> bool + Send + 'static,
        read: &impl Fn(&Session<'_>) -> Result<T, ReadFault>,
    ) -> Result<T, ReadFault> {
        let closed = StoreFault::Database(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed));
        let connection = self.connection.as_ref().ok_or(closed)?;
        // In a transaction that was left open everything would stay as it was on its day, the fence too.
        if !connection.is_autocommit() {
            return Err(StoreFault::Database(DbErr::Custom("a reader was left in a transaction".to_owned())).into());
        }
        connection.progress_handler(STRIDE, Some(enough))?;
        read(&Session { connection, watch: self.watch.as_ref() })
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        idle(&self.idle).extend(self.connection.take());
    }
}

/// Held only to put in or take out, so that nobody waits for it; what it guards is whole at every instant.
fn idle(connections: &Mutex<Vec<Connection>>) -> MutexGuard<'_, Vec<Connection>> {
    connections.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The readers of one file.
#[derive(Clone)]
pub(crate) struct Readers {
    turns: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
    watch: Option<Watch>,
}

impl Readers {
    /// Opens the readers of a file that is there.
    ///
    /// # Errors
    /// [`StoreFault::Database`] when it cannot be opened or read.
    pub(crate) async fn open(file: &Path) -> Result<Self, StoreFault> {
        let file = file.to_owned();
        let connections = blocking(move || (0..READERS_SQLITE).map(|_| open(&file)).collect::<Result<Vec<_>, _>>())
            .await?
            .map_err(|error| StoreFault::Database(DbErr::Conn(said(&error))))?;
        let turns = Arc::new(Semaphore::new(connections.len()));
        Ok(Self { turns, idle: Arc::new(Mutex::new(connections)), watch: None })
    }

    /// Calls back after every statement that this handle and its later clones read with.
    pub(crate) fn watch(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// Reads with one connection. `read` is called again when it has to begin anew; its last answer counts.
    ///
    /// # Errors
    /// What `read` says; [`StoreFault::Database`] when no connection is free in time, or another process holds a
    /// lock for longer than the store waits.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl Fn(&Session<'_>) -> Result<T, ReadFault> + Send + Sync + 'static,
    ) -> Result<T, StoreFault> {
        let read = Arc::new(read);
        let began = Moment::now();
        loop {
            let lent = self.lend().await?;
            let mut strides = BRIEF;
            let brief = move || {
                strides = strides.saturating_sub(1);
                strides == 0
            };
            let mut outcome = lent.run(brief, &*read);
            if outcome.as_ref().is_err_and(|fault| fault.is(ErrorCode::OperationInterrupted)) {
                let waiting = Waiting(Arc::default());
                let (read, gone) = (Arc::clone(&read), Arc::clone(&waiting.0));
                outcome = blocking(move || lent.run(move || gone.load(Ordering::Relaxed), &*read)).await?;
            } else {
                drop(lent);
            }
            match outcome {
                Err(fault) if fault.is(ErrorCode::DatabaseBusy) && began.elapsed() < BUSY => {
                    tokio::time::sleep(AGAIN).await;
                }
                outcome => return Ok(outcome?),
            }
        }
    }

    async fn lend(&self) -> Result<Lent, StoreFault> {
        let turns = Arc::clone(&self.turns);
        let turn = match turns.try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => tokio::time::timeout(ACQUIRE, Arc::clone(&self.turns).acquire_owned())
                .await
                .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?
                .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?,
        };
        // As many turns as connections: with a turn there is one.
        let connection = idle(&self.idle).pop();
        Ok(Lent { connection, idle: Arc::clone(&self.idle), watch: self.watch.clone(), _turn: turn })
    }
}

/// What a read may ask of its connection.
pub(crate) struct Session<'c> {
    connection: &'c Connection,
    watch: Option<&'c Watch>,
}

impl Session<'_> {
    /// Everything read before it is dropped is of one state.
    pub(crate) fn snapshot(&self) -> Result<Transaction<'_>, ReadFault> {
        Ok(self.connection.unchecked_transaction()?)
    }

    /// The one value of a statement without places.
    pub(crate) fn one<T: FromSql>(&self, text: &str) -> Result<T, ReadFault> {
        let mut found = None;
        self.each(text, &[] as &[i64], |row| {
            found = Some(row.get(0)?);
            Ok(())
        })?;
        Ok(found.ok_or(StoreFault::Unreadable { column: "nothing" })?)
    }

    /// Runs a statement whose places are `$1`, `$2` and so on, and gives each row to `take`.
    pub(crate) fn each(
        &self,
        text: &str,
        values: &[impl ToSql],
        mut take: impl FnMut(&Row<'_>) -> Result<(), ReadFault>,
    ) -> Result<(), ReadFault> {
        let mut statement = self.connection.prepare_cached(text)?;
        for place in 1..=statement.parameter_count() {
            // SQLite numbers the places as they come in the text.
            let number = statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
            let value = number.and_then(|number| values.get(number.checked_sub(1)?));
            statement.raw_bind_parameter(place, value.ok_or(StoreFault::Unreadable { column: "parameter" })?)?;
        }
        let mut rows = statement.raw_query();
        let outcome = loop {
            match rows.next() {
                Ok(Some(row)) => take(row)?,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.into()),
            }
        };
        if let Some(watch) = self.watch {
            watch(text);
        }
        outcome
    }
}

#[cfg(test)]
mod tests;
