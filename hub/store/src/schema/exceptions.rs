//! The seventeenth schema: orders, overrides by authority and emergencies on record. It only adds: for nobody of an
//! earlier day is anything exceptional on record.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Exceptions.
pub(super) struct Exceptions;

impl MigrationName for Exceptions {
    fn name(&self) -> &'static str {
        "m0017_exceptions"
    }
}

/// One table for the three kinds: what they have alike is when they count, who says so and how they end. `basis` is the
/// code of an order's kind, an override's basis or an emergency's reason. `exceptions_until` says until when any of a
/// person's may count, so that a page reads them for nobody else.
const EXCEPTIONS: &str = "
ALTER TABLE subject ADD COLUMN exceptions_until {INT} NOT NULL DEFAULT 0;

CREATE TABLE exception (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id),
  organization {BYTES} NOT NULL REFERENCES organization(id), kind TEXT NOT NULL, basis TEXT NOT NULL,
  categories {INT} NOT NULL, purposes {INT} NOT NULL, recipients TEXT NOT NULL, state TEXT NOT NULL,
  from_at {INT} NOT NULL, until_at {INT} NOT NULL, recorded_by {BYTES} NOT NULL REFERENCES person(id),
  recorded_at {INT} NOT NULL, agreed_by {BYTES} REFERENCES person(id), agreed_at {INT}, finding TEXT,
  reviewed_by {BYTES} REFERENCES person(id), review_due_at {INT}, changed_at {INT} NOT NULL,
  version {INT} NOT NULL){ROWLESS};
CREATE INDEX exception_by_subject ON exception (subject, until_at);
CREATE INDEX exception_by_organization ON exception (organization, recorded_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Exceptions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, EXCEPTIONS).await
    }
}
