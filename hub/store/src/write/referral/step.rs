//! Steps of a referral: by who sits in it, for single services, and by the clock.

use sangam_vocabulary::{AnswerLinkId, Code, Instant, Noun, OrganizationId, RecordId, Seat};
use sangam_workflow::flow::{self, By, Flow};
use sangam_workflow::referral::{DeclineReason, Event, Referral, State, Stepped, met, takes_back};
use sangam_workflow::service;
use sea_orm::{DatabaseTransaction, Value};
use uuid::Uuid;

use super::transfer::{Transfer, hand_over};
use super::{ReferralRefusal, Sending, Stands, clock_of, queue, same_is_open, send};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read::DeliveryKind;
use crate::write::standing::AFTERGLOW_DAYS;
use crate::write::{answer_link, bytes, clock, execute, flag, one};

/// Takes a step of a referral the caller sits in.
pub struct ReferralStep {
    /// The referral.
    pub referral: RecordId,
    /// Who takes it.
    pub organization: OrganizationId,
    /// The version the caller saw; absent where a partner's system answers without one.
    pub version: Option<i64>,
    /// The event.
    pub event: Event,
    /// The coded reason.
    pub reason: Option<DeclineReason>,
    /// The organization that could help instead, where the event is to redirect.
    pub proposed: Option<OrganizationId>,
    /// What was decided about responsibility for the case, where a transfer is accepted.
    pub transfer: Option<Transfer>,
    /// The link that it came by, which it uses up.
    pub link: Option<AnswerLinkId>,
    /// An id for the deliveries to the parties' systems.
    pub delivery: Uuid,
}

commands!(ReferralStep, ReferralExpiry, ServicesStep);

impl Work for ReferralStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let stands = Stands::of(tx, self.referral, self.organization, at).await?;
            stands.seen(self.version)?;
            let met = met(&stands.answers.states());
            let stepped = flow::take::<Referral>(stands.state, self.event, stands.by, &met, self.reason)?;
            let proposed = self.proposed(tx, &stands).await?;
            if let Some(link) = self.link {
                answer_link::use_up(tx, link, self.referral, at).await?;
            }
            let mut applied = carry_out(tx, &stands, &stepped, proposed, self.delivery, at).await?;
            if stands.transfer && self.event == Event::Accept {
                applied.events.extend(hand_over(tx, &stands, self.transfer.as_ref(), at).await?);
                applied.fence = true;
            }
            Ok(applied)
        })
    }
}

impl ReferralStep {
    /// Whom the recipient names, where it redirects: a third organization that is a member here.
    async fn proposed(&self, tx: &DatabaseTransaction, stands: &Stands) -> Result<Option<OrganizationId>, Refused> {
        let proposed = match (self.event, self.proposed) {
            (Event::Redirect, Some(proposed)) => proposed,
            (Event::Redirect, None) => return Err(Refused::Referral(ReferralRefusal::NobodyProposed)),
            (_, None) => return Ok(None),
            (_, Some(_)) => return Err(Refused::Referral(ReferralRefusal::OddProposal)),
        };
        let known = one(tx, "SELECT id FROM organization WHERE id = $1", vec![bytes(proposed.uuid())]).await?;
        if known.is_none() || [stands.sender, stands.recipient].contains(&proposed) {
            return Err(Refused::Referral(ReferralRefusal::OddProposal));
        }
        Ok(Some(proposed))
    }
}

/// Lets a referral that nobody answered expire. The clock's, when its instant has come.
pub struct ReferralExpiry {
    /// The referral.
    pub referral: RecordId,
    /// An id for the deliveries to the parties' systems.
    pub delivery: Uuid,
}

impl Work for ReferralExpiry {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let stands = Stands::of_the_clock(tx, self.referral).await?;
            let stepped = flow::take::<Referral>(stands.state, Event::Expire, stands.by, &[], None)?;
            // What the clock was started with stands in the row as well; a clock that strikes early ends nothing.
            if stands.answer_by.is_none_or(|due| at < due) {
                return Err(Refused::Referral(ReferralRefusal::NotDue));
            }
            carry_out(tx, &stands, &stepped, None, self.delivery, at).await
        })
    }
}

/// Writes what a step came to: state, services, seats, clock, deliveries.
async fn carry_out(
    tx: &DatabaseTransaction,
    stands: &Stands,
    stepped: &Stepped,
    proposed: Option<OrganizationId>,
    delivery: Uuid,
    at: Instant,
) -> Result<Applied, Refused> {
    let (from, to) = (stepped.from(), stepped.to());
    let over = flow::is_final::<Referral>(to);
    let mut answers = stands.answers.clone();
    match stepped.event() {
        Event::Accept => answers.take_all(service::Event::Accept, stands.by, &service::met(from), None),
        Event::Decline => answers.take_all(service::Event::Decline, stands.by, &service::met(from), stepped.reason()),
        _ => {}
    }
    let (states, reasons) = answers.texts();
    if stepped.event() == Event::Send && same_is_open(tx, &stands.sameness).await?.is_some() {
        return Err(Refused::Referral(ReferralRefusal::OpenAlready));
    }
    // The version once more: another process may have stepped it since it was read above.
    let stepped_once = execute(
        tx,
        "UPDATE referral SET state = $2, decline_reason = coalesce($3, decline_reason), is_open = $4, service_states = $5, service_reasons = $6, proposed = coalesce($7, proposed), changed_at = $8, version = version + 1 WHERE id = $1 AND version = $9",
        vec![
            bytes(stands.referral.uuid()),
            to.code().into(),
            stepped.reason().map(|reason| reason.code().to_owned()).into(),
            flag(!over),
            states.into(),
            reasons.into(),
            Value::Bytes(proposed.map(|proposed| proposed.uuid().as_bytes().to_vec())),
            at.millis().into(),
            stands.version.into(),
        ],
    )
    .await?;
    if stepped_once == 0 {
        return Err(stands.moved(tx).await);
    }
    if Referral::clock(from).is_some() && Referral::clock(to).is_none() {
        clock::stop(tx, clock_of(stands.referral, stands.subject)).await?;
    }
    if over {
        execute(
            tx,
            "UPDATE standing SET open_until = $2, until_at = $3 WHERE record = $1 AND noun = 'REFERRAL'",
            vec![bytes(stands.referral.uuid()), at.millis().into(), at.plus_days(AFTERGLOW_DAYS).millis().into()],
        )
        .await?;
    }
    match (from, to) {
        (State::Draft, State::Sent) => send(tx, &Sending::of_a_draft(stands, delivery), at).await?,
        // A draft that is given up was nobody's but the sender's.
        (State::Draft, _) => {}
        _ => {
            // The ids of one party's deliveries count on from the one that was drawn, those of the next from far on.
            let next = Uuid::from_u128(delivery.as_u128().wrapping_add(1 << 32));
            if stands.by != By::Seat(Seat::Sender) {
                queue(tx, delivery, stands.sender, stands.referral, DeliveryKind::Answer, at).await?;
            }
            // Whoever ended it: what its own people said here, the recipient's system has not heard either.
            if takes_back(to) {
                queue(tx, next, stands.recipient, stands.referral, DeliveryKind::End, at).await?;
            }
        }
    }
    let event = NewEvent { noun: Noun::Referral, record: stands.referral, subject: stands.subject, kind: to.code() };
    let fence = over || from == State::Draft;
    Ok(Applied { record: Some(stands.referral.uuid()), events: vec![event], fence, ..Applied::default() })
}

/// Which services an answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// Those with these numbers, from 1: all of them take the step, or none does.
    These(Vec<usize>),
    /// Every one that can take the step.
    Each,
}

/// Answers services of a referral that the caller is the recipient of.
pub struct ServicesStep {
    /// The referral.
    pub referral: RecordId,
    /// Who answers.
    pub organization: OrganizationId,
    /// The version the caller saw; absent where a partner's system answers without one.
    pub version: Option<i64>,
    /// Which services.
    pub services: Answered,
    /// The event.
    pub event: service::Event,
    /// The coded reason.
    pub reason: Option<DeclineReason>,
    /// An id for the delivery to the sender's system.
    pub delivery: Uuid,
}

impl Work for ServicesStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let stands = Stands::of(tx, self.referral, self.organization, at).await?;
            stands.seen(self.version)?;
            let (by, needs) = (stands.by, service::met(stands.state));
            let mut answers = stands.answers.clone();
            match &self.services {
                Answered::These(numbers) => {
                    for number in numbers {
                        answers.take(*number, self.event, by, &needs, self.reason)?;
                    }
                }
                Answered::Each => answers.take_all(self.event, by, &needs, self.reason),
            }
            if answers == stands.answers {
                return Err(Refused::Illegal { legal: Vec::new() });
            }
            let (states, reasons) = answers.texts();
            let answered_once = execute(
                tx,
                "UPDATE referral SET service_states = $2, service_reasons = $3, changed_at = $4, version = version + 1 WHERE id = $1 AND version = $5",
                vec![
                    bytes(self.referral.uuid()),
                    states.into(),
                    reasons.into(),
                    at.millis().into(),
                    stands.version.into(),
                ],
            )
            .await?;
            if answered_once == 0 {
                return Err(stands.moved(tx).await);
            }
            queue(tx, self.delivery, stands.sender, self.referral, DeliveryKind::Answer, at).await?;
            let event =
                NewEvent { noun: Noun::Referral, record: self.referral, subject: stands.subject, kind: "SERVICES" };
            Ok(Applied { record: Some(self.referral.uuid()), events: vec![event], ..Applied::default() })
        })
    }
}
