//! The fifth schema: systems that say which member of staff asks. It only adds: a client of an earlier day names staff
//! with the keys it is known by, or nobody.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// The keys with which a client names staff.
pub(super) struct Actors;

impl MigrationName for Actors {
    fn name(&self) -> &'static str {
        "m0005_actors"
    }
}

const ACTORS: &str = "
ALTER TABLE client ADD COLUMN actor_keys TEXT;
";

#[async_trait::async_trait]
impl MigrationTrait for Actors {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, ACTORS).await
    }
}
