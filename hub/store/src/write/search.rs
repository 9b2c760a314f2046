//! Searches: opened towards organizations by name, stepped by the one who asks and by each that was asked. The two never
//! write the same row, but for the end: what one that was asked does is its own until whoever was found agrees that the
//! one who asks be told, and then it is an answer, a record about her that the one who asks has standing in.

use sangam_vocabulary::{
    Category, CategorySet, Code, Country, Instant, Noun, OrganizationId, Purpose, RecordId, SearchId, Seat, SubjectId,
};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::flow::{By, take};
use sangam_workflow::search::{About, Event, OpeningNeed, REMINDER_MILLIS, REVIEW_MILLIS, Search, State, Stepped};
use sea_orm::{DatabaseTransaction, QueryResult};

use super::clock::{self, ClockOf};
use super::standing::AFTERGLOW_DAYS;
use super::{all, bytes, execute, ids, one, unavailable, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;

mod request;
mod transfer;

pub use request::RequestStep;
pub(super) use transfer::go_over;

/// Opens a search for an own subject.
pub struct NewSearch {
    /// The id.
    pub id: SearchId,
    /// Who is looked for, or who has arrived.
    pub subject: SubjectId,
    /// Who asks: must own the subject.
    pub source: OrganizationId,
    /// Who is asked, each with the id of its request.
    pub asked: Vec<(OrganizationId, SearchId)>,
    /// The arrival whose records are asked for: an open one of the same person, and who is asked is of the country she
    /// came from. None: the person is missing.
    pub arrival: Option<RecordId>,
}

/// Takes a step of an own search.
pub struct SearchStep {
    /// The search.
    pub search: RecordId,
    /// Who asks.
    pub source: OrganizationId,
    /// The version the caller saw.
    pub version: i64,
    /// The event.
    pub event: Event,
}

commands!(NewSearch, SearchStep);

/// What consents of a subject grant a recipient for tracing at an instant. Of one whose owner's system took it back or
/// sent what could not be read nothing is known, and what is not known grants nothing.
async fn traced(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    recipient: OrganizationId,
    at: Instant,
) -> Result<CategorySet, Refused> {
    let row = one(
        tx,
        "SELECT c.mask FROM consent_span c JOIN subject su ON su.id = c.subject WHERE c.subject = $1 AND c.recipient = $2 AND c.purpose = $3 AND c.from_at <= $4 AND c.until_at > $4 AND su.suspended IS NULL",
        vec![
            bytes(subject.uuid()),
            bytes(recipient.uuid()),
            Purpose::FamilyTracing.code().into(),
            at.millis().into(),
        ],
    )
    .await?;
    row.map_or(Ok(CategorySet::NONE), |row| mask(&row))
}

fn mask(row: &QueryResult) -> Result<CategorySet, Refused> {
    let bits: i64 = row.try_get("", "mask").map_err(unavailable)?;
    u32::try_from(bits).map(CategorySet::from_bits).map_err(|_| Refused::Unavailable)
}

fn state(row: &QueryResult) -> Result<State, Refused> {
    let code: String = row.try_get("", "state").map_err(unavailable)?;
    State::read(&code).map_err(|_| Refused::Unavailable)
}

fn id(row: &QueryResult, column: &'static str) -> Result<uuid::Uuid, Refused> {
    read::id(row, column).map_err(unreadable)
}

async fn stand(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    record: SearchId,
    seat: Seat,
    subject: SubjectId,
    (at, open_until): (Instant, Instant),
) -> Result<(), Refused> {
    execute(
        tx,
        "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            bytes(organization.uuid()),
            Noun::Search.code().into(),
            bytes(record.uuid()),
            seat.code().into(),
            bytes(subject.uuid()),
            at.millis().into(),
            open_until.millis().into(),
            Instant::NEVER.millis().into(),
        ],
    )
    .await?;
    Ok(())
}

fn told(record: RecordId, subject: SubjectId, kind: &'static str) -> NewEvent {
    NewEvent { noun: Noun::Search, record, subject, kind }
}

impl NewSearch {
    /// What the search asks about: of a person who has arrived it can only be records.
    async fn about(&self, tx: &DatabaseTransaction) -> Result<(About, Option<String>), Refused> {
        let Some(arrival) = self.arrival else { return Ok((About::MissingPerson, None)) };
        let row = one(
            tx,
            "SELECT came_from FROM arrival WHERE id = $1 AND organization = $2 AND subject = $3 AND is_open = 1",
            vec![bytes(arrival.uuid()), bytes(self.source.uuid()), bytes(self.subject.uuid())],
        )
        .await?
        .ok_or(Refused::NotFound)?;
        let from: Option<String> = row.try_get("", "came_from").map_err(unavailable)?;
        Ok((About::Records, Some(from.ok_or(Refused::NotFound)?)))
    }

    /// Refuses a recipient that is not there, is the one who asks, is of another country than the person came from, or
    /// is given nothing to look by.
    async fn ask(&self, tx: &DatabaseTransaction, from: Option<&str>, at: Instant) -> Result<(), Refused> {
        for (recipient, _) in &self.asked {
            let row = one(tx, "SELECT country FROM organization WHERE id = $1", vec![bytes(recipient.uuid())]).await?;
            let country: String = row.ok_or(Refused::NotFound)?.try_get("", "country").map_err(unavailable)?;
            let there = Country::read(&country).is_ok() && from.is_none_or(|from| from == country);
            if !there || *recipient == self.source {
                return Err(Refused::NotFound);
            }
            if !traced(tx, self.subject, *recipient, at).await?.contains(Category::Tracing) {
                return Err(Refused::Missing { needs: vec![OpeningNeed::TracingConsent.code()] });
            }
        }
        Ok(())
    }
}

impl Work for NewSearch {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let owned = "SELECT id FROM subject WHERE id = $1 AND owner = $2";
            if one(tx, owned, vec![bytes(self.subject.uuid()), bytes(self.source.uuid())]).await?.is_none() {
                return Err(Refused::NotFound);
            }
            let open = "SELECT id FROM search WHERE subject = $1 AND is_open = 1";
            if let Some(row) = one(tx, open, vec![bytes(self.subject.uuid())]).await? {
                return Err(Refused::Duplicate { record: id(&row, "id")? });
            }
            let (about, from) = self.about(tx).await?;
            self.ask(tx, from.as_deref(), at).await?;
            let asked: Vec<OrganizationId> = self.asked.iter().map(|(recipient, _)| *recipient).collect();
            let record = RecordId::from(self.id);
            let due = at.plus_millis(REVIEW_MILLIS);
            execute(
                tx,
                "INSERT INTO search (id, subject, source, about, recipients, arrival, state, is_open, opened_at, review_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $8, 1)",
                vec![
                    bytes(record.uuid()),
                    bytes(self.subject.uuid()),
                    bytes(self.source.uuid()),
                    about.code().into(),
                    ids(&asked).into(),
                    self.arrival.map(|arrival| arrival.uuid().as_bytes().to_vec()).into(),
                    State::Open.code().into(),
                    at.millis().into(),
                    due.millis().into(),
                ],
            )
            .await?;
            stand(tx, self.source, self.id, Seat::Source, self.subject, (at, Instant::NEVER)).await?;
            let mut events = vec![told(record, self.subject, "OPENED")];
            let number = i64::try_from(asked.len()).map_err(|_| Refused::Unavailable)?;
            for (finder, request) in &self.asked {
                execute(
                    tx,
                    "INSERT INTO search_request (id, search, subject, source, finder, about, asked, state, asked_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1)",
                    vec![
                        bytes(request.uuid()),
                        bytes(record.uuid()),
                        bytes(self.subject.uuid()),
                        bytes(self.source.uuid()),
                        bytes(finder.uuid()),
                        about.code().into(),
                        number.into(),
                        State::Open.code().into(),
                        at.millis().into(),
                    ],
                )
                .await?;
                stand(tx, *finder, *request, Seat::Finder, self.subject, (at, due)).await?;
                events.push(told((*request).into(), self.subject, "ASKED"));
            }
            let of = ClockOf { noun: Noun::Search, record, subject: self.subject, track: "" };
            clock::start(tx, of, ClockKind::SearchReview, at, at.plus_millis(REMINDER_MILLIS)).await?;
            Ok(Applied { record: Some(record.uuid()), events, fence: true, ..Applied::default() })
        })
    }
}

/// Writes a step into the row of a search or a request, unless another process stepped it since it was read.
async fn put(
    tx: &DatabaseTransaction,
    table: &str,
    record: RecordId,
    stepped: &Stepped,
    seen: i64,
    at: Instant,
) -> Result<(), Refused> {
    let once = execute(
        tx,
        &format!(
            "UPDATE {table} SET state = $2, changed_at = $3, version = version + 1 WHERE id = $1 AND version = $4"
        ),
        vec![bytes(record.uuid()), stepped.to().code().into(), at.millis().into(), seen.into()],
    )
    .await?;
    if once > 0 {
        return Ok(());
    }
    let row = one(tx, &format!("SELECT version FROM {table} WHERE id = $1"), vec![bytes(record.uuid())]).await?;
    Err(Refused::Conflict { current: row.ok_or(Refused::NotFound)?.try_get("", "version").map_err(unavailable)? })
}

/// Ends what was told of a request: it is there no longer.
async fn untell(tx: &DatabaseTransaction, column: &str, of: RecordId, at: Instant) -> Result<(), Refused> {
    execute(
        tx,
        &format!("UPDATE standing SET open_until = $2, until_at = $2 WHERE noun = 'SEARCH' AND until_at > $2 AND record IN (SELECT id FROM search_answer WHERE {column} = $1)"),
        vec![bytes(of.uuid()), at.millis().into()],
    )
    .await?;
    Ok(())
}

/// Ends a search and every request of it, each through the table.
async fn close(
    tx: &DatabaseTransaction,
    search: RecordId,
    subject: SubjectId,
    at: Instant,
) -> Result<Vec<NewEvent>, Refused> {
    execute(tx, "UPDATE search SET is_open = 0 WHERE id = $1", vec![bytes(search.uuid())]).await?;
    untell(tx, "search", search, at).await?;
    let mut events = vec![told(search, subject, State::Closed.code())];
    let requests = "SELECT id, state, version FROM search_request WHERE search = $1 ORDER BY id";
    for row in all(tx, requests, vec![bytes(search.uuid())]).await? {
        let request = RecordId::from_uuid(id(&row, "id")?);
        let stepped = take::<Search>(state(&row)?, Event::Close, By::Seat(Seat::Source), &[], None)?;
        put(tx, "search_request", request, &stepped, row.try_get("", "version").map_err(unavailable)?, at).await?;
        events.push(told(request, subject, State::Closed.code()));
    }
    execute(
        tx,
        "UPDATE standing SET open_until = $2, until_at = $3 WHERE noun = 'SEARCH' AND (record = $1 OR record IN (SELECT id FROM search_request WHERE search = $1))",
        vec![bytes(search.uuid()), at.millis().into(), at.plus_days(AFTERGLOW_DAYS).millis().into()],
    )
    .await?;
    clock::stop(tx, ClockOf { noun: Noun::Search, record: search, subject, track: "" }).await?;
    Ok(events)
}

/// What is released for a search is released for another while, and its clock begins anew.
async fn go_on(tx: &DatabaseTransaction, search: RecordId, subject: SubjectId, at: Instant) -> Result<(), Refused> {
    let values = || vec![bytes(search.uuid()), at.plus_millis(REVIEW_MILLIS).millis().into()];
    execute(tx, "UPDATE search SET review_at = $2 WHERE id = $1", values()).await?;
    let open = "UPDATE standing SET open_until = $2 WHERE noun = 'SEARCH' AND seat = 'FINDER' AND record IN (SELECT id FROM search_request WHERE search = $1)";
    execute(tx, open, values()).await?;
    let of = ClockOf { noun: Noun::Search, record: search, subject, track: "" };
    clock::start(tx, of, ClockKind::SearchReview, at, at.plus_millis(REMINDER_MILLIS)).await
}

impl Work for SearchStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let row = one(
                tx,
                "SELECT t.state, t.version, t.subject FROM standing s JOIN search t ON t.id = s.record WHERE s.organization = $1 AND s.noun = 'SEARCH' AND s.seat = 'SOURCE' AND s.record = $2 AND s.from_at <= $3 AND s.until_at > $3",
                vec![bytes(self.source.uuid()), bytes(self.search.uuid()), at.millis().into()],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            let current: i64 = row.try_get("", "version").map_err(unavailable)?;
            if current != self.version {
                return Err(Refused::Conflict { current });
            }
            let by = By::Seat(Seat::Source);
            let stepped = take::<Search>(state(&row)?, self.event, by, &[], None)?;
            put(tx, "search", self.search, &stepped, current, at).await?;
            let subject = SubjectId::from_uuid(id(&row, "subject")?);
            let over = stepped.to() == State::Closed;
            let events = if over {
                close(tx, self.search, subject, at).await?
            } else {
                go_on(tx, self.search, subject, at).await?;
                vec![told(self.search, subject, self.event.code())]
            };
            Ok(Applied { record: Some(self.search.uuid()), events, fence: true, ..Applied::default() })
        })
    }
}
