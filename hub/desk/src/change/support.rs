//! Support plans after return: opening one, looking at it, closing it. Asked for reintegration, by the owner.

use sangam_custody::{EntryKind, OutwardKind, SubjectKey};
use sangam_language::{Caller, CloseSupportPlan, ErrorCode, OpenSupportPlan, Outcome, PortFault, ReviewSupportPlan};
use sangam_store::{Command, NewSupportPlan, Rows, SupportAct, SupportPlanStep};
use sangam_vocabulary::payload::{Narrative, Payload};
use sangam_vocabulary::{
    Category, CategorySet, Instant, Noun, Purpose, RecordId, SubjectId, SupportPlanId, SupportReviewId,
};

use super::hearing::NOTE_LENGTH;
use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal};
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;

/// The most kinds of support in one plan: every kind there is (HTCDS spl_Type).
const TYPES: usize = 9;
const TOLD: Told = Told { member: "SupportPlanChanged", prefix: "plan.", rows: Rows::SupportPlans };

fn too_long(text: Option<&String>) -> bool {
    text.is_some_and(|text| text.chars().count() > NOTE_LENGTH)
}

const PAGE: &str = "At most 4,000 characters.";

impl Desk {
    pub(crate) async fn open_support_plan(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: OpenSupportPlan,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let owner = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("openSupportPlan {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(owner, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        if purpose != Some(Purpose::Reintegration) {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        }
        if !(1..=TYPES).contains(&input.types.len()) {
            return Ok(invalid(plans, "/types", "A plan has 1 to 9 kinds of support."));
        }
        for (path, text) in [("/objectives", &input.objectives), ("/actionPlan", &input.action_plan)] {
            if too_long(text.as_ref()) {
                return Ok(invalid(plans, path, PAGE));
            }
        }
        let Some(begins) = Instant::read(&input.begins_at) else {
            return Ok(invalid(plans, "/beginsAt", "An instant in RFC 3339."));
        };
        let planned_end = match input.planned_end_at.as_deref().map(Instant::read) {
            Some(Some(end)) if end > begins => Some(end),
            None => None,
            Some(_) => return Ok(invalid(plans, "/plannedEndAt", "An instant in RFC 3339, later than `beginsAt`.")),
        };
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == owner) else {
            return self.not_owner(caller, purpose, subject, plans).await;
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let subject_key = self.subject_key(owner, subject, &facts.keys).await?;
        let id = RecordId::from(SupportPlanId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?);
        // NARRATIVE and not SERVICES: a kind of support names what was done to her (rehabilitation after sexual
        // exploitation), and SERVICES is released to systems that name nobody.
        let said = Payload::Narrative(Narrative {
            support_types: input.types,
            objectives: input.objectives,
            action_plan: input.action_plan,
            ..Narrative::NOTHING
        });
        let plan = subject_key.seal(self.chance(), id, &said).map_err(DeskFault::from)?;
        let entry = self
            .entry(EntryKind::SupportPlanOpened, &caller.into(), &subject_key, id, narrative())
            .map_err(DeskFault::from)?;
        let change = NewSupportPlan { id, subject, owner, begins, planned_end, plan };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(committed) => {
                let told = Told { member: "SupportPlanOpened", ..TOLD };
                self.changed(caller, purpose, plans, told, committed.record.ok_or(ErrorCode::Internal)?).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    /// The plan an id names for the caller, whose it is, and the subject's key; `Err` is what the caller is told.
    async fn support_plan(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        plan: &str,
        plans: Plans<'_>,
    ) -> Result<Result<(RecordId, SubjectKey), Outcome>, PortFault> {
        let own = caller.party().organization;
        let Ok(plan) = self.inward(own, OutwardKind::SupportPlan, plan) else {
            return Ok(Err(invalid(plans, "/plan", "Not the id of a support plan.")));
        };
        let why = purpose.ok_or(ErrorCode::PurposeRequired)?;
        let place = (Noun::SupportPlan, plan);
        let Some((_, subject)) = self.store.seat_in(own, place, why, self.now()).await.map_err(store_fault)? else {
            self.refused(caller, purpose).await;
            return Ok(Err(not_found(plans)));
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(Err(not_on_team(plans)));
        }
        let facts = self.store.subject(subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        Ok(Ok((plan, self.subject_key(own, subject, &facts.keys).await?)))
    }

    pub(crate) async fn review_support_plan(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: ReviewSupportPlan,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("reviewSupportPlan {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        if too_long(input.note.as_ref()) {
            return Ok(invalid(plans, "/note", PAGE));
        }
        let (plan, subject_key) = match self.support_plan(caller, purpose, &input.plan, plans).await? {
            Ok(found) => found,
            Err(outcome) => return Ok(outcome),
        };
        let review = RecordId::from(SupportReviewId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?);
        let said = Payload::Narrative(Narrative {
            account: input.note,
            retrafficked: Some(input.retrafficked),
            ..Narrative::NOTHING
        });
        let note = subject_key.seal(self.chance(), review, &said).map_err(DeskFault::from)?;
        let entry = self
            .entry(EntryKind::SupportPlanReviewed, &caller.into(), &subject_key, plan, narrative())
            .map_err(DeskFault::from)?;
        let act = SupportAct::Review(review, input.finding, note);
        let change = SupportPlanStep { plan, organization, version: input.version, act };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => self.changed(caller, purpose, plans, TOLD, plan.uuid()).await,
            Err(refused) => refusal(plans, refused),
        }
    }

    pub(crate) async fn close_support_plan(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: CloseSupportPlan,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("closeSupportPlan {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let (plan, subject_key) = match self.support_plan(caller, purpose, &input.plan, plans).await? {
            Ok(found) => found,
            Err(outcome) => return Ok(outcome),
        };
        let entry = self
            .entry(EntryKind::SupportPlanClosed, &caller.into(), &subject_key, plan, CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let act = SupportAct::Close(input.outcome);
        let change = SupportPlanStep { plan, organization, version: input.version, act };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => self.changed(caller, purpose, plans, TOLD, plan.uuid()).await,
            Err(refused) => refusal(plans, refused),
        }
    }
}

const fn narrative() -> CategorySet {
    CategorySet::NONE.with(Category::Narrative)
}
