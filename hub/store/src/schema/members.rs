//! The fourth schema: how an organization enters, stays and leaves, and how its subjects are locked. It only adds:
//! an organization of an earlier day is a member that is not locked.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Membership and locks.
pub(super) struct Members;

impl MigrationName for Members {
    fn name(&self) -> &'static str {
        "m0004_members"
    }
}

/// `organization.locked` has bit 1 for a lock of its own, bit 2 for one of its country and bit 4 once it has left: what a
/// page reads beside each row. Codes that lock are kept as a slow digest with their salt.
const MEMBERS: &str = "
ALTER TABLE organization ADD COLUMN membership TEXT NOT NULL DEFAULT 'MEMBER';
ALTER TABLE organization ADD COLUMN member_until {INT};
ALTER TABLE organization ADD COLUMN locked {INT} NOT NULL DEFAULT 0;
ALTER TABLE organization ADD COLUMN lock_code {BYTES};
ALTER TABLE organization ADD COLUMN duress_code {BYTES};

CREATE TABLE accession (
  id {BYTES} PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, role TEXT NOT NULL, services TEXT NOT NULL,
  coverage TEXT NOT NULL, papers TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, organization {BYTES},
  applied_at {INT} NOT NULL, changed_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};
CREATE TABLE accession_voice (
  accession {BYTES} NOT NULL REFERENCES accession(id), organization {BYTES} NOT NULL REFERENCES organization(id),
  person {BYTES} NOT NULL, voice TEXT NOT NULL, reason TEXT, at {INT} NOT NULL, PRIMARY KEY (accession, organization)){ROWLESS};

CREATE TABLE lock_up (
  id {BYTES} PRIMARY KEY, scope TEXT NOT NULL, organization {BYTES}, country TEXT, by_organization {BYTES} NOT NULL,
  way TEXT NOT NULL, duress {INT} NOT NULL, locked_at {INT} NOT NULL, operator_at {INT},
  unlocked_at {INT}){ROWLESS};
CREATE INDEX lock_up_open ON lock_up (unlocked_at, organization, country);
CREATE TABLE lock_release (
  lock {BYTES} NOT NULL REFERENCES lock_up(id), organization {BYTES} NOT NULL, person {BYTES} NOT NULL,
  at {INT} NOT NULL, PRIMARY KEY (lock, person)){ROWLESS};
";

#[async_trait::async_trait]
impl MigrationTrait for Members {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, MEMBERS).await
    }
}
