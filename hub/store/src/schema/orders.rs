//! The twentieth schema: an override by a court names the order it rests on. It only adds: one of an earlier day that
//! names none counts no more (`read::COUNTS`), because nobody can say which order it was.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// The order behind an override.
pub(super) struct Orders;

impl MigrationName for Orders {
    fn name(&self) -> &'static str {
        "m0020_orders"
    }
}

const ORDERS: &str = "ALTER TABLE exception ADD COLUMN order_id {BYTES} REFERENCES exception(id)";

#[async_trait::async_trait]
impl MigrationTrait for Orders {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, ORDERS).await
    }
}
