//! Searches of a case that goes over. A search for her ends: whoever agreed to be found agreed that the one who asked be
//! told, and no other; the new owner opens its own. What was told of her as found is taken back: she is not with whoever
//! told it any more, and her consent to be told of stays hers, for whoever has her and is asked.

use sangam_vocabulary::{Instant, RecordId, Seat};
use sangam_workflow::flow::{By, take};
use sangam_workflow::search::{Event, Search};
use sea_orm::DatabaseTransaction;

use super::{close, id, put, state, told, untell};
use crate::command::{NewEvent, Refused};
use crate::write::transfer::GoingOver;
use crate::write::{all, bytes, unavailable};

/// Ends the searches for her, and takes back what was told of her.
pub(in crate::write) async fn go_over(
    tx: &DatabaseTransaction,
    case: &GoingOver,
    at: Instant,
) -> Result<Vec<NewEvent>, Refused> {
    let mut events = Vec::new();
    let open = "SELECT id, state, version FROM search WHERE subject = $1 AND is_open = 1 ORDER BY id";
    for row in all(tx, open, vec![bytes(case.subject.uuid())]).await? {
        let search = RecordId::from_uuid(id(&row, "id")?);
        let stepped = take::<Search>(state(&row)?, Event::Close, By::Seat(Seat::Source), &[], None)?;
        put(tx, "search", search, &stepped, row.try_get("", "version").map_err(unavailable)?, at).await?;
        events.extend(close(tx, search, case.subject, at).await?);
    }
    let answered = "SELECT r.id, r.state, r.version, r.subject FROM search_request r WHERE r.finder = $1 AND EXISTS (SELECT 1 FROM search_answer a JOIN standing s ON s.record = a.id AND s.noun = 'SEARCH' AND s.seat = 'SOURCE' WHERE a.request = r.id AND a.found = $2 AND s.until_at > $3) ORDER BY r.id";
    let values = vec![bytes(case.from.uuid()), bytes(case.subject.uuid()), at.millis().into()];
    for row in all(tx, answered, values).await? {
        let request = RecordId::from_uuid(id(&row, "id")?);
        let missing = sangam_vocabulary::SubjectId::from_uuid(id(&row, "subject")?);
        let stepped = take::<Search>(state(&row)?, Event::TakeBack, By::Seat(Seat::Finder), &[], None)?;
        put(tx, "search_request", request, &stepped, row.try_get("", "version").map_err(unavailable)?, at).await?;
        untell(tx, "request", request, at).await?;
        events.push(told(request, missing, sangam_vocabulary::Code::code(stepped.to())));
    }
    Ok(events)
}
