//! The eighteenth schema: a court's hold of a return tied to its recorded hearing, whose turn it is as spans of time, who
//! has seen a child's order besides whoever recorded it, and who signed the memos of a handover where.
//! It only adds: of a request of an earlier day it is known whose turn it was at its last change, which counts until the
//! next one; a hold of an earlier day carries the day of its hearing and no more.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Holds tied to hearings, and turns.
pub(super) struct Returns;

impl MigrationName for Returns {
    fn name(&self) -> &'static str {
        "m0018_returns"
    }
}

/// A span of `repatriation_turn` says whose turn it is while nothing happens but that time passes. The first begins
/// before all time, so that no process whose clock is behind finds none. The lawyer of a return that is under way hears of
/// the hearings and dangers that were recorded before.
const RETURNS: &str = "
ALTER TABLE repatriation_hold ADD COLUMN hearing {BYTES};
ALTER TABLE repatriation_track ADD COLUMN attested_by {BYTES};
ALTER TABLE repatriation ADD COLUMN memo_sender_by TEXT;
ALTER TABLE repatriation ADD COLUMN memo_sender_place TEXT;
ALTER TABLE repatriation ADD COLUMN memo_receiver_by TEXT;
ALTER TABLE repatriation ADD COLUMN memo_receiver_place TEXT;

CREATE TABLE repatriation_turn (
  request {BYTES} NOT NULL REFERENCES repatriation(id), from_at {INT} NOT NULL, until_at {INT} NOT NULL,
  turn TEXT NOT NULL, PRIMARY KEY (request, from_at)){ROWLESS};
INSERT INTO repatriation_turn (request, from_at, until_at, turn)
  SELECT id, 0, 9223372036854775807, turn FROM repatriation WHERE turn IS NOT NULL;

INSERT INTO standing (organization, noun, record, seat, subject, purpose, from_at, open_until, until_at)
  SELECT s.organization, 'HEARING', h.id, 'LAWYER', s.subject, 'LEGAL_AID', s.from_at, s.open_until, s.open_until
  FROM standing s JOIN hearing h ON h.subject = s.subject
  WHERE s.noun = 'REPATRIATION' AND s.seat = 'LAWYER' AND s.open_until = 9223372036854775807
  ON CONFLICT (organization, noun, record, seat) DO NOTHING;
INSERT INTO standing (organization, noun, record, seat, subject, purpose, from_at, open_until, until_at)
  SELECT s.organization, 'RISK', r.id, 'LAWYER', s.subject, 'LEGAL_AID', s.from_at, s.open_until, s.open_until
  FROM standing s JOIN risk r ON r.subject = s.subject
  WHERE s.noun = 'REPATRIATION' AND s.seat = 'LAWYER' AND s.open_until = 9223372036854775807
  ON CONFLICT (organization, noun, record, seat) DO NOTHING;
";

#[async_trait::async_trait]
impl MigrationTrait for Returns {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, RETURNS).await
    }
}
