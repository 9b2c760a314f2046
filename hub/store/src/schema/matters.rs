//! The nineteenth schema: what waits for people because of how things stand, and what the operator is asked to look at.
//! It only adds: what stood open on an earlier day is told of once.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Things that wait, and clocks in the operator's list.
pub(super) struct Matters;

impl MigrationName for Matters {
    fn name(&self) -> &'static str {
        "m0019_matters"
    }
}

/// A row of `notice_matter` is a thing that is open and a person who was told of it, or the nil id where nobody was
/// there to be told. `clock.ran_out_at` is the instant that was waited for, once `due_at` is that of the next stage;
/// `clock.operator_at` says since when a clock stands in the operator's list.
const MATTERS: &str = "
ALTER TABLE clock ADD COLUMN ran_out_at {INT};
ALTER TABLE clock ADD COLUMN operator_at {INT};
ALTER TABLE clock ADD COLUMN operator_asks {BYTES};
CREATE INDEX clock_of_operator ON clock (operator_at) WHERE operator_at IS NOT NULL;

CREATE TABLE notice_matter (
  kind TEXT NOT NULL, matter {BYTES} NOT NULL, organization {BYTES} NOT NULL REFERENCES organization(id),
  person {BYTES} NOT NULL, since {INT} NOT NULL, PRIMARY KEY (kind, matter, organization, person)){ROWLESS};
CREATE INDEX notice_matter_of_person ON notice_matter (person, kind);
CREATE INDEX notice_matter_of_organization ON notice_matter (organization, kind);
CREATE INDEX consent_that_ends ON consent (until_at) WHERE effect = 'GRANT';
CREATE INDEX agreement_by_state ON agreement (state, until_at);

CREATE TABLE notice_look (id {INT} PRIMARY KEY CHECK (id = 1), at {INT} NOT NULL){END};
INSERT INTO notice_look (id, at) VALUES (1, 0);
";

#[async_trait::async_trait]
impl MigrationTrait for Matters {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, MATTERS).await
    }
}
