//! The history of what changed, as one organization may know of it.

use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, RecordId};

use super::id;
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// An event as one organization may know of it.
#[derive(Debug, Clone, Copy)]
pub struct EventRow {
    /// Its place in the history.
    pub seq: i64,
    /// The record it changes for this organization.
    pub record: RecordId,
}

impl Store {
    /// The newest event's place; where a subscription begins.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn last_event(&self) -> Result<i64, StoreFault> {
        let row = self.one("SELECT coalesce(max(seq), 0) AS seq FROM event", vec![]).await?;
        row.map_or(Ok(0), |row| Ok(row.try_get("", "seq")?))
    }

    /// The records of a kind that changed for an organization after a place in the history, by its standing, and the
    /// place to go on from; a change of a subject or of consent changes each referral and each request about her, for
    /// whoever's seat has not ended: who only still sees that it ended is told of no later consent. Events are taken
    /// whole: `limit` counts events and not the records they change.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn record_events(
        &self,
        noun: Noun,
        organization: OrganizationId,
        after: i64,
        at: Instant,
        limit: u16,
    ) -> Result<(Vec<EventRow>, i64), StoreFault> {
        let until = self
            .one(
                "SELECT coalesce(max(seq), $1) AS seq FROM (SELECT seq FROM event WHERE seq > $1 ORDER BY seq LIMIT $2) w",
                vec![after.into(), i64::from(limit).into()],
            )
            .await?
            .map_or(Ok(after), |row| row.try_get("", "seq"))?;
        if until == after {
            return Ok((Vec::new(), after));
        }
        let rows = self
            .all(
                "SELECT e.seq, s.record FROM event e JOIN standing s ON s.organization = $1 AND s.subject = e.subject AND s.noun = $5 AND (e.record = s.record OR e.noun = 'SUBJECT' AND s.noun IN ('REFERRAL', 'REPATRIATION')) AND s.from_at <= $3 AND s.until_at > $3 AND (e.noun <> 'SUBJECT' OR s.open_until > $3) WHERE e.seq > $2 AND e.seq <= $4 ORDER BY e.seq, s.record",
                vec![bytes(organization.uuid()), after.into(), at.millis().into(), until.into(), noun.code().into()],
            )
            .await?;
        let events = rows
            .iter()
            .map(|row| Ok(EventRow { seq: row.try_get("", "seq")?, record: RecordId::from_uuid(id(row, "record")?) }));
        Ok((events.collect::<Result<_, StoreFault>>()?, until))
    }
}
