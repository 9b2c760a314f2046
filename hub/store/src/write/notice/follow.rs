//! Notices derived from what happened: each event of a record makes something wait for those who work on it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, PersonId, SubjectId};
use sangam_workflow::exception;
use sangam_workflow::ladder::Told;
use sangam_workflow::notice::NoticeKind;
use sangam_workflow::recall;
use sangam_workflow::referral::{State, Urgency};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{Telling, sitting};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::read;
use crate::write::recall::{RECALL_OVERDUE, RECALLED};
use crate::write::{all, bytes, execute, one, unavailable, unreadable};

/// How many events one change derives notices from: what a batch of the writer may take without holding up others.
const EVENTS: i64 = 20;
/// What the event of a danger to a witness is called.
const RISK_REPORTED: &str = "REPORTED";
/// What the event of an answer to a search is called.
const SEARCH_TOLD: &str = "TOLD";

/// The organizations that an event in a record is for: whose seats were open then, also where the event closed them. To
/// whomever the record no longer exists nothing happened. An invitation's own seat is never open, and whoever is invited
/// is told what becomes of it.
async fn seats_of_event(
    tx: &DatabaseTransaction,
    (at, then): (Instant, Instant),
    noun: &str,
    record: Uuid,
) -> Result<Vec<OrganizationId>, Refused> {
    sitting(tx, (at, then), (noun, record), "(open_until >= $4 OR noun = 'CONTRIBUTION')").await
}

/// Whom an event is for, and who there is told: the team, and of a recall that nobody answered the administrators of
/// whoever was asked, whose turn it is, beside the team of whoever asks.
async fn concerned(
    tx: &DatabaseTransaction,
    (at, then): (Instant, Instant),
    (noun, what): (&str, &str),
    record: Uuid,
) -> Result<Vec<(OrganizationId, Told)>, Refused> {
    let of = |told: Told| move |organization: OrganizationId| (organization, told);
    let recall = noun == Noun::Subject.code();
    if recall && what == RECALLED {
        return Ok(recalled(tx, record, &[recall::State::Open, recall::State::Overdue])
            .await?
            .map(of(Told::Team))
            .collect());
    }
    let seated = seats_of_event(tx, (at, then), noun, record).await?.into_iter().map(of(Told::Team));
    if recall && what == RECALL_OVERDUE {
        let silent = recalled(tx, record, &[recall::State::Overdue]).await?.map(of(Told::Administrators));
        return Ok(silent.chain(seated).collect());
    }
    Ok(seated.collect())
}

/// The organizations that were asked to let go of what they have of a subject and whose recall stands in one of these
/// states. They are told whether or not they have standing still.
async fn recalled(
    tx: &DatabaseTransaction,
    subject: Uuid,
    states: &[recall::State],
) -> Result<impl Iterator<Item = OrganizationId>, Refused> {
    let sql = "SELECT DISTINCT recipient, state FROM recall WHERE subject = $1 AND is_open = 1 ORDER BY recipient";
    let mut found = Vec::new();
    for row in all(tx, sql, vec![bytes(subject)]).await? {
        if states.contains(&read::code(&row, "state").map_err(unreadable)?) {
            found.push(OrganizationId::from_uuid(read::id(&row, "recipient").map_err(unreadable)?));
        }
    }
    Ok(found.into_iter())
}

/// Derives notices from what happened since the last time, in the order in which it happened: at most twenty events,
/// and none of them twice, whichever process does it.
pub struct FollowEvents;

commands!(FollowEvents);

/// What an event makes wait for those it concerns; nothing where it asks nothing of anybody.
async fn waits(tx: &DatabaseTransaction, noun: &str, record: Uuid, kind: &str) -> Result<Option<NoticeKind>, Refused> {
    // An escalation says itself whom it tells; that a system took note of a referral is for nobody to act on.
    if noun == Noun::Subject.code() {
        return Ok(match kind {
            RECALLED => Some(NoticeKind::AnswerNow),
            RECALL_OVERDUE => Some(NoticeKind::ClockRanOut),
            _ => None,
        });
    }
    if kind == NoticeKind::ClockRanOut.code() || kind == State::Received.code() {
        return Ok(None);
    }
    if (noun == Noun::Risk.code() && kind == RISK_REPORTED)
        || (noun == Noun::Exception.code() && kind == exception::State::Declared.code())
    {
        return Ok(Some(NoticeKind::AnswerNow));
    }
    if noun == Noun::Referral.code() && kind == State::Sent.code() {
        let row = one(tx, "SELECT urgency FROM referral WHERE id = $1", vec![bytes(record)]).await?;
        let urgency: Option<String> = row.map(|row| row.try_get("", "urgency")).transpose().map_err(unavailable)?;
        if urgency.as_deref() == Some(Urgency::Emergency.code()) {
            return Ok(Some(NoticeKind::AnswerNow));
        }
    }
    Ok(Some(NoticeKind::CaseMoved))
}

/// Whose team works on what an event is about: the subject's. An answer to a search is about whoever was found, whom
/// nobody at the one who asks works on: it is for the team of the missing person. None: the answer is gone.
async fn worked_on(
    tx: &DatabaseTransaction,
    (noun, kind): (&str, &str),
    record: Uuid,
    subject: Uuid,
) -> Result<Option<SubjectId>, Refused> {
    if noun != Noun::Search.code() || kind != SEARCH_TOLD {
        return Ok(Some(SubjectId::from_uuid(subject)));
    }
    let row = one(tx, "SELECT missing FROM search_answer WHERE id = $1", vec![bytes(record)]).await?;
    row.map(|row| read::id(&row, "missing").map(SubjectId::from_uuid)).transpose().map_err(unreadable)
}

impl Work for FollowEvents {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let sql = "SELECT e.seq, e.at, e.noun, e.record, e.subject, e.kind, e.by_person FROM event e WHERE e.seq > (SELECT seq FROM notice_place WHERE id = 1) ORDER BY e.seq LIMIT $1";
            let events = all(tx, sql, vec![EVENTS.into()]).await?;
            let mut last: Option<i64> = None;
            let mut houses: HashMap<OrganizationId, Telling> = HashMap::new();
            for event in &events {
                last = Some(event.try_get("", "seq").map_err(unavailable)?);
                let text = |column: &str| event.try_get::<String>("", column).map_err(unavailable);
                let record = read::id(event, "record").map_err(unreadable)?;
                let (noun, what) = (text("noun")?, text("kind")?);
                let Some(kind) = waits(tx, &noun, record, &what).await? else { continue };
                let subject = read::id(event, "subject").map_err(unreadable)?;
                let Some(subject) = worked_on(tx, (&noun, &what), record, subject).await? else { continue };
                let then = read::instant(event, "at").map_err(unreadable)?;
                let by: Option<Vec<u8>> = event.try_get("", "by_person").map_err(unavailable)?;
                let by = by.and_then(|bytes| Uuid::from_slice(&bytes).ok()).map(PersonId::from_uuid);
                for (organization, told) in concerned(tx, (at, then), (&noun, &what), record).await? {
                    let house = match houses.entry(organization) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(place) => place.insert(Telling::in_house(tx, at, organization).await?),
                    };
                    house.tell(tx, told, subject, kind, by).await?;
                }
            }
            if let Some(last) = last {
                execute(tx, "UPDATE notice_place SET seq = $1 WHERE id = 1", vec![last.into()]).await?;
            }
            Ok(Applied::default())
        })
    }
}
