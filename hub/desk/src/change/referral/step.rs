//! Steps of a referral, and answers about single services.

use sangam_custody::{Behind, EntryKind, OutwardKind};
use sangam_language::{AnswerServices, Caller, Cell, ErrorCode, Outcome, PortFault, StepReferral};
use sangam_store::{Answered, Command, ReferralExpiry, ReferralRefusal, ReferralStep, Refused, Rows, ServicesStep};
use sangam_vocabulary::{AnswerLinkId, CategorySet, Code, DeliveryId, OrganizationId, Purpose, RecordId, SubjectId};
use sangam_workflow::referral::{DeclineReason, Event};
use sangam_workflow::service;
use uuid::Uuid;

use super::transfer::Handing;
use crate::change::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal, say};
use crate::cover::Tried;
use crate::hub::{Desk, DeskFault};
use crate::ids;
use crate::journalled::Acting;
use crate::read::store_fault;

/// A step as it is asked for, by the API or by a partner's system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) referral: RecordId,
    /// The version that was seen; absent where a partner's system answers.
    pub(crate) version: Option<i64>,
    pub(crate) event: Event,
    pub(crate) reason: Option<DeclineReason>,
    pub(crate) proposed: Option<OrganizationId>,
    /// Who in the organization asks, as far as a ruling depends on it.
    pub(crate) behind: Behind,
    /// The link it came by.
    pub(crate) link: Option<AnswerLinkId>,
}

/// An answer about services as it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct ServicesAsked {
    pub(crate) referral: RecordId,
    pub(crate) version: Option<i64>,
    pub(crate) services: Answered,
    pub(crate) event: service::Event,
    pub(crate) reason: Option<DeclineReason>,
}

/// What came of asking for a step.
pub(crate) enum Stepping {
    /// It is the writer's to take.
    Take(Command),
    /// No such referral exists for whoever asks.
    NotFound,
    /// It would hand responsibility over, and these categories are withheld from the recipient.
    Withheld(CategorySet),
    /// It would hand responsibility over to an organization that is no full member.
    OnProbation,
}

/// How often a transfer is decided anew when something changed while it was decided.
const ATTEMPTS: u8 = 3;

fn withheld(plans: Plans<'_>, categories: CategorySet) -> Outcome {
    let message = "Whoever owns a case reads all of it, and these categories are withheld from you: ask the sender for the person's consent, or decline.";
    let codes = categories.iter().map(|category| Cell::Text(category.code().to_owned())).collect();
    say(plans, "TransferRefused", message, &[("categories", Cell::List(codes))])
}

const AFTER: Told = Told { member: "StepTaken", prefix: "referral.", rows: Rows::Referrals };

fn reason(code: Option<&str>) -> Result<Option<DeclineReason>, PortFault> {
    Ok(code.map(DeclineReason::read).transpose().map_err(|_| ErrorCode::BadVariables)?)
}

impl Desk {
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
        let proposed = match input.proposed.as_deref().map(ids::organization) {
            None => None,
            Some(Ok(proposed)) if self.admits(proposed).is_some() => Some(proposed),
            Some(_) => {
                return Ok(invalid(plans, "/proposed", "Not an organization that takes referrals now."));
            }
        };
        let event = Event::read(&input.event).map_err(|_| ErrorCode::BadVariables)?;
        let reason = reason(input.reason.as_deref())?;
        if self.outside_of_referral(caller, referral).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let behind = caller.party().asker().behind;
        let covered = self.covered(caller, purpose, (Rows::Referrals, referral), Tried::Of(None, event.code())).await?;
        let version = Some(input.version);
        let asked = Asked { referral, version, event, reason, proposed, behind, link: None };
        for attempt in 1..=ATTEMPTS {
            let command = match self.step_command(caller.into(), asked).await? {
                Stepping::Take(command) => command,
                Stepping::NotFound => {
                    self.refused(caller, purpose).await;
                    return Ok(not_found(plans));
                }
                Stepping::Withheld(categories) => {
                    self.refused(caller, purpose).await;
                    return Ok(withheld(plans, categories));
                }
                Stepping::OnProbation => {
                    self.refused(caller, purpose).await;
                    let why =
                        "An organization on probation answers referrals and takes over no case; ask the operator.";
                    return Ok(say(plans, "NotPermitted", why, &[]));
                }
            };
            match self.writer.submit(command.covered(covered.clone()).once(key.clone())).await {
                Ok(_) => return self.changed(caller, purpose, plans, AFTER, referral.uuid()).await,
                Err(Refused::Referral(ReferralRefusal::Moved)) if attempt < ATTEMPTS => {}
                Err(refused) => return refusal(plans, refused),
            }
        }
        Err(ErrorCode::TooBusy.into())
    }

    pub(crate) async fn answer_services(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: AnswerServices,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let request = format!("answerServices {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(referral) = self.inward(organization, OutwardKind::Referral, &input.referral) else {
            return Ok(invalid(plans, "/referral", "Not the id of a referral."));
        };
        let numbers: Result<Vec<usize>, _> = input.services.iter().map(|number| usize::try_from(*number)).collect();
        let numbers = match numbers {
            Ok(numbers) if !numbers.is_empty() && numbers.len() <= super::SERVICES => numbers,
            _ => return Ok(invalid(plans, "/services", "Name 1 to 12 services by their numbers, from 1.")),
        };
        let event = service::Event::read(&input.event).map_err(|_| ErrorCode::BadVariables)?;
        let reason = reason(input.reason.as_deref())?;
        if self.outside_of_referral(caller, referral).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let services = Answered::These(numbers);
        let asked = ServicesAsked { referral, version: Some(input.version), services, event, reason };
        let Some(command) = self.services_command(caller.into(), asked).await? else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        match self.writer.submit(command.once(key)).await {
            Ok(_) => {
                let told = Told { member: "ServicesAnswered", ..AFTER };
                self.changed(caller, purpose, plans, told, referral.uuid()).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    /// Whether a person asks who is not on the team of a referral that her organization has a seat in.
    pub(crate) async fn outside_of_referral(&self, caller: &Caller, referral: RecordId) -> Result<bool, PortFault> {
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

    /// A step as a command with its journal entries.
    pub(crate) async fn step_command(&self, by: Acting, asked: Asked) -> Result<Stepping, PortFault> {
        let Asked { referral, version, event, reason, proposed, behind, link } = asked;
        let organization = by.organization;
        let parties = self.store.referral_parties(referral).await.map_err(store_fault)?;
        let parties = parties.filter(|(sender, recipient, _)| [*sender, *recipient].contains(&organization));
        let Some((sender, recipient, subject)) = parties else { return Ok(Stepping::NotFound) };
        let (mut transfer, mut handed) = (None, None);
        if event == Event::Accept && organization == recipient {
            match self.handing(&by, behind, referral, sender, subject).await? {
                Handing::Nothing => {}
                Handing::OnProbation => return Ok(Stepping::OnProbation),
                Handing::Withheld(categories) => return Ok(Stepping::Withheld(categories)),
                Handing::May(decided, entry) => (transfer, handed) = (Some(decided), Some(entry)),
            }
        }
        let delivery = self.delivery_id()?;
        let change =
            ReferralStep { referral, organization, version, event, reason, proposed, transfer, link, delivery };
        let Some(command) = self.stepped(Command::from(change), by, referral, subject).await? else {
            return Ok(Stepping::NotFound);
        };
        Ok(Stepping::Take(match handed {
            Some(entry) => command.recorded(entry),
            None => command,
        }))
    }

    /// An answer about services as a command with its journal entry; `None` when no such referral exists.
    pub(crate) async fn services_command(
        &self,
        by: Acting,
        asked: ServicesAsked,
    ) -> Result<Option<Command>, PortFault> {
        let ServicesAsked { referral, version, services, event, reason } = asked;
        let Some(subject) = self.subject_of(referral, by.organization).await? else { return Ok(None) };
        let (organization, delivery) = (by.organization, self.delivery_id()?);
        let change = ServicesStep { referral, organization, version, services, event, reason, delivery };
        self.stepped(Command::from(change), by, referral, subject).await
    }

    /// The end of a referral that nobody answered, as a command with its journal entry, in the sender's name: it waited.
    /// `None` when there is no such referral.
    ///
    /// # Errors
    /// [`DeskFault`] as for any step; the owner's keys must be open.
    pub async fn expiry_command(&self, referral: RecordId) -> Result<Option<Command>, DeskFault> {
        let parties = self.store.referral_parties(referral).await?;
        let Some((sender, _, subject)) = parties else { return Ok(None) };
        let delivery = DeliveryId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?.uuid();
        let command = Command::from(ReferralExpiry { referral, delivery });
        self.recorded_step(command, &sender.into(), referral, subject).await
    }

    /// The subject of a referral that an organization is a party of.
    pub(super) async fn subject_of(
        &self,
        referral: RecordId,
        organization: OrganizationId,
    ) -> Result<Option<SubjectId>, PortFault> {
        let parties = self.store.referral_parties(referral).await.map_err(store_fault)?;
        let parties = parties.filter(|(sender, recipient, _)| [*sender, *recipient].contains(&organization));
        Ok(parties.map(|(_, _, subject)| subject))
    }

    fn delivery_id(&self) -> Result<Uuid, PortFault> {
        Ok(DeliveryId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?.uuid())
    }

    async fn stepped(
        &self,
        command: Command,
        by: Acting,
        referral: RecordId,
        subject: SubjectId,
    ) -> Result<Option<Command>, PortFault> {
        Ok(self.recorded_step(command, &by, referral, subject).await?)
    }

    async fn recorded_step(
        &self,
        command: Command,
        by: &Acting,
        referral: RecordId,
        subject: SubjectId,
    ) -> Result<Option<Command>, DeskFault> {
        let Some(facts) = self.store.subject(subject).await? else { return Ok(None) };
        let key = self.subject_key(facts.owner.organization, subject, &facts.keys).await?;
        let entry = self.entry(EntryKind::ReferralStepped, by, &key, referral, CategorySet::NONE)?;
        Ok(Some(command.recorded(entry)))
    }
}
