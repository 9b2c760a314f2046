//! Inviting an organization to a case, its answer, and the end of it.

use sangam_custody::{EntryKind, OutwardKind, carries};
use sangam_language::{Caller, ErrorCode, InviteContributor, OneContribution, Outcome, PortFault};
use sangam_store::{Command, ContributionStep, NewContribution, Refused, Rows};
use sangam_vocabulary::{CategorySet, ContributionId, Instant, Noun, Purpose, RecordId, Relation, Seat, SubjectId};
use sangam_workflow::contribution::{ANSWER_DAYS, CONTRIBUTION_DAYS, Event};

use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal, say};
use crate::hub::{Desk, DeskFault};
use crate::ids;
use crate::read::store_fault;

const TOLD: Told = Told { member: "ContributionChanged", prefix: "contribution.", rows: Rows::Contributions };

impl Desk {
    pub(crate) async fn invite_contributor(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: InviteContributor,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let owner = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("inviteContributor {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(subject) = self.inward(owner, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        let Ok(contributor) = ids::organization(&input.organization) else {
            return Ok(invalid(plans, "/organization", "Not the id of an organization."));
        };
        let now = self.now();
        let bounded = |until: &Instant| *until > now && *until <= now.plus_days(CONTRIBUTION_DAYS);
        let Some(until) = Instant::read(&input.until).filter(bounded) else {
            let message = "An instant in RFC 3339, later than now and at most 365 days from it.";
            return Ok(invalid(plans, "/until", message));
        };
        if !self.is_full_member(owner) {
            self.refused(caller, purpose).await;
            let why = "An organization on probation takes part in cases and invites nobody to one; ask the operator.";
            return Ok(say(plans, "NotPermitted", why, &[]));
        }
        let Some(party) = self.party(contributor).filter(|_| self.admits(contributor).is_some()) else {
            return Ok(invalid(plans, "/organization", "Not an organization that takes part in cases now."));
        };
        if contributor == owner {
            return Ok(invalid(plans, "/organization", "Another organization is invited, not one's own."));
        }
        let seat = input.seat.seat();
        if !carries(input.purpose, Relation::new(Noun::Contribution, seat), party.role) {
            let message = "Nobody of that organization's kind can be invited in that seat for that purpose.";
            return Ok(invalid(plans, "/purpose", message));
        }
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == owner) else {
            return self.not_owner(caller, purpose, subject, plans).await;
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let id = RecordId::from(ContributionId::new(now, self.chance()).ok_or(DeskFault::NoChance)?);
        let subject_key = self.subject_key(owner, subject, &facts.keys).await?;
        let entry = self
            .entry(EntryKind::ContributorInvited, &caller.into(), &subject_key, id, CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let answer_by = until.min(now.plus_days(ANSWER_DAYS));
        let purpose_of_it = input.purpose;
        let change =
            NewContribution { id, subject, owner, contributor, seat, purpose: purpose_of_it, answer_by, until };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(committed) => {
                let record = committed.record.ok_or(ErrorCode::Internal)?;
                self.changed(caller, purpose, plans, Told { member: "ContributorInvited", ..TOLD }, record).await
            }
            Err(Refused::Duplicate { .. }) => {
                let message = "The organization is invited to this case in that seat already, or takes part in it; end that first.";
                Ok(invalid(plans, "/organization", message))
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    /// Takes a step of a contribution. To the invited an invitation is to the organization, which has no team in the
    /// case yet; of the holder's people the team of the case decides.
    pub(crate) async fn step_contribution(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        (event, input): (Event, OneContribution),
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let purpose_of_it = purpose.ok_or(ErrorCode::PurposeRequired)?;
        let request = format!("stepContribution {event} {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(contribution) = self.inward(organization, OutwardKind::Contribution, &input.contribution) else {
            return Ok(invalid(plans, "/contribution", "Not the id of a contribution."));
        };
        let place = (Noun::Contribution, contribution);
        let seat = self.store.seat_in(organization, place, purpose_of_it, self.now()).await.map_err(store_fault)?;
        let Some((seat, subject)) = seat else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if seat == Seat::Owner && self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let facts = self.store.subject(subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        let subject_key = self.subject_key(facts.owner.organization, subject, &facts.keys).await?;
        let entry = self
            .entry(EntryKind::ContributionStepped, &caller.into(), &subject_key, contribution, CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let change =
            ContributionStep { contribution, organization, purpose: purpose_of_it, version: input.version, event };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => self.changed(caller, purpose, plans, TOLD, contribution.uuid()).await,
            Err(refused) => refusal(plans, refused),
        }
    }
}
