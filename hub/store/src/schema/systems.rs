//! The second schema: systems that prove themselves with keys. It only adds: a store of the first day goes on,
//! and every client of that day authenticates as it did, with its secret.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// How a client authenticates, the assertions it has used, and the tokens that were revoked.
pub(super) struct Systems;

impl MigrationName for Systems {
    fn name(&self) -> &'static str {
        "m0002_systems"
    }
}

/// `client_assertion` and `token_revoked` remember until an instant and no longer; the index finds what is over.
const SYSTEMS: &str = "
ALTER TABLE client ADD COLUMN method TEXT NOT NULL DEFAULT 'client_secret';
ALTER TABLE client ADD COLUMN credential TEXT;

CREATE TABLE client_assertion (
  client TEXT NOT NULL REFERENCES client(id), jti {BYTES} NOT NULL, until_at {INT} NOT NULL,
  PRIMARY KEY (client, jti)){ROWLESS};
CREATE INDEX client_assertion_until ON client_assertion (until_at);

CREATE TABLE token_revoked (jti {BYTES} PRIMARY KEY, until_at {INT} NOT NULL){ROWLESS};
CREATE INDEX token_revoked_until ON token_revoked (until_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Systems {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SYSTEMS).await
    }
}
