//! The twenty-second schema: what organizations' own directories say of their services. It only adds: of whoever has no
//! directory of its own, what it was enrolled with stands.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Organizations' own directories.
pub(super) struct OwnDirectories;

impl MigrationName for OwnDirectories {
    fn name(&self) -> &'static str {
        "m0022_own_directories"
    }
}

/// `own_service` is what a directory said when it was last believed, a row a service; `areas` is nothing where it said no
/// division. `own_directory` has what follows from it for readers: `services` and `coverage` take the place of the
/// organization's, and are nothing until the directory was believed once. `said_at` is when it last said so, `held_at` since
/// when what it says is doubted.
const OWN_DIRECTORIES: &str = "
CREATE TABLE own_directory (
  organization {BYTES} PRIMARY KEY REFERENCES organization(id), partner {BYTES} NOT NULL REFERENCES partner(id),
  services TEXT, coverage TEXT, said_at {INT}, held_at {INT}){ROWLESS};

CREATE TABLE own_service (
  organization {BYTES} NOT NULL REFERENCES organization(id), service TEXT NOT NULL, areas TEXT,
  PRIMARY KEY (organization, service)){ROWLESS};
";

#[async_trait::async_trait]
impl MigrationTrait for OwnDirectories {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, OWN_DIRECTORIES).await
    }
}
