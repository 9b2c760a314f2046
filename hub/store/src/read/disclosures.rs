//! The journal as the owner of a subject may read it.

use sangam_custody::{Commitment, Part};
use sangam_vocabulary::{Instant, SubjectId};
use uuid::Uuid;

use super::{id, instant};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// A place in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The instant of the entry.
    pub at: Instant,
    /// The chain.
    pub process: Uuid,
    /// The entry in it.
    pub seq: i64,
    /// The part of the entry: one answer may disclose through several records of one subject.
    pub part: i64,
}

/// A part of the journal about one subject.
#[derive(Debug, Clone)]
pub struct PartRow {
    /// Where it stands.
    pub position: Position,
    /// The entry's hash: the receipt.
    pub receipt: Vec<u8>,
    /// The sealed part.
    pub part: Part,
}

impl Store {
    /// The journal's parts about a subject, newest first, before a position.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn journal_parts(
        &self,
        subject: SubjectId,
        before: Option<Position>,
        limit: u16,
    ) -> Result<Vec<PartRow>, StoreFault> {
        let before = before.unwrap_or(Position { at: Instant::NEVER, process: Uuid::max(), seq: i64::MAX, part: -1 });
        let rows = self
            .all(
                "SELECT p.process, p.seq, p.part, e.at, e.entry, p.commitment, p.sealed FROM journal_part p JOIN journal_entry e ON e.process = p.process AND e.seq = p.seq WHERE p.subject = $1 AND e.kind = 'DISCLOSED' AND (e.at < $2 OR (e.at = $2 AND (p.process < $3 OR (p.process = $3 AND (p.seq < $4 OR (p.seq = $4 AND p.part > $5)))))) ORDER BY e.at DESC, p.process DESC, p.seq DESC, p.part LIMIT $6",
                vec![
                    bytes(subject.uuid()),
                    before.at.millis().into(),
                    bytes(before.process),
                    before.seq.into(),
                    before.part.into(),
                    i64::from(limit).into(),
                ],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let commitment: Vec<u8> = row.try_get("", "commitment")?;
                Ok(PartRow {
                    position: Position {
                        at: instant(row, "at")?,
                        process: id(row, "process")?,
                        seq: row.try_get("", "seq")?,
                        part: row.try_get("", "part")?,
                    },
                    receipt: row.try_get("", "entry")?,
                    part: Part {
                        subject,
                        commitment: Commitment(
                            commitment
                                .as_slice()
                                .try_into()
                                .map_err(|_| StoreFault::Unreadable { column: "commitment" })?,
                        ),
                        sealed: row.try_get("", "sealed")?,
                    },
                })
            })
            .collect()
    }
}
