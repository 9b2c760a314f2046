//! Searches: opened, stepped by the one who asks, answered by those who were asked. What may be told of somebody who was
//! found is decided before the step, judged in its savepoint, and again by every answer that shows it.

use sangam_custody::{EntryKind, OutwardKind};
use sangam_language::{AnswerSearch, Caller, ErrorCode, OpenSearch, Outcome, PortFault, StepSearch};
use sangam_store::{ArrivalFacts, Command, NewSearch, Refused, RequestStep, Rows, SearchStep};
use sangam_vocabulary::{
    Category, CategorySet, Code, Noun, OrganizationId, Purpose, RecordId, SearchId, Seat, SubjectId,
};
use sangam_workflow::search::Event;

use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal, say};
use crate::hub::{Desk, DeskFault};
use crate::ids;
use crate::read::store_fault;
use crate::rules::carrying;

/// The most organizations that one search asks: those of whom somebody has a reason to think that she may be with them.
/// A search that asks everybody tells everybody that she is missed.
const RECIPIENTS: usize = 5;

const KEY: &str = "An idempotency key has 1 to 128 characters.";

/// Whether a purpose is true through a seat in a search, for whoever asks.
fn carried(caller: &Caller, purpose: Option<Purpose>, seat: Seat) -> bool {
    carrying(purpose, caller.party().role).contains(&(Noun::Search, seat))
}

/// What is wrong with who is asked.
type Wrong = (&'static str, &'static str);

impl Desk {
    /// Who is asked by a search, each once and by name.
    fn recipients(&self, own: OrganizationId, input: &[String]) -> Result<Vec<OrganizationId>, Wrong> {
        let mut asked = Vec::new();
        for text in input {
            let id = ids::organization(text).ok().filter(|id| self.admits(*id).is_some());
            let id = id.ok_or(("/recipients", "Only organizations of the directory that may act now, by id."))?;
            if id == own {
                return Err(("/recipients", "A search asks other organizations."));
            }
            if asked.contains(&id) {
                return Err(("/recipients", "Each organization is asked once."));
            }
            asked.push(id);
        }
        if (1..=RECIPIENTS).contains(&asked.len()) {
            Ok(asked)
        } else {
            Err(("/recipients", "A search asks 1 to 5 organizations, by id."))
        }
    }

    /// The arrival whose records are asked for: an own one of the same person, still open, from a country that is known,
    /// and who is asked is of that country.
    async fn arrived(
        &self,
        own: OrganizationId,
        subject: SubjectId,
        arrival: &str,
        asked: &[OrganizationId],
    ) -> Result<Result<RecordId, Wrong>, PortFault> {
        let none = Err(("/arrival", "Not an open arrival of this person from a country that is known."));
        let Ok(arrival) = self.inward(own, OutwardKind::Arrival, arrival) else { return Ok(none) };
        let facts = self.store.arrival(arrival).await.map_err(store_fault)?;
        let own = |facts: &ArrivalFacts| facts.organization == own && facts.subject == subject && facts.open;
        let Some(from) = facts.filter(own).and_then(|facts| facts.came_from) else { return Ok(none) };
        let there = |id: &OrganizationId| self.organization(*id).is_some_and(|row| row.country == from);
        if asked.iter().all(there) {
            Ok(Ok(arrival))
        } else {
            Ok(Err(("/recipients", "Records are asked for in the country the person came from.")))
        }
    }

    pub(crate) async fn open_search(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: OpenSearch,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let source = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("openSearch {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", KEY));
        };
        let Ok(subject) = self.inward(source, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let subject = SubjectId::from_uuid(subject.uuid());
        if !carried(caller, purpose, Seat::Source) {
            self.refused(caller, purpose).await;
            return Ok(say(plans, "NotPermitted", "A search is opened for the purpose FAMILY_TRACING.", &[]));
        }
        if !self.is_full_member(source) {
            self.refused(caller, purpose).await;
            let why = "An organization on probation answers searches and opens none; ask the operator.";
            return Ok(say(plans, "NotPermitted", why, &[]));
        }
        let asked = match self.recipients(source, &input.recipients) {
            Ok(asked) => asked,
            Err((path, message)) => return Ok(invalid(plans, path, message)),
        };
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == source) else {
            return self.not_owner(caller, purpose, subject, plans).await;
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let arrival = match input.arrival.as_deref() {
            None => None,
            Some(arrival) => match self.arrived(source, subject, arrival, &asked).await? {
                Ok(arrival) => Some(arrival),
                Err((path, message)) => return Ok(invalid(plans, path, message)),
            },
        };
        let draw = || SearchId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance);
        let id = draw()?;
        let asked = asked.into_iter().map(|one| Ok((one, draw()?))).collect::<Result<Vec<_>, DeskFault>>()?;
        let subject_key = self.subject_key(source, subject, &facts.keys).await?;
        let tracing = CategorySet::NONE.with(Category::Tracing);
        let entry = self
            .entry(EntryKind::SearchOpened, &caller.into(), &subject_key, id.into(), tracing)
            .map_err(DeskFault::from)?;
        let command = Command::from(NewSearch { id, subject, source, asked, arrival }).recorded(entry).once(key);
        match self.writer.submit(command).await {
            Ok(committed) => {
                let record = committed.record.ok_or(ErrorCode::Internal)?;
                let told = Told { member: "SearchOpened", prefix: "search.", rows: Rows::Searches };
                self.changed(caller, purpose, plans, told, record).await
            }
            Err(Refused::Duplicate { .. }) => {
                Ok(invalid(plans, "/subject", "A search for this person is open; close it before you open another."))
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    pub(crate) async fn step_search(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: StepSearch,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let source = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("stepSearch {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", KEY));
        };
        let Ok(search) = self.inward(source, OutwardKind::Search, &input.search) else {
            return Ok(invalid(plans, "/search", "Not the id of a search."));
        };
        let event = Event::read(&input.event).map_err(|_| ErrorCode::BadVariables)?;
        let party = self.store.search_party(search).await.map_err(store_fault)?;
        let party = party.filter(|(asks, _)| *asks == source && carried(caller, purpose, Seat::Source));
        let Some((_, subject)) = party else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let facts = self.store.subject(subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        let subject_key = self.subject_key(facts.owner.organization, subject, &facts.keys).await?;
        let entry = self
            .entry(EntryKind::SearchStepped, &caller.into(), &subject_key, search, CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let change = SearchStep { search, source, version: input.version, event };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => {
                let told = Told { member: "SearchStepped", prefix: "search.", rows: Rows::Searches };
                self.changed(caller, purpose, plans, told, search.uuid()).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }

    pub(crate) async fn answer_search(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: AnswerSearch,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let finder = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("answerSearch {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", KEY));
        };
        let Ok(request) = self.inward(finder, OutwardKind::SearchRequest, &input.request) else {
            return Ok(invalid(plans, "/request", "Not the id of a request to look."));
        };
        let event = Event::read(&input.event).map_err(|_| ErrorCode::BadVariables)?;
        let found = match (event.reports(), input.found.as_deref()) {
            (true, Some(found)) => match self.inward(finder, OutwardKind::Subject, found) {
                Ok(found) => Some(SubjectId::from_uuid(found.uuid())),
                Err(_) => return Ok(invalid(plans, "/found", "Not the id of a subject.")),
            },
            (true, None) => return Ok(invalid(plans, "/found", "This step says who was found: an own subject.")),
            (false, Some(_)) => return Ok(invalid(plans, "/found", "This step tells nothing of anybody.")),
            (false, None) => None,
        };
        let party = self.store.request_party(request).await.map_err(store_fault)?;
        let party = party.filter(|(asked, _)| *asked == finder && carried(caller, purpose, Seat::Finder));
        let Some((_, missing)) = party else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        for subject in [Some(missing), found].into_iter().flatten() {
            if self.outside(caller, subject).await? {
                self.refused(caller, purpose).await;
                return Ok(not_on_team(plans));
            }
        }
        let source = self.store.request_source(request).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        let answer = SearchId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?;
        let (entry, shown) = match found {
            // What is told is about whoever was found, and stands in her part of the journal. Nothing stands in that of
            // the missing person: her owner, who asks, reads it.
            Some(found) => {
                let facts = self.store.subject(found).await.map_err(store_fault)?;
                let Some(facts) = facts.filter(|facts| facts.owner.organization == finder) else {
                    self.refused(caller, purpose).await;
                    return Ok(not_found(plans));
                };
                let shown = self.may_be_told(source, &facts).await?;
                let key = self.subject_key(finder, found, &facts.keys).await?;
                let tracing = CategorySet::NONE.with(Category::Tracing);
                let entry = self.entry(EntryKind::SearchStepped, &caller.into(), &key, answer.into(), tracing);
                (entry.map_err(DeskFault::from)?, shown)
            }
            None => {
                let entry = self.plain_entry(EntryKind::SearchStepped, finder);
                (entry, self.could_be_told(caller, source).await?)
            }
        };
        let shown = Some((shown.0, source, shown.1));
        let change = RequestStep { request, finder, version: input.version, event, found, answer, shown };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => {
                let told = Told { member: "SearchAnswered", prefix: "", rows: Rows::SearchRequests };
                self.changed(caller, purpose, plans, told, request.uuid()).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}
