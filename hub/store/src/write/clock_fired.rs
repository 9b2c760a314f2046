//! A clock that has run out: read again in the savepoint, and then either the step that the record's table has for the
//! clock, or the next stage of its ladder. Two processes may bring the same clock; one of them finds it as it was read.

use std::sync::Arc;

use sangam_vocabulary::{Code, Instant, Noun, RecordId, SubjectId};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::ladder::{RunsOut, ladder};
use sangam_workflow::notice::NoticeKind;
use sangam_workflow::repatriation::corridor::CorridorBook;
use sangam_workflow::repatriation::{Reason, papers, request};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::clock::{self, ClockOf};
use super::notice::{Telling, seats};
use super::recall::RecallSilence;
use super::referral::ReferralExpiry;
use super::repatriation::{Evidence, RepatriationStep, Stepper, Stepping};
use super::{bytes, execute, one, unreadable};
use crate::command::{Applied, Command, NewEvent, Refused, Work, Working};
use crate::read;
use crate::repatriation::Part;

const HOUR_MILLIS: i64 = 3_600_000;
/// When a clock comes back whose ladder is at its end, in days: never in anybody's life, and short of the end of the
/// numbers, so that a pause can still be added.
const STANDS_DAYS: i64 = 36_500;
/// What an escalation is called in a record's history.
const CLOCK_RAN_OUT: &str = "CLOCK_RAN_OUT";

/// A clock that was read as due. Refused as [`Refused::NotFound`] when it is no longer as it was read: stopped, paused,
/// moved, or taken by another process.
pub struct ClockFired {
    /// The record.
    pub record: RecordId,
    /// The part of it.
    pub track: String,
    /// What was waited for.
    pub kind: ClockKind,
    /// What a clock of that kind does, as the workflow says.
    pub runs_out: RunsOut,
    /// The stage it was read at.
    pub stage: i64,
    /// An id for the deliveries that the step queues.
    pub delivery: Uuid,
    /// What pairs of countries ask for.
    pub corridors: Arc<CorridorBook>,
}

impl From<ClockFired> for Command {
    fn from(change: ClockFired) -> Self {
        Self::new(change)
    }
}

impl Work for ClockFired {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let sql = "SELECT noun, subject FROM clock WHERE record = $1 AND track = $2 AND kind = $3 AND stage = $4 AND paused_at IS NULL AND due_at <= $5";
            let values = vec![
                bytes(self.record.uuid()),
                self.track.clone().into(),
                self.kind.code().into(),
                self.stage.into(),
                at.millis().into(),
            ];
            let row = one(tx, sql, values).await?.ok_or(Refused::NotFound)?;
            let noun: Noun = read::code(&row, "noun").map_err(unreadable)?;
            let subject = SubjectId::from_uuid(read::id(&row, "subject").map_err(unreadable)?);
            match self.runs_out {
                RunsOut::Step => {
                    let of = ClockOf { noun, record: self.record, subject, track: &self.track };
                    self.steps(at, tx, of).await
                }
                RunsOut::Escalates(firmness) => {
                    let rungs = ladder(firmness);
                    let rung = usize::try_from(self.stage).ok().and_then(|stage| rungs.get(stage));
                    let next = match rung.and_then(|rung| rung.next_hours) {
                        Some(hours) => at.plus_millis(hours.saturating_mul(HOUR_MILLIS)),
                        None => at.plus_days(STANDS_DAYS),
                    };
                    let moved = "UPDATE clock SET stage = stage + 1, due_at = $4 WHERE record = $1 AND track = $2 AND kind = $3";
                    let values = vec![
                        bytes(self.record.uuid()),
                        self.track.into(),
                        self.kind.code().into(),
                        next.millis().into(),
                    ];
                    execute(tx, moved, values).await?;
                    let Some(rung) = rung else { return Ok(Applied::default()) };
                    for organization in seats(tx, at, noun.code(), self.record.uuid()).await? {
                        let telling = Telling::in_house(tx, at, organization).await?;
                        telling.tell(tx, rung.told, subject, NoticeKind::ClockRanOut, None).await?;
                    }
                    let event = NewEvent { noun, record: self.record, subject, kind: CLOCK_RAN_OUT };
                    Ok(Applied { record: Some(self.record.uuid()), events: vec![event], ..Applied::default() })
                }
            }
        })
    }
}

impl ClockFired {
    /// The step that the record's own table has for its clock, as anybody's step is taken.
    async fn steps(&self, at: Instant, tx: &DatabaseTransaction, of: ClockOf<'_>) -> Result<Applied, Refused> {
        let stepped = match self.kind {
            ClockKind::AnswerBy => {
                Box::new(ReferralExpiry { referral: self.record, delivery: self.delivery }).run(at, tx).await
            }
            ClockKind::Recall => Box::new(RecallSilence { recall: self.record }).run(at, tx).await,
            ClockKind::PaperValidity => self.paper_expires(at, tx).await,
            kind => {
                tracing::error!(kind = kind.code(), "a clock is to take a step and there is none for it");
                return Err(Refused::Unavailable);
            }
        };
        match stepped {
            Err(Refused::Illegal { .. }) => {
                // What was waited for has come and its clock runs on: it stops here, and nothing ends.
                tracing::error!(kind = self.kind.code(), "a clock ran on for what has come; it is stopped");
                clock::stop(tx, of).await?;
                Ok(Applied::default())
            }
            stepped => stepped,
        }
    }

    /// A paper has expired; a handover that was set for it is called off.
    async fn paper_expires(&self, at: Instant, tx: &DatabaseTransaction) -> Result<Applied, Refused> {
        let paper = match Part::read(&self.track) {
            Ok(Part::TravelDocument) => Stepping::TravelDocument(papers::Event::Expire),
            Ok(Part::ExitClearance) => Stepping::ExitClearance(papers::Event::Expire),
            _ => return Err(Refused::Unavailable),
        };
        let mut applied = self.of_return(paper, None).run(at, tx).await?;
        let off = self.of_return(Stepping::Request(request::Event::CallOff), Some(Reason::DocumentExpired));
        match off.run(at, tx).await {
            Ok(off) => {
                applied.events.extend(off.events);
                applied.fence |= off.fence;
            }
            // There is none, or she is on her way.
            Err(Refused::Illegal { .. }) => {}
            Err(refused) => return Err(refused),
        }
        Ok(applied)
    }

    fn of_return(&self, step: Stepping, reason: Option<Reason>) -> Box<RepatriationStep> {
        Box::new(RepatriationStep {
            repatriation: self.record,
            by: Stepper::Clock,
            version: None,
            step,
            reason,
            with: Evidence::default(),
            words: None,
            handover: self.delivery,
            corridors: Arc::clone(&self.corridors),
        })
    }
}
