//! Contributions, hearings, what a witness fears, and support plans after return. It only adds: a standing of an earlier day has no purpose of its
//! own and is there for each that its seat carries.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Whoever is invited to a case, dates in court, dangers to a witness, and support plans.
pub(super) struct Justice;

impl MigrationName for Justice {
    fn name(&self) -> &'static str {
        "m0013_justice"
    }
}

const JUSTICE: &str = "
ALTER TABLE standing ADD COLUMN purpose TEXT;

CREATE TABLE contribution (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id),
  contributor {BYTES} NOT NULL REFERENCES organization(id), seat TEXT NOT NULL, purpose TEXT NOT NULL,
  state TEXT NOT NULL, is_open {INT} NOT NULL, lapses_at {INT} NOT NULL, until_at {INT} NOT NULL,
  invited_at {INT} NOT NULL, changed_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};
CREATE UNIQUE INDEX contribution_open_once ON contribution (subject, contributor, seat) WHERE is_open = 1;

CREATE TABLE hearing (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id),
  recorded_by {BYTES} NOT NULL REFERENCES organization(id), kind TEXT NOT NULL, takes_place_at {INT} NOT NULL,
  state TEXT NOT NULL, reason TEXT, holds {INT} NOT NULL, recorded_at {INT} NOT NULL, changed_at {INT} NOT NULL,
  version {INT} NOT NULL){ROWLESS};
CREATE INDEX hearing_by_subject ON hearing (subject);

CREATE TABLE risk (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id),
  reported_by {BYTES} NOT NULL REFERENCES organization(id), kind TEXT NOT NULL, reported_at {INT} NOT NULL){ROWLESS};
CREATE INDEX risk_by_subject ON risk (subject);

CREATE TABLE support_plan (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id), state TEXT NOT NULL, outcome TEXT,
  begins_at {INT} NOT NULL, planned_end_at {INT}, ended_at {INT}, reviews {INT} NOT NULL, review_due_at {INT},
  changed_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};
CREATE TABLE support_review (
  id {BYTES} PRIMARY KEY, plan {BYTES} NOT NULL REFERENCES support_plan(id),
  subject {BYTES} NOT NULL REFERENCES subject(id), months {INT} NOT NULL, finding TEXT NOT NULL,
  reviewed_at {INT} NOT NULL){ROWLESS};
";

#[async_trait::async_trait]
impl MigrationTrait for Justice {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, JUSTICE).await
    }
}
