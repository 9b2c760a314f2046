//! A request of a case that goes over: the new owner holds her from now on. Before the handover whoever holds her is in
//! the country she leaves, and nobody sits on two sides of one handover; what cannot be so refuses the whole.

use sangam_vocabulary::{Code, Country, Instant, Noun, RecordId, Seat};
use sangam_workflow::repatriation::request::State;
use sangam_workflow::transfer::HOLDER_CHANGED;
use sea_orm::DatabaseTransaction;

use crate::command::{NewEvent, Refused};
use crate::read;
use crate::write::referral::ReferralRefusal;
use crate::write::standing::represents;
use crate::write::transfer::GoingOver;
use crate::write::{all, bytes, execute, one, unreadable};

/// Makes the new owner the holder of every request of the case. Its seats are there already.
pub(in crate::write) async fn go_over(
    tx: &DatabaseTransaction,
    case: &GoingOver,
    at: Instant,
) -> Result<Vec<NewEvent>, Refused> {
    let values = vec![bytes(case.subject.uuid()), bytes(case.from.uuid()), bytes(case.to.uuid())];
    execute(tx, "UPDATE repatriation SET holder = $3 WHERE subject = $1 AND holder = $2", values).await?;
    let sql = "SELECT t.id, t.state, t.from_country, o.country FROM repatriation t JOIN organization o ON o.id = t.holder WHERE t.subject = $1 AND t.is_open = 1";
    let mut events = Vec::new();
    for row in all(tx, sql, vec![bytes(case.subject.uuid())]).await? {
        let record = RecordId::from_uuid(read::id(&row, "id").map_err(unreadable)?);
        let state: State = read::code(&row, "state").map_err(unreadable)?;
        let from: Country = read::code(&row, "from_country").map_err(unreadable)?;
        let is_there = from == read::code(&row, "country").map_err(unreadable)?;
        let values = || vec![bytes(record.uuid()), bytes(case.to.uuid()), at.millis().into()];
        let sits = "SELECT 1 AS one FROM standing WHERE record = $1 AND noun = 'REPATRIATION' AND organization = $2 AND seat <> 'HOLDING' AND open_until > $3";
        let sits = one(tx, sits, values()).await?.is_some();
        if state.is_before_handover() && (sits || !is_there) {
            return Err(Refused::Referral(ReferralRefusal::OtherUnderWay));
        }
        if sits {
            settle_seats(tx, case, record, state, at).await?;
        }
        let sql = "UPDATE repatriation SET version = version + 1, changed_at = $2 WHERE id = $1";
        execute(tx, sql, vec![bytes(record.uuid()), at.millis().into()]).await?;
        events.push(NewEvent { noun: Noun::Repatriation, record, subject: case.subject, kind: HOLDER_CHANGED });
    }
    Ok(events)
}

/// One organization has one seat: after the handover whoever received her goes on by that one, and where another way than
/// returning is sought the holder does. Nobody is the lawyer of its own case.
async fn settle_seats(
    tx: &DatabaseTransaction,
    case: &GoingOver,
    record: RecordId,
    state: State,
    at: Instant,
) -> Result<(), Refused> {
    let received = state != State::Alternative
        && one(
            tx,
            "SELECT 1 AS one FROM standing WHERE record = $1 AND noun = 'REPATRIATION' AND organization = $2 AND seat = 'RECEIVING' AND open_until > $3",
            vec![bytes(record.uuid()), bytes(case.to.uuid()), at.millis().into()],
        )
        .await?
        .is_some();
    let stays = if received { Seat::Receiving } else { Seat::Holding };
    execute(
        tx,
        "UPDATE standing SET open_until = CASE WHEN open_until < $3 THEN open_until ELSE $3 END, until_at = $3 WHERE record = $1 AND noun = 'REPATRIATION' AND organization = $2 AND until_at > $3 AND seat <> $4",
        vec![bytes(record.uuid()), bytes(case.to.uuid()), at.millis().into(), stays.code().into()],
    )
    .await?;
    let lawyer = "UPDATE repatriation SET lawyer = NULL WHERE id = $1 AND lawyer = $2";
    execute(tx, lawyer, vec![bytes(record.uuid()), bytes(case.to.uuid())]).await?;
    represents(tx, case.subject, case.to, at).await
}
