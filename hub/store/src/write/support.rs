//! Support plans after return: opened, looked at and closed by the owner of the person's record. Their standings are the
//! owner's alone and there for reintegration alone. What a plan says is sealed; its dates and how it came out are codes.

use sangam_custody::Held;
use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, Purpose, RecordId, Seat, SubjectId};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::flow::{By, is_final, take};
use sangam_workflow::support::{Event, Finding, Need, Outcome, Review, State, SupportPlan, after};
use sea_orm::DatabaseTransaction;

use super::clock::{ClockOf, start, stop};
use super::standing::{Standing, take_seat};
use super::subject::put_held;
use super::{bytes, execute, one, unavailable, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;

/// What reads a plan: the owner's seat, for reintegration.
fn seat(organization: OrganizationId, record: RecordId, subject: SubjectId, at: Instant) -> Standing {
    Standing {
        organization,
        noun: Noun::SupportPlan,
        record,
        seat: Seat::Owner,
        subject,
        purpose: Some(Purpose::Reintegration),
        from: at,
        open_until: Instant::NEVER,
        until: Instant::NEVER,
    }
}

const fn clock(record: RecordId, subject: SubjectId) -> ClockOf<'static> {
    ClockOf { noun: Noun::SupportPlan, record, subject, track: "" }
}

/// Starts the clock of the review that comes after so many, or stops it where none is left.
async fn wait(
    tx: &DatabaseTransaction,
    of: ClockOf<'_>,
    begins: Instant,
    done: usize,
    at: Instant,
) -> Result<Option<Review>, Refused> {
    let next = after(done);
    match next {
        Some(review) => start(tx, of, ClockKind::Review, at, begins.plus_days(review.days)).await?,
        None => stop(tx, of).await?,
    }
    Ok(next)
}

/// Opens a support plan.
pub struct NewSupportPlan {
    /// The id.
    pub id: RecordId,
    /// Whose.
    pub subject: SubjectId,
    /// Who gives it: must own the subject.
    pub owner: OrganizationId,
    /// From when.
    pub begins: Instant,
    /// When it is meant to end, where that was planned.
    pub planned_end: Option<Instant>,
    /// What it is to reach and how, sealed in this record.
    pub plan: Held,
}

commands!(NewSupportPlan, SupportPlanStep);

impl Work for NewSupportPlan {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let (record, subject) = (self.id, self.subject);
            let owned = one(
                tx,
                "SELECT id FROM subject WHERE id = $1 AND owner = $2",
                vec![bytes(subject.uuid()), bytes(self.owner.uuid())],
            )
            .await?;
            if owned.is_none() {
                return Err(Refused::NotFound);
            }
            let first = wait(tx, clock(record, subject), self.begins, 0, at).await?;
            execute(
                tx,
                "INSERT INTO support_plan (id, subject, state, outcome, begins_at, planned_end_at, ended_at, reviews, review_due_at, changed_at, version) VALUES ($1, $2, $3, NULL, $4, $5, NULL, 0, $6, $7, 1)",
                vec![
                    bytes(record.uuid()),
                    bytes(subject.uuid()),
                    State::Active.code().into(),
                    self.begins.millis().into(),
                    self.planned_end.map(Instant::millis).into(),
                    first.map(|review| self.begins.plus_days(review.days).millis()).into(),
                    at.millis().into(),
                ],
            )
            .await?;
            take_seat(tx, &seat(self.owner, record, subject, at)).await?;
            put_held(tx, subject, std::slice::from_ref(&self.plan)).await?;
            let event = NewEvent { noun: Noun::SupportPlan, record, subject, kind: State::Active.code() };
            Ok(Applied { record: Some(record.uuid()), events: vec![event], fence: true, ..Applied::default() })
        })
    }
}

/// What is done with a plan.
pub enum SupportAct {
    /// It is looked at: the review's id, what was found, and what was noted, sealed in the review's record.
    Review(RecordId, Finding, Held),
    /// It ends.
    Close(Outcome),
}

/// Takes a step of a support plan.
pub struct SupportPlanStep {
    /// The plan.
    pub plan: RecordId,
    /// Who takes it.
    pub organization: OrganizationId,
    /// The version the caller saw.
    pub version: i64,
    /// What is done.
    pub act: SupportAct,
}

impl Work for SupportPlanStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.plan.uuid());
            let row = one(
                tx,
                "SELECT t.state, t.begins_at, t.reviews, t.version, t.subject FROM standing s JOIN support_plan t ON t.id = s.record JOIN subject su ON su.id = t.subject WHERE s.organization = $1 AND s.noun = 'SUPPORT_PLAN' AND s.record = $2 AND su.owner = s.organization",
                vec![bytes(self.organization.uuid()), id.clone()],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            let number = |column: &str| row.try_get::<i64>("", column).map_err(unavailable);
            let (current, done) = (number("version")?, number("reviews")?);
            if self.version != current {
                return Err(Refused::Conflict { current });
            }
            let reviews = usize::try_from(done).map_err(|_| Refused::Unavailable)?;
            let state: State = read::code(&row, "state").map_err(unreadable)?;
            let begins = read::instant(&row, "begins_at").map_err(unreadable)?;
            let subject = SubjectId::from_uuid(read::id(&row, "subject").map_err(unreadable)?);
            let of = clock(self.plan, subject);
            let due = after(reviews);
            let met: &[Need] = if due.is_some() { &[Need::ReviewLeft] } else { &[] };
            let (event, reason) = match &self.act {
                SupportAct::Review(..) => (Event::Review, None),
                SupportAct::Close(outcome) => (Event::Close, Some(*outcome)),
            };
            let stepped = take::<SupportPlan>(state, event, By::Seat(Seat::Owner), met, reason)?;
            let over = is_final::<SupportPlan>(stepped.to());
            let (next, told) = match self.act {
                SupportAct::Review(review, finding, note) => {
                    let months = due.map_or(0, |due| due.months);
                    execute(
                        tx,
                        "INSERT INTO support_review (id, plan, subject, months, finding, reviewed_at) VALUES ($1, $2, $3, $4, $5, $6)",
                        vec![
                            bytes(review.uuid()),
                            id.clone(),
                            bytes(subject.uuid()),
                            i64::from(months).into(),
                            finding.code().into(),
                            at.millis().into(),
                        ],
                    )
                    .await?;
                    take_seat(tx, &seat(self.organization, review, subject, at)).await?;
                    put_held(tx, subject, std::slice::from_ref(&note)).await?;
                    (wait(tx, of, begins, reviews + 1, at).await?, "REVIEWED")
                }
                SupportAct::Close(_) => {
                    stop(tx, of).await?;
                    (None, stepped.to().code())
                }
            };
            let stepped_once = execute(
                tx,
                "UPDATE support_plan SET state = $2, outcome = $3, ended_at = $4, reviews = $5, review_due_at = $6, changed_at = $7, version = version + 1 WHERE id = $1 AND version = $8",
                vec![
                    id,
                    stepped.to().code().into(),
                    stepped.reason().map(|outcome| outcome.code().to_owned()).into(),
                    over.then_some(at.millis()).into(),
                    if over { done } else { done + 1 }.into(),
                    next.map(|review| begins.plus_days(review.days).millis()).into(),
                    at.millis().into(),
                    current.into(),
                ],
            )
            .await?;
            if stepped_once == 0 {
                return Err(Refused::Conflict { current: current + 1 });
            }
            let event = NewEvent { noun: Noun::SupportPlan, record: self.plan, subject, kind: told };
            Ok(Applied { record: Some(self.plan.uuid()), events: vec![event], ..Applied::default() })
        })
    }
}
