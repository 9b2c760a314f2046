//! Any API that speaks GraphQL, another Sangam among them. The partner's file names for each thing that the hub does there
//! an operation, in a file of its own beside it, and where in the answer what lies ([`settings`](GraphqlConfig)); what changes
//! from call to call goes by variables, and nothing is ever put into the text of an operation. The variables have fixed
//! names: `$first`, `$after`, `$since`, `$key`, `$record`, `$referral`, `$input`, `$reason`, `$version`, `$idempotencyKey`,
//! `$offers`, `$taken`.
//!
//! - `page` goes through connections as Relay has them: a cursor, and whether there is more. Where it takes `$since`, it is
//!   asked for changes, and `list`, which gives keys, says after it what was deleted. `record` is one record.
//! - Fields of `[intake]`, the mark, the key and every place in an answer are names with dots between (`person.names.text`);
//!   lists are gone through. A referral's fields stand among `fields`, by the path on which the operation has them.
//! - Each place that is read of an answer must be selected by its operation, else the partner's file is not taken; and what an
//!   answer then does not have is not null: a record without it is unread, a mutation without it is not known to be done.
//! - An answer may have data and errors. A record in which an error's path leads is not taken, and its key is listed, so that
//!   it is asked for by itself; every other error is a fault of the whole call, by its code and never by its text.
//! - `offer`, `answer`, `withdraw` and `acknowledge` are mutations; what came of one is a word of the payload (a union's
//!   `__typename`) that the file's table knows. `standing` reads a referral's state and version before an answer, `answers`
//!   asks what became of offers.
//!
//! What it does not do: subscriptions, batches, persisted operations, uploads, `GET`. An operation that the file leaves out
//! is [`WireFault::Unsupported`].

mod about;
mod answer;
mod codes;
mod fuzzed;
mod operation;
mod out;
mod path;
mod place;
mod read;
mod selected;
mod settings;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use sangam_vocabulary::Clock;
use serde_json::Value;
use uuid::Uuid;

use crate::fault::{UnexpectedKind, WireFault};
use crate::http::{Carried, Http, Reply, Request};
use crate::json;
use crate::narrow::Narrow;
use crate::oauth;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Listed, Page, Wire};
use crate::session::{Judge, Session};
use answer::{ACCEPT, Answered, Judged, One};
use codes::Class;
use fuzzed::fuzzed;
use place::Place;
use read::{Border, Records, owes};
use settings::{Listing, Talk};

pub(crate) use about::ABOUT;
pub use settings::GraphqlConfig;

/// The most offers whose answers are asked for at once.
const OFFERS_AT_ONCE: usize = 50;

/// A GraphQL API.
pub struct Graphql {
    session: Session,
    headers: Vec<(String, String)>,
    talk: Arc<Talk>,
    border: Border,
}

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Query,
    Change,
}

impl Graphql {
    /// A client of an API; it signs in at its first call.
    ///
    /// # Errors
    /// [`WireFault::Unreachable`] where no client can be made on this machine, [`WireFault::Unauthorized`] where the token
    /// cannot be in a header.
    pub fn new(
        config: &GraphqlConfig,
        narrow: Narrow,
        max_bytes: u64,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, WireFault> {
        let mut http = Http::new(config.base_url.clone(), max_bytes)?;
        if let Some(header) = &config.sent_in {
            http = http.sending_in(header.clone());
        }
        let session = oauth::session(http, &config.sign_in, config.scheme.as_deref(), clock)?;
        let talk = Arc::clone(&config.talk);
        let mut headers = talk.headers.clone();
        headers.push(("accept".to_owned(), ACCEPT.to_owned()));
        Ok(Self { session, headers, border: Border::new(narrow, &talk), talk })
    }

    /// Sends an operation and reads its answer. A query that is told to come back later does; a mutation is left to the next
    /// round, because whether it was carried out is not known.
    async fn say(&self, said: Said, request: &Value) -> Result<Answered, WireFault> {
        let headers: Vec<(&str, String)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let carried = Carried::Json(request);
        let request = Request { headers: &headers, carried, ..Request::new(&Method::POST, &[]) };
        let judge = Judged { errors: &self.talk.errors, repeats: said == Said::Query };
        Answered::read(self.session.call_judged(request, &judge).await?, &self.talk.errors)
    }

    async fn page(&self, since: Option<&Cursor>) -> Result<Page, WireFault> {
        let at = Place::read(since);
        let listing = if at.lists { self.talk.list.as_ref() } else { None };
        let listing = listing.or(self.talk.page.as_ref()).ok_or(WireFault::Unsupported)?;
        let read = match self.records(listing, &at).await {
            // The server does not know its own cursor any more.
            Err(fault)
                if at.after.is_some() && [Class::NotFound, Class::Invalid].map(Class::fault).contains(&fault) =>
            {
                let (cursor, more) = since.map(|since| at.anew(since)).ok_or(fault)?;
                return Ok(Page {
                    records: Vec::new(),
                    listed: Listed::AsBefore,
                    rejected: 0,
                    others: 0,
                    cursor,
                    more,
                });
            }
            other => other?,
        };
        self.given(listing, &at, read)
    }

    async fn records(&self, listing: &Listing, at: &Place) -> Result<Records, WireFault> {
        let since = at.since().map(|since| since.plus_millis(-self.talk.overlap).rfc3339());
        let request = listing.operation.request([
            ("first", Value::from(self.talk.per_page)),
            ("after", Value::from(at.after.clone())),
            ("since", Value::from(since)),
        ]);
        let (data, spoiled) = self.say(Said::Query, &request).await?.but_items(&listing.records)?;
        listing.page(data, &spoiled, &self.talk, at.after.as_deref())
    }

    /// A page as the hub takes it. A record with an error in it is neither given nor listed: what the list does not have is
    /// asked for by itself.
    fn given(&self, listing: &Listing, at: &Place, mut read: Records) -> Result<Page, WireFault> {
        let by_change = !at.lists && listing.operation.has("since");
        // Where everything was asked for, its keys are known.
        let changes_only = by_change && at.since().is_some();
        let latest = read.whole.iter().filter_map(|(_, record)| self.talk.changed(record)).max();
        let (cursor, more) = at.next(&read, changes_only, latest)?;
        read.whole.retain(|(_, record)| self.border.is_marked(record));
        let listed = if changes_only {
            Listed::AsBefore
        } else {
            let keys = read.whole.iter().map(|(key, _)| key).filter(|key| !at.odd.contains(key));
            Listed::Keys { first: at.after.is_none(), keys: keys.cloned().collect() }
        };
        let is_given = |record: &Value| !at.lists && (by_change || at.is_fresh(self.talk.changed(record)));
        let records = read.whole.into_iter().map(|(_, record)| record).filter(is_given);
        let records = records.map(|record| self.border.kept(record)).collect();
        Ok(Page { records, listed, rejected: read.spoiled.len() + read.lost, others: 0, cursor, more })
    }

    async fn one(&self, key: &str) -> Result<Found, WireFault> {
        let of = self.talk.record.as_ref().ok_or(WireFault::Unsupported)?;
        let request = of.operation.request([("key", Value::from(key))]);
        Ok(match self.say(Said::Query, &request).await?.one(&of.record)? {
            One::Gone => Found::Gone,
            One::Closed => Found::Closed,
            One::Spoiled => Found::Unreadable,
            One::There(record) if self.talk.key.id(&record).as_deref() != Some(key) => {
                return Err(of.record.fault(UnexpectedKind::UnknownCode));
            }
            One::There(record) if owes(&of.owed, &record) => Found::Unreadable,
            One::There(record) if !self.border.is_marked(&record) => Found::Unmarked,
            One::There(record) => Found::Marked(self.border.kept(record)),
        })
    }

    async fn asked(&self, offers: &[Delivered]) -> Result<Vec<Answer>, WireFault> {
        let of = self.talk.answers.as_ref().ok_or(WireFault::Unsupported)?;
        let mut answers = Vec::with_capacity(offers.len());
        for offers in offers.chunks(OFFERS_AT_ONCE) {
            let ids: Vec<&str> = offers.iter().filter_map(|offer| offer.referral.as_deref()).collect();
            let request = of.operation.request([("offers", Value::from(ids))]);
            let (data, spoiled) = self.say(Said::Query, &request).await?.but_items(&of.offers)?;
            answers.extend(of.answered(data, &spoiled, offers)?);
        }
        Ok(answers)
    }
}

impl Wire for Graphql {
    fn key(&self, record: &Value) -> Option<String> {
        self.talk.key.id(record)
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        Box::pin(self.page(since))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        Box::pin(self.one(key))
    }

    fn told(&self, body: &[u8]) -> Option<String> {
        self.talk.told.as_ref()?.id(&json::read(body).ok()?)
    }

    fn acknowledge<'a>(&'a self, key: &'a str, _: &'a str, taken: bool) -> BoxFuture<'a, Result<(), WireFault>> {
        Box::pin(self.heard(key, taken))
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        Box::pin(self.give(delivery))
    }

    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        Box::pin(self.found(record, referral))
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        Box::pin(self.asked(offers))
    }
}

/// Feeds bytes into everything that reads an API's answer.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    let Ok(body) = json::read(bytes) else { return };
    let Some(talk) = fuzzed() else { return };
    let narrow = Narrow {
        fields: ["person.names.text", "referrals"].map(str::to_owned).to_vec(),
        referral_fields: Vec::new(),
        mark: crate::narrow::Mark { field: "share".to_owned(), value: "YES".to_owned() },
    };
    let border = Border::new(narrow, &talk);
    for status in [StatusCode::OK, StatusCode::BAD_REQUEST] {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/graphql-response+json"));
        let reply = || Reply { status, headers: headers.clone(), body: Some(body.clone()) };
        let judge = Judged { errors: &talk.errors, repeats: true };
        let _said = (judge.refuses(&reply()), judge.later(&reply()));
        let read = || Answered::read(reply(), &talk.errors);
        if let (Some(page), Ok(answered)) = (&talk.page, read())
            && let Ok((data, spoiled)) = answered.but_items(&page.records)
            && let Ok(records) = page.page(data, &spoiled, &talk, None)
        {
            let latest = records.whole.iter().filter_map(|(_, record)| talk.changed(record)).max();
            let text = String::from_utf8_lossy(bytes).into_owned();
            drop(Place::read(Some(&Cursor::from_text(text))).next(&records, true, latest));
            let marked = records.whole.into_iter().filter(|(_, record)| border.is_marked(record));
            drop(marked.map(|(_, record)| border.kept(record)).collect::<Vec<_>>());
        }
        if let (Some(one), Ok(answered)) = (&talk.record, read()) {
            drop(answered.one(&one.record));
        }
        if let (Some(answers), Ok(answered)) = (&talk.answers, read())
            && let Ok((data, spoiled)) = answered.but_items(&answers.offers)
        {
            let offer = Delivered { record: "r".to_owned(), referral: Some("o".to_owned()) };
            drop(answers.answered(data, &spoiled, &[offer]));
        }
        if let (Some(offered), Ok(Ok(data))) = (&talk.offered, read().map(Answered::whole)) {
            drop(offered.found(&data, Uuid::nil(), Uuid::nil()));
        }
        if let (Some(offer), Ok(Ok(data))) = (&talk.offer, read().map(Answered::whole)) {
            drop(offer.done(&data));
        }
    }
}
