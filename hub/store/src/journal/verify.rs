//! Verifying the journal: every chain is walked, every hash reckoned again, every checkpoint held against the
//! chains. What does not fit is a finding; what cannot be known is said. It opens no sealed detail and needs no
//! key but the public one of the signer.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use sangam_custody::{Entry, EntryKind, Part};
use sangam_vocabulary::{Instant, OrganizationId};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use uuid::Uuid;

use super::{Body, Checkpoint, Head, hex, link, parts, root, uuid};
use crate::connect::Store;
use crate::fault::StoreFault;

mod listed;

use listed::Expected;

/// How many entries a verification reads at once.
const CHUNK: i64 = 1000;

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
    /// `outside` are checkpoints kept elsewhere; `signers` are the public keys of which one must have signed: the one that
    /// signs now, and those that did before it.
    ///
    /// # Errors
    /// [`StoreFault`] when the store does not answer; what does not fit is a finding and not an error.
    pub async fn verify_journal(&self, signers: &[Vec<u8>], outside: &[Checkpoint]) -> Result<Findings, StoreFault> {
        let mut findings = Findings::default();
        let processes =
            self.reading
                .query_all_raw(self.statement(
                    "SELECT process, signer, listed FROM journal_process ORDER BY started_at, process",
                    vec![],
                ))
                .await?;
        let mut ends = Vec::new();
        for row in &processes {
            let process = uuid(row, "process")?;
            let registered: Vec<u8> = row.try_get("", "signer")?;
            if !signers.contains(&registered) {
                findings.faults.push(format!("chain {process}: registered under another signing key"));
            }
            let end = self.walk(process, row.try_get("", "listed")?, &mut findings).await?;
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
            self.check(checkpoint, signers, &mut findings, &mut last).await?;
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
            "details sealed under a destroyed journal key can no longer be read; their commitments still bind"
                .to_owned(),
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
                "SELECT count(*) AS n FROM journal_list l WHERE NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.process = l.process AND e.seq = l.upto)",
                "lists end at no entry",
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

    async fn walk(&self, process: Uuid, listed: i64, findings: &mut Findings) -> Result<i64, StoreFault> {
        let (mut seq, mut prev) = (0_i64, root(process));
        let mut expected = Expected::new(process, listed);
        loop {
            let rows = self
                .reading
                .query_all_raw(self.statement(
                    "SELECT seq, at, kind, caller, prev, entry, hash, parts FROM journal_entry WHERE process = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                    vec![process.as_bytes().to_vec().into(), seq.into(), CHUNK.into()],
                ))
                .await?;
            if rows.is_empty() {
                expected.end(findings);
                return Ok(seq);
            }
            for row in &rows {
                let this: i64 = row.try_get("", "seq")?;
                if this != seq + 1 {
                    findings.faults.push(format!("chain {process}: entries {} to {} are missing", seq + 1, this - 1));
                }
                // Parts that do not read fit no hash.
                let parts = parts::read(&row.try_get::<Vec<u8>>("", "parts")?).unwrap_or_default();
                findings.parts += parts.len() as u64;
                expected.entry(this, Instant::from_millis(row.try_get("", "at")?), &parts);
                let fits = recomputed(row, parts)? == row.try_get::<Vec<u8>>("", "entry")?
                    && prev == row.try_get::<Vec<u8>>("", "prev")?
                    && link(&prev, this, &row.try_get::<Vec<u8>>("", "entry")?)
                        == row.try_get::<Vec<u8>>("", "hash")?;
                if !fits {
                    findings.faults.push(format!("chain {process}: entry {this} was changed"));
                }
                prev = row.try_get("", "hash")?;
                seq = this;
                findings.entries += 1;
            }
            self.check_lists(&mut expected, seq, findings).await?;
        }
    }

    async fn check(
        &self,
        checkpoint: &Checkpoint,
        signers: &[Vec<u8>],
        findings: &mut Findings,
        last: &mut Vec<Head>,
    ) -> Result<(), StoreFault> {
        let body = checkpoint.body.as_bytes();
        let verifies =
            |signer: &Vec<u8>| UnparsedPublicKey::new(&ED25519, signer).verify(body, &checkpoint.signature).is_ok();
        let signed = signers.iter().any(verifies);
        let Ok(body) = serde_json::from_str::<Body>(&checkpoint.body) else {
            findings.faults.push("a checkpoint is not readable".to_owned());
            return Ok(());
        };
        if !signed {
            findings.faults.push(format!(
                "a checkpoint of {} is not signed by the journal's key",
                Instant::from_millis(body.at).rfc3339()
            ));
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
                findings
                    .faults
                    .push(format!("chain {}: entry {} is not the one a checkpoint saw", head.process, head.seq));
            }
        }
        last.extend(body.heads);
        findings.checkpoints += 1;
        Ok(())
    }
}

fn recomputed(row: &QueryResult, parts: Vec<Part>) -> Result<Vec<u8>, DbErr> {
    let kind: String = row.try_get("", "kind")?;
    // What is no kind or no id was never written: no hash fits it.
    let (Some(kind), Ok(caller)) = (EntryKind::read(&kind), uuid(row, "caller")) else { return Ok(Vec::new()) };
    let at = Instant::from_millis(row.try_get("", "at")?);
    let entry = Entry { kind, at, caller: OrganizationId::from_uuid(caller), parts };
    Ok(entry.hash().to_vec())
}
