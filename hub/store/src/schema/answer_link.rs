//! The sixteenth schema: where an organization without a system is asked for its answers, and the links by which it
//! gives them. It only adds: a referral of an earlier day has no link until its sender has one made.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Answer links.
pub(super) struct AnswerLinks;

impl MigrationName for AnswerLinks {
    fn name(&self) -> &'static str {
        "m0016_answer_link"
    }
}

/// A referral has one link; one that is made anew takes its place. Of the link the id is here, and a digest of what
/// stands in its address; address and code follow from the organization's key. Of each way: when it is tried next, and
/// how often it was.
const ANSWER_LINKS: &str = "
CREATE TABLE answer_contact (
  organization {BYTES} PRIMARY KEY REFERENCES organization(id), mail {BYTES} NOT NULL, sms {BYTES} NOT NULL,
  language TEXT NOT NULL, given_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};

CREATE TABLE answer_link (
  referral {BYTES} PRIMARY KEY REFERENCES referral(id), id {BYTES} NOT NULL UNIQUE,
  organization {BYTES} NOT NULL REFERENCES organization(id), place {BYTES} UNIQUE, state TEXT NOT NULL,
  made_at {INT} NOT NULL, until_at {INT} NOT NULL, made_times {INT} NOT NULL, tries {INT} NOT NULL,
  mail_due {INT}, mail_sends {INT} NOT NULL, sms_due {INT}, sms_sends {INT} NOT NULL){ROWLESS};
CREATE INDEX answer_link_mail_due ON answer_link (mail_due);
CREATE INDEX answer_link_sms_due ON answer_link (sms_due);

ALTER TABLE referral ADD COLUMN call_asked_at {INT};
";

#[async_trait::async_trait]
impl MigrationTrait for AnswerLinks {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, ANSWER_LINKS).await
    }
}
