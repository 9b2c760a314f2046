//! Clocks: rows that say until when something is waited for. They are started, paused and stopped in the savepoint of the
//! step that begins or ends the waiting, so that none runs for a state that is over and none is lost with a process.

use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, RecordId, SubjectId};
use sangam_workflow::clock::ClockKind;
use sea_orm::DatabaseTransaction;

use super::{bytes, execute};
use crate::command::Refused;

/// What a clock is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClockOf<'a> {
    /// The kind of record.
    pub(super) noun: Noun,
    /// The record.
    pub(super) record: RecordId,
    /// The subject it is about.
    pub(super) subject: SubjectId,
    /// The part of the record that waits, by code; empty where a record has no parts.
    pub(super) track: &'a str,
}

/// Starts a clock, anew if one of that kind runs.
pub(super) async fn start(
    tx: &DatabaseTransaction,
    of: ClockOf<'_>,
    kind: ClockKind,
    at: Instant,
    due: Instant,
) -> Result<(), Refused> {
    execute(
        tx,
        "INSERT INTO clock (record, track, kind, noun, subject, started_at, due_at, paused_at, stage) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, 0) ON CONFLICT (record, track, kind) DO UPDATE SET started_at = excluded.started_at, due_at = excluded.due_at, paused_at = NULL, stage = 0, ran_out_at = NULL, operator_at = NULL, operator_asks = NULL",
        vec![
            bytes(of.record.uuid()),
            of.track.into(),
            kind.code().into(),
            of.noun.code().into(),
            bytes(of.subject.uuid()),
            at.millis().into(),
            due.millis().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Winds a clock that has run out for the next stage of its ladder. When it ran out first is kept: until then something
/// was to be done, and not until the next time somebody is told.
pub(super) async fn wind(
    tx: &DatabaseTransaction,
    of: ClockOf<'_>,
    kind: ClockKind,
    due: Instant,
) -> Result<(), Refused> {
    let sql = "UPDATE clock SET stage = stage + 1, ran_out_at = coalesce(ran_out_at, due_at), due_at = $4 WHERE record = $1 AND track = $2 AND kind = $3";
    let values = vec![bytes(of.record.uuid()), of.track.into(), kind.code().into(), due.millis().into()];
    execute(tx, sql, values).await.map(drop)
}

/// Puts a clock that has run out into the operator's list, once, with whoever is to be asked.
pub(super) async fn to_operator(
    tx: &DatabaseTransaction,
    of: ClockOf<'_>,
    kind: ClockKind,
    asks: Option<OrganizationId>,
    at: Instant,
) -> Result<(), Refused> {
    let sql = "UPDATE clock SET operator_at = $4, operator_asks = $5 WHERE record = $1 AND track = $2 AND kind = $3 AND operator_at IS NULL";
    let asks = asks.map(|organization| organization.uuid().as_bytes().to_vec());
    let values = vec![bytes(of.record.uuid()), of.track.into(), kind.code().into(), at.millis().into(), asks.into()];
    execute(tx, sql, values).await.map(drop)
}

/// Pauses the clocks of a part of a record, where the rule stops them on a hold. One that is paused stays as it is.
pub(super) async fn pause(tx: &DatabaseTransaction, of: ClockOf<'_>, at: Instant) -> Result<(), Refused> {
    execute(
        tx,
        "UPDATE clock SET paused_at = $3 WHERE record = $1 AND track = $2 AND paused_at IS NULL",
        vec![bytes(of.record.uuid()), of.track.into(), at.millis().into()],
    )
    .await?;
    Ok(())
}

/// Lets paused clocks run on: what was left is left.
pub(super) async fn resume(tx: &DatabaseTransaction, of: ClockOf<'_>, at: Instant) -> Result<(), Refused> {
    execute(
        tx,
        "UPDATE clock SET due_at = due_at + $3 - paused_at, paused_at = NULL WHERE record = $1 AND track = $2 AND paused_at IS NOT NULL",
        vec![bytes(of.record.uuid()), of.track.into(), at.millis().into()],
    )
    .await?;
    Ok(())
}

/// Stops the clocks of a part of a record: what was waited for has come.
pub(super) async fn stop(tx: &DatabaseTransaction, of: ClockOf<'_>) -> Result<(), Refused> {
    execute(tx, "DELETE FROM clock WHERE record = $1 AND track = $2", vec![bytes(of.record.uuid()), of.track.into()])
        .await?;
    Ok(())
}
