//! Recalls: a recipient that loses something by a change of consent is asked to let go of what it has, and is shown
//! nothing more of the subject until it answers (DESIGN §5).
//!
//! Whoever consent covered and who ever had standing with the subject is asked, whether or not the journal says that it
//! looked: the journal's details are sealed from the writer, and an answer may be under way whose entry has not come
//! yet. Who is asked once too often answers that it has nothing left; who is asked once too seldom keeps what it has.

use std::collections::BTreeMap;

use sangam_vocabulary::{CategorySet, Code, Instant, Noun, OrganizationId, Purpose, RecordId, SubjectId};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::flow::{Flow, take};
use sangam_workflow::recall::{ANSWER_DAYS, By, Event, Reason, Recall, State};
use sea_orm::{DatabaseTransaction, QueryResult};
use uuid::Uuid;

use super::clock::{self, ClockOf};
use super::{all, bytes, execute, flag, one, unavailable, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;

/// What consent covers for whom and why at one instant.
type Covered = BTreeMap<(OrganizationId, Purpose), CategorySet>;

async fn covered(tx: &DatabaseTransaction, subject: SubjectId, at: Instant) -> Result<Covered, Refused> {
    let sql =
        "SELECT recipient, purpose, mask FROM consent_span WHERE subject = $1 AND from_at <= $2 AND until_at > $2";
    let rows = all(tx, sql, vec![bytes(subject.uuid()), at.millis().into()]).await?;
    rows.iter()
        .map(|row| {
            let recipient = OrganizationId::from_uuid(read::id(row, "recipient").map_err(unreadable)?);
            let mask: i64 = row.try_get("", "mask").map_err(unavailable)?;
            let mask = u32::try_from(mask).map_err(|_| Refused::Unavailable)?;
            Ok(((recipient, read::code(row, "purpose").map_err(unreadable)?), CategorySet::from_bits(mask)))
        })
        .collect()
}

/// What consent covered before a change.
pub(super) struct Held {
    subject: SubjectId,
    covered: Covered,
}

impl Held {
    /// What it covers now.
    pub(super) async fn of(tx: &DatabaseTransaction, subject: SubjectId, at: Instant) -> Result<Self, Refused> {
        Ok(Self { subject, covered: covered(tx, subject, at).await? })
    }

    /// After the change: opens a recall for every recipient that lost something and ever stood towards the subject, or
    /// adds to the one that is open. Whether there was any.
    pub(super) async fn recall(self, tx: &DatabaseTransaction, first: RecordId, at: Instant) -> Result<bool, Refused> {
        let now = covered(tx, self.subject, at).await?;
        let mut lost: BTreeMap<OrganizationId, CategorySet> = BTreeMap::new();
        for ((recipient, purpose), before) in self.covered {
            let left = now.get(&(recipient, purpose)).copied().unwrap_or(CategorySet::NONE);
            let gone = before.minus(left);
            if !gone.is_empty() {
                let all = lost.entry(recipient).or_insert(CategorySet::NONE);
                *all = all.or(gone);
            }
        }
        let mut opened = 0_u128;
        for (recipient, categories) in lost {
            let stood = "SELECT 1 AS one FROM standing s JOIN subject su ON su.id = s.subject WHERE s.organization = $1 AND s.subject = $2 AND s.from_at <= $3 AND su.owner <> s.organization LIMIT 1";
            let who = vec![bytes(recipient.uuid()), bytes(self.subject.uuid()), at.millis().into()];
            if one(tx, stood, who).await?.is_none() {
                continue;
            }
            // One id was drawn by the caller; further ones count on from it. None of them leaves the hub.
            let id = Uuid::from_u128(first.uuid().as_u128().wrapping_add(opened));
            opened += 1;
            open(tx, id, self.subject, recipient, categories, at).await?;
        }
        Ok(opened > 0)
    }
}

async fn open(
    tx: &DatabaseTransaction,
    id: Uuid,
    subject: SubjectId,
    recipient: OrganizationId,
    categories: CategorySet,
    at: Instant,
) -> Result<(), Refused> {
    let bits = i64::from(categories.bits());
    let added = execute(
        tx,
        "UPDATE recall SET categories = categories | $3, version = version + 1 WHERE subject = $1 AND recipient = $2 AND is_open = 1",
        vec![bytes(subject.uuid()), bytes(recipient.uuid()), bits.into()],
    )
    .await?;
    if added > 0 {
        return Ok(());
    }
    execute(
        tx,
        "INSERT INTO recall (id, subject, recipient, categories, since, state, is_open, reason, answered_at, version) VALUES ($1, $2, $3, $4, $5, $6, 1, NULL, NULL, 1)",
        vec![
            bytes(id),
            bytes(subject.uuid()),
            bytes(recipient.uuid()),
            bits.into(),
            at.millis().into(),
            State::Open.code().into(),
        ],
    )
    .await?;
    clock::start(tx, clock_of(RecordId::from_uuid(id), subject), ClockKind::Recall, at, at.plus_days(ANSWER_DAYS)).await
}

const fn clock_of(record: RecordId, subject: SubjectId) -> ClockOf<'static> {
    ClockOf { noun: Noun::Subject, record, subject, track: "" }
}

/// Answers a recall that the organization was asked by.
pub struct RecallAnswer {
    /// Who answers: the recipient.
    pub recipient: OrganizationId,
    /// The subject.
    pub subject: SubjectId,
    /// The version of the recall that the caller saw: what was added to it meanwhile is not answered.
    pub version: i64,
    /// The answer.
    pub event: Event,
    /// Which kind of law, or which hindrance.
    pub reason: Option<Reason>,
}

/// What it is called in a subject's history that somebody is asked to let go of what it has.
pub(super) const RECALLED: &str = "RECALLED";
/// And that it has not answered in time.
pub(super) const RECALL_OVERDUE: &str = "RECALL_OVERDUE";

/// Escalates a recall that nobody answered in time; by the hub's clock.
pub struct RecallSilence {
    /// The recall.
    pub recall: RecordId,
}

commands!(RecallAnswer, RecallSilence);

/// Takes a step of the recall in a row, and says what it came to.
async fn step(
    tx: &DatabaseTransaction,
    row: &QueryResult,
    (event, by, reason): (Event, By, Option<Reason>),
    kind: &'static str,
    at: Instant,
) -> Result<Applied, Refused> {
    let recall = RecordId::from_uuid(read::id(row, "id").map_err(unreadable)?);
    let subject = SubjectId::from_uuid(read::id(row, "subject").map_err(unreadable)?);
    let current: i64 = row.try_get("", "version").map_err(unavailable)?;
    let stepped = take::<Recall>(read::code(row, "state").map_err(unreadable)?, event, by, &[], reason)?;
    // The version once more: another process may have stepped it since it was read above.
    let once = execute(
        tx,
        "UPDATE recall SET state = $2, is_open = $3, reason = $4, answered_at = $5, version = version + 1 WHERE id = $1 AND version = $6",
        vec![
            bytes(recall.uuid()),
            stepped.to().code().into(),
            flag(stepped.to().waits()),
            stepped.reason().map(|reason| reason.code().to_owned()).into(),
            (!stepped.to().waits()).then(|| at.millis()).into(),
            current.into(),
        ],
    )
    .await?;
    if once == 0 {
        let row = one(tx, "SELECT version FROM recall WHERE id = $1", vec![bytes(recall.uuid())]).await?;
        let current = row.ok_or(Refused::NotFound)?.try_get("", "version").map_err(unavailable)?;
        return Err(Refused::Conflict { current });
    }
    if Recall::clock(stepped.to()).is_none() {
        clock::stop(tx, clock_of(recall, subject)).await?;
    }
    let event = NewEvent { noun: Noun::Subject, record: subject.into(), subject, kind };
    Ok(Applied { record: Some(recall.uuid()), events: vec![event], fence: true, ..Applied::default() })
}

impl Work for RecallAnswer {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            // The one that is open, or the latest: what could not be let go of may be after all.
            let row = one(
                tx,
                "SELECT id, subject, state, version FROM recall WHERE subject = $1 AND recipient = $2 ORDER BY is_open DESC, since DESC, id DESC LIMIT 1",
                vec![bytes(self.subject.uuid()), bytes(self.recipient.uuid())],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            let current: i64 = row.try_get("", "version").map_err(unavailable)?;
            if current != self.version {
                return Err(Refused::Conflict { current });
            }
            step(tx, &row, (self.event, By::Recipient, self.reason), "RECALL_ANSWERED", at).await
        })
    }
}

impl Work for RecallSilence {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let sql = "SELECT id, subject, state, version FROM recall WHERE id = $1";
            let row = one(tx, sql, vec![bytes(self.recall.uuid())]).await?.ok_or(Refused::NotFound)?;
            step(tx, &row, (Event::Escalate, By::Clock, None), RECALL_OVERDUE, at).await
        })
    }
}
