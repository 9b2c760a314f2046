//! The journal: a hash chain a process, registered before its first entry, with signed checkpoints that list
//! all heads and leave the machine. An entry is one row; where a subject occurs is listed afterwards (`lists`).

use aws_lc_rs::digest;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use sangam_custody::Entry;
use sangam_vocabulary::{Instant, hex};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, TransactionTrait, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::connect::Store;
use crate::fault::StoreFault;

mod disclosed;
mod lists;
mod parts;
mod verify;

pub use disclosed::{PartRow, Position};
pub use verify::{Findings, Unknown};

/// How many entries lie between two checkpoints at most.
pub(crate) const CHECKPOINT_ENTRIES: i64 = 1000;
/// How many entries one statement takes at most: databases bound the number of values.
const ROWS: usize = 64;

/// Signs checkpoints. The private key lies outside the database.
pub struct JournalSigner(Ed25519KeyPair);

impl JournalSigner {
    /// From a PKCS#8 document.
    #[must_use]
    pub fn from_pkcs8(document: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_pkcs8(document).ok().map(Self)
    }

    /// A new key as a PKCS#8 document.
    #[must_use]
    pub fn generate() -> Option<Vec<u8>> {
        let pair = Ed25519KeyPair::generate().ok()?;
        pair.to_pkcs8().ok().map(|document| document.as_ref().to_vec())
    }

    /// The public key, 32 bytes.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }
}

/// A signed statement of where every chain stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The JSON text that is signed.
    pub body: String,
    /// The Ed25519 signature.
    pub signature: Vec<u8>,
}

/// Where checkpoints go so that they leave the machine.
pub trait CheckpointSink: Send + Sync + 'static {
    /// Takes a checkpoint. What it cannot take it logs: a checkpoint also lies in the database.
    fn take(&self, checkpoint: &Checkpoint);
}

#[derive(Serialize, Deserialize)]
struct Body {
    at: i64,
    process: Uuid,
    heads: Vec<Head>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    process: Uuid,
    seq: i64,
    hash: String,
}

fn link(prev: &[u8], seq: i64, entry: &[u8]) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(b"sangam chain 1");
    context.update(prev);
    context.update(&seq.to_be_bytes());
    context.update(entry);
    context.finish().as_ref().to_vec()
}

fn root(process: Uuid) -> Vec<u8> {
    digest::digest(&digest::SHA256, &[b"sangam chain root 1".as_slice(), process.as_bytes()].concat()).as_ref().to_vec()
}

/// The end of this process's chain.
#[derive(Clone)]
pub(crate) struct Chain {
    pub(crate) process: Uuid,
    pub(crate) seq: i64,
    hash: Vec<u8>,
    checkpointed: i64,
    listed: i64,
}

impl Chain {
    pub(crate) async fn register(
        store: &Store,
        process: Uuid,
        signer: &JournalSigner,
        at: Instant,
    ) -> Result<Self, StoreFault> {
        if let Err(error) = lists::extend_all(store).await {
            // Lists are a help to the reader; without them everything is still found.
            tracing::error!(%error, "what earlier processes left could not be listed by subject");
        }
        store
            .writing
            .execute_raw(store.statement(
                "INSERT INTO journal_process (process, started_at, signer, listed) VALUES ($1, $2, $3, 0)",
                vec![process.as_bytes().to_vec().into(), at.millis().into(), signer.public().into()],
            ))
            .await?;
        Ok(Self { process, seq: 0, hash: root(process), checkpointed: 0, listed: 0 })
    }

    /// Reads the chain's end again, after a commit of which it is not known whether it arrived.
    pub(crate) async fn resume(&mut self, store: &Store, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        let row = tx
            .query_one_raw(store.statement(
                "SELECT e.seq, e.hash, p.listed FROM journal_process p JOIN journal_entry e ON e.process = p.process WHERE p.process = $1 ORDER BY e.seq DESC LIMIT 1",
                vec![self.process.as_bytes().to_vec().into()],
            ))
            .await?;
        if let Some(row) = row {
            (self.seq, self.hash) = (row.try_get("", "seq")?, row.try_get("", "hash")?);
            self.listed = row.try_get("", "listed")?;
        }
        Ok(())
    }

    /// Appends entries inside a transaction. The chain in memory moves on; whoever rolls the transaction back
    /// puts the old chain back.
    pub(crate) async fn append(
        &mut self,
        store: &Store,
        tx: &DatabaseTransaction,
        entries: &[&Entry],
    ) -> Result<(), DbErr> {
        for entries in entries.chunks(ROWS) {
            let mut sql = String::from(
                "INSERT INTO journal_entry (process, seq, at, kind, caller, prev, entry, hash, parts) VALUES ",
            );
            let mut values: Vec<Value> = vec![self.process.as_bytes().to_vec().into()];
            for (number, entry) in entries.iter().enumerate() {
                let (comma, n) = (if number == 0 { "" } else { "," }, values.len());
                sql.push_str(comma);
                sql.push_str("($1");
                for place in n + 1..=n + 8 {
                    sql.push_str(", $");
                    sql.push_str(&place.to_string());
                }
                sql.push(')');
                let own = entry.hash();
                let seq = self.seq + 1;
                let hash = link(&self.hash, seq, &own);
                values.extend::<[Value; 8]>([
                    seq.into(),
                    entry.at.millis().into(),
                    entry.kind.code().into(),
                    entry.caller.uuid().as_bytes().to_vec().into(),
                    self.hash.clone().into(),
                    own.to_vec().into(),
                    hash.clone().into(),
                    parts::write(&entry.parts).into(),
                ]);
                self.seq = seq;
                self.hash = hash;
            }
            tx.execute_raw(store.statement(&sql, values)).await?;
        }
        Ok(())
    }

    /// Lists the entries by subject, once enough of them are not listed; at the `last`, whatever is not. It stands in
    /// a savepoint: lists are a help to the reader, and what is wrong with them must not hold up the journal.
    pub(crate) async fn list(&mut self, store: &Store, tx: &DatabaseTransaction, last: bool) -> Result<(), DbErr> {
        let unlisted = self.seq - self.listed;
        if unlisted < lists::STRETCH && (unlisted == 0 || !last) {
            return Ok(());
        }
        let savepoint = tx.begin().await?;
        match lists::extend(store, &savepoint, self.process).await {
            Ok(listed) => {
                savepoint.commit().await?;
                self.listed = listed;
            }
            Err(error) => {
                tracing::error!(%error, "entries could not be listed by subject");
                savepoint.rollback().await?;
                // Tried again when as many more are there, and at the next start.
                self.listed = self.seq;
            }
        }
        Ok(())
    }

    pub(crate) const fn wants_checkpoint(&self) -> bool {
        self.seq - self.checkpointed >= CHECKPOINT_ENTRIES
    }

    pub(crate) const fn has_news(&self) -> bool {
        self.seq > self.checkpointed
    }

    /// Writes a checkpoint of all chains inside a transaction.
    pub(crate) async fn checkpoint(
        &mut self,
        store: &Store,
        tx: &DatabaseTransaction,
        signer: &JournalSigner,
        at: Instant,
    ) -> Result<Checkpoint, DbErr> {
        let rows = tx
            .query_all_raw(store.statement(
                "SELECT e.process, e.seq, e.hash FROM journal_process p JOIN journal_entry e ON e.process = p.process AND e.seq = (SELECT max(m.seq) FROM journal_entry m WHERE m.process = p.process) ORDER BY e.process",
                vec![],
            ))
            .await?;
        let heads = rows.iter().map(head).collect::<Result<Vec<_>, DbErr>>()?;
        let body = serde_json::to_string(&Body { at: at.millis(), process: self.process, heads })
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        let signature = signer.0.sign(body.as_bytes()).as_ref().to_vec();
        tx.execute_raw(store.statement(
            "INSERT INTO journal_checkpoint (process, seq, at, body, signature) VALUES ($1, $2, $3, $4, $5)",
            vec![
                self.process.as_bytes().to_vec().into(),
                self.seq.into(),
                at.millis().into(),
                body.clone().into(),
                signature.clone().into(),
            ],
        ))
        .await?;
        self.checkpointed = self.seq;
        Ok(Checkpoint { body, signature })
    }
}

fn uuid(row: &QueryResult, column: &str) -> Result<Uuid, DbErr> {
    let bytes: Vec<u8> = row.try_get("", column)?;
    Uuid::from_slice(&bytes).map_err(|error| DbErr::Custom(error.to_string()))
}

fn head(row: &QueryResult) -> Result<Head, DbErr> {
    let hash: Vec<u8> = row.try_get("", "hash")?;
    Ok(Head { process: uuid(row, "process")?, seq: row.try_get("", "seq")?, hash: hex(&hash) })
}
