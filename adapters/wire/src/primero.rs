//! Primero v2, as its code answers and not as its pages say: the token comes in a response header, a created
//! case has no body when the client chose its id, a step that is not open is answered with 200 and ignored.
//! Field names are the deployment's own and pass through; read the partner's mapping for them.

mod about;
mod answer;
mod cases;
mod referrals;
mod session;
mod settings;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::fault::WireFault;
use crate::http::Http;
use crate::http::{Carried, Reply, Request};
use crate::json;
use crate::narrow::Narrow;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Listed, Page, Wire};
use crate::session::Session;
use crate::walk::Place;
use session::User;

pub(crate) use about::ABOUT;
pub use settings::PrimeroConfig;

/// Referral lists fetched at the same time for one page: Primero has no list over several cases.
const LISTS_AT_ONCE: usize = 4;

/// One call below `/api/v2`.
async fn call(
    session: &Session,
    method: Method,
    path: &[&str],
    query: &[(&str, String)],
    body: Option<&Value>,
) -> Result<Reply, WireFault> {
    let path: Vec<&str> = ["api", "v2"].iter().chain(path).copied().collect();
    let carried = body.map_or(Carried::Nothing, Carried::Json);
    session.call(Request { query, carried, ..Request::new(&method, &path) }).await
}

/// A Primero v2 deployment.
pub struct Primero {
    session: Session,
    narrow: Narrow,
    per_page: u32,
}

impl Primero {
    /// A client for a deployment; it signs in at its first call.
    ///
    /// # Errors
    /// [`WireFault::Unreachable`] where no client can be made on this machine.
    pub fn new(config: &PrimeroConfig, narrow: Narrow, max_bytes: u64) -> Result<Self, WireFault> {
        let http = Http::new(config.base_url.clone(), max_bytes)?;
        let user = User { name: config.user_name.clone(), password: config.password.clone() };
        let session = Session::new(http, user);
        Ok(Self { session, narrow, per_page: config.per_page })
    }

    /// Primero's documentation has no filter by change that was seen to work, so unchanged cases are dropped here.
    async fn page(&self, since: Option<&Cursor>) -> Result<Page, WireFault> {
        let at = Place::read(since);
        let list = cases::list(&self.session, &self.narrow.mark, at.page, self.per_page).await?;
        let latest = list.cases.iter().filter_map(cases::changed).max();
        let marked: Vec<_> = list.cases.into_iter().filter(|case| self.is_marked(case)).collect();
        let keys = marked.iter().filter_map(|case| case.get("id").and_then(Value::as_str)).map(str::to_owned).collect();
        let fresh = marked.into_iter().filter(|case| at.is_fresh(cases::changed(case)));
        let read = fresh.map(|case| self.with_referrals(case));
        let mut records = Vec::new();
        let mut reading = futures_util::stream::iter(read).buffered(LISTS_AT_ONCE);
        while let Some(record) = reading.next().await {
            records.push(Value::Object(record?));
        }
        let cursor = at.after(list.more, latest);
        let listed = Listed::Keys { first: at.page == 1, keys };
        Ok(Page { records, listed, rejected: 0, cursor, more: list.more })
    }

    /// Whether the case is marked for the hub; one that was disabled is for nobody.
    fn is_marked(&self, case: &Map<String, Value>) -> bool {
        self.narrow.is_marked(case) && cases::is_enabled(case)
    }

    async fn one(&self, id: &str) -> Result<Found, WireFault> {
        match cases::show(&self.session, id).await {
            Ok(case) if !cases::is_enabled(&case) => Ok(Found::Gone),
            Ok(case) if !self.is_marked(&case) => Ok(Found::Unmarked),
            Ok(case) => Ok(Found::Marked(Value::Object(self.with_referrals(case).await?))),
            Err(WireFault::Refused { status: 404, .. }) => Ok(Found::Gone),
            Err(WireFault::Refused { status: 403, .. }) => Ok(Found::Closed),
            Err(fault) => Err(fault),
        }
    }

    /// The case's own fields and, where the mapping needs them, its referrals.
    async fn with_referrals(&self, case: Map<String, Value>) -> Result<Map<String, Value>, WireFault> {
        let id = case.get("id").and_then(Value::as_str).map(str::to_owned);
        let mut record = self.narrow.record(case);
        if let (Some(id), false) = (id, self.narrow.referral_fields.is_empty()) {
            let list = referrals::list(&self.session, &id).await?;
            let kept = list.into_iter().map(|referral| Value::Object(self.narrow.referral(referral.members)));
            record.insert("referrals".to_owned(), Value::Array(kept.collect()));
        }
        Ok(record)
    }

    async fn answer(&self, offer: &Delivered) -> Result<Option<Answer>, WireFault> {
        match &offer.referral {
            Some(referral) => referrals::answer(&self.session, offer, referral).await,
            None => Ok(None),
        }
    }
}

impl Wire for Primero {
    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        Box::pin(self.page(since))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        Box::pin(self.one(key))
    }

    /// Webhooks of Primero: `{"data": {"record_id", "record_type", …}}`, of cases alone.
    fn told(&self, body: &[u8]) -> Option<String> {
        let body = json::read(body).ok()?;
        let text = |name: &str| body.pointer(name).and_then(Value::as_str);
        matches!(text("/data/record_type")?, "case" | "Child").then_some(())?;
        text("/data/record_id").map(str::to_owned)
    }

    fn acknowledge<'a>(&'a self, key: &'a str, hook: &'a str, taken: bool) -> BoxFuture<'a, Result<(), WireFault>> {
        Box::pin(async move {
            match cases::acknowledge(&self.session, key, hook, taken).await {
                // Who deleted it waits for no word of it.
                Err(WireFault::Refused { status: 403 | 404, .. }) => Ok(()),
                other => other,
            }
        })
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        Box::pin(async move {
            match delivery {
                Delivery::Offer { record, referral, body } => {
                    let record = record.hyphenated().to_string();
                    cases::put(&self.session, &record, body).await?;
                    let referral = referrals::offer(&self.session, &record, *referral, body).await?;
                    Ok(Delivered { record, referral })
                }
                Delivery::Answer { record, referral, body } => {
                    referrals::decide(&self.session, record, referral, body).await?;
                    Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
                }
                Delivery::Withdrawal { record, referral } => {
                    referrals::revoke(&self.session, record, referral).await?;
                    Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
                }
            }
        })
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        let asked: Vec<_> = offers.iter().map(|offer| self.answer(offer)).collect();
        Box::pin(async move {
            let mut answers = Vec::new();
            let mut asking = futures_util::stream::iter(asked).buffered(LISTS_AT_ONCE);
            while let Some(answer) = asking.next().await {
                answers.extend(answer?);
            }
            Ok(answers)
        })
    }
}

/// Reads bytes as every answer of a deployment that is read: for the generators that try any bytes.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    for status in [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY] {
        let Ok(body) = json::read(bytes) else { return };
        let reply = || Reply { status, headers: HeaderMap::new(), body: Some(body.clone()) };
        if let Ok(list) = cases::listed(reply()) {
            let _latest = list.cases.iter().filter(|case| cases::is_enabled(case)).filter_map(cases::changed).max();
        }
        let listed = answer::data(reply()).and_then(|list| answer::objects(list, "/data"));
        for members in listed.into_iter().flatten() {
            drop(referrals::read(members, "/data"));
        }
    }
    let place = std::str::from_utf8(bytes).map(|text| Place::read(Some(&Cursor::from_text(text.to_owned()))));
    drop(place.map(|place| place.after(true, None)));
}
