//! KoboToolbox v2, as its code answers. A form is a list of submissions:
//!
//! - an edit keeps the root UUID and the number, and gets a new instance id; it keeps also the instant at which the
//!   submission first came, and the server says nowhere when the edit was. Every walk therefore goes through the whole
//!   form, asks of each submission for a few fields only, and takes those that are new, newly judged or were ever
//!   edited;
//! - answers are keyed by slash paths, which here become members in each other (`person/name` is `.person.name`), in
//!   repeats too; `[intake] fields` names them as the server does, and only those are asked for: a question by its path,
//!   a repeat by its own. A question of several choices is one text with spaces between them;
//! - a submission that is deleted is no more in the list;
//! - the times of the server have no zone; the zone is the one in the partner's file.
//!
//! What the hub writes there is a submission of its own (an offer) and answers in submissions that are there. A form has
//! no referrals, so that an offer's submission is both the record and the referral, and its id is the referral's.
//! The system has no way to say that an offer is taken back but an answer in the form; without one configured that is
//! [`WireFault::Unsupported`]. Rows of a repeat cannot be edited, attachments are not taken.

mod about;
mod answer;
mod edit;
mod list;
mod settings;
mod shape;

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::decision::WithdrawnField;
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::Http;
use crate::json;
use crate::narrow::Narrow;
use crate::partner::{Answer, AnswerState, Cursor, Delivered, Delivery, Found, Listed, Page, Wire};
use crate::session::{Fixed, Session, authorization};
use crate::zone::Zone;
use edit::Form;

pub(crate) use about::ABOUT;
pub use settings::{Decisions, KoboConfig};

/// A form on a KoboToolbox v2 server.
pub struct Kobo {
    session: Session,
    narrow: Narrow,
    form: Form,
    zone: Zone,
    approved_only: bool,
    per_page: usize,
    decisions: Decisions,
    withdrawn: Option<WithdrawnField>,
}

impl Kobo {
    /// A client for a form.
    ///
    /// # Errors
    /// [`WireFault::Unreachable`] where no client can be made on this machine, [`WireFault::Unauthorized`] where the
    /// token is none that a request can carry.
    pub fn new(config: &KoboConfig, narrow: Narrow, max_bytes: u64) -> Result<Self, WireFault> {
        let http = Http::new(config.base_url.clone(), max_bytes)?;
        let token = authorization("Token", config.token.expose_secret()).ok_or(WireFault::Unauthorized)?;
        Ok(Self {
            session: Session::new(http, Fixed(token)),
            narrow,
            form: Form::new(config),
            zone: config.zone.clone(),
            approved_only: config.approved_only,
            per_page: usize::try_from(config.per_page).unwrap_or(1).max(1),
            decisions: config.decisions.clone(),
            withdrawn: config.withdrawn.clone(),
        })
    }

    fn is_marked(&self, raw: &Map<String, Value>) -> bool {
        self.narrow.is_marked(raw) && list::is_let_go(raw, self.approved_only)
    }

    fn fields(&self) -> BTreeSet<String> {
        list::asked_fields(&self.narrow.fields, &self.narrow.mark.field)
    }

    async fn page(&self, since: Option<&Cursor>) -> Result<Page, WireFault> {
        let at = list::Place::read(since);
        let query = json!({ shape::NUMBER: {"$gt": at.after} });
        // The first walk takes everything; later ones ask for what they need to see what has changed, and then for that.
        let fields = if at.is_first_walk() { self.fields() } else { list::own_fields(&self.narrow.mark.field) };
        let list = list::ask(&self.session, &self.form.asset, &query, &fields, self.per_page).await?;
        let (cursor, more) = at.next(&list, &self.zone)?;
        let marked: Vec<Map<String, Value>> = list.results.into_iter().filter(|raw| self.is_marked(raw)).collect();
        let mut keys: Vec<String> = marked.iter().filter_map(shape::key).collect();
        let fresh: Vec<Map<String, Value>> = marked.into_iter().filter(|raw| at.is_fresh(raw, &self.zone)).collect();
        let fresh = if at.is_first_walk() { fresh } else { self.whole(&fresh).await? };
        // One that cannot be read holds up no other: it is not listed, and what the hub has of it is asked for.
        let (read, unread): (Vec<_>, Vec<_>) =
            fresh.iter().map(|raw| (shape::key(raw), self.narrowed(raw))).partition(|(_, read)| read.is_ok());
        let records: Vec<Value> = read.into_iter().filter_map(|(_, read)| read.ok()).collect();
        let rejected = unread.len();
        let unread: Vec<String> = unread.into_iter().filter_map(|(key, _)| key).collect();
        keys.retain(|key| !unread.contains(key));
        Ok(Page {
            records,
            listed: Listed::Keys { first: at.is_first_page(), keys },
            rejected,
            others: 0,
            cursor,
            more,
        })
    }

    /// The same submissions with all their configured answers, as far as they are still there and marked.
    async fn whole(&self, some: &[Map<String, Value>]) -> Result<Vec<Map<String, Value>>, WireFault> {
        let mut whole = Vec::new();
        for some in some.chunks(list::AT_ONCE) {
            let numbers: Vec<u64> = some.iter().filter_map(shape::number).collect();
            let query = json!({ shape::NUMBER: {"$in": numbers} });
            let list = list::ask(&self.session, &self.form.asset, &query, &self.fields(), list::AT_ONCE).await?;
            whole.extend(list.results.into_iter().filter(|raw| self.is_marked(raw)));
        }
        Ok(whole)
    }

    fn narrowed(&self, raw: &Map<String, Value>) -> Result<Value, WireFault> {
        shape::narrowed(raw, &self.narrow.fields, &self.zone).map(Value::Object)
    }

    async fn one(&self, key: &str) -> Result<Found, WireFault> {
        let Some(query) = Form::query(key) else { return Ok(Found::Gone) };
        let found = list::ask(&self.session, &self.form.asset, &query, &self.fields(), 1).await?;
        match found.results.first() {
            None => Ok(Found::Gone),
            Some(raw) if !shape::is_of(raw, key) => Ok(Found::Unreadable),
            Some(raw) if !self.is_marked(raw) => Ok(Found::Unmarked),
            Some(raw) => Ok(self.narrowed(raw).map_or(Found::Unreadable, Found::Marked)),
        }
    }

    async fn give(&self, delivery: &Delivery) -> Result<Delivered, WireFault> {
        match delivery {
            Delivery::Offer { referral, body, .. } => {
                let id = referral.hyphenated().to_string();
                self.form.submit(&self.session, &id, body).await?;
                Ok(Delivered { record: id.clone(), referral: Some(id) })
            }
            Delivery::Answer { record, referral, body } => {
                let answers = body.get("answers").and_then(Value::as_object);
                let judged = body.get("validation_status").and_then(Value::as_str);
                if answers.is_none() && judged.is_none() {
                    return Err(WireFault::unexpected("/answers", UnexpectedKind::Missing));
                }
                if let Some(answers) = answers {
                    self.form.edit(&self.session, record, answers).await?;
                }
                if let Some(judged) = judged {
                    self.form.judge(&self.session, record, judged).await?;
                }
                Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
            }
            Delivery::Withdrawal { record, referral } => {
                let said = self.withdrawn.as_ref().ok_or(WireFault::Unsupported)?;
                let answers = Map::from_iter([(said.field.clone(), Value::from(said.value.as_str()))]);
                match self.form.edit(&self.session, record, &answers).await {
                    // One that is not there any more is taken back already.
                    Ok(()) | Err(WireFault::Refused { status: 404, .. }) => {}
                    Err(fault) => return Err(fault),
                }
                Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
            }
        }
    }

    async fn decided(&self, offers: &[Delivered]) -> Result<Vec<Answer>, WireFault> {
        let mut fields: BTreeSet<String> = [shape::ROOT, shape::STATUS].map(str::to_owned).into();
        if let Decisions::Question(question) = &self.decisions {
            fields.extend(question.fields().cloned());
        }
        fields.extend(self.withdrawn.iter().map(|said| said.field.clone()));
        let mut answers = Vec::new();
        // A root UUID with its scheme is 43 characters of an address.
        for offers in offers.chunks(list::AT_ONCE / 4) {
            let roots: Vec<String> = offers.iter().map(|offer| format!("uuid:{}", offer.record)).collect();
            let query = json!({ shape::ROOT: {"$in": roots} });
            let found = list::ask(&self.session, &self.form.asset, &query, &fields, list::AT_ONCE).await?;
            for offer in offers {
                let own = |raw: &&Map<String, Value>| shape::key(raw).as_deref() == Some(offer.record.as_str());
                if let Some(raw) = found.results.iter().find(own) {
                    let (state, reason) = self.decision(raw);
                    answers.push(Answer { delivered: offer.clone(), state, reason });
                }
            }
        }
        Ok(answers)
    }

    /// What the partner's people decided. A word that is none of the form's decides nothing, and keeps no other offer from
    /// being answered.
    fn decision(&self, raw: &Map<String, Value>) -> (AnswerState, Option<String>) {
        let answer = |field: &str| raw.get(field).and_then(Value::as_str);
        if self.withdrawn.as_ref().is_some_and(|said| said.is_said(answer)) {
            return (AnswerState::Withdrawn, None);
        }
        match &self.decisions {
            Decisions::ValidationStatus => match shape::status(raw) {
                Some("validation_status_approved") => (AnswerState::Accepted, None),
                Some("validation_status_not_approved") => (AnswerState::Declined, None),
                _ => (AnswerState::Waiting, None),
            },
            Decisions::Question(question) => question.state(answer).unwrap_or((AnswerState::Waiting, None)),
        }
    }
}

impl Wire for Kobo {
    fn key(&self, record: &Value) -> Option<String> {
        let root = record.pointer("/meta/rootUuid").and_then(Value::as_str).map(str::to_owned);
        root.or_else(|| record.get(shape::NUMBER).and_then(Value::as_u64).map(|number| number.to_string()))
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        Box::pin(self.page(since))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        Box::pin(self.one(key))
    }

    /// A REST service of a form sends the submission, or a part of it, in the form of the list.
    fn told(&self, body: &[u8]) -> Option<String> {
        shape::key(json::read(body).ok()?.as_object()?)
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        Box::pin(self.give(delivery))
    }

    fn offered(&self, _: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        Box::pin(async move {
            let id = referral.hyphenated().to_string();
            let is_there = self.form.has(&self.session, &id).await?;
            Ok(is_there.then(|| Delivered { record: id.clone(), referral: Some(id) }))
        })
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        Box::pin(self.decided(offers))
    }
}

/// Reads bytes as every answer of a server that is read, and as a place in a list: for the generators that try any bytes.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).map(|text| Cursor::from_text(text.to_owned()));
    let at = list::Place::read(text.as_ref().ok());
    let Some(zone) = Zone::read("+05:45") else { return };
    let Ok(value) = json::read(bytes) else { return };
    drop(answer::edited(&value));
    let Ok(list) = answer::list(value) else { return };
    drop(at.next(&list, &zone));
    let fields: Vec<String> = list.results.iter().flat_map(Map::keys).take(64).cloned().collect();
    for raw in &list.results {
        drop((shape::key(raw), shape::status(raw).is_some(), at.is_fresh(raw, &zone)));
        drop(shape::narrowed(raw, &fields, &zone));
    }
}
