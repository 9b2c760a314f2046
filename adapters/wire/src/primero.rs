//! Primero v2, as its code answers and not as its pages say: the token comes in a response header, a created
//! case has no body when the client chose its id, a step that is not open is answered with 200 and ignored.
//! Field names are the deployment's own and pass through; read the partner's mapping for them.
//!
//! A case is passed on by a referral or by a transfer. An offer is whichever of the two its mapping writes; those that the
//! deployment's people made to the outside come in as `referrals` and, where the partner's file says `transfers = true`, as
//! `transfers`, both with the configured `referral_fields`. What Primero cannot do with a transfer, and this wire therefore
//! does not: say that one to the outside was accepted (`transfers.rs`), say that a transferred case was served (`done` is a
//! referral's), and carry the services that are asked for.

mod about;
mod answer;
mod cases;
mod referrals;
mod session;
mod settings;
mod transfers;
mod transition;

use futures_util::StreamExt;
use futures_util::future::{BoxFuture, FutureExt};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::decision::one_by_one;
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::{Carried, Http, Reply, Request};
use crate::json;
use crate::narrow::Narrow;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Listed, Page, Wire};
use crate::session::Session;
use crate::walk::Place;
use session::User;
use transition::{Transition, Way, list};

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
    transfers: bool,
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
        Ok(Self { session, narrow, per_page: config.per_page, transfers: config.transfers })
    }

    /// Primero's documentation has no filter by change that was seen to work, so unchanged cases are dropped here.
    async fn page(&self, since: Option<&Cursor>) -> Result<Page, WireFault> {
        let at = Place::read(since);
        let list = cases::list(&self.session, &self.narrow.mark, at.page, self.per_page).await?;
        let latest = list.cases.iter().filter_map(cases::changed).max();
        let marked: Vec<_> = list.cases.into_iter().filter(|case| self.is_marked(case)).collect();
        let mut keys: Vec<String> = marked.iter().filter_map(cases::id).collect();
        let fresh = marked.into_iter().filter(|case| at.is_fresh(cases::changed(case)));
        let read = fresh.map(|case| async move { (cases::id(&case), self.with_transitions(case).await) });
        let (mut records, mut rejected) = (Vec::new(), 0);
        let mut reading = futures_util::stream::iter(read).buffered(LISTS_AT_ONCE);
        while let Some((id, read)) = reading.next().await {
            match read {
                Ok(record) => records.push(Value::Object(record)),
                // One that cannot be read holds up no other: it is not listed, and what the hub has of it is asked for.
                Err(WireFault::Unexpected { .. }) => {
                    rejected += 1;
                    keys.retain(|key| id.as_ref() != Some(key));
                }
                Err(fault) => return Err(fault),
            }
        }
        let cursor = at.after(list.more, latest);
        let listed = Listed::Keys { first: at.page == 1, keys };
        Ok(Page { records, listed, rejected, others: 0, cursor, more: list.more })
    }

    /// Whether the case is marked for the hub; one that was disabled is for nobody.
    fn is_marked(&self, case: &Map<String, Value>) -> bool {
        self.narrow.is_marked(case) && cases::is_enabled(case)
    }

    async fn one(&self, id: &str) -> Result<Found, WireFault> {
        match cases::show(&self.session, id).await {
            Ok(case) if !cases::is_enabled(&case) => Ok(Found::Gone),
            Ok(case) if !self.is_marked(&case) => Ok(Found::Unmarked),
            Ok(case) => match self.with_transitions(case).await {
                Ok(record) => Ok(Found::Marked(Value::Object(record))),
                Err(WireFault::Unexpected { .. }) => Ok(Found::Unreadable),
                Err(fault) => Err(fault),
            },
            Err(WireFault::Refused { status: 404, .. }) => Ok(Found::Gone),
            Err(WireFault::Refused { status: 403, .. }) => Ok(Found::Closed),
            Err(fault) => Err(fault),
        }
    }

    /// The case's own fields and, where the mapping needs them, its referrals and transfers.
    async fn with_transitions(&self, case: Map<String, Value>) -> Result<Map<String, Value>, WireFault> {
        let id = cases::id(&case);
        let mut record = self.narrow.record(case);
        let Some(id) = id.filter(|_| !self.narrow.referral_fields.is_empty()) else { return Ok(record) };
        let kept = |known: Transition| Value::Object(self.narrow.referral(known.members));
        if self.transfers {
            let both = transition::both(&self.session, &id).await?;
            let (transfers, referrals): (Vec<_>, Vec<_>) =
                both.into_iter().partition(|(way, _)| *way == Way::Transfers);
            for (way, list) in [(Way::Referrals, referrals), (Way::Transfers, transfers)] {
                let list = list.into_iter().map(|(_, known)| kept(known)).collect();
                record.insert(way.path().to_owned(), Value::Array(list));
            }
        } else {
            let list = transition::list(&self.session, &id, Way::Referrals).await?;
            record.insert(Way::Referrals.path().to_owned(), Value::Array(list.into_iter().map(kept).collect()));
        }
        Ok(record)
    }

    /// A referral or a transfer of a case, by its id: in one request where the deployment gives both in one.
    async fn passed_on(&self, case: &str, id: &str) -> Result<Option<(Way, Transition)>, WireFault> {
        if self.transfers {
            let both = transition::both(&self.session, case).await?;
            return Ok(both.into_iter().find(|(_, known)| known.id == id));
        }
        for way in [Way::Referrals, Way::Transfers] {
            if let Some(known) = transition::one(&self.session, case, way, id).await? {
                return Ok(Some((way, known)));
            }
        }
        Ok(None)
    }

    async fn offer(&self, record: Uuid, referral: Uuid, body: &Value) -> Result<Delivered, WireFault> {
        let record = record.hyphenated().to_string();
        cases::put(&self.session, &record, body).await?;
        let named = |name: &str| body.get(name).and_then(Value::as_object);
        let referral = match (named("referral"), named("transfer")) {
            (None, None) => None,
            (Some(fields), None) => Some(referrals::offer(&self.session, &record, referral, fields).await?),
            (None, Some(fields)) => Some(transfers::offer(&self.session, &record, referral, fields).await?),
            (Some(_), Some(_)) => return Err(WireFault::unexpected("/transfer", UnexpectedKind::DuplicateKey)),
        };
        Ok(Delivered { record, referral })
    }

    /// What there is of an offer in a case. A case in which nothing was passed on was put there and no further: it is there
    /// all the same.
    async fn made(&self, case: &str, referral: Uuid) -> Result<Option<Delivered>, WireFault> {
        let (referrals, transfers) =
            (list(&self.session, case, Way::Referrals).await?, list(&self.session, case, Way::Transfers).await?);
        let own = |known: &&Transition| referrals::is_of(known, referral);
        let moved = |known: &&Transition| transfers::is_of(known, referral);
        let known = referrals.iter().find(own).or_else(|| transfers.iter().find(moved));
        let is_bare = referrals.is_empty() && transfers.is_empty();
        let delivered = |referral| Delivered { record: case.to_owned(), referral };
        Ok(match known {
            Some(known) => Some(delivered(Some(known.id.clone()))),
            None => is_bare.then(|| delivered(None)),
        })
    }

    async fn decide(&self, case: &str, id: &str, body: &Value) -> Result<(), WireFault> {
        match self.passed_on(case, id).await? {
            Some((Way::Referrals, known)) => referrals::decide(&self.session, case, &known, body).await,
            Some((Way::Transfers, known)) => transfers::decide(&self.session, case, &known, body).await,
            None => Err(WireFault::Refused { status: 404, reasons: Vec::new() }),
        }
    }

    /// What became of an offer. `None` where the case or the offer in it is gone.
    async fn answer(&self, offer: &Delivered) -> Result<Option<Answer>, WireFault> {
        let Some(id) = &offer.referral else { return Ok(None) };
        match self.passed_on(&offer.record, id).await {
            Ok(known) => Ok(known.map(|(_, known)| known.answer(offer))),
            Err(WireFault::Refused { status: 404, .. }) => Ok(None),
            Err(fault) => Err(fault),
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
                Delivery::Offer { record, referral, body } => self.offer(*record, *referral, body).await,
                Delivery::Answer { record, referral, body } => {
                    self.decide(record, referral, body).await?;
                    Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
                }
                // A case without one is nobody's to take back: what would say so is a field of the deployment's own form.
                Delivery::Withdrawal { referral, .. } if referral.is_empty() => Err(WireFault::Unsupported),
                Delivery::Withdrawal { record, referral } => {
                    if !referrals::revoke(&self.session, record, referral).await? {
                        transfers::revoke(&self.session, record, referral).await?;
                    }
                    Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
                }
            }
        })
    }

    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        Box::pin(async move {
            let case = record.hyphenated().to_string();
            match self.made(&case, referral).await {
                Err(WireFault::Refused { status: 404, .. }) => Ok(None),
                other => other,
            }
        })
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        Box::pin(one_by_one(offers.iter().map(|offer| self.answer(offer).boxed()).collect(), LISTS_AT_ONCE))
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
            drop(transition::read(members, "/data"));
        }
    }
    let place = std::str::from_utf8(bytes).map(|text| Place::read(Some(&Cursor::from_text(text.to_owned()))));
    drop(place.map(|place| place.after(true, None)));
}
