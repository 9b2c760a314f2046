//! The twenty-first schema: what organizations agreed to have listed for everybody. It only adds: whoever has not said so
//! is not listed.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// The open directory.
pub(super) struct Listing;

impl MigrationName for Listing {
    fn name(&self) -> &'static str {
        "m0021_listing"
    }
}

/// `listing` is what an organization agreed to, `listed` what follows from it, a row for each thing that a list has. A
/// row has its place in its list for good: it is shown or not, and never moves, so that whoever reads page by page
/// misses nothing and meets nothing twice. `service` and `area` say which thing it is, empty where it is none; `services`
/// and `areas` what is told beside it.
const LISTING: &str = "
CREATE TABLE listing (
  organization {BYTES} PRIMARY KEY REFERENCES organization(id), listed {INT} NOT NULL, services TEXT NOT NULL,
  areas {INT} NOT NULL, changed_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};

CREATE TABLE listed (
  kind TEXT NOT NULL, place {INT} NOT NULL, id {BYTES} NOT NULL UNIQUE,
  organization {BYTES} NOT NULL REFERENCES organization(id), service TEXT NOT NULL, area TEXT NOT NULL,
  services TEXT NOT NULL, areas TEXT NOT NULL, shown {INT} NOT NULL, changed_at {INT} NOT NULL,
  PRIMARY KEY (kind, place)){ROWLESS};
CREATE INDEX listed_by_organization ON listed (organization);
";

#[async_trait::async_trait]
impl MigrationTrait for Listing {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, LISTING).await
    }
}
