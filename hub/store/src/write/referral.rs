//! Referrals: written, sent, and stepped by what the workflow returned. Read `step.rs` next; `answers.rs` says how a row
//! holds what was answered about single services, `message.rs` what the parties write to each other.

use sangam_custody::Held;
use sangam_vocabulary::{AnswerLinkId, Code, Instant, Noun, OrganizationId, RecordId, ReferralId, Seat, SubjectId};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::flow::Flow;
use sangam_workflow::referral::{Referral, State, Urgency};
use sea_orm::{DatabaseTransaction, Value};
use thiserror::Error;
use uuid::Uuid;

use super::answer_link::{self, Linked};
use super::clock::{self, ClockOf};
use super::record::{Source, put_source};
use super::subject::put_held;
use super::{all, bytes, execute, flag, one, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read::{self, DeliveryKind};

mod answers;
mod message;
mod stands;
mod step;
mod transfer;
use answers::Answers;
pub use message::{MESSAGES, NewMessage};
use stands::Stands;
pub use step::{Answered, ReferralExpiry, ReferralStep, ServicesStep};
pub use transfer::Transfer;

/// Why a change of a referral was refused, beside what its workflow says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReferralRefusal {
    /// A draft is to be sent while the same referral is open.
    #[error("the same referral is open already")]
    OpenAlready,
    /// A re-referral of something that was never referred.
    #[error("nothing of the kind was referred before")]
    NothingBefore,
    /// What it is said to follow is not an own referral of the person that was redirected to this recipient.
    #[error("it was not redirected to this recipient")]
    NotRedirected,
    /// A redirection that names nobody.
    #[error("a redirection names an organization")]
    NobodyProposed,
    /// An organization is named that cannot be, or where none is asked for.
    #[error("no organization can be named here, or not that one")]
    OddProposal,
    /// A service's number that the referral does not have.
    #[error("it has no service of that number")]
    NoSuchService,
    /// A message about a referral that is not under way.
    #[error("it is not under way")]
    NotUnderWay,
    /// It has as many messages as it has room for.
    #[error("it has as many messages as it has room for")]
    MessagesFull,
    /// What a transfer was decided on is no longer what stands there: it is decided anew.
    #[error("it was decided on another state")]
    Moved,
    /// The sender of a transfer does not own the subject any more.
    #[error("the sender does not own the subject any more")]
    NotTheirs,
    /// The subject of a transfer is locked or suspended.
    #[error("the subject is locked or suspended")]
    NotFree,
    /// The sender of a transfer has another referral under way for the person, or the recipient cannot hold her return.
    #[error("something else is under way for the person")]
    OtherUnderWay,
    /// The recipient of a transfer declared an emergency for the person, and the sender has not looked at it.
    #[error("the sender has not looked at an emergency that the recipient declared")]
    Unreviewed,
    /// It is to expire before its instant has come.
    #[error("its time has not run out")]
    NotDue,
}

/// Writes a referral about an own subject, as a draft or sent.
pub struct NewReferral {
    /// The id.
    pub id: ReferralId,
    /// The subject.
    pub subject: SubjectId,
    /// Who sends it: must own the subject.
    pub sender: OrganizationId,
    /// To whom.
    pub recipient: OrganizationId,
    /// Where it begins: one of [`Flow::STARTS`].
    pub begins: State,
    /// How urgent.
    pub urgency: Urgency,
    /// Until when an answer is asked for; `None`: as the urgency says.
    pub answer_by: Option<Instant>,
    /// How many services it asks for.
    pub asked: usize,
    /// The services asked for, sealed in this referral's record.
    pub services: Held,
    /// A keyed digest of sender, recipient, subject and services: while one is open, the same is the same.
    pub sameness: [u8; 32],
    /// For a declared re-referral: the digest that is its own, under which nothing else is the same.
    pub again: Option<[u8; 32]>,
    /// The own referral that was redirected to this recipient.
    pub redirected_from: Option<RecordId>,
    /// Whether the recipient that accepts it becomes the subject's owner.
    pub transfer: bool,
    /// Where it came from, if from a partner.
    pub source: Option<Source>,
    /// An id for the delivery to the recipient's system.
    pub delivery: Uuid,
}

commands!(NewReferral);

/// Queues deliveries of a record to the systems of an organization that take pushes. Rows hold ids only:
/// what is delivered is decided at each attempt.
pub(super) async fn queue(
    tx: &DatabaseTransaction,
    id: Uuid,
    organization: OrganizationId,
    referral: RecordId,
    kind: DeliveryKind,
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
                kind.code().into(),
                at.millis().into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// The open referral with a digest, if there is one.
async fn same_is_open(tx: &DatabaseTransaction, sameness: &[u8]) -> Result<Option<Uuid>, Refused> {
    let sql = "SELECT id FROM referral WHERE sameness = $1 AND is_open = 1";
    let row = one(tx, sql, vec![sameness.to_vec().into()]).await?;
    row.map(|row| read::id(&row, "id").map_err(unreadable)).transpose()
}

/// Gives an organization a seat in a referral.
async fn seat(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    seat: Seat,
    referral: RecordId,
    subject: SubjectId,
    at: Instant,
) -> Result<(), Refused> {
    execute(
        tx,
        "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        vec![
            bytes(organization.uuid()),
            Noun::Referral.to_string().into(),
            bytes(referral.uuid()),
            seat.to_string().into(),
            bytes(subject.uuid()),
            at.millis().into(),
            Instant::NEVER.millis().into(),
        ],
    )
    .await?;
    Ok(())
}

/// What is known of a referral at the moment it is sent.
struct Sending {
    referral: RecordId,
    subject: SubjectId,
    recipient: OrganizationId,
    urgency: Urgency,
    answer_by: Option<Instant>,
    transfer: bool,
    delivery: Uuid,
}

impl Sending {
    const fn of_a_draft(stands: &Stands, delivery: Uuid) -> Self {
        let Stands { referral, subject, recipient, urgency, answer_by, transfer, .. } = stands;
        Self {
            referral: *referral,
            subject: *subject,
            recipient: *recipient,
            urgency: *urgency,
            answer_by: *answer_by,
            transfer: *transfer,
            delivery,
        }
    }
}

/// Sends a referral whose row is there: the recipient has its seat, its system is told or a link made by which it
/// answers, and the time to answer begins to run. An answer-by that passed while it lay as a draft gives way to that of its urgency.
async fn send(tx: &DatabaseTransaction, of: &Sending, at: Instant) -> Result<(), Refused> {
    seat(tx, of.recipient, Seat::Recipient, of.referral, of.subject, at).await?;
    queue(tx, of.delivery, of.recipient, of.referral, DeliveryKind::Offer, at).await?;
    let due = of.answer_by.filter(|due| *due > at).unwrap_or_else(|| at.plus_millis(of.urgency.answer_within()));
    execute(
        tx,
        "UPDATE referral SET sent_at = $2, answer_by = $3 WHERE id = $1",
        vec![bytes(of.referral.uuid()), at.millis().into(), due.millis().into()],
    )
    .await?;
    let linked = Linked { referral: of.referral, recipient: of.recipient, answer_by: due, transfer: of.transfer };
    // What names the delivery to a system names the link where there is none.
    answer_link::make(tx, &linked, AnswerLinkId::from_uuid(of.delivery), at).await?;
    clock::start(tx, clock_of(of.referral, of.subject), ClockKind::AnswerBy, at, due).await
}

/// The clock of a referral.
const fn clock_of(record: RecordId, subject: SubjectId) -> ClockOf<'static> {
    ClockOf { noun: Noun::Referral, record, subject, track: "" }
}

impl NewReferral {
    /// The referral that a declared re-referral links to: the latest that was the same, open or ended.
    async fn earlier(&self, tx: &DatabaseTransaction) -> Result<Option<Uuid>, Refused> {
        if self.again.is_none() {
            return Ok(None);
        }
        // One that was never sent has no recipient, and was nothing to it.
        let sql = "SELECT id FROM referral r WHERE sameness = $1 AND EXISTS (SELECT 1 FROM standing s WHERE s.record = r.id AND s.seat = 'RECIPIENT') ORDER BY id DESC LIMIT 1";
        let row = one(tx, sql, vec![self.sameness.to_vec().into()]).await?;
        let row = row.ok_or(Refused::Referral(ReferralRefusal::NothingBefore))?;
        read::id(&row, "id").map(Some).map_err(unreadable)
    }

    /// Refuses a referral that follows a redirection which was not one: of the same person, by the same sender, to
    /// this recipient.
    async fn redirected(&self, tx: &DatabaseTransaction) -> Result<(), Refused> {
        let Some(from) = self.redirected_from else { return Ok(()) };
        let row = one(
            tx,
            "SELECT id FROM referral WHERE id = $1 AND sender = $2 AND subject = $3 AND state = $4 AND proposed = $5",
            vec![
                bytes(from.uuid()),
                bytes(self.sender.uuid()),
                bytes(self.subject.uuid()),
                State::Redirected.code().into(),
                bytes(self.recipient.uuid()),
            ],
        )
        .await?;
        row.map(drop).ok_or(Refused::Referral(ReferralRefusal::NotRedirected))
    }
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
            if !Referral::STARTS.contains(&self.begins) {
                return Err(Refused::Illegal { legal: Vec::new() });
            }
            let is_sent = self.begins == State::Sent;
            let earlier = self.earlier(tx).await?;
            self.redirected(tx).await?;
            if is_sent
                && self.again.is_none()
                && let Some(record) = same_is_open(tx, &self.sameness).await?
            {
                return Err(Refused::Duplicate { record });
            }
            let record = RecordId::from(self.id);
            let (states, reasons) = Answers::asked(self.asked).texts();
            execute(
                tx,
                "INSERT INTO referral (id, subject, sender, recipient, state, urgency, decline_reason, sameness, is_open, sent_at, changed_at, version, service_states, service_reasons, answer_by, redirected_from, re_referral_of, transfer) VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, $9, $9, 1, $10, $11, $12, $13, $14, $15)",
                vec![
                    bytes(record.uuid()),
                    bytes(self.subject.uuid()),
                    bytes(self.sender.uuid()),
                    bytes(self.recipient.uuid()),
                    self.begins.code().into(),
                    self.urgency.code().into(),
                    self.again.unwrap_or(self.sameness).to_vec().into(),
                    flag(is_sent),
                    at.millis().into(),
                    states.into(),
                    reasons.into(),
                    self.answer_by.map(Instant::millis).into(),
                    optional(self.redirected_from.map(|record| record.uuid())),
                    optional(earlier),
                    flag(self.transfer),
                ],
            )
            .await?;
            seat(tx, self.sender, Seat::Sender, record, self.subject, at).await?;
            put_held(tx, self.subject, std::slice::from_ref(&self.services)).await?;
            if let Some(source) = &self.source {
                put_source(tx, source, record, Noun::Referral).await?;
            }
            if is_sent {
                let Self { subject, recipient, urgency, answer_by, transfer, delivery, .. } = *self;
                let sending = Sending { referral: record, subject, recipient, urgency, answer_by, transfer, delivery };
                send(tx, &sending, at).await?;
            }
            let event = NewEvent { noun: Noun::Referral, record, subject: self.subject, kind: self.begins.code() };
            Ok(Applied { record: Some(record.uuid()), events: vec![event], fence: true, ..Applied::default() })
        })
    }
}

fn optional(id: Option<Uuid>) -> Value {
    Value::Bytes(id.map(|id| id.as_bytes().to_vec()))
}
