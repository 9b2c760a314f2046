//! Lists by subject: in which entries of a chain a subject occurs. They are written stretch by stretch, after the
//! entries: a subject that is read all day takes one row a stretch and not one a reading. What no list covers yet is
//! looked through, so a list is never missed, only slower. Lists say nothing that the entries do not say, and
//! `journal verify` holds them against the entries.

use std::collections::BTreeMap;

use sangam_vocabulary::Instant;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait, Value,
};
use uuid::Uuid;

use super::{parts, uuid};
use crate::connect::Store;
use crate::fault::StoreFault;

/// How many entries a chain may have beyond its lists. A reader looks through as many of each running process: of
/// pages of fifty that is about four megabytes, which the database reads in milliseconds.
pub(super) const STRETCH: i64 = 250;

/// How many lists are written by one statement: databases bound the number of values.
const ROWS: usize = 500;

/// An entry as a list names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) seq: i64,
    pub(super) at: Instant,
}

/// Adds an entry to a list: place and instant, each 8 bytes, big-endian.
pub(super) fn add(list: &mut Vec<u8>, entry: Listed) {
    list.extend_from_slice(&entry.seq.to_be_bytes());
    list.extend_from_slice(&entry.at.millis().to_be_bytes());
}

/// The entries of a list; what is left over at its end is none.
pub(super) fn entries(list: &[u8]) -> impl Iterator<Item = Listed> {
    let (pairs, _) = list.as_chunks::<16>();
    pairs.iter().filter_map(|pair| {
        let (seq, at) = pair.split_first_chunk::<8>()?;
        let at = <[u8; 8]>::try_from(at).ok()?;
        Some(Listed { seq: i64::from_be_bytes(*seq), at: Instant::from_millis(i64::from_be_bytes(at)) })
    })
}

/// Lists what a chain has beyond its lists, and says how far they go then.
pub(super) async fn extend(store: &Store, tx: &DatabaseTransaction, process: Uuid) -> Result<i64, DbErr> {
    let process = process.as_bytes().to_vec();
    let hold = store.dialect.hold_rows();
    let row = tx
        .query_one_raw(store.statement(
            &format!("SELECT listed FROM journal_process WHERE process = $1{hold}"),
            vec![process.clone().into()],
        ))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the chain is not registered".to_owned()))?;
    let mut listed: i64 = row.try_get("", "listed")?;
    loop {
        let rows = tx
            .query_all_raw(store.statement(
                "SELECT seq, at, parts FROM journal_entry WHERE process = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                vec![process.clone().into(), listed.into(), STRETCH.into()],
            ))
            .await?;
        let mut lists = BTreeMap::<Uuid, Vec<u8>>::new();
        for row in &rows {
            let entry = Listed { seq: row.try_get("", "seq")?, at: Instant::from_millis(row.try_get("", "at")?) };
            listed = entry.seq;
            // Parts that do not read were changed by somebody: that is for a verification to say, and must not hold
            // up the journal.
            let parts = parts::read(&row.try_get::<Vec<u8>>("", "parts")?).unwrap_or_default();
            let subjects: std::collections::BTreeSet<_> = parts.iter().map(|part| part.subject.uuid()).collect();
            for subject in subjects {
                add(lists.entry(subject).or_default(), entry);
            }
        }
        for lists in lists.into_iter().collect::<Vec<_>>().chunks(ROWS) {
            let mut sql = String::from("INSERT INTO journal_list (process, upto, subject, places) VALUES ");
            let mut values: Vec<Value> = vec![process.clone().into(), listed.into()];
            for (number, (subject, list)) in lists.iter().enumerate() {
                let (comma, n) = (if number == 0 { "" } else { "," }, values.len());
                sql.push_str(&format!("{comma}($1, $2, ${}, ${})", n + 1, n + 2));
                values.push(subject.as_bytes().to_vec().into());
                values.push(list.clone().into());
            }
            // What stands there already says nothing that the entries do not say.
            sql.push_str(" ON CONFLICT (process, upto, subject) DO UPDATE SET places = excluded.places");
            tx.execute_raw(store.statement(&sql, values)).await?;
        }
        let full = i64::try_from(rows.len()).is_ok_and(|rows| rows == STRETCH);
        if !full {
            break;
        }
    }
    tx.execute_raw(
        store.statement(
            "UPDATE journal_process SET listed = $2 WHERE process = $1",
            vec![process.into(), listed.into()],
        ),
    )
    .await?;
    Ok(listed)
}

/// Lists what chains have beyond their lists, those of processes that ended without a word among them.
///
/// # Errors
/// [`StoreFault`]; what was not listed is looked through by whoever asks, as before.
pub(super) async fn extend_all(store: &Store) -> Result<(), StoreFault> {
    let behind = store
        .writing
        .query_all_raw(store.statement(
            "SELECT p.process FROM journal_process p WHERE EXISTS (SELECT 1 FROM journal_entry e WHERE e.process = p.process AND e.seq > p.listed)",
            vec![],
        ))
        .await?;
    for row in &behind {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = store.writing.begin_with_options(options).await?;
        extend(store, &tx, uuid(row, "process")?).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_listed() {
        let places = [(1, 0), (i64::MAX, i64::MIN), (7, 1_795_507_200_000)]
            .map(|(seq, at)| Listed { seq, at: Instant::from_millis(at) });
        let mut list = Vec::new();
        places.iter().for_each(|place| add(&mut list, *place));
        assert_eq!(entries(&list).collect::<Vec<_>>(), places);
        list.pop();
        assert_eq!(entries(&list).collect::<Vec<_>>(), places[..2]);
    }
}
