//! Arrivals: recorded, stepped, linked to referrals.

use sangam_custody::{EntryKind, OutwardKind, SubjectKey};
use sangam_language::{Caller, ErrorCode, LinkArrival, Outcome, PortFault, RecordArrival, StepArrival};
use sangam_store::{ArrivalLink, ArrivalStep, Command, NewArrival, Refused, Rows};
use sangam_vocabulary::{ArrivalId, CategorySet, Code, Purpose, RecordId, SubjectId};
use sangam_workflow::arrival::{CloseReason, Event, Kind};

use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal};
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;

const KEY: &str = "An idempotency key has 1 to 128 characters.";

const fn told(member: &'static str) -> Told {
    Told { member, prefix: "arrival.", rows: Rows::Arrivals }
}

/// An own arrival that may be changed, with its subject's key, or what is said instead.
type Own = Result<(RecordId, SubjectKey), Outcome>;

impl Desk {
    /// Whether a caller may change an arrival.
    async fn own_arrival(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        id: &str,
        plans: Plans<'_>,
    ) -> Result<Own, PortFault> {
        let own = caller.party().organization;
        let Ok(record) = self.inward(own, OutwardKind::Arrival, id) else {
            return Ok(Err(invalid(plans, "/arrival", "Not the id of an arrival.")));
        };
        let facts = self.store.arrival(record).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.organization == own) else {
            self.refused(caller, purpose).await;
            return Ok(Err(not_found(plans)));
        };
        if self.outside(caller, facts.subject).await? {
            self.refused(caller, purpose).await;
            return Ok(Err(not_on_team(plans)));
        }
        let subject = self.store.subject(facts.subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        let key = self.subject_key(subject.owner.organization, facts.subject, &subject.keys).await?;
        Ok(Ok((record, key)))
    }

    pub(crate) async fn record_arrival(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: RecordArrival,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("recordArrival {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", KEY));
        };
        let Ok(subject) = self.inward(organization, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        let kind = Kind::read(&input.kind).map_err(|_| ErrorCode::BadVariables)?;
        if input.came_from == Some(caller.party().country) {
            return Ok(invalid(
                plans,
                "/cameFrom",
                "A country other than your own; leave it out where she never left.",
            ));
        }
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == organization) else {
            return self.not_owner(caller, purpose, subject, plans).await;
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let id = ArrivalId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?;
        let subject_key = self.subject_key(organization, subject, &facts.keys).await?;
        let entry = self
            .entry(EntryKind::ArrivalRecorded, &caller.into(), &subject_key, id.into(), CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let change = NewArrival { id, subject, organization, kind, came_from: input.came_from };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(committed) => {
                let record = committed.record.ok_or(ErrorCode::Internal)?;
                self.changed(caller, purpose, plans, told("ArrivalRecorded"), record).await
            }
            Err(Refused::Duplicate { .. }) => {
                Ok(invalid(plans, "/subject", "An arrival of this person is open; close it before you record another."))
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    pub(crate) async fn step_arrival(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: StepArrival,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("stepArrival {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", KEY));
        };
        let event = Event::read(&input.event).map_err(|_| ErrorCode::BadVariables)?;
        let reason = input.reason.as_deref().map(CloseReason::read).transpose().map_err(|_| ErrorCode::BadVariables)?;
        let (arrival, subject_key) = match self.own_arrival(caller, purpose, &input.arrival, plans).await? {
            Ok(own) => own,
            Err(outcome) => return Ok(outcome),
        };
        let entry = self
            .entry(EntryKind::ArrivalStepped, &caller.into(), &subject_key, arrival, CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let change = ArrivalStep { arrival, organization, version: input.version, event, reason };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => self.changed(caller, purpose, plans, told("ArrivalStepped"), arrival.uuid()).await,
            Err(refused) => refusal(plans, refused),
        }
    }

    pub(crate) async fn link_arrival(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: LinkArrival,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("linkArrival {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", KEY));
        };
        let Ok(referral) = self.inward(organization, OutwardKind::Referral, &input.referral) else {
            return Ok(invalid(plans, "/referral", "Not the id of a referral."));
        };
        let (arrival, subject_key) = match self.own_arrival(caller, purpose, &input.arrival, plans).await? {
            Ok(own) => own,
            Err(outcome) => return Ok(outcome),
        };
        let entry = self
            .entry(EntryKind::ArrivalStepped, &caller.into(), &subject_key, arrival, CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let change = ArrivalLink { arrival, organization, version: input.version, referral };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => self.changed(caller, purpose, plans, told("ArrivalLinked"), arrival.uuid()).await,
            Err(Refused::Full { .. }) => {
                Ok(invalid(plans, "/referral", "An arrival names at most 16 referrals; it has as many."))
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}
