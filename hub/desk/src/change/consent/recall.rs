//! Answering a recall. Who was asked answers, also when it has no standing any more; and any of its people, on the team or
//! not: a recall says no more than that a case exists, and silence keeps it open.

use sangam_custody::{EntryKind, OutwardKind};
use sangam_language::{AnswerRecall, Caller, ErrorCode, Outcome, PortFault};
use sangam_store::{Command, RecallAnswer, Rows};
use sangam_vocabulary::{Code, Purpose, SubjectId};
use sangam_workflow::recall::{Event, Reason};

use crate::change::{Plans, Told, idempotency, invalid, not_found, refusal};
use crate::hub::Desk;
use crate::read::store_fault;

impl Desk {
    pub(crate) async fn answer_recall(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: AnswerRecall,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let recipient = caller.party().organization;
        let request = format!("answerRecall {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(recipient, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        let event = Event::read(&input.answer).map_err(|_| ErrorCode::BadVariables)?;
        let reason = input.reason.as_deref().map(Reason::read).transpose().map_err(|_| ErrorCode::BadVariables)?;
        let asked = self.store.was_recalled(subject, recipient).await.map_err(store_fault)?;
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|_| asked) else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        let entry = self.of_subject(EntryKind::RecallAnswered, caller, &facts).await?;
        let change = RecallAnswer { recipient, subject, version: input.version, event, reason };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(committed) => {
                let record = committed.record.ok_or(ErrorCode::Internal)?;
                let told = Told { member: "RecallAnswered", prefix: "recall.", rows: Rows::Recalls };
                self.changed(caller, purpose, plans, told, record).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}
