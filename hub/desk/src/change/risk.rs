//! Reporting what a witness fears.

use sangam_custody::{EntryKind, OutwardKind};
use sangam_language::{Caller, ErrorCode, Outcome, PortFault, ReportRisk};
use sangam_store::{Command, NewRisk, Rows};
use sangam_vocabulary::payload::{ContactSafety, Payload};
use sangam_vocabulary::{Category, CategorySet, Purpose, RecordId, RiskId, SubjectId};
use sangam_workflow::risk::SEATS;

use super::hearing::NOTE_LENGTH;
use super::{Plans, Told, idempotency, invalid, refusal};
use crate::hub::{Desk, DeskFault};

impl Desk {
    pub(crate) async fn report_risk(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: ReportRisk,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let asked_for = purpose.ok_or(ErrorCode::PurposeRequired)?;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("reportRisk {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(organization, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        if input.note.as_ref().is_some_and(|note| note.chars().count() > NOTE_LENGTH) {
            return Ok(invalid(plans, "/note", "A note has at most 4,000 characters."));
        }
        let subject = SubjectId::from_uuid(subject.uuid());
        let subject_key = match self.seated(caller, (asked_for, SEATS), subject, plans).await? {
            Ok(key) => key,
            Err(outcome) => return Ok(outcome),
        };
        let id = RecordId::from(RiskId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?);
        let payload = Payload::ContactSafety(ContactSafety {
            safe_to_call: input.safe_to_call,
            instructions: input.note,
            protection_measures: Vec::new(),
        });
        let note = subject_key.seal(self.chance(), id, &payload).map_err(DeskFault::from)?;
        let categories = CategorySet::NONE.with(Category::ContactSafety);
        let entry = self
            .entry(EntryKind::RiskReported, &caller.into(), &subject_key, id, categories)
            .map_err(DeskFault::from)?;
        let change = NewRisk { id, subject, organization, purpose: asked_for, kind: input.kind, note };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(committed) => {
                let told = Told { member: "RiskReported", prefix: "risk.", rows: Rows::Risks };
                self.changed(caller, purpose, plans, told, committed.record.ok_or(ErrorCode::Internal)?).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}
