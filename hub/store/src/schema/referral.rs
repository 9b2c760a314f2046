//! The eighth schema: the referral in full. It only adds: a referral of an earlier day has no answer-by, and its
//! services are not answered one by one.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// The referral in full.
pub(super) struct Referral;

impl MigrationName for Referral {
    fn name(&self) -> &'static str {
        "m0008_referral"
    }
}

/// `service_states` and `service_reasons` have one code a service, in the order of the sealed list, comma-separated; a
/// service that was not declined has `-` for a reason. So what is answered is one row with one version, and which service
/// it is about stays sealed. `sameness` is looked for among ended referrals too: a re-referral links to the earlier one.
const REFERRAL: &str = "
ALTER TABLE referral ADD COLUMN service_states TEXT NOT NULL DEFAULT '';
ALTER TABLE referral ADD COLUMN service_reasons TEXT NOT NULL DEFAULT '';
ALTER TABLE referral ADD COLUMN answer_by {INT};
ALTER TABLE referral ADD COLUMN proposed {BYTES};
ALTER TABLE referral ADD COLUMN redirected_from {BYTES};
ALTER TABLE referral ADD COLUMN re_referral_of {BYTES};
ALTER TABLE referral ADD COLUMN transfer {INT} NOT NULL DEFAULT 0;
CREATE INDEX referral_by_sameness ON referral (sameness, id);

CREATE TABLE referral_message (
  id {BYTES} PRIMARY KEY, referral {BYTES} NOT NULL REFERENCES referral(id), seat TEXT NOT NULL,
  sent_at {INT} NOT NULL){ROWLESS};
CREATE INDEX referral_message_by_referral ON referral_message (referral, id);

CREATE INDEX delivery_by_record ON delivery (record, kind);
";

#[async_trait::async_trait]
impl MigrationTrait for Referral {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, REFERRAL).await
    }
}
