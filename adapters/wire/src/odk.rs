//! ODK Central, as its code answers: submissions of a form and entities of a list, either or both.
//!
//! - Submissions come by OData with their repeats expanded. A row's `__id` is the id of the first instance and stays
//!   through all edits. `[intake] fields` are paths with slashes (`person/name`, in repeats `kin/name`), the properties
//!   of an entity by their names; the mark is a path that both have, where both are read.
//! - Deltas by `__system/submissionDate` (of entities `createdAt`) and `__system/updatedAt`; what was deleted is not in
//!   the list of ids, which every synchronisation goes through.
//! - A submission's review state counts as the partner's file says; an entity has none.
//! - An offer is an entity of the hub's own id, which the server wants to be of version 4 (`entities::id`). The
//!   partner's people decide in one of its properties. A change is made on the version that was read; a conflict is
//!   theirs to resolve.
//! - To a submission the hub can say a comment and a review state: its answers cannot be changed but by a whole new form.
//!
//! Only a web user can do all this: the token of an app user opens forms and takes submissions, and shows neither.

mod about;
mod answer;
mod entities;
mod reviews;
mod row;
mod session;
mod settings;
mod walk;

use futures_util::future::{BoxFuture, FutureExt};
use reqwest::StatusCode;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::decision::{DecisionField, WithdrawnField, one_by_one};
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::{Http, Request};
use crate::narrow::Narrow;
use crate::partner::{Answer, AnswerState, Cursor, Delivered, Delivery, Found, Listed, Page, Wire};
use crate::session::Session;
use entities::Entities;
use reviews::Reviews;
use session::User;
use walk::{Place, Source};

pub(crate) use about::ABOUT;
pub use settings::{OdkConfig, Takes};

/// Entities asked for at the same time: the server has no list by several ids.
const AT_ONCE: usize = 4;

/// A form and an entity list on an ODK Central server.
pub struct Odk {
    session: Session,
    narrow: Narrow,
    sources: Vec<Source>,
    form: Option<(Source, Reviews)>,
    entities: Option<Entities>,
    takes: Takes,
    per_page: u32,
    decisions: Option<DecisionField>,
    withdrawn: Option<WithdrawnField>,
}

impl Odk {
    /// A client for a project; it signs in at its first call.
    ///
    /// # Errors
    /// [`WireFault::Unreachable`] where no client can be made on this machine.
    pub fn new(config: &OdkConfig, narrow: Narrow, max_bytes: u64) -> Result<Self, WireFault> {
        let http = Http::new(config.base_url.clone(), max_bytes)?;
        let user = User { email: config.email.clone(), password: config.password.clone() };
        let form = config.form.as_ref().map(|form| Source::form(config.project, form));
        let list = config.list.as_ref().map(|list| Source::list(config.project, list));
        Ok(Self {
            session: Session::new(http, user),
            narrow,
            sources: form.iter().chain(&list).cloned().collect(),
            form: form.zip(config.form.as_ref().map(|form| Reviews::new(config.project, form))),
            entities: config.list.as_ref().map(|list| Entities::new(config.project, list)),
            takes: config.takes,
            per_page: config.per_page,
            decisions: config.decisions.clone(),
            withdrawn: config.withdrawn.clone(),
        })
    }

    fn is_let_go(&self, row: &Map<String, Value>, of_form: bool) -> bool {
        row::is_let_go(row, &self.narrow, of_form.then_some(self.takes))
    }

    async fn page(&self, since: Option<&Cursor>) -> Result<Page, WireFault> {
        let at = Place::read(since);
        let page = at.page(&self.session, &self.sources, &self.narrow.mark.field, self.per_page).await?;
        let (first, gives, of_form) = (at.is_first_page(), at.gives(), at.is_of_form(&self.sources));
        let (cursor, more) = at.next(&page, self.sources.len())?;
        let marked: Vec<Map<String, Value>> =
            page.rows.into_iter().filter(|row| self.is_let_go(row, of_form)).collect();
        let keys = marked.iter().filter_map(row::key).map(str::to_owned).collect();
        let given = marked.iter().filter(|_| gives);
        let records = given.map(|row| row::narrowed(row, &self.narrow.fields)).collect();
        Ok(Page { records, listed: Listed::Keys { first, keys }, rejected: 0, others: 0, cursor, more })
    }

    async fn one(&self, key: &str) -> Result<Found, WireFault> {
        // What is no id is not asked for: the server would look for another table.
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Ok(Found::Gone);
        }
        let (found, of_form) = match self.submission(key).await {
            Ok(None) => (self.entity(key).await, false),
            other => (other, true),
        };
        match found {
            Ok(None) => Ok(Found::Gone),
            Ok(Some(row)) if !self.is_let_go(&row, of_form) => Ok(Found::Unmarked),
            Ok(Some(row)) => Ok(Found::Marked(row::narrowed(&row, &self.narrow.fields))),
            Err(WireFault::Refused { status: 403, .. }) => Ok(Found::Closed),
            Err(fault) => Err(fault),
        }
    }

    /// `GET …/Submissions('uuid:…')?$expand=*`.
    async fn submission(&self, key: &str) -> Result<Option<Map<String, Value>>, WireFault> {
        let Some((source, _)) = &self.form else { return Ok(None) };
        let table = format!("Submissions('uuid:{key}')");
        let mut path: Vec<&str> = source.path.iter().map(String::as_str).collect();
        path.pop();
        path.push(&table);
        let reply = self.session.call(Request::get(&path, &[("$expand", "*".to_owned())])).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let page = answer::rows(answer::succeeded(reply)?.into_body()?)?;
        Ok(page.rows.into_iter().find(|row| row::key(row) == Some(key)))
    }

    async fn entity(&self, key: &str) -> Result<Option<Map<String, Value>>, WireFault> {
        match &self.entities {
            Some(entities) => entities.one(&self.session, key).await,
            None => Ok(None),
        }
    }

    async fn give(&self, delivery: &Delivery) -> Result<Delivered, WireFault> {
        match delivery {
            Delivery::Offer { referral, body, .. } => {
                let entities = self.entities.as_ref().ok_or(WireFault::Unsupported)?;
                let id = entities::id(*referral).hyphenated().to_string();
                entities.create(&self.session, &id, body).await?;
                Ok(Delivered { record: id.clone(), referral: Some(id) })
            }
            Delivery::Answer { record, referral, body } => {
                self.say(record, body).await?;
                Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
            }
            Delivery::Withdrawal { record, referral } => {
                let (entities, said) =
                    self.entities.as_ref().zip(self.withdrawn.as_ref()).ok_or(WireFault::Unsupported)?;
                let data = Map::from_iter([(said.field.clone(), Value::from(said.value.as_str()))]);
                // One that is not there any more is taken back already.
                entities.change(&self.session, record, &data).await?;
                Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
            }
        }
    }

    /// Says the state of a referral where the mapping says: in properties of the entity that sent it, or in a comment on
    /// the submission and its review state.
    async fn say(&self, record: &str, body: &Value) -> Result<(), WireFault> {
        let gone = || WireFault::Refused { status: 404, reasons: Vec::new() };
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let data = body.get("data").and_then(Value::as_object);
        if data.is_none() && text("comment").is_none() && text("review_state").is_none() {
            return Err(WireFault::unexpected("/data", UnexpectedKind::Missing));
        }
        if let Some(data) = data {
            let entities = self.entities.as_ref().ok_or(WireFault::Unsupported)?;
            if !entities.change(&self.session, record, data).await? {
                return Err(gone());
            }
        }
        let instance = format!("uuid:{record}");
        let reviews = || self.form.as_ref().map(|(_, reviews)| reviews).ok_or(WireFault::Unsupported);
        if let Some(comment) = text("comment") {
            reviews()?.comment(&self.session, &instance, comment).await?;
        }
        if let Some(state) = text("review_state") {
            reviews()?.review(&self.session, &instance, state).await?;
        }
        Ok(())
    }

    async fn answer(&self, offer: &Delivered) -> Result<Option<Answer>, WireFault> {
        let (entities, decisions) =
            self.entities.as_ref().zip(self.decisions.as_ref()).ok_or(WireFault::Unsupported)?;
        let Some(row) = entities.one(&self.session, &offer.record).await? else { return Ok(None) };
        let said = |name: &str| row.get(name).and_then(Value::as_str);
        let (state, reason) = if self.withdrawn.as_ref().is_some_and(|field| field.is_said(said)) {
            (AnswerState::Withdrawn, None)
        } else {
            // A word that is none of the list's decides nothing, and keeps no other offer from being answered.
            decisions.state(said).unwrap_or((AnswerState::Waiting, None))
        };
        Ok(Some(Answer { delivered: offer.clone(), state, reason }))
    }
}

impl Wire for Odk {
    fn key(&self, record: &Value) -> Option<String> {
        record.get(row::ID).and_then(Value::as_str).map(str::to_owned)
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        Box::pin(self.page(since))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        Box::pin(self.one(key))
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        Box::pin(self.give(delivery))
    }

    fn offered(&self, _: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        Box::pin(async move {
            let id = entities::id(referral).hyphenated().to_string();
            let there = self.entity(&id).await?;
            Ok(there.map(|_| Delivered { record: id.clone(), referral: Some(id) }))
        })
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        Box::pin(one_by_one(offers.iter().map(|offer| self.answer(offer).boxed()).collect(), AT_ONCE))
    }
}

/// Reads bytes as every answer of a server that is read, and as a place in a walk: for the generators that try any bytes.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).map(|text| Cursor::from_text(text.to_owned()));
    let at = Place::read(text.as_ref().ok());
    let Ok(value) = crate::json::read(bytes) else { return };
    if let Ok(page) = answer::rows(value.clone()) {
        let fields: Vec<String> = page.rows.iter().flat_map(Map::keys).take(64).cloned().collect();
        for row in &page.rows {
            drop((row::key(row), row::changed(row), row::at(row, "a/b/c"), row::narrowed(row, &fields)));
        }
        drop(at.next(&page, 2));
    }
    if let Value::Object(members) = value {
        drop(row::of_entity(members));
    }
}
