//! Referrals: sent, and stepped by what the workflow returned.

use sangam_custody::Held;
use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, RecordId, ReferralId, Seat, SubjectId};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::flow::{By, Flow, is_final, take};
use sangam_workflow::referral::{DeclineReason, Event, Referral, State, Urgency};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::clock::{self, ClockOf};
use super::record::{Source, put_source};
use super::subject::put_held;
use super::{all, bytes, execute, flag, one, unavailable, unreadable};
use crate::command::{Applied, Command, NewEvent, Refused, Work, Working};
use crate::read;

/// How long the parties of a referral that has ended still see that it did, in days; its categories close
/// with it at once.
const AFTERGLOW_DAYS: i64 = 90;

/// Sends a referral about an own subject.
pub struct NewReferral {
    /// The id.
    pub id: ReferralId,
    /// The subject.
    pub subject: SubjectId,
    /// Who sends it: must own the subject.
    pub sender: OrganizationId,
    /// To whom.
    pub recipient: OrganizationId,
    /// How urgent.
    pub urgency: Urgency,
    /// The services asked for, sealed in this referral's record.
    pub services: Held,
    /// A keyed digest of sender, recipient, subject and services: while one is open, the same is the same.
    pub sameness: [u8; 32],
    /// Where it came from, if from a partner.
    pub source: Option<Source>,
    /// An id for the delivery to the recipient's system.
    pub delivery: Uuid,
}

impl From<NewReferral> for Command {
    fn from(change: NewReferral) -> Self {
        Self::new(change)
    }
}

/// Queues deliveries of a record to the systems of an organization that take pushes. Rows hold ids only:
/// what is delivered is decided at each attempt.
async fn queue(
    tx: &DatabaseTransaction,
    id: Uuid,
    organization: OrganizationId,
    referral: RecordId,
    kind: &str,
    at: Instant,
) -> Result<(), Refused> {
    let rows = all(
        tx,
        "SELECT id FROM partner WHERE organization = $1 AND mode IN ('push', 'both') ORDER BY id",
        vec![bytes(organization.uuid())],
    )
    .await?;
    for (number, row) in rows.iter().enumerate() {
        let partner = read::id(row, "id").map_err(unreadable)?;
        // One id was drawn by the caller; further partners of the same organization count on from it.
        let id = Uuid::from_u128(id.as_u128().wrapping_add(number as u128));
        execute(
            tx,
            "INSERT INTO delivery (id, partner, noun, record, kind, state, attempts, due_at, fault) VALUES ($1, $2, $3, $4, $5, 'WAITING', 0, $6, NULL)",
            vec![
                bytes(id),
                bytes(partner),
                Noun::Referral.to_string().into(),
                bytes(referral.uuid()),
                kind.into(),
                at.millis().into(),
            ],
        )
        .await?;
    }
    Ok(())
}

impl Work for NewReferral {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let owned = one(
                tx,
                "SELECT id FROM subject WHERE id = $1 AND owner = $2",
                vec![bytes(self.subject.uuid()), bytes(self.sender.uuid())],
            )
            .await?;
            let known =
                one(tx, "SELECT id FROM organization WHERE id = $1", vec![bytes(self.recipient.uuid())]).await?;
            if owned.is_none() || known.is_none() || self.recipient == self.sender {
                return Err(Refused::NotFound);
            }
            let open = one(
                tx,
                "SELECT id FROM referral WHERE sameness = $1 AND is_open = 1",
                vec![self.sameness.to_vec().into()],
            )
            .await?;
            if let Some(row) = open {
                return Err(Refused::Duplicate { record: read::id(&row, "id").map_err(unreadable)? });
            }
            let record = RecordId::from(self.id);
            execute(
                tx,
                "INSERT INTO referral (id, subject, sender, recipient, state, urgency, decline_reason, sameness, is_open, sent_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, 1, $8, $8, 1)",
                vec![
                    bytes(record.uuid()),
                    bytes(self.subject.uuid()),
                    bytes(self.sender.uuid()),
                    bytes(self.recipient.uuid()),
                    State::Sent.code().into(),
                    self.urgency.code().into(),
                    self.sameness.to_vec().into(),
                    at.millis().into(),
                ],
            )
            .await?;
            for (organization, seat) in [(self.sender, Seat::Sender), (self.recipient, Seat::Recipient)] {
                execute(
                    tx,
                    "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
                    vec![
                        bytes(organization.uuid()),
                        Noun::Referral.to_string().into(),
                        bytes(record.uuid()),
                        seat.to_string().into(),
                        bytes(self.subject.uuid()),
                        at.millis().into(),
                        Instant::NEVER.millis().into(),
                    ],
                )
                .await?;
            }
            put_held(tx, self.subject, std::slice::from_ref(&self.services)).await?;
            if let Some(source) = &self.source {
                put_source(tx, source, record, Noun::Referral).await?;
            }
            let of = ClockOf { noun: Noun::Referral, record, subject: self.subject, track: "" };
            clock::start(tx, of, ClockKind::AnswerBy, at, at.plus_millis(self.urgency.answer_within())).await?;
            queue(tx, self.delivery, self.recipient, record, "REFERRAL", at).await?;
            let event = NewEvent { noun: Noun::Referral, record, subject: self.subject, kind: "SENT" };
            Ok(Applied { record: Some(record.uuid()), events: vec![event], fence: true, ..Applied::default() })
        })
    }
}

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
    /// An id for the delivery to the other side's system.
    pub delivery: Uuid,
}

impl From<ReferralStep> for Command {
    fn from(change: ReferralStep) -> Self {
        Self::new(change)
    }
}

impl Work for ReferralStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.referral.uuid());
            let row = one(
                tx,
                "SELECT t.state, t.version, t.sender, t.recipient, t.subject, s.seat FROM standing s JOIN referral t ON t.id = s.record WHERE s.organization = $1 AND s.noun = 'REFERRAL' AND s.record = $2 AND s.from_at <= $3 AND s.until_at > $3",
                vec![bytes(self.organization.uuid()), id.clone(), at.millis().into()],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            let text = |column: &str| row.try_get::<String>("", column).map_err(unavailable);
            let current: i64 = row.try_get("", "version").map_err(unavailable)?;
            if self.version.is_some_and(|seen| seen != current) {
                return Err(Refused::Conflict { current });
            }
            let (Ok(state), Ok(seat)) = (State::read(&text("state")?), Seat::read(&text("seat")?)) else {
                return Err(Refused::Unavailable);
            };
            let stepped = take::<Referral>(state, self.event, By::Seat(seat), &[], self.reason)?;
            let over = is_final::<Referral>(stepped.to());
            // The version once more: another process may have stepped it since it was read above.
            let stepped_once = execute(
                tx,
                "UPDATE referral SET state = $2, decline_reason = coalesce($3, decline_reason), is_open = $4, changed_at = $5, version = version + 1 WHERE id = $1 AND version = $6",
                vec![
                    id.clone(),
                    stepped.to().code().into(),
                    stepped.reason().map(|reason| reason.code().to_owned()).into(),
                    flag(!over),
                    at.millis().into(),
                    current.into(),
                ],
            )
            .await?;
            if stepped_once == 0 {
                let row =
                    one(tx, "SELECT version FROM referral WHERE id = $1", vec![id]).await?.ok_or(Refused::NotFound)?;
                return Err(Refused::Conflict { current: row.try_get("", "version").map_err(unavailable)? });
            }
            let subject = SubjectId::from_uuid(read::id(&row, "subject").map_err(unreadable)?);
            if Referral::clock(stepped.to()).is_none() {
                clock::stop(tx, ClockOf { noun: Noun::Referral, record: self.referral, subject, track: "" }).await?;
            }
            if over {
                execute(
                    tx,
                    "UPDATE standing SET open_until = $2, until_at = $3 WHERE record = $1 AND noun = 'REFERRAL'",
                    vec![id, at.millis().into(), at.plus_days(AFTERGLOW_DAYS).millis().into()],
                )
                .await?;
            }
            let other = if seat == Seat::Sender { "recipient" } else { "sender" };
            let other = OrganizationId::from_uuid(read::id(&row, other).map_err(unreadable)?);
            queue(tx, self.delivery, other, self.referral, "REFERRAL_STATE", at).await?;
            let event = NewEvent { noun: Noun::Referral, record: self.referral, subject, kind: stepped.to().code() };
            Ok(Applied { record: Some(self.referral.uuid()), events: vec![event], fence: over, ..Applied::default() })
        })
    }
}
