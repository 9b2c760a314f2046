//! The clocks of a corridor: they start and stop with the states they name, and stand still while a hold is in force
//! where the corridor says so. Each is kept under its own name, so that two of one track run side by side.

use sangam_vocabulary::{Code, Instant, Noun, RecordId, SubjectId};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::flow::is_final;
use sangam_workflow::repatriation::corridor::{ClockRow, ClockTrack};
use sangam_workflow::repatriation::handover::Gate;
use sangam_workflow::repatriation::request::Request;
use sea_orm::DatabaseTransaction;

use super::Whole;
use crate::command::Refused;
use crate::repatriation::Known;
use crate::write::clock::{self, ClockOf};
use crate::write::{bytes, execute, one};

/// Where what a clock runs in stands.
fn state(known: &Known, track: ClockTrack) -> &'static str {
    match track {
        ClockTrack::Request => known.request.code(),
        ClockTrack::Court => known.court().code(),
        ClockTrack::Verification => known.verification().code(),
        ClockTrack::TravelDocument => known.travel_document().state.code(),
        ClockTrack::ExitClearance => known.exit_clearance().state.code(),
        ClockTrack::Placement => known.placement().code(),
    }
}

/// Whether something holds up what a clock runs in: the request, where any track stands still.
fn is_held(gate: &Gate<'_>, track: ClockTrack) -> bool {
    track.tracks().iter().any(|part| gate.stands_still(*part))
}

fn of(record: RecordId, subject: SubjectId, row: &ClockRow) -> ClockOf<'_> {
    ClockOf { noun: Noun::Repatriation, record, subject, track: &row.id }
}

async fn runs(tx: &DatabaseTransaction, record: RecordId, row: &ClockRow) -> Result<bool, Refused> {
    let sql = "SELECT 1 AS runs FROM clock WHERE record = $1 AND track = $2";
    Ok(one(tx, sql, vec![bytes(record.uuid()), row.id.clone().into()]).await?.is_some())
}

/// Brings the clocks of the corridor to where a request stands; `before` is nothing for one that begins.
pub(super) async fn settle(
    tx: &DatabaseTransaction,
    Whole { record, subject, way, age }: Whole<'_>,
    before: Option<&Known>,
    after: &Known,
    at: Instant,
) -> Result<(), Refused> {
    if is_final::<Request>(after.request) {
        execute(tx, "DELETE FROM clock WHERE record = $1", vec![bytes(record.uuid())]).await?;
        return Ok(());
    }
    let gate = after.gate(age, at);
    for row in &way.corridor().clocks {
        let now = state(after, row.track);
        let entered = before.is_none_or(|before| state(before, row.track) != now);
        // One that runs goes on: a date that was called off gives nobody more time.
        if entered && row.from == now && !runs(tx, record, row).await? {
            let due = at.plus_days(i64::from(row.days));
            clock::start(tx, of(record, subject, row), ClockKind::Corridor, at, due).await?;
        }
        if entered && row.to == now {
            clock::stop(tx, of(record, subject, row)).await?;
        }
        if row.stops_on_hold && is_held(&gate, row.track) {
            clock::pause(tx, of(record, subject, row), at).await?;
        } else {
            clock::resume(tx, of(record, subject, row), at).await?;
        }
    }
    Ok(())
}
