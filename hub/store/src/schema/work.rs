//! The seventh schema: what the work waits for. It only adds: what was sent on an earlier day has no clock and waits as
//! long as it did before.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Clocks.
pub(super) struct Work;

impl MigrationName for Work {
    fn name(&self) -> &'static str {
        "m0007_the_work"
    }
}

/// A paused clock has the instant in `paused_at`; `stage` counts how often it has run out.
const WORK: &str = "
CREATE TABLE clock (
  record {BYTES} NOT NULL, track TEXT NOT NULL, kind TEXT NOT NULL, noun TEXT NOT NULL,
  subject {BYTES} NOT NULL REFERENCES subject(id), started_at {INT} NOT NULL, due_at {INT} NOT NULL,
  paused_at {INT}, stage {INT} NOT NULL, PRIMARY KEY (record, track, kind)){ROWLESS};
CREATE INDEX clock_due ON clock (due_at) WHERE paused_at IS NULL;
";

#[async_trait::async_trait]
impl MigrationTrait for Work {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, WORK).await
    }
}
