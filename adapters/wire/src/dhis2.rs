//! DHIS2 Tracker, 2.40 and later, as its code answers and not as its pages say: imports that are asynchronous unless one
//! asks otherwise and sometimes then too, times without a zone, values that are all texts, two names for each list.
//! Records are the tracked entities of one program, marked by an attribute; referrals are events of a stage in either
//! direction, because DHIS2 has no other. UIDs of attributes and data elements pass through; read the partner's mapping
//! for what they mean, [`Dhis2Config`] for what a partner's file says, and `record.rs` for how fields are named.
//!
//! What DHIS2 cannot do, and this wire therefore does not: it calls nobody when something changes (no webhook here); it
//! tells of no record that left the hub's sight, so that keys are listed each round; a referral that was merged away
//! with its record is answered under its event alone.

mod about;
mod answer;
mod import;
mod list;
mod offer;
mod record;
mod session;
mod settings;
mod time;
mod uid;
mod values;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::fault::WireFault;
use crate::http::{Http, Reply};
use crate::narrow::Narrow;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Listed, Page, Wire};
use crate::session::Session;
use crate::walk::Lookback;
use list::Place;
use record::FIELDS;
use settings::Offers;

pub(crate) use about::ABOUT;
pub use settings::{AnswerCodes, Dhis2Access, Dhis2Config, Dhis2Version, Offers as Dhis2Offers};

/// Lists of events asked for at the same time.
const LISTS_AT_ONCE: usize = 2;

/// A DHIS2 server.
pub struct Dhis2 {
    session: Session,
    config: Dhis2Config,
    narrow: Narrow,
    /// The attribute that marks a record.
    mark: String,
}

impl Dhis2 {
    /// A client for a server; nothing is sent yet.
    ///
    /// # Errors
    /// [`WireFault::Unsupported`] where the mark is no attribute: the server filters by those alone.
    /// [`WireFault::Unreachable`] where no client can be made on this machine, [`WireFault::Unauthorized`] where the
    /// credentials cannot be sent.
    pub fn new(config: &Dhis2Config, narrow: Narrow, max_bytes: u64) -> Result<Self, WireFault> {
        let mark = narrow.mark.field.strip_prefix("attributes/").filter(|mark| uid::is_uid(mark));
        let mark = mark.ok_or(WireFault::Unsupported)?.to_owned();
        let http = Http::new(config.base_url.clone(), max_bytes)?;
        let session = Session::new(http, session::credentials(config)?);
        Ok(Self { session, config: config.clone(), narrow, mark })
    }

    fn mark(&self) -> (&str, &str) {
        (&self.mark, &self.narrow.mark.value)
    }

    async fn page(&self, since: Option<&Cursor>) -> Result<Page, WireFault> {
        let at = match Place::read(since) {
            Place::Keys(back, page) => return self.keys(back, page).await,
            Place::Between(back) => list::begin(&self.session, &self.config, back).await?,
            Place::Changes(at) => at,
        };
        let (is_first, at_start) = (at.is_first(), at.at_start);
        let changed = list::changes(&self.session, &self.config, self.mark(), at).await?;
        let (mut records, mut keys, mut rejected) = (Vec::new(), Vec::new(), 0);
        for (place, entity) in changed.entities.into_iter().enumerate() {
            let uid =
                entity.get("trackedEntity").and_then(Value::as_str).filter(|uid| uid::is_uid(uid)).map(str::to_owned);
            let entity = match (record::read(entity, &self.config, &format!("/trackedEntities/{place}")), uid) {
                (Ok(entity), _) => entity,
                // One that cannot be read holds up no other. Its key alone goes on: no mapping reads that, so that it waits
                // in quarantine and what the hub has of it is shown to nobody.
                (Err(_), Some(uid)) => {
                    rejected += 1;
                    records.push(json!({ "trackedEntity": uid }));
                    continue;
                }
                (Err(fault), None) => return Err(fault),
            };
            if entity.is_marked(&self.narrow) {
                keys.push(entity.uid.clone());
                records.push(entity.narrowed(&self.narrow));
            }
        }
        let listed = if is_first { Listed::Keys { first: at_start, keys } } else { Listed::AsBefore };
        Ok(Page { records, listed, rejected, others: 0, cursor: changed.next.cursor(), more: changed.more })
    }

    async fn keys(&self, back: Lookback, page: u64) -> Result<Page, WireFault> {
        let (keys, next) = list::keys(&self.session, &self.config, self.mark(), (back, page)).await?;
        let more = matches!(next, Place::Keys(..));
        let listed = Listed::Keys { first: page == 1, keys };
        Ok(Page { records: Vec::new(), listed, rejected: 0, others: 0, cursor: next.cursor(), more })
    }

    async fn one(&self, key: &str) -> Result<Found, WireFault> {
        if !uid::is_uid(key) {
            return Ok(Found::Gone);
        }
        let query = [("program", self.config.program.clone()), ("fields", FIELDS.to_owned())];
        let path = ["api", "tracker", "trackedEntities", key];
        let members = match import::one(&self.session, &path, &query).await {
            Ok(None) => return Ok(Found::Gone),
            Ok(Some(members)) => members,
            Err(WireFault::Refused { status: 403, .. }) => return Ok(Found::Closed),
            Err(fault) => return Err(fault),
        };
        let Ok(entity) = record::read(members, &self.config, "") else { return Ok(Found::Unreadable) };
        Ok(match entity {
            entity if entity.uid != key => Found::Unreadable,
            entity if entity.is_deleted() => Found::Gone,
            entity if entity.is_marked(&self.narrow) => Found::Marked(entity.narrowed(&self.narrow)),
            _ => Found::Unmarked,
        })
    }

    fn offers(&self) -> Result<&Offers, WireFault> {
        self.config.offers.as_ref().ok_or(WireFault::Unsupported)
    }

    async fn delivered(&self, delivery: &Delivery) -> Result<Delivered, WireFault> {
        let (session, config) = (&self.session, &self.config);
        match delivery {
            Delivery::Offer { record, referral, body } => {
                offer::offer(session, config, self.offers()?, (*record, *referral), body).await
            }
            Delivery::Answer { record, referral, body } => {
                let stage = config.sent_stage.as_deref().ok_or(WireFault::Unsupported)?;
                offer::decide(session, config, stage, referral, body).await?;
                Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
            }
            Delivery::Withdrawal { record, referral } => {
                offer::withdraw(session, config, self.offers()?, referral).await?;
                Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
            }
        }
    }
}

impl Wire for Dhis2 {
    fn key(&self, record: &Value) -> Option<String> {
        record.get("trackedEntity").and_then(Value::as_str).map(str::to_owned)
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        Box::pin(self.page(since))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        Box::pin(self.one(key))
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        Box::pin(self.delivered(delivery))
    }

    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        Box::pin(offer::offered(&self.session, (record, referral)))
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        Box::pin(async move {
            let stage = self.offers()?;
            let lists = offers.chunks(offer::EVENTS_AT_ONCE);
            let lists: Vec<_> = lists.map(|some| offer::answers(&self.session, &self.config, stage, some)).collect();
            let mut asking = futures_util::stream::iter(lists).buffered(LISTS_AT_ONCE);
            let mut answers = Vec::new();
            while let Some(some) = asking.next().await {
                answers.extend(some?);
            }
            Ok(answers)
        })
    }
}

/// Feeds bytes to whatever reads an answer of a server: none may make it panic.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(Place::read(Some(&Cursor::from_text(text.to_owned()))).cursor());
    }
    let Ok(value) = crate::json::read(bytes) else { return };
    import::read(value.clone());
    drop(values::Values::read(&value, "stats", &std::collections::BTreeMap::new()));
    let zone = crate::zone::Zone::read("+06:00");
    let Value::Object(members) = value else { return };
    let reply = |body: &Map<String, Value>| Reply {
        status: reqwest::StatusCode::OK,
        headers: reqwest::header::HeaderMap::new(),
        body: Some(Value::Object(body.clone())),
    };
    let lists = ["trackedEntities", "events"].map(|name| answer::listing(reply(&members), name, 50));
    let Some(config) = zone.and_then(settings::for_fuzz) else { return };
    let narrow = Narrow {
        fields: vec!["attributes".to_owned(), "enrollments/events/dataValues".to_owned()],
        referral_fields: vec!["dataValues".to_owned()],
        mark: crate::narrow::Mark { field: "attributes/abcdefghijk".to_owned(), value: "true".to_owned() },
    };
    let items = lists.into_iter().flatten().flat_map(|list| list.items);
    for item in items.chain([members.clone()]) {
        if let Ok(entity) = record::read(item, &config, "") {
            let _ = (entity.is_marked(&narrow), entity.is_deleted(), entity.narrowed(&narrow));
        }
    }
}
