//! Clocks that have run out.

use sangam_vocabulary::{Instant, OrganizationId, RecordId, SubjectId};

use super::id;
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// A clock that is due, as it was read; what holds is read again in the change.
#[derive(Debug, Clone)]
pub struct ClockRow {
    /// The record that waits.
    pub record: RecordId,
    /// The part of it.
    pub track: String,
    /// For what, by code: perhaps one of another version of the hub.
    pub kind: String,
    /// The subject.
    pub subject: SubjectId,
    /// Who owns the subject.
    pub owner: OrganizationId,
    /// Until when it waited.
    pub due_at: Instant,
    /// How often it has run out.
    pub stage: i64,
}

/// A clock that ran out and that nobody answered at any stage, as the hub's operator is told of it: whose turn it was
/// and what was waited for, and nothing of whom it is about.
#[derive(Debug, Clone)]
pub struct OverdueRow {
    /// What was waited for, by code.
    pub kind: String,
    /// The part that waits, by code; empty where a record has no parts.
    pub track: String,
    /// Whose turn it was as the operator was told; where the record did not say, whoever owns the subject.
    pub asks: OrganizationId,
    /// What that organization is called in the directory.
    pub name: String,
    /// Since when it was waited.
    pub started_at: Instant,
    /// Since when the operator is asked.
    pub since: Instant,
}

impl Store {
    /// The clocks in the operator's list, the longest there first.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn clocks_of_operator(&self, limit: u16) -> Result<Vec<OverdueRow>, StoreFault> {
        let sql = "SELECT c.kind, c.track, c.started_at, c.operator_at, o.id AS asks, o.name FROM clock c JOIN subject s ON s.id = c.subject JOIN organization o ON o.id = coalesce(c.operator_asks, s.owner) WHERE c.operator_at IS NOT NULL ORDER BY c.operator_at, c.record, c.track, c.kind LIMIT $1";
        let rows = self.all(sql, vec![i64::from(limit).into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(OverdueRow {
                    kind: row.try_get("", "kind")?,
                    track: row.try_get("", "track")?,
                    asks: OrganizationId::from_uuid(id(row, "asks")?),
                    name: row.try_get("", "name")?,
                    started_at: Instant::from_millis(row.try_get("", "started_at")?),
                    since: Instant::from_millis(row.try_get("", "operator_at")?),
                })
            })
            .collect()
    }

    /// Clocks that are due and not paused, the oldest first, after one of them. What is locked waits: nobody could be
    /// shown why something happened to it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn clocks_due(
        &self,
        at: Instant,
        after: Option<&ClockRow>,
        limit: u16,
    ) -> Result<Vec<ClockRow>, StoreFault> {
        let sql = "SELECT c.record, c.track, c.kind, c.subject, s.owner, c.due_at, c.stage FROM clock c JOIN subject s ON s.id = c.subject JOIN organization o ON o.id = s.owner WHERE c.paused_at IS NULL AND c.due_at <= $1 AND o.locked = 0 AND (c.due_at > $2 OR (c.due_at = $2 AND (c.record > $3 OR (c.record = $3 AND (c.track > $4 OR (c.track = $4 AND c.kind > $5)))))) ORDER BY c.due_at, c.record, c.track, c.kind LIMIT $6";
        let (due, record, track, kind) = match after {
            Some(row) => (row.due_at.millis(), bytes(row.record.uuid()), row.track.as_str(), row.kind.as_str()),
            // No id is shorter than sixteen bytes, so nothing is before the empty one.
            None => (i64::MIN, Vec::<u8>::new().into(), "", ""),
        };
        let values = vec![at.millis().into(), due.into(), record, track.into(), kind.into(), i64::from(limit).into()];
        let rows = self.all(sql, values).await?;
        rows.iter()
            .map(|row| {
                Ok(ClockRow {
                    record: RecordId::from_uuid(id(row, "record")?),
                    track: row.try_get("", "track")?,
                    kind: row.try_get("", "kind")?,
                    subject: SubjectId::from_uuid(id(row, "subject")?),
                    owner: OrganizationId::from_uuid(id(row, "owner")?),
                    due_at: Instant::from_millis(row.try_get("", "due_at")?),
                    stage: row.try_get("", "stage")?,
                })
            })
            .collect()
    }

    /// When the next clock is due that is not due at an instant.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn next_clock(&self, at: Instant) -> Result<Option<Instant>, StoreFault> {
        let sql = "SELECT min(due_at) AS due_at FROM clock WHERE paused_at IS NULL AND due_at > $1";
        let row = self.one(sql, vec![at.millis().into()]).await?;
        let due: Option<i64> = row.map_or(Ok(None), |row| row.try_get("", "due_at"))?;
        Ok(due.map(Instant::from_millis))
    }
}
