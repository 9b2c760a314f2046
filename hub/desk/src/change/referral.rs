//! Sending a referral, and its steps.

use sangam_custody::{EntryKind, OutwardKind};
use sangam_language::{Caller, ErrorCode, Outcome, PortFault, SendReferral, StepReferral};
use sangam_store::{Command, NewReferral, ReferralStep, Refused, Rows, Source};
use sangam_vocabulary::payload::{Payload, ServiceCode, Services};
use sangam_vocabulary::{
    Category, CategorySet, Code, DeliveryId, OrganizationId, Purpose, RecordId, ReferralId, SubjectId,
};
use sangam_workflow::referral::{DeclineReason, Event, Urgency};

use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal, say};
use crate::hub::{Desk, DeskFault};
use crate::ids;
use crate::journalled::Acting;
use crate::read::store_fault;

/// The longest note, in characters: a page.
const NOTE_LENGTH: usize = 4000;
/// The most services in one referral.
const SERVICES: usize = 12;

/// A referral before it is sealed, from the API or from a partner's record.
pub(crate) struct Draft {
    pub(crate) subject: SubjectId,
    pub(crate) by: Acting,
    pub(crate) recipient: OrganizationId,
    pub(crate) services: Vec<ServiceCode>,
    pub(crate) note: Option<String>,
    pub(crate) urgency: Urgency,
    pub(crate) source: Option<Source>,
}

impl Desk {
    /// Seals a draft into a command. `None` when the sender does not own the subject.
    pub(crate) async fn referral_command(&self, draft: Draft) -> Result<Option<Command>, DeskFault> {
        let (facts, sender) = (self.store.subject(draft.subject).await?, draft.by.organization);
        let Some(facts) = facts.filter(|facts| facts.owner.organization == sender) else { return Ok(None) };
        let key = self.subject_key(sender, draft.subject, &facts.keys).await?;
        let now = self.now();
        let id = ReferralId::new(now, self.chance()).ok_or(DeskFault::NoChance)?;
        let delivery = DeliveryId::new(now, self.chance()).ok_or(DeskFault::NoChance)?;
        let mut codes: Vec<_> = draft.services.iter().map(|service| service.code()).collect();
        codes.sort_unstable();
        let same = format!("{} {} {}", draft.subject.uuid(), draft.recipient.uuid(), codes.join(" "));
        let sameness = self.keys.blind(sender, "referral", same.as_bytes())?;
        let payload = Payload::Services(Services { services: draft.services, note: draft.note });
        let services = key.seal(self.chance(), RecordId::from(id), &payload)?;
        let categories = CategorySet::NONE.with(Category::Services);
        let entry = self.entry(EntryKind::ReferralSent, &draft.by, &key, id.into(), categories)?;
        let change = NewReferral {
            id,
            subject: draft.subject,
            sender,
            recipient: draft.recipient,
            urgency: draft.urgency,
            services,
            sameness,
            source: draft.source,
            delivery: delivery.uuid(),
        };
        Ok(Some(Command::from(change).recorded(entry)))
    }

    pub(crate) async fn send_referral(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: SendReferral,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let sender = caller.party().organization;
        let request = format!("sendReferral {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(sender, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let Ok(recipient) = ids::organization(&input.recipient) else {
            return Ok(invalid(plans, "/recipient", "Not the id of an organization."));
        };
        if input.services.is_empty() || input.services.len() > SERVICES {
            return Ok(invalid(plans, "/services", "A referral asks for 1 to 12 services."));
        }
        if input.note.as_ref().is_some_and(|note| note.chars().count() > NOTE_LENGTH) {
            return Ok(invalid(plans, "/note", "A note has at most 4,000 characters."));
        }
        if !self.is_full_member(sender) {
            self.refused(caller, purpose).await;
            let why = "An organization on probation answers referrals and sends none; ask the operator.";
            return Ok(say(plans, "NotPermitted", why, &[]));
        }
        if self.admits(recipient).is_none() {
            return Ok(invalid(plans, "/recipient", "Not an organization that takes referrals now."));
        }
        if recipient == sender {
            return Ok(invalid(plans, "/recipient", "A referral goes to another organization."));
        }
        let urgency = Urgency::read(&input.urgency).map_err(|_| ErrorCode::BadVariables)?;
        let draft = Draft {
            subject: SubjectId::from_uuid(subject.uuid()),
            by: caller.into(),
            recipient,
            services: input.services,
            note: input.note,
            urgency,
            source: None,
        };
        let subject = draft.subject;
        let Some(command) = self.referral_command(draft).await? else {
            return self.not_owner(caller, purpose, subject, plans).await;
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let record = match self.writer.submit(command.once(key)).await {
            Ok(committed) => committed.record.ok_or(ErrorCode::Internal)?,
            // The same referral while one is open is the same referral.
            Err(Refused::Duplicate { record }) => record,
            Err(refused) => return refusal(plans, refused),
        };
        self.changed(
            caller,
            purpose,
            plans,
            Told { member: "ReferralSent", prefix: "referral.", rows: Rows::Referrals },
            record,
        )
        .await
    }

    pub(crate) async fn step_referral(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: StepReferral,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let request = format!("stepReferral {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(referral) = self.inward(organization, OutwardKind::Referral, &input.referral) else {
            return Ok(invalid(plans, "/referral", "Not the id of a referral."));
        };
        let event = Event::read(&input.event).map_err(|_| ErrorCode::BadVariables)?;
        let reason =
            input.reason.as_deref().map(DeclineReason::read).transpose().map_err(|_| ErrorCode::BadVariables)?;
        if self.outside_of_referral(caller, referral).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let command = self.step_command(caller.into(), referral, Some(input.version), event, reason).await?;
        let Some(command) = command else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        match self.writer.submit(command.once(key)).await {
            Ok(_) => {
                self.changed(
                    caller,
                    purpose,
                    plans,
                    Told { member: "StepTaken", prefix: "referral.", rows: Rows::Referrals },
                    referral.uuid(),
                )
                .await
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    /// Whether a person asks who is not on the team of a referral that her organization has a seat in.
    async fn outside_of_referral(&self, caller: &Caller, referral: RecordId) -> Result<bool, PortFault> {
        if caller.party().person().is_none() {
            return Ok(false);
        }
        let own = caller.party().organization;
        match self.store.referral_parties(referral).await.map_err(store_fault)? {
            Some((sender, recipient, subject)) if [sender, recipient].contains(&own) => {
                self.outside(caller, subject).await
            }
            _ => Ok(false),
        }
    }

    /// A step as a command with its journal entry; `None` when no such referral exists.
    pub(crate) async fn step_command(
        &self,
        by: Acting,
        referral: RecordId,
        version: Option<i64>,
        event: Event,
        reason: Option<DeclineReason>,
    ) -> Result<Option<Command>, PortFault> {
        let organization = by.organization;
        let parties = self.store.referral_parties(referral).await.map_err(store_fault)?;
        let Some((_, _, subject)) =
            parties.filter(|(sender, recipient, _)| [*sender, *recipient].contains(&organization))
        else {
            return Ok(None);
        };
        let Some(facts) = self.store.subject(subject).await.map_err(store_fault)? else { return Ok(None) };
        let key = self.subject_key(facts.owner.organization, subject, &facts.keys).await?;
        let entry =
            self.entry(EntryKind::ReferralStepped, &by, &key, referral, CategorySet::NONE).map_err(DeskFault::from)?;
        let delivery = DeliveryId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?;
        let change = ReferralStep { referral, organization, version, event, reason, delivery: delivery.uuid() };
        Ok(Some(Command::from(change).recorded(entry)))
    }
}
