//! What the readers promise the runtime: a long read, a lock and a caller that has gone hold no thread of it.

use std::thread::{ThreadId, current};
use std::time::Duration;

use rusqlite::Connection;
use sangam_kit::folder::Folder;

use super::{BUSY, READERS_SQLITE, ReadFault, Readers, Session};
use crate::fault::StoreFault;

const SHORT: &str = "SELECT v FROM t";
/// Some millions of steps.
const LONG: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT sum(i) FROM n";
const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i % 2) FROM n";

/// A file with one number, and a connection that may write it.
fn file(mode: &str) -> (Folder, Connection) {
    let folder = Folder::new("readers");
    let writing = Connection::open(folder.join("t.db")).unwrap();
    writing
        .execute_batch(&format!(
            "PRAGMA journal_mode = {mode}; CREATE TABLE t (v INTEGER) STRICT; INSERT INTO t VALUES (1);"
        ))
        .unwrap();
    (folder, writing)
}

async fn open(folder: &Folder) -> Readers {
    Readers::open(&folder.join("t.db")).await.unwrap()
}

fn number(session: &Session<'_>) -> Result<(i64, ThreadId), ReadFault> {
    Ok((session.one(SHORT)?, current().id()))
}

#[tokio::test]
async fn a_short_read_stays_on_its_thread_and_a_long_one_leaves_it() {
    let (folder, _writing) = file("WAL");
    let readers = open(&folder).await;
    assert_eq!(readers.read(number).await.unwrap(), (1, current().id()));
    let long =
        tokio::spawn(async move { readers.read(|session| Ok((session.one::<i64>(LONG)?, current().id()))).await });
    let mut turns = 0;
    while !long.is_finished() {
        tokio::task::yield_now().await;
        turns += 1;
    }
    let (sum, thread) = long.await.unwrap().unwrap();
    assert_eq!(sum, 500_000_500_000);
    assert_ne!(thread, current().id());
    assert!(turns > 10, "the runtime had {turns} turns meanwhile");
}

#[tokio::test]
async fn a_read_that_nobody_waits_for_ends() {
    let (folder, _writing) = file("WAL");
    let readers = open(&folder).await;
    for _ in 0..=READERS_SQLITE {
        let endless = readers.read(|session| session.one::<i64>(ENDLESS));
        assert!(tokio::time::timeout(Duration::from_millis(50), endless).await.is_err());
    }
    assert_eq!(readers.read(number).await.unwrap().0, 1);
}

#[tokio::test]
async fn a_lock_is_waited_for_by_the_runtime() {
    // Without a write-ahead log whoever writes locks readers out, as the recovery of a log does.
    let (folder, writing) = file("DELETE");
    let readers = open(&folder).await;
    writing.execute_batch("BEGIN EXCLUSIVE; UPDATE t SET v = 2").unwrap();
    let (read, ()) = tokio::join!(readers.read(number), async {
        // On this very thread, which a wait inside SQLite would hold.
        tokio::time::sleep(Duration::from_millis(50)).await;
        writing.execute_batch("COMMIT").unwrap();
    });
    assert_eq!(read.unwrap().0, 2);
    writing.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let began = std::time::Instant::now();
    let fault = readers.read(number).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Database(_)), "{fault:?}");
    assert!(began.elapsed() >= BUSY && began.elapsed() < 2 * BUSY, "{:?}", began.elapsed());
}

#[tokio::test]
async fn what_reads_cannot_write() {
    let (folder, writing) = file("WAL");
    let readers = open(&folder).await;
    let none: &[i64] = &[];
    let fault = readers.read(move |session| session.each("UPDATE t SET v = 3", none, |_| Ok(()))).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Database(_)), "{fault:?}");
    assert_eq!(writing.query_row(SHORT, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}

#[tokio::test]
async fn a_connection_left_in_a_transaction_is_not_read_with() {
    let (folder, writing) = file("WAL");
    let readers = open(&folder).await;
    let none: &[i64] = &[];
    for _ in 0..READERS_SQLITE {
        // A read that forgets to end what it began; the next look would show this state for ever.
        let forgets = move |session: &Session<'_>| {
            session.each("BEGIN", none, |_| Ok(()))?;
            number(session)
        };
        let _ = readers.read(forgets).await;
    }
    writing.execute_batch("UPDATE t SET v = 4").unwrap();
    let fault = readers.read(number).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Database(_)), "{fault:?}");
}

#[tokio::test]
async fn what_is_no_database_is_a_fault_without_its_path() {
    let folder = Folder::new("readers");
    let missing = Readers::open(&folder.join("t.db")).await.err().unwrap();
    assert!(!folder.join("t.db").exists(), "a reader made a file");
    std::fs::write(folder.join("t.db"), "an invented text that is longer than the head of a database file".repeat(20))
        .unwrap();
    let other = Readers::open(&folder.join("t.db")).await.err().unwrap();
    for fault in [missing, other] {
        assert!(matches!(fault, StoreFault::Database(_)), "{fault:?}");
        assert!(!format!("{fault} {fault:?}").contains(folder.path().to_str().unwrap()), "{fault:?}");
    }
}
