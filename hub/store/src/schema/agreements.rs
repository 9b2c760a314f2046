//! The twelfth schema: agreements that their parties draft, approve, stop and end. It only adds: an agreement of an
//! earlier day was recorded by the operator and is in force or suspended, as it was.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// States, acts and suspensions of agreements.
pub(super) struct Agreements;

impl MigrationName for Agreements {
    fn name(&self) -> &'static str {
        "m0012_agreement"
    }
}

/// Every act grows the agreement's version, which is therefore its place among the acts. `void` is 1 for a word that
/// counts for nothing any more, because its account was stopped before anything came of it. A row of `agreement_stop` is
/// a party that has stopped the agreement; `since` is the version from which its people's words to go on count.
/// `agreement_party` says for whom an agreement exists: of a draft, for nobody but the drafter's organization.
const AGREEMENTS: &str = "
ALTER TABLE agreement ADD COLUMN state TEXT NOT NULL DEFAULT 'IN_FORCE';
UPDATE agreement SET state = 'SUSPENDED' WHERE suspended <> 0;
ALTER TABLE agreement ADD COLUMN drafter {BYTES};
ALTER TABLE agreement ADD COLUMN drafted_by {BYTES};
ALTER TABLE agreement ADD COLUMN legal_bases TEXT NOT NULL DEFAULT '';
ALTER TABLE agreement ADD COLUMN retention_days {INT};
ALTER TABLE agreement ADD COLUMN supersedes {BYTES};
ALTER TABLE agreement ADD COLUMN superseded_by {BYTES};
ALTER TABLE agreement ADD COLUMN reason TEXT;
ALTER TABLE agreement ADD COLUMN changed_at {INT};
CREATE INDEX agreement_by_drafter ON agreement (drafter, state);
CREATE INDEX agreement_party_of ON agreement_party (agreement);

CREATE TABLE agreement_act (
  agreement {BYTES} NOT NULL REFERENCES agreement(id), version {INT} NOT NULL, act TEXT NOT NULL,
  organization {BYTES} NOT NULL, person {BYTES} NOT NULL, reason TEXT, at {INT} NOT NULL, void {INT} NOT NULL DEFAULT 0,
  PRIMARY KEY (agreement, version)){ROWLESS};
CREATE INDEX agreement_act_of_person ON agreement_act (person, act);
CREATE TABLE agreement_stop (
  agreement {BYTES} NOT NULL REFERENCES agreement(id), organization {BYTES} NOT NULL, since {INT} NOT NULL,
  PRIMARY KEY (agreement, organization)){ROWLESS};
";

#[async_trait::async_trait]
impl MigrationTrait for Agreements {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, AGREEMENTS).await
    }
}
