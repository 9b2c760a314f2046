//! A clock that has run out: read again in the savepoint, and then either the step that the record's table has for the
//! clock, or the next stage of its ladder. Two processes may bring the same clock; one of them finds it as it was read.

use std::sync::Arc;

use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, RecordId, SubjectId};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::ladder::{Reach, RunsOut, Told};
use sangam_workflow::notice::NoticeKind;
use sangam_workflow::repatriation::corridor::{ClockTrack, CorridorBook};
use sangam_workflow::repatriation::{Reason, papers, request};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::clock::{self, ClockOf};
use super::notice::{Telling, seats};
use super::recall::RecallSilence;
use super::referral::ReferralExpiry;
use super::repatriation::{Evidence, RepatriationStep, Stepper, Stepping, whose_turn};
use super::{bytes, one, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
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

commands!(ClockFired);

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
                RunsOut::Alarms | RunsOut::Escalates(_) => self.escalates(at, tx, (noun, subject)).await,
            }
        })
    }
}

impl ClockFired {
    /// The next stage of the ladder: the clock is wound for the one after it, and whoever the stage reaches is told.
    async fn escalates(
        &self,
        at: Instant,
        tx: &DatabaseTransaction,
        (noun, subject): (Noun, SubjectId),
    ) -> Result<Applied, Refused> {
        let rung = usize::try_from(self.stage).ok().and_then(|stage| self.runs_out.ladder().get(stage));
        let next = match rung.and_then(|rung| rung.next_hours) {
            Some(hours) => at.plus_millis(hours.saturating_mul(HOUR_MILLIS)),
            None => at.plus_days(STANDS_DAYS),
        };
        let of = ClockOf { noun, record: self.record, subject, track: &self.track };
        clock::wind(tx, of, self.kind, next).await?;
        let Some(rung) = rung else { return Ok(Applied::default()) };
        let turn = self.turn(at, tx, noun).await?;
        let (told, organizations) = match rung.reach {
            Reach::Turn(told) if !turn.is_empty() => (told, turn),
            // Whose turn it is nobody says, or nobody sits there: rather all of them than none.
            Reach::Turn(told) | Reach::Everybody(told) => (told, seats(tx, at, noun.code(), self.record.uuid()).await?),
            Reach::Operator => {
                // Of several the operator asks whoever holds the record.
                let asked = <[OrganizationId; 1]>::try_from(turn).ok().map(|[organization]| organization);
                clock::to_operator(tx, of, self.kind, asked, at).await?;
                (Told::Administrators, Vec::new())
            }
        };
        for organization in organizations {
            let telling = Telling::in_house(tx, at, organization).await?;
            telling.tell(tx, told, subject, NoticeKind::ClockRanOut, None).await?;
        }
        let event = NewEvent { noun, record: self.record, subject, kind: CLOCK_RAN_OUT };
        Ok(Applied { record: Some(self.record.uuid()), events: vec![event], ..Applied::default() })
    }

    /// The organizations whose turn it is in what the clock runs in; none where the record does not say.
    async fn turn(&self, at: Instant, tx: &DatabaseTransaction, noun: Noun) -> Result<Vec<OrganizationId>, Refused> {
        match noun {
            Noun::Repatriation => {
                let track = self.corridors.clock(&self.track).map_or(ClockTrack::Request, |row| row.track);
                whose_turn(tx, self.record, track, &self.corridors, at).await
            }
            // In every other record with a ladder one organization sits.
            _ => Ok(Vec::new()),
        }
    }

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
