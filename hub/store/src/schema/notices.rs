//! The fourteenth schema: who is told that something waits, how, and when. It only adds: what happened on an earlier
//! day is nobody's notice.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Notices.
pub(super) struct Notices;

impl MigrationName for Notices {
    fn name(&self) -> &'static str {
        "m0014_notices"
    }
}

/// A notice is one row a person and kind however often it happens, and is gone once it was seen: nobody's attention is
/// kept. An address is sealed; `drawn` is what its code is reckoned from with the organization's key. `busy_until`
/// says that a process is telling the person just now.
const NOTICES: &str = "
ALTER TABLE event ADD COLUMN by_person {BYTES};

CREATE TABLE notice (
  person {BYTES} NOT NULL REFERENCES person(id), kind TEXT NOT NULL, since {INT} NOT NULL, latest_at {INT} NOT NULL,
  due_at {INT} NOT NULL, state TEXT NOT NULL, attempts {INT} NOT NULL, fault TEXT, stage {INT} NOT NULL,
  pass_on_at {INT} NOT NULL, PRIMARY KEY (person, kind)){ROWLESS};
CREATE INDEX notice_due ON notice (due_at) WHERE state = 'WAITING';
CREATE INDEX notice_to_pass_on ON notice (pass_on_at) WHERE stage < 2;

CREATE TABLE notice_choice (
  person {BYTES} PRIMARY KEY REFERENCES person(id), language TEXT NOT NULL DEFAULT 'EN',
  quiet_from {INT} NOT NULL DEFAULT 21, quiet_until {INT} NOT NULL DEFAULT 7, deputy {BYTES} REFERENCES person(id),
  deputy_until {INT}, told_at {INT}, busy_until {INT}, version {INT} NOT NULL DEFAULT 0){ROWLESS};

CREATE TABLE notice_address (
  person {BYTES} NOT NULL REFERENCES person(id), way TEXT NOT NULL, sealed {BYTES} NOT NULL, drawn {BYTES} NOT NULL,
  given_at {INT} NOT NULL, given_times {INT} NOT NULL, confirmed_at {INT}, code_until {INT} NOT NULL,
  code_due {INT}, code_sends {INT} NOT NULL, code_tries {INT} NOT NULL, PRIMARY KEY (person, way)){ROWLESS};
CREATE INDEX notice_code_due ON notice_address (code_due);

CREATE TABLE notice_place (id {INT} PRIMARY KEY CHECK (id = 1), seq {INT} NOT NULL){END};
INSERT INTO notice_place (id, seq) SELECT 1, coalesce(max(seq), 0) FROM event;
";

#[async_trait::async_trait]
impl MigrationTrait for Notices {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, NOTICES).await
    }
}
