//! The order of events. A watcher goes by an event's number and never looks back, so a number that is visible must
//! mean that every smaller one that will ever be visible already is. SQLite has one writer at a time and gives
//! that. PostgreSQL draws the number when the row is written and shows the row at the commit, so two processes
//! could show them the other way round; there the changes of all processes pass one row, one batch after another.
//!
//! The same row is why a rule may be read and then written by without a lock of its own: that nothing of the kind is open
//! yet, that there is room for one more, that a decision still stands, that two administrators are left. No other process
//! changes anything between the read and the commit, and what was committed before the turn came is seen, because each
//! statement reads what is committed (`connect.rs`). `tests/store/races.rs` races each kind of rule over two processes.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use crate::connect::Store;
use crate::dialect::Dialect;

/// Waits until this transaction is the only one of all processes that may write events, and stays so to its end.
/// To be called before the first change of a batch: whoever takes this lock first and all others later meets no
/// deadlock with its like. Receipts alone need no turn.
///
/// # Errors
/// When another process keeps its turn longer than the store's lock time-out; nothing was changed then.
pub(crate) async fn in_commit_order(store: &Store, tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if store.dialect() == Dialect::Postgres {
        tx.query_one_raw(store.statement("SELECT id FROM epoch WHERE id = 1 FOR UPDATE", vec![])).await?;
    }
    Ok(())
}
