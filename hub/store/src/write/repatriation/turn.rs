//! What follows from where a request stands and is no state of it: its clocks, and whose turn it is. A change settles
//! both, and so does a hearing that holds her, which changes the request and is no step of it.

use sangam_custody::Age;
use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, RecordId, SubjectId};
use sangam_workflow::repatriation::corridor::{ClockTrack, CorridorBook, Way};
use sea_orm::DatabaseTransaction;

use super::{clocks, known};
use crate::command::{NewEvent, Refused};
use crate::read;
use crate::repatriation::{Known, expression};
use crate::write::{all, bytes, execute, one, unavailable, unreadable};

/// What a request is called in its history whose court holds her anew, no longer, or on another day.
const COURT_MOVED: &str = "COURT_MOVED";

/// A request with what its clocks and its board hang on.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a> {
    pub(super) record: RecordId,
    pub(super) subject: SubjectId,
    pub(super) way: Way<'a>,
    pub(super) age: Age,
}

impl Whole<'_> {
    /// Brings clocks and turns to where a request stands; `before` is nothing for one that begins.
    pub(super) async fn settle(
        self,
        tx: &DatabaseTransaction,
        before: Option<&Known>,
        after: &Known,
        at: Instant,
    ) -> Result<(), Refused> {
        clocks::settle(tx, self, before, after, at).await?;
        let request = || bytes(self.record.uuid());
        execute(tx, "DELETE FROM repatriation_turn WHERE request = $1", vec![request()]).await?;
        let mut from = Instant::ALWAYS;
        for until in self.moves(after, at).into_iter().chain([Instant::NEVER]) {
            let turn = after.board(self.way, self.age, from.max(at)).turn;
            if let Some(turn) = turn {
                let sql = "INSERT INTO repatriation_turn (request, from_at, until_at, turn) VALUES ($1, $2, $3, $4)";
                let values = vec![request(), from.millis().into(), until.millis().into(), turn.code().into()];
                execute(tx, sql, values).await?;
            }
            from = until;
        }
        Ok(())
    }

    /// The instants to come at which time alone may make it somebody else's turn: papers begin and cease to serve, and a
    /// child comes of age.
    fn moves(&self, known: &Known, at: Instant) -> Vec<Instant> {
        let papers = [known.travel_document(), known.exit_clearance()];
        let mut moves: Vec<Instant> =
            papers.into_iter().filter_map(|paper| paper.valid).flat_map(|(from, until)| [from, until]).collect();
        if let Age::MinorUntil(of_age) = self.age {
            moves.push(of_age);
        }
        moves.retain(|instant| at < *instant && *instant < Instant::NEVER);
        moves.sort_unstable();
        moves.dedup();
        moves
    }
}

/// A hearing holds a person anew, no longer, or on another day: her open request stands still or goes on, and whoever
/// sits in it is told. Nothing where there is none before its handover.
pub(in crate::write) async fn court_moved(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    corridors: &CorridorBook,
    at: Instant,
) -> Result<Option<NewEvent>, Refused> {
    let sql = "SELECT t.id, su.age, su.adult_from FROM repatriation t JOIN subject su ON su.id = t.subject WHERE t.subject = $1 AND t.is_open = 1";
    let Some(row) = one(tx, sql, vec![bytes(subject.uuid())]).await? else { return Ok(None) };
    let record = RecordId::from_uuid(read::id(&row, "id").map_err(unreadable)?);
    let known = known(tx, record, at).await?;
    if !known.request.is_before_handover() {
        return Ok(None);
    }
    let way = corridors.between(known.from, known.to).ok_or(Refused::Unavailable)?;
    let whole = Whole { record, subject, way, age: read::age(&row).map_err(unreadable)? };
    whole.settle(tx, Some(&known), &known, at).await?;
    Ok(Some(NewEvent { noun: Noun::Repatriation, record, subject, kind: COURT_MOVED }))
}

/// The organizations whose turn it is in what a clock runs in; none where it is nobody's or nobody sits there.
pub(in crate::write) async fn whose_turn(
    tx: &DatabaseTransaction,
    request: RecordId,
    track: ClockTrack,
    corridors: &CorridorBook,
    at: Instant,
) -> Result<Vec<OrganizationId>, Refused> {
    let sql = format!(
        "SELECT su.age, su.adult_from, {} AS known FROM repatriation t JOIN subject su ON su.id = t.subject WHERE t.id = $1",
        expression()
    );
    let row = one(tx, &sql, vec![bytes(request.uuid()), at.millis().into()]).await?.ok_or(Refused::NotFound)?;
    let age = read::age(&row).map_err(unreadable)?;
    let known: String = row.try_get("", "known").map_err(unavailable)?;
    let known = Known::read(&known).ok_or(Refused::Unavailable)?;
    let way = corridors.between(known.from, known.to).ok_or(Refused::Unavailable)?;
    let Some(seat) = known.turn(way, age, track, at) else { return Ok(Vec::new()) };
    let sql = "SELECT organization FROM standing WHERE record = $1 AND noun = 'REPATRIATION' AND seat = $2 AND from_at <= $3 AND open_until > $3 ORDER BY organization";
    let rows = all(tx, sql, vec![bytes(request.uuid()), seat.code().into(), at.millis().into()]).await?;
    let ids = rows.iter().map(|row| read::id(row, "organization").map(OrganizationId::from_uuid));
    ids.collect::<Result<_, _>>().map_err(unreadable)
}
