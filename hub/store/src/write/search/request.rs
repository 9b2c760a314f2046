//! A request to look for somebody, as the one who was asked steps it.

use sangam_custody::Epoch;
use sangam_vocabulary::{CategorySet, Code, Instant, OrganizationId, RecordId, SearchId, Seat, SubjectId};
use sangam_workflow::flow::{By, take};
use sangam_workflow::search::{About, Event, Search, State, met, tells};
use sea_orm::DatabaseTransaction;

use super::{id, put, stand, state, told, traced, untell};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::read::{self, could_answer};
use crate::write::{bytes, execute, one, unavailable};

/// Takes a step of a request to look for somebody.
pub struct RequestStep {
    /// The request.
    pub request: RecordId,
    /// Who was asked.
    pub finder: OrganizationId,
    /// The version the caller saw.
    pub version: i64,
    /// The event.
    pub event: Event,
    /// Who was found, an own subject, where the event tells something.
    pub found: Option<SubjectId>,
    /// An id for the answer.
    pub answer: SearchId,
    /// What law, agreements and consents let the one who asks be shown of whoever was found, decided before the step: by
    /// which rules, to whom, what. Where the event names nobody, the most that it might be shown of anybody: what could be
    /// told, as a list of steps says it, and nothing that a step rests on.
    pub shown: Option<(Epoch, OrganizationId, CategorySet)>,
}

impl Store {
    /// Who asks by a request to look for somebody. For work of the hub itself.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn request_source(&self, request: RecordId) -> Result<Option<OrganizationId>, StoreFault> {
        let sql = "SELECT source FROM search_request WHERE id = $1";
        let row = self.one(sql, vec![bytes(request.uuid())]).await?;
        row.map(|row| read::id(&row, "source").map(OrganizationId::from_uuid)).transpose()
    }
}

commands!(RequestStep);

/// A request as its step finds it.
struct Request {
    search: RecordId,
    missing: SubjectId,
    source: OrganizationId,
    about: About,
    asked: i64,
    state: State,
    version: i64,
}

impl RequestStep {
    async fn find(&self, tx: &DatabaseTransaction, at: Instant) -> Result<Request, Refused> {
        let row = one(
            tx,
            &format!("SELECT t.search, t.subject, t.source, t.about, {} AS asked, t.state, t.version FROM standing s JOIN search_request t ON t.id = s.record WHERE s.organization = $1 AND s.noun = 'SEARCH' AND s.seat = 'FINDER' AND s.record = $2 AND s.from_at <= $3 AND s.until_at > $3", could_answer("t.search", "$3")),
            vec![bytes(self.finder.uuid()), bytes(self.request.uuid()), at.millis().into()],
        )
        .await?
        .ok_or(Refused::NotFound)?;
        let about: String = row.try_get("", "about").map_err(unavailable)?;
        Ok(Request {
            search: RecordId::from_uuid(id(&row, "search")?),
            missing: SubjectId::from_uuid(id(&row, "subject")?),
            source: OrganizationId::from_uuid(id(&row, "source")?),
            about: About::read(&about).map_err(|_| Refused::Unavailable)?,
            asked: row.try_get("", "asked").map_err(unavailable)?,
            state: state(&row)?,
            version: row.try_get("", "version").map_err(unavailable)?,
        })
    }

    /// What may be shown to the one who asks, so that it gets no standing in somebody of whom it would be shown nothing:
    /// such a standing would be found out when she takes her consent back. Of what was decided for another, nothing;
    /// what was decided by rules that have changed is to be decided anew.
    async fn may_show(&self, tx: &DatabaseTransaction, request: &Request) -> Result<CategorySet, Refused> {
        let Some((epoch, _, categories)) = self.shown.filter(|(_, source, _)| *source == request.source) else {
            return Ok(CategorySet::NONE);
        };
        let row = one(tx, "SELECT rules FROM epoch WHERE id = 1", vec![]).await?.ok_or(Refused::Unavailable)?;
        let rules: i64 = row.try_get("", "rules").map_err(unavailable)?;
        if u64::try_from(rules) == Ok(epoch.0) {
            Ok(categories)
        } else {
            Err(Refused::Conflict { current: request.version })
        }
    }

    /// What the person who was found has agreed to and may be shown.
    async fn consented(
        &self,
        tx: &DatabaseTransaction,
        request: &Request,
        at: Instant,
    ) -> Result<CategorySet, Refused> {
        let source = request.source;
        let Some(found) = self.found else {
            return Ok(self.shown.map_or(CategorySet::NONE, |(_, _, categories)| categories));
        };
        let owned = "SELECT id FROM subject WHERE id = $1 AND owner = $2";
        one(tx, owned, vec![bytes(found.uuid()), bytes(self.finder.uuid())]).await?.ok_or(Refused::NotFound)?;
        Ok(traced(tx, found, source, at).await?.and(self.may_show(tx, request).await?))
    }
}

impl Work for RequestStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let request = self.find(tx, at).await?;
            if request.version != self.version {
                return Err(Refused::Conflict { current: request.version });
            }
            let consented = self.consented(tx, &request, at).await?;
            let there = met(request.about, consented, request.asked);
            let stepped = take::<Search>(request.state, self.event, By::Seat(Seat::Finder), &there, None)?;
            put(tx, "search_request", self.request, &stepped, request.version, at).await?;
            let mut events = vec![told(self.request, request.missing, stepped.to().code())];
            let before = request.state.is_answer();
            if before {
                untell(tx, "request", self.request, at).await?;
            }
            if stepped.to().is_answer() {
                // A report that names nobody has nothing to rest on, whoever else has agreed.
                let found = self.found.ok_or(Refused::NotFound)?;
                let record = RecordId::from(self.answer);
                execute(
                    tx,
                    "INSERT INTO search_answer (id, search, request, missing, found, finder, state, tells, told_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    vec![
                        bytes(record.uuid()),
                        bytes(request.search.uuid()),
                        bytes(self.request.uuid()),
                        bytes(request.missing.uuid()),
                        bytes(found.uuid()),
                        bytes(self.finder.uuid()),
                        stepped.to().code().into(),
                        i64::from(tells(request.asked).bits()).into(),
                        at.millis().into(),
                    ],
                )
                .await?;
                stand(tx, request.source, self.answer, Seat::Source, found, (at, Instant::NEVER)).await?;
                events.push(told(record, found, "TOLD"));
            }
            let fence = before || stepped.to().is_answer();
            Ok(Applied { record: Some(self.request.uuid()), events, fence, ..Applied::default() })
        })
    }
}
