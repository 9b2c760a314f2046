//! The journal: a hash chain a process, registered before its first entry, with signed checkpoints that list
//! all heads and leave the machine.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sangam_custody::{Entry, EntryKind};
use sangam_vocabulary::{Instant, SubjectId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::connect::Store;
use crate::fault::StoreFault;

/// How many entries lie between two checkpoints at most.
pub(crate) const CHECKPOINT_ENTRIES: i64 = 1000;
/// How many entries `verify` reads at once.
const CHUNK: i64 = 1000;

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

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
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
}

impl Chain {
    pub(crate) async fn register(store: &Store, process: Uuid, signer: &JournalSigner, at: Instant) -> Result<Self, StoreFault> {
        store
            .writing
            .execute_raw(store.statement(
                "INSERT INTO journal_process (process, started_at, signer) VALUES ($1, $2, $3)",
                vec![process.as_bytes().to_vec().into(), at.millis().into(), signer.public().into()],
            ))
            .await?;
        Ok(Self { process, seq: 0, hash: root(process), checkpointed: 0 })
    }

    /// Reads the chain's end again, after a commit of which it is not known whether it arrived.
    pub(crate) async fn resume(&mut self, store: &Store, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        let row = tx
            .query_one_raw(store.statement(
                "SELECT seq, hash FROM journal_entry WHERE process = $1 ORDER BY seq DESC LIMIT 1",
                vec![self.process.as_bytes().to_vec().into()],
            ))
            .await?;
        if let Some(row) = row {
            (self.seq, self.hash) = (row.try_get("", "seq")?, row.try_get("", "hash")?);
        }
        Ok(())
    }

    /// Appends an entry inside a transaction. The chain in memory moves on; whoever rolls the transaction
    /// back puts the old chain back.
    pub(crate) async fn append(&mut self, store: &Store, tx: &DatabaseTransaction, entry: &Entry) -> Result<(), DbErr> {
        let own = entry.hash();
        let seq = self.seq + 1;
        let hash = link(&self.hash, seq, &own);
        let process = self.process.as_bytes().to_vec();
        tx.execute_raw(store.statement(
            "INSERT INTO journal_entry (process, seq, at, kind, caller, prev, entry, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            vec![
                process.clone().into(),
                seq.into(),
                entry.at.millis().into(),
                entry.kind.code().into(),
                entry.caller.uuid().as_bytes().to_vec().into(),
                self.hash.clone().into(),
                own.to_vec().into(),
                hash.clone().into(),
            ],
        ))
        .await?;
        if !entry.parts.is_empty() {
            let mut sql = String::from("INSERT INTO journal_part (process, seq, part, subject, commitment, sealed) VALUES ");
            let mut values: Vec<Value> = vec![process.into(), seq.into()];
            for (number, part) in entry.parts.iter().enumerate() {
                let n = values.len();
                let comma = if number == 0 { "" } else { "," };
                sql.push_str(&format!("{comma}($1, $2, {number}, ${}, ${}, ${})", n + 1, n + 2, n + 3));
                values.push(part.subject.uuid().as_bytes().to_vec().into());
                values.push(part.commitment.0.to_vec().into());
                values.push(part.sealed.clone().into());
            }
            tx.execute_raw(store.statement(&sql, values)).await?;
        }
        self.seq = seq;
        self.hash = hash;
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

/// Something the verification cannot know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown(pub String);

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Chains walked.
    pub chains: u64,
    /// Entries whose hash and link were recomputed.
    pub entries: u64,
    /// Commitments that the entries bind.
    pub parts: u64,
    /// Checkpoints whose signature holds and whose heads are in the chains.
    pub checkpoints: u64,
    /// Everything that does not fit, in words.
    pub faults: Vec<String>,
    /// What it cannot know.
    pub unknown: Vec<Unknown>,
}

impl Store {
    /// Walks every chain, recomputes every hash, checks every checkpoint, and says what it cannot know.
    ///
    /// `outside` are checkpoints kept elsewhere; `signer` is the public key that must have signed.
    ///
    /// # Errors
    /// [`StoreFault`] when the store does not answer; what does not fit is a finding and not an error.
    pub async fn verify_journal(&self, signer: &[u8], outside: &[Checkpoint]) -> Result<Findings, StoreFault> {
        let mut findings = Findings::default();
        let processes = self
            .reading
            .query_all_raw(self.statement("SELECT process, signer FROM journal_process ORDER BY started_at, process", vec![]))
            .await?;
        let mut ends = Vec::new();
        for row in &processes {
            let process = uuid(row, "process")?;
            let registered: Vec<u8> = row.try_get("", "signer")?;
            if registered != signer {
                findings.faults.push(format!("chain {process}: registered under another signing key"));
            }
            let end = self.walk(process, &mut findings).await?;
            findings.chains += 1;
            ends.push((process, end));
        }
        self.strays(&mut findings).await?;
        let stored = self
            .reading
            .query_all_raw(self.statement("SELECT body, signature FROM journal_checkpoint ORDER BY at, seq", vec![]))
            .await?;
        let mut last: Vec<Head> = Vec::new();
        let stored = stored.iter().map(|row| -> Result<Checkpoint, DbErr> {
            Ok(Checkpoint { body: row.try_get("", "body")?, signature: row.try_get("", "signature")? })
        });
        let all = stored.chain(outside.iter().cloned().map(Ok)).collect::<Result<Vec<_>, _>>()?;
        for checkpoint in &all {
            self.check(checkpoint, signer, &mut findings, &mut last).await?;
        }
        for (process, end) in ends {
            let covered = last.iter().filter(|h| h.process == process).map(|h| h.seq).max().unwrap_or(0);
            if end > covered {
                findings.unknown.push(Unknown(format!(
                    "chain {process}: entries {} to {end} are newer than any checkpoint; whether later ones were cut off cannot be known",
                    covered + 1
                )));
            }
        }
        if outside.is_empty() {
            findings.unknown.push(Unknown(
                "no checkpoint from outside was given: whoever holds both the database and the signing key could have rewritten all of it".to_owned(),
            ));
        }
        findings.unknown.push(Unknown(
            "details sealed under a destroyed journal key can no longer be read; their commitments still bind".to_owned(),
        ));
        findings.unknown.push(Unknown(
            "sealed details are opened only with the owners' keys: that each is filed under its own subject and says what its commitment binds is not checked here".to_owned(),
        ));
        Ok(findings)
    }

    /// Rows that no walk of a registered chain meets: somebody put them there.
    async fn strays(&self, findings: &mut Findings) -> Result<(), StoreFault> {
        for (sql, what) in [
            ("SELECT count(*) AS n FROM journal_entry WHERE seq < 1", "entries stand before the first"),
            (
                "SELECT count(*) AS n FROM journal_entry e WHERE NOT EXISTS (SELECT 1 FROM journal_process p WHERE p.process = e.process)",
                "entries belong to no registered chain",
            ),
            (
                "SELECT count(*) AS n FROM journal_part p WHERE NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.process = p.process AND e.seq = p.seq)",
                "parts belong to no entry",
            ),
        ] {
            let row = self.reading.query_one_raw(self.statement(sql, vec![])).await?;
            let count: i64 = row.ok_or(StoreFault::Unreadable { column: "journal" })?.try_get("", "n")?;
            if count > 0 {
                findings.faults.push(format!("{count} {what}"));
            }
        }
        Ok(())
    }

    async fn walk(&self, process: Uuid, findings: &mut Findings) -> Result<i64, StoreFault> {
        let (mut seq, mut prev) = (0_i64, root(process));
        loop {
            let rows = self
                .reading
                .query_all_raw(self.statement(
                    "SELECT seq, at, kind, caller, prev, entry, hash FROM journal_entry WHERE process = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                    vec![process.as_bytes().to_vec().into(), seq.into(), CHUNK.into()],
                ))
                .await?;
            let Some(last) = rows.last() else { return Ok(seq) };
            let until: i64 = last.try_get("", "seq")?;
            let parts = self
                .reading
                .query_all_raw(self.statement(
                    "SELECT seq, commitment FROM journal_part WHERE process = $1 AND seq > $2 AND seq <= $3 ORDER BY seq, part",
                    vec![process.as_bytes().to_vec().into(), seq.into(), until.into()],
                ))
                .await?;
            let mut parts = parts.iter().peekable();
            for row in &rows {
                let this: i64 = row.try_get("", "seq")?;
                if this != seq + 1 {
                    findings.faults.push(format!("chain {process}: entries {} to {} are missing", seq + 1, this - 1));
                }
                let mut commitments = Vec::new();
                while let Some(part) = parts.peek() {
                    if part.try_get::<i64>("", "seq")? > this {
                        break;
                    }
                    commitments.push(part.try_get::<Vec<u8>>("", "commitment")?);
                    parts.next();
                }
                findings.parts += commitments.len() as u64;
                let fits = recomputed(row, &commitments)? == row.try_get::<Vec<u8>>("", "entry")?
                    && prev == row.try_get::<Vec<u8>>("", "prev")?
                    && link(&prev, this, &row.try_get::<Vec<u8>>("", "entry")?) == row.try_get::<Vec<u8>>("", "hash")?;
                if !fits {
                    findings.faults.push(format!("chain {process}: entry {this} was changed"));
                }
                prev = row.try_get("", "hash")?;
                seq = this;
                findings.entries += 1;
            }
        }
    }

    async fn check(&self, checkpoint: &Checkpoint, signer: &[u8], findings: &mut Findings, last: &mut Vec<Head>) -> Result<(), StoreFault> {
        let signed = UnparsedPublicKey::new(&ED25519, signer).verify(checkpoint.body.as_bytes(), &checkpoint.signature).is_ok();
        let Ok(body) = serde_json::from_str::<Body>(&checkpoint.body) else {
            findings.faults.push("a checkpoint is not readable".to_owned());
            return Ok(());
        };
        if !signed {
            findings.faults.push(format!("a checkpoint of {} is not signed by the journal's key", Instant::from_millis(body.at).rfc3339()));
            return Ok(());
        }
        for head in &body.heads {
            let row = self
                .reading
                .query_one_raw(self.statement(
                    "SELECT hash FROM journal_entry WHERE process = $1 AND seq = $2",
                    vec![head.process.as_bytes().to_vec().into(), head.seq.into()],
                ))
                .await?;
            let found = row.map(|r| r.try_get::<Vec<u8>>("", "hash")).transpose()?;
            if found.is_none_or(|hash| hex(&hash) != head.hash) {
                findings.faults.push(format!("chain {}: entry {} is not the one a checkpoint saw", head.process, head.seq));
            }
        }
        last.extend(body.heads);
        findings.checkpoints += 1;
        Ok(())
    }
}

fn recomputed(row: &QueryResult, commitments: &[Vec<u8>]) -> Result<Vec<u8>, DbErr> {
    let kind: String = row.try_get("", "kind")?;
    let parts = commitments
        .iter()
        .map(|bytes| sangam_custody::Part {
            subject: SubjectId::from_uuid(Uuid::nil()),
            commitment: sangam_custody::Commitment(bytes.as_slice().try_into().unwrap_or([0; 32])),
            sealed: Vec::new(),
        })
        .collect();
    // What is no kind or no id was never written: no hash fits it.
    let (Some(kind), Ok(caller)) = (EntryKind::read(&kind), uuid(row, "caller")) else { return Ok(Vec::new()) };
    let entry = Entry {
        kind,
        at: Instant::from_millis(row.try_get("", "at")?),
        caller: sangam_vocabulary::OrganizationId::from_uuid(caller),
        parts,
    };
    Ok(entry.hash().to_vec())
}

