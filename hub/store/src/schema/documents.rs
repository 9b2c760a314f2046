//! The fifteenth schema: documents. It only adds.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Documents, and the objects that are to be deleted.
pub(super) struct Documents;

impl MigrationName for Documents {
    fn name(&self) -> &'static str {
        "m0015_documents"
    }
}

/// A document hangs on a record of its subject: the subject's own, or a referral. Its key and the name of its object are
/// there from when it is stored until it is removed. `shows` has the categories, as bits, that must all show for it to be
/// opened. An object has its row in `object_due` before its first byte is written and loses it in the command that makes
/// it a document's: what has a row when its time has come belongs to nobody and is deleted. `taken` says that this has
/// begun, so that nothing can become a document's any more.
const DOCUMENTS: &str = "
CREATE TABLE document (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id), record {BYTES} NOT NULL,
  organization {BYTES} NOT NULL REFERENCES organization(id), category {INT} NOT NULL, shows {INT} NOT NULL,
  state TEXT NOT NULL, object TEXT, size {INT}, media TEXT, content_key {BYTES}, prepared_at {INT} NOT NULL,
  until_at {INT} NOT NULL, stored_at {INT}){ROWLESS};
CREATE INDEX document_of_record ON document (record, id);
CREATE INDEX document_awaited ON document (until_at) WHERE state = 'AWAITED';

CREATE TABLE object_due (object TEXT PRIMARY KEY, due_at {INT} NOT NULL, taken {INT} NOT NULL){ROWLESS};
CREATE INDEX object_due_at ON object_due (due_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Documents {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOCUMENTS).await
    }
}
