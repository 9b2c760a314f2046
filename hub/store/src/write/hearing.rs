//! Hearings: recorded by the holder of the case or the person's lawyer, and stepped by either. A hearing may rest a
//! hold on the person's return: what a return is judged on reads it, and [`court_hold`] says here whether one is left.

use std::sync::Arc;

use sangam_custody::Held;
use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, Purpose, RecordId, Seat, SubjectId};
use sangam_workflow::flow::{By, take};
use sangam_workflow::hearing::{AdjournReason, Event, Hearing, Kind, Need, RECORDERS, State};
use sangam_workflow::repatriation::corridor::CorridorBook;
use sea_orm::DatabaseTransaction;

use super::repatriation::court_moved;
use super::standing::seat_all;
use super::subject::put_held;
use super::{bytes, execute, flag, one, unavailable, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;
use crate::repatriation::hearings_that_hold;

/// A hearing that holds the person's return, the earliest recorded; `None` where no court does.
pub(crate) async fn court_hold(tx: &DatabaseTransaction, subject: SubjectId) -> Result<Option<RecordId>, Refused> {
    let sql = format!("SELECT h.id FROM {} ORDER BY h.id LIMIT 1", hearings_that_hold("$1"));
    let row = one(tx, &sql, vec![bytes(subject.uuid())]).await?;
    row.map(|row| read::id(&row, "id").map(RecordId::from_uuid).map_err(unreadable)).transpose()
}

/// Whether a hold of a return that is in force is tied to a hearing.
async fn is_tied(tx: &DatabaseTransaction, hearing: RecordId) -> Result<bool, Refused> {
    let sql = "SELECT 1 AS one FROM repatriation_hold WHERE hearing = $1 AND until_at = $2 LIMIT 1";
    let values = vec![bytes(hearing.uuid()), Instant::NEVER.millis().into()];
    Ok(one(tx, sql, values).await?.is_some())
}

/// The seat an organization has in a case for a purpose, of those that may do something; refuses as if nothing were
/// there otherwise.
pub(super) async fn seated(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    subject: SubjectId,
    (purpose, among): (Purpose, &[Seat]),
    at: Instant,
) -> Result<Seat, Refused> {
    let rows = super::all(
        tx,
        "SELECT s.seat FROM standing s JOIN subject su ON su.id = s.subject WHERE s.organization = $1 AND s.noun = 'SUBJECT' AND s.record = $2 AND s.from_at <= $3 AND s.open_until > $3 AND (s.purpose IS NULL OR s.purpose = $4) AND (s.seat <> 'OWNER' OR su.owner = s.organization)",
        vec![bytes(organization.uuid()), bytes(subject.uuid()), at.millis().into(), purpose.code().into()],
    )
    .await?;
    for row in rows {
        let seat: Seat = read::code(&row, "seat").map_err(unreadable)?;
        if among.contains(&seat) {
            return Ok(seat);
        }
    }
    Err(Refused::NotFound)
}

/// Records a hearing.
pub struct NewHearing {
    /// The id.
    pub id: RecordId,
    /// Whose.
    pub subject: SubjectId,
    /// Who records it.
    pub organization: OrganizationId,
    /// Why it asks.
    pub purpose: Purpose,
    /// What it is for.
    pub kind: Kind,
    /// When it takes place.
    pub takes_place: Instant,
    /// Whether the person's return waits for it.
    pub holds: bool,
    /// Court, notes and what protects her, sealed in this hearing's record.
    pub held: Vec<Held>,
    /// What pairs of countries ask for: a return that waits for it stands still.
    pub corridors: Arc<CorridorBook>,
}

commands!(NewHearing, HearingStep);

impl Work for NewHearing {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let (subject, record) = (self.subject, self.id);
            seated(tx, self.organization, subject, (self.purpose, RECORDERS), at).await?;
            execute(
                tx,
                "INSERT INTO hearing (id, subject, recorded_by, kind, takes_place_at, state, reason, holds, recorded_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, $8, 1)",
                vec![
                    bytes(record.uuid()),
                    bytes(subject.uuid()),
                    bytes(self.organization.uuid()),
                    self.kind.code().into(),
                    self.takes_place.millis().into(),
                    State::Scheduled.code().into(),
                    flag(self.holds),
                    at.millis().into(),
                ],
            )
            .await?;
            seat_all(tx, subject, Noun::Hearing, record, at).await?;
            put_held(tx, subject, &self.held).await?;
            let mut events = vec![NewEvent { noun: Noun::Hearing, record, subject, kind: State::Scheduled.code() }];
            if self.holds {
                events.extend(court_moved(tx, subject, &self.corridors, at).await?);
            }
            Ok(Applied { record: Some(record.uuid()), events, fence: true, ..Applied::default() })
        })
    }
}

/// Takes a step of a hearing.
pub struct HearingStep {
    /// The hearing.
    pub hearing: RecordId,
    /// Who takes it.
    pub organization: OrganizationId,
    /// Why it asks.
    pub purpose: Purpose,
    /// The version the caller saw.
    pub version: i64,
    /// The event.
    pub event: Event,
    /// Why it is put off.
    pub reason: Option<AdjournReason>,
    /// When it takes place now, for a new date.
    pub takes_place: Option<Instant>,
    /// Whether the court, having heard, no longer holds the person's return.
    pub released: bool,
    /// What pairs of countries ask for: a return that waits for it stands still or goes on.
    pub corridors: Arc<CorridorBook>,
}

impl Work for HearingStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.hearing.uuid());
            let row = one(
                tx,
                "SELECT t.state, t.holds, t.version, t.subject, s.seat FROM standing s JOIN hearing t ON t.id = s.record JOIN subject su ON su.id = t.subject WHERE s.organization = $1 AND s.noun = 'HEARING' AND s.record = $2 AND s.from_at <= $3 AND s.open_until > $3 AND (s.purpose IS NULL OR s.purpose = $4) AND (s.seat <> 'OWNER' OR su.owner = s.organization)",
                vec![
                    bytes(self.organization.uuid()),
                    id.clone(),
                    at.millis().into(),
                    self.purpose.code().into(),
                ],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            let current: i64 = row.try_get("", "version").map_err(unavailable)?;
            if self.version != current {
                return Err(Refused::Conflict { current });
            }
            let state: State = read::code(&row, "state").map_err(unreadable)?;
            let seat: Seat = read::code(&row, "seat").map_err(unreadable)?;
            let holds = row.try_get::<i64>("", "holds").map_err(unavailable)? == 1;
            let met: &[Need] = if holds { &[Need::Hold] } else { &[] };
            let stepped = take::<Hearing>(state, self.event, By::Seat(seat), met, self.reason)?;
            let lifts = match stepped.event() {
                Event::ReleaseHold | Event::Cancel => true,
                Event::Hear => self.released,
                Event::Adjourn | Event::Reschedule => false,
            };
            // The version once more: another process may have stepped it since it was read above.
            let stepped_once = execute(
                tx,
                "UPDATE hearing SET state = $2, reason = coalesce($3, reason), holds = $4, takes_place_at = coalesce($5, takes_place_at), changed_at = $6, version = version + 1 WHERE id = $1 AND version = $7",
                vec![
                    id,
                    stepped.to().code().into(),
                    stepped.reason().map(|reason| reason.code().to_owned()).into(),
                    flag(holds && !lifts),
                    self.takes_place.map(Instant::millis).into(),
                    at.millis().into(),
                    current.into(),
                ],
            )
            .await?;
            if stepped_once == 0 {
                return Err(Refused::Conflict { current: current + 1 });
            }
            let subject = SubjectId::from_uuid(read::id(&row, "subject").map_err(unreadable)?);
            let (noun, record) = (Noun::Hearing, self.hearing);
            let mut events = vec![NewEvent { noun, record, subject, kind: stepped.to().code() }];
            let let_go = holds && lifts;
            if let_go && court_hold(tx, subject).await?.is_none() {
                // No other hearing holds her either.
                events.push(NewEvent { noun, record, subject, kind: "HOLD_RELEASED" });
            }
            if holds || is_tied(tx, self.hearing).await? {
                events.extend(court_moved(tx, subject, &self.corridors, at).await?);
            }
            // What she waits for shows in her requests too: an answer that was read before is made again.
            Ok(Applied { record: Some(record.uuid()), events, fence: let_go, ..Applied::default() })
        })
    }
}
