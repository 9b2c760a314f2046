//! The third schema: people who sign in, and the teams of cases. It only adds: a person of an earlier day is a
//! pseudonym that approved something, and stays one that cannot sign in.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Accounts, invitations, appointments, sessions and teams.
pub(super) struct People;

impl MigrationName for People {
    fn name(&self) -> &'static str {
        "m0003_people"
    }
}

/// `login` is SHA-256 over issuer and subject of the identity provider: neither is kept. A code or a session is kept
/// as SHA-256 of its 256 random bits. A pseudonym names one account of an organization; the recorded approvers of an
/// earlier day may share one.
/// `sign_in` remembers which started sign-ins were used, for as long as they could be.
const PEOPLE: &str = "
ALTER TABLE person ADD COLUMN state TEXT NOT NULL DEFAULT 'RECORDED';
ALTER TABLE person ADD COLUMN roles {INT} NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN login {BYTES};
ALTER TABLE person ADD COLUMN generation {INT} NOT NULL DEFAULT 1;
ALTER TABLE person ADD COLUMN used_at {INT};
ALTER TABLE person ADD COLUMN woken_at {INT};
ALTER TABLE person ADD COLUMN reviewed_at {INT};
CREATE UNIQUE INDEX person_by_login ON person (login);
CREATE INDEX person_by_organization ON person (organization, id);
CREATE UNIQUE INDEX person_by_pseudonym ON person (organization, pseudonym) WHERE state <> 'RECORDED';

CREATE TABLE invitation (
  code {BYTES} PRIMARY KEY, person {BYTES} NOT NULL REFERENCES person(id), until_at {INT} NOT NULL){ROWLESS};
CREATE INDEX invitation_of_person ON invitation (person);

CREATE TABLE appointment (
  person {BYTES} PRIMARY KEY REFERENCES person(id), by_person {BYTES} NOT NULL REFERENCES person(id),
  until_at {INT} NOT NULL){ROWLESS};
CREATE INDEX appointment_by_person ON appointment (by_person);

CREATE TABLE session (
  id {BYTES} PRIMARY KEY, person {BYTES} NOT NULL REFERENCES person(id), generation {INT} NOT NULL,
  began_at {INT} NOT NULL, used_at {INT} NOT NULL, until_at {INT} NOT NULL){ROWLESS};
CREATE TABLE sign_in (started {BYTES} PRIMARY KEY, until_at {INT} NOT NULL){ROWLESS};
CREATE INDEX sign_in_until ON sign_in (until_at);
CREATE INDEX session_of_person ON session (person);
CREATE INDEX session_until ON session (until_at);

CREATE TABLE team (
  subject {BYTES} NOT NULL REFERENCES subject(id), person {BYTES} NOT NULL REFERENCES person(id),
  since {INT} NOT NULL, PRIMARY KEY (subject, person)){ROWLESS};
CREATE UNIQUE INDEX client_by_issuer ON client (credential) WHERE method = 'external_issuer';
CREATE INDEX team_of_person ON team (person);
";

#[async_trait::async_trait]
impl MigrationTrait for People {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, PEOPLE).await
    }
}
