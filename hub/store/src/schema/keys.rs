//! The sixth schema: organizations' keys that are renewed while they are used. It only adds: an organization of an
//! earlier day has one seal key, and its name is written when it gets the next one.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Seal keys that still unwrap, and which there are.
pub(super) struct Keys;

impl MigrationName for Keys {
    fn name(&self) -> &'static str {
        "m0006_keys"
    }
}

/// `older_seal_keys` is wrapped keys one after the other, the oldest first; `seal_names` the names of every seal key
/// that is kept, the one that wraps first. `keys_version` moves with every change of the keys: who changes them says
/// which one it saw.
const KEYS: &str = "
ALTER TABLE organization ADD COLUMN older_seal_keys {BYTES};
ALTER TABLE organization ADD COLUMN seal_names {BYTES};
ALTER TABLE organization ADD COLUMN sealed_at {INT};
ALTER TABLE organization ADD COLUMN keys_version {INT} NOT NULL DEFAULT 1;
";

#[async_trait::async_trait]
impl MigrationTrait for Keys {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, KEYS).await
    }
}
