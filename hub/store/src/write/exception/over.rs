//! What ends because something else does: an override with the order it rests on; and what becomes of everything
//! exceptional when the case goes over (`sangam_workflow::transfer`).

use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, RecordId, Seat, SubjectId};
use sangam_workflow::exception::{Event, Exception, ExceptionKind, State, as_of};
use sangam_workflow::flow::{By, take};
use sea_orm::{DatabaseTransaction, QueryResult};

use super::bound;
use crate::command::{NewEvent, Refused};
use crate::read;
use crate::write::referral::ReferralRefusal;
use crate::write::transfer::GoingOver;
use crate::write::{all, bytes, execute, unreadable};

/// One on record.
struct OnRecord {
    id: RecordId,
    kind: ExceptionKind,
    state: State,
    by: OrganizationId,
}

impl OnRecord {
    fn of(row: &QueryResult, at: Instant) -> Result<Self, Refused> {
        let until = read::instant(row, "until_at").map_err(unreadable)?;
        Ok(Self {
            id: RecordId::from_uuid(read::id(row, "id").map_err(unreadable)?),
            kind: read::code(row, "kind").map_err(unreadable)?,
            state: as_of(read::code(row, "state").map_err(unreadable)?, until, at),
            by: OrganizationId::from_uuid(read::id(row, "organization").map_err(unreadable)?),
        })
    }

    /// Takes the owner's step that ends it, and gives what those are told who see it.
    async fn end(&self, tx: &DatabaseTransaction, subject: SubjectId, at: Instant) -> Result<NewEvent, Refused> {
        let stepped = take::<Exception>(self.state, Event::End, By::Seat(Seat::Owner), &[], None)?;
        let kind = stepped.to().code();
        execute(
            tx,
            "UPDATE exception SET state = $2, from_at = CASE WHEN from_at < $3 THEN from_at ELSE $3 END, until_at = $3, changed_at = $3, version = version + 1 WHERE id = $1",
            vec![bytes(self.id.uuid()), kind.into(), at.millis().into()],
        )
        .await?;
        execute(
            tx,
            "UPDATE standing SET open_until = $2 WHERE record = $1 AND noun = 'EXCEPTION' AND seat = 'OWNER' AND open_until > $2",
            vec![bytes(self.id.uuid()), at.millis().into()],
        )
        .await?;
        Ok(NewEvent { noun: Noun::Exception, record: self.id, subject, kind })
    }
}

/// Ends the overrides that rest on an order.
pub(super) async fn end_those_on(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    order: RecordId,
    at: Instant,
) -> Result<Vec<NewEvent>, Refused> {
    let sql = "SELECT id, kind, state, until_at, organization FROM exception WHERE subject = $1 AND order_id = $2 AND state IN ('PROPOSED', 'IN_FORCE') AND until_at > $3 ORDER BY id";
    let mut events = Vec::new();
    for row in all(tx, sql, vec![bytes(subject.uuid()), bytes(order.uuid()), at.millis().into()]).await? {
        events.push(OnRecord::of(&row, at)?.end(tx, subject, at).await?);
    }
    Ok(events)
}

/// A case goes over, after its seats have: an order in force goes on. What waits for a second person of the former owner
/// ends, and so does every override, because the new owner has not said that an authority speaks in her place. An emergency
/// opens nothing any more, whoever declared it, and the new owner looks at it; what it declared itself, only the former
/// owner can judge, and until it has the case does not go over.
///
/// # Errors
/// [`ReferralRefusal::Unreviewed`] then.
pub(in crate::write) async fn go_over(
    tx: &DatabaseTransaction,
    case: &GoingOver,
    at: Instant,
) -> Result<Vec<NewEvent>, Refused> {
    let sql = "SELECT id, kind, state, until_at, organization FROM exception WHERE subject = $1 AND (state = 'DECLARED' OR (state IN ('PROPOSED', 'IN_FORCE', 'REVIEWED') AND until_at > $2)) ORDER BY id";
    let mut events = Vec::new();
    for row in all(tx, sql, vec![bytes(case.subject.uuid()), at.millis().into()]).await? {
        let one = OnRecord::of(&row, at)?;
        let record = one.id;
        match (one.kind, one.state) {
            (ExceptionKind::Order, State::InForce) => {}
            (ExceptionKind::Order | ExceptionKind::Override, _) => events.push(one.end(tx, case.subject, at).await?),
            (ExceptionKind::Emergency, State::Declared) if one.by == case.to => {
                return Err(Refused::Referral(ReferralRefusal::Unreviewed));
            }
            (ExceptionKind::Emergency, state) => {
                execute(
                    tx,
                    "UPDATE exception SET until_at = $2, changed_at = $2, version = version + 1 WHERE id = $1 AND until_at > $2",
                    vec![bytes(record.uuid()), at.millis().into()],
                )
                .await?;
                if state == State::Declared {
                    // The new owner's team is told at once, as the former one's was.
                    let (noun, kind) = (Noun::Exception, state.code());
                    events.push(NewEvent { noun, record, subject: case.subject, kind });
                }
            }
        }
    }
    // What it declared itself it sees by the owner's seat, and by no other.
    execute(
        tx,
        "UPDATE standing SET open_until = CASE WHEN open_until < $3 THEN open_until ELSE $3 END, until_at = $3 WHERE organization = $1 AND subject = $2 AND noun = 'EXCEPTION' AND seat <> 'OWNER' AND until_at > $3",
        vec![bytes(case.to.uuid()), bytes(case.subject.uuid()), at.millis().into()],
    )
    .await?;
    bound(tx, case.subject).await?;
    Ok(events)
}
