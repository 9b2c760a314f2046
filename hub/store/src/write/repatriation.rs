//! Requests to bring somebody home: opened, stepped by what the workflow returned, and what is put on record for them.
//! One command takes one step of the request or of one of its parts: it reads everything that is on record in the
//! savepoint, asks the tables, writes, moves standings and clocks, and tells. Read `repatriation/seats.rs` next.

mod clocks;
mod note;
mod parts;
mod seats;
mod transfer;
mod turn;

use std::sync::Arc;

use sangam_custody::{Age, Held};
use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, PersonId, RecordId, RepatriationId, Seat, SubjectId};
use sangam_workflow::flow::{By, is_final};
use sangam_workflow::repatriation::corridor::CorridorBook;
use sangam_workflow::repatriation::handover::may_be_the_day;
use sangam_workflow::repatriation::record::{Crossing, Escort, Signatory};
use sangam_workflow::repatriation::{Reason, court, hold, papers, placement, request, screening, verification};
use sea_orm::{DatabaseTransaction, QueryResult};
use uuid::Uuid;

use super::subject::put_held;
use super::{bytes, execute, flag, one, unavailable, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;
use crate::repatriation::{Declared, Known, Part, expression};

pub use note::RepatriationNote;
pub(super) use transfer::go_over;
use turn::Whole;
pub(super) use turn::{court_moved, whose_turn};

/// Opens a request about an own subject, as a draft that nobody else knows of.
pub struct NewRepatriation {
    /// The id.
    pub id: RepatriationId,
    /// The subject.
    pub subject: SubjectId,
    /// Who holds her: must own the subject.
    pub holder: OrganizationId,
    /// The country she leaves.
    pub from: sangam_vocabulary::Country,
    /// The country of origin.
    pub to: sangam_vocabulary::Country,
    /// The attempt before this one, if there was one.
    pub earlier: Option<RecordId>,
    /// What pairs of countries ask for.
    pub corridors: Arc<CorridorBook>,
}

commands!(NewRepatriation, RepatriationStep);

/// One step: of the request, of one of its parts, or of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stepping {
    /// Of the request.
    Request(request::Event),
    /// Of the screening.
    Screening(screening::Event),
    /// Of the court track.
    Court(court::Event),
    /// Of the verification track.
    Verification(verification::Event),
    /// Of the travel document.
    TravelDocument(papers::Event),
    /// Of the exit clearance.
    ExitClearance(papers::Event),
    /// Of the placement track.
    Placement(placement::Event),
    /// Of a hold.
    Hold(hold::Event),
}

impl Stepping {
    /// What it is a step of, a part or the request itself, and its code; `None` for a hold, whose state nobody is told.
    #[must_use]
    pub fn of(self) -> Option<(Option<Part>, &'static str)> {
        Some(match self {
            Self::Request(event) => (None, event.code()),
            Self::Screening(event) => (Some(Part::Screening), event.code()),
            Self::Court(event) => (Some(Part::Court), event.code()),
            Self::Verification(event) => (Some(Part::Verification), event.code()),
            Self::TravelDocument(event) => (Some(Part::TravelDocument), event.code()),
            Self::ExitClearance(event) => (Some(Part::ExitClearance), event.code()),
            Self::Placement(event) => (Some(Part::Placement), event.code()),
            Self::Hold(_) => return None,
        })
    }

    /// Whether what was decided before may no longer hold: seats and the handover window move with the request, and
    /// what the state of origin may know with the screening.
    const fn moves_what_shows(self) -> bool {
        matches!(self, Self::Request(_) | Self::Screening(_))
    }
}

/// What comes with a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Whom the step gives a seat.
    pub organization: Option<OrganizationId>,
    /// Whether she was asked apart from police.
    pub apart_from_police: bool,
    /// When what the step records was made: the order, the investigation, the assessment, the memo. Absent: now.
    pub made_on: Option<Instant>,
    /// From when and until when a paper serves.
    pub valid: Option<(Instant, Instant)>,
    /// The crossing and the days that are proposed.
    pub plan: Option<(Crossing, Instant, Instant)>,
    /// The request whose handover this one joins.
    pub together: Option<RecordId>,
    /// The hour and who goes with her.
    pub hour: Option<(Instant, Escort)>,
    /// When the hearing is that a hold waits for.
    pub hearing: Option<Instant>,
    /// Who signed a memo, and at which crossing, where that was not the planned one.
    pub signed: (Option<Signatory>, Option<Crossing>),
    /// Who else has seen the order of a child.
    pub attested: Option<PersonId>,
    /// The recorded hearing that it waits for: of the same person, and not over.
    pub recorded: Option<RecordId>,
    /// Whether the court released her before the hearing.
    pub released_by_court: bool,
}

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stepper {
    /// An organization that sits in the request.
    Organization(OrganizationId),
    /// The clock.
    Clock,
}

/// Takes a step of a request.
pub struct RepatriationStep {
    /// The request.
    pub repatriation: RecordId,
    /// Who takes it.
    pub by: Stepper,
    /// The version the caller saw; absent for her own no and for the clock, which do not wait for one.
    pub version: Option<i64>,
    /// The step.
    pub step: Stepping,
    /// The coded reason.
    pub reason: Option<Reason>,
    /// What comes with it.
    pub with: Evidence,
    /// What was said, sealed in this request's record.
    pub words: Option<Held>,
    /// An id for a handover that begins with the step.
    pub handover: Uuid,
    /// What pairs of countries ask for.
    pub corridors: Arc<CorridorBook>,
}

/// A request as a step finds it in its savepoint.
struct Found {
    id: RecordId,
    subject: SubjectId,
    age: Age,
    by: By,
    version: i64,
    receiving_liaison: Option<OrganizationId>,
    known: Known,
}

fn seated(row: &QueryResult, column: &'static str) -> Result<Option<OrganizationId>, Refused> {
    let bytes: Option<Vec<u8>> = row.try_get("", column).map_err(unavailable)?;
    let id = |bytes: Vec<u8>| Uuid::from_slice(&bytes).map_err(|_| Refused::Unavailable);
    bytes.map(id).transpose().map(|id| id.map(OrganizationId::from_uuid))
}

impl Found {
    /// Reads a request with everything that is on record for it. Whoever has no standing in it finds nothing.
    async fn read(
        tx: &DatabaseTransaction,
        id: RecordId,
        stepper: Stepper,
        version: Option<i64>,
        at: Instant,
    ) -> Result<Self, Refused> {
        let columns =
            format!("t.version, t.subject, t.receiving_liaison, su.age, su.adult_from, {} AS known", expression());
        let mut values = vec![bytes(id.uuid()), at.millis().into()];
        let row = match stepper {
            Stepper::Organization(organization) => {
                values.push(bytes(organization.uuid()));
                let sql = format!(
                    "SELECT {columns}, s.seat, s.open_until FROM standing s JOIN repatriation t ON t.id = s.record JOIN subject su ON su.id = t.subject WHERE s.organization = $3 AND s.noun = 'REPATRIATION' AND s.record = $1 AND s.from_at <= $2 AND s.until_at > $2"
                );
                one(tx, &sql, values).await?
            }
            Stepper::Clock => {
                let sql = format!(
                    "SELECT {columns} FROM repatriation t JOIN subject su ON su.id = t.subject WHERE t.id = $1"
                );
                one(tx, &sql, values).await?
            }
        };
        let row = row.ok_or(Refused::NotFound)?;
        let current: i64 = row.try_get("", "version").map_err(unavailable)?;
        if version.is_some_and(|seen| seen != current) {
            return Err(Refused::Conflict { current });
        }
        let by = match stepper {
            Stepper::Clock => By::Clock,
            // Whoever only still sees that it ended takes no step.
            Stepper::Organization(_) if row.try_get::<i64>("", "open_until").map_err(unavailable)? <= at.millis() => {
                return Err(Refused::Illegal { legal: Vec::new() });
            }
            Stepper::Organization(_) => By::Seat(read::code(&row, "seat").map_err(unreadable)?),
        };
        let known: String = row.try_get("", "known").map_err(unavailable)?;
        Ok(Self {
            id,
            subject: SubjectId::from_uuid(read::id(&row, "subject").map_err(unreadable)?),
            age: read::age(&row).map_err(unreadable)?,
            by,
            version: current,
            receiving_liaison: seated(&row, "receiving_liaison")?,
            known: Known::read(&known).ok_or(Refused::Unavailable)?,
        })
    }

    /// Moves the version on, once: another process may have taken a step since the request was read.
    async fn claim(&self, tx: &DatabaseTransaction, at: Instant) -> Result<(), Refused> {
        let id = bytes(self.id.uuid());
        let sql = "UPDATE repatriation SET version = version + 1, changed_at = $2 WHERE id = $1 AND version = $3";
        if execute(tx, sql, vec![id.clone(), at.millis().into(), self.version.into()]).await? == 1 {
            return Ok(());
        }
        let row = one(tx, "SELECT version FROM repatriation WHERE id = $1", vec![id]).await?;
        let current = row.ok_or(Refused::NotFound)?.try_get("", "version").map_err(unavailable)?;
        Err(Refused::Conflict { current })
    }

    /// The request as it stands now, after something of it was written.
    async fn again(&self, tx: &DatabaseTransaction, at: Instant) -> Result<Known, Refused> {
        known(tx, self.id, at).await
    }

    fn told(&self, kind: &'static str) -> NewEvent {
        NewEvent { noun: Noun::Repatriation, record: self.id, subject: self.subject, kind }
    }
}

/// Everything that is on record for a request now.
async fn known(tx: &DatabaseTransaction, id: RecordId, at: Instant) -> Result<Known, Refused> {
    let sql = format!("SELECT {} AS known FROM repatriation t WHERE t.id = $1", expression());
    let row = one(tx, &sql, vec![bytes(id.uuid()), at.millis().into()]).await?.ok_or(Refused::NotFound)?;
    Known::read(&row.try_get::<String>("", "known").map_err(unavailable)?).ok_or(Refused::Unavailable)
}

impl Work for NewRepatriation {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let subject = bytes(self.subject.uuid());
            let sql = "SELECT age, adult_from FROM subject WHERE id = $1 AND owner = $2";
            let owned = one(tx, sql, vec![subject.clone(), bytes(self.holder.uuid())]).await?;
            let age = read::age(&owned.ok_or(Refused::NotFound)?).map_err(unreadable)?;
            let way = self.corridors.between(self.from, self.to).ok_or(Refused::NotFound)?;
            let sql = "SELECT id FROM repatriation WHERE subject = $1 AND is_open = 1";
            if let Some(row) = one(tx, sql, vec![subject.clone()]).await? {
                return Err(Refused::Duplicate { record: read::id(&row, "id").map_err(unreadable)? });
            }
            if let Some(earlier) = self.earlier {
                let sql = "SELECT state FROM repatriation WHERE id = $1 AND subject = $2";
                let row = one(tx, sql, vec![bytes(earlier.uuid()), subject.clone()]).await?.ok_or(Refused::NotFound)?;
                let state: request::State = read::code(&row, "state").map_err(unreadable)?;
                if !state.may_be_followed() {
                    return Err(Refused::NotFound);
                }
            }
            let id = RecordId::from(self.id);
            execute(
                tx,
                "INSERT INTO repatriation (id, subject, holder, from_country, to_country, state, since, earlier, best_interest, child_placed, visits_done, receiving_confirmed, liaison_confirmed, is_open, requested_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 1, $7, $7, 1)",
                vec![
                    bytes(id.uuid()),
                    subject,
                    bytes(self.holder.uuid()),
                    self.from.code().into(),
                    self.to.code().into(),
                    request::State::Draft.code().into(),
                    at.millis().into(),
                    self.earlier.map(|earlier| earlier.uuid().as_bytes().to_vec()).into(),
                ],
            )
            .await?;
            let starts = way.starts(age, at);
            let parts = [
                (Part::Screening, screening::State::NotDone.code()),
                (Part::Court, starts.court.code()),
                (Part::Verification, starts.verification.code()),
                (Part::TravelDocument, starts.travel_document.code()),
                (Part::ExitClearance, starts.exit_clearance.code()),
                (Part::Placement, starts.placement.code()),
            ];
            for (part, state) in parts {
                execute(
                    tx,
                    "INSERT INTO repatriation_track (request, track, state, since, version) VALUES ($1, $2, $3, $4, 1)",
                    vec![bytes(id.uuid()), part.code().into(), state.into(), at.millis().into()],
                )
                .await?;
            }
            seats::open(tx, id, self.subject, self.holder, Seat::Holding, at).await?;
            let known = known(tx, id, at).await?;
            let whole = Whole { record: id, subject: self.subject, way, age };
            whole.settle(tx, None, &known, at).await?;
            let event = NewEvent {
                noun: Noun::Repatriation,
                record: id,
                subject: self.subject,
                kind: request::State::Draft.code(),
            };
            Ok(Applied { record: Some(id.uuid()), events: vec![event], fence: true, ..Applied::default() })
        })
    }
}

impl Work for RepatriationStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let found = Found::read(tx, self.repatriation, self.by, self.version, at).await?;
            let way = self.corridors.between(found.known.from, found.known.to).ok_or(Refused::Unavailable)?;
            let declared = self.declared(&found, at)?;
            let met = found.known.facts(way, found.age, &declared).met();
            found.claim(tx, at).await?;
            let kind = self.take(tx, &found, &met, at).await?;
            if let Some(words) = &self.words {
                put_held(tx, found.subject, std::slice::from_ref(words)).await?;
            }
            let known = found.again(tx, at).await?;
            let moved = seats::settle(tx, &found, &known, at).await?;
            let whole = Whole { record: found.id, subject: found.subject, way, age: found.age };
            whole.settle(tx, Some(&found.known), &known, at).await?;
            let over = is_final::<request::Request>(known.request);
            let sql = "UPDATE repatriation SET is_open = $2 WHERE id = $1";
            execute(tx, sql, vec![bytes(found.id.uuid()), flag(!over)]).await?;
            Ok(Applied {
                record: Some(found.id.uuid()),
                events: vec![found.told(kind)],
                fence: moved || self.step.moves_what_shows(),
                ..Applied::default()
            })
        })
    }
}

impl RepatriationStep {
    /// What is declared with the step, and its day.
    fn declared(&self, found: &Found, at: Instant) -> Result<Declared, Refused> {
        let day = match self.step {
            Stepping::Request(request::Event::Depart) => found.known.plan.and_then(|plan| plan.hour).unwrap_or(at),
            Stepping::Request(request::Event::Sign) => self.with.made_on.unwrap_or(at),
            _ => at,
        };
        let letting = match (self.step, self.reason) {
            (Stepping::Hold(hold::Event::Release), Some(reason)) => {
                found.known.held_for(reason).map(|kept| kept.letting(self.with.released_by_court, at))
            }
            _ => None,
        };
        // Whoever has not set out has no day: the table says then what is not legal.
        let set_out = found.known.set_out.unwrap_or(Instant::ALWAYS);
        if self.step == Stepping::Request(request::Event::Sign) && !may_be_the_day(day, set_out, at) {
            return Err(Refused::NotFound);
        }
        Ok(Declared { day, apart_from_police: self.with.apart_from_police, letting })
    }
}
