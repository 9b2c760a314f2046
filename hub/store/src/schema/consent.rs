//! The eleventh schema: how a consent came about and ended, the paper code, and recalls. It only adds: a consent of an
//! earlier day was put on record by the subject's holder, and nothing more is known of how.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Consent in full.
pub(super) struct Consent;

impl MigrationName for Consent {
    fn name(&self) -> &'static str {
        "m0011_consent"
    }
}

/// A paper code is found by its `place`, which is worth nothing alone; the whole of it is kept as a slow keyed digest.
/// At most one recall of a subject is open for a recipient: a further loss before it answers adds to it.
const CONSENT: &str = "
ALTER TABLE consent ADD COLUMN source TEXT NOT NULL DEFAULT 'HOLDER';
ALTER TABLE consent ADD COLUMN text_version TEXT;
ALTER TABLE consent ADD COLUMN language TEXT;
ALTER TABLE consent ADD COLUMN interpreter {INT};
ALTER TABLE consent ADD COLUMN told TEXT;
ALTER TABLE consent ADD COLUMN conflict_checked_by {BYTES};
ALTER TABLE consent ADD COLUMN conflict_checked_at {INT};
ALTER TABLE consent ADD COLUMN order_kind TEXT;
ALTER TABLE consent ADD COLUMN order_made_at {INT};
ALTER TABLE consent ADD COLUMN order_attested_by {BYTES};
ALTER TABLE consent ADD COLUMN replaces {BYTES};
ALTER TABLE consent ADD COLUMN ended_how TEXT;
ALTER TABLE consent ADD COLUMN ended_by {BYTES};

CREATE TABLE paper_code (
  subject {BYTES} PRIMARY KEY REFERENCES subject(id), organization {BYTES} NOT NULL REFERENCES organization(id),
  place TEXT NOT NULL UNIQUE, digest {BYTES} NOT NULL, drawn_at {INT} NOT NULL){ROWLESS};

CREATE TABLE recall (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id),
  recipient {BYTES} NOT NULL REFERENCES organization(id), categories {INT} NOT NULL, since {INT} NOT NULL,
  state TEXT NOT NULL, is_open {INT} NOT NULL, reason TEXT, answered_at {INT}, version {INT} NOT NULL){ROWLESS};
CREATE UNIQUE INDEX recall_open_once ON recall (subject, recipient) WHERE is_open = 1;
CREATE INDEX recall_of_recipient ON recall (recipient, id);
CREATE INDEX recall_of_subject ON recall (subject, id);
";

#[async_trait::async_trait]
impl MigrationTrait for Consent {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, CONSENT).await
    }
}
