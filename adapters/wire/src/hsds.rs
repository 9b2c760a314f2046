//! An organization's own directory in HSDS 3: its services. It is read and never written to. A directory may have services of
//! others as well: what is not of the organization that the partner's file names goes no further. Nothing in it is about a
//! person, and of the people and places that it names nothing passes here (`read.rs`). It is told apart from HSDS 2, whose fields have other names, and its specification's own slips are
//! known. Read [`tables`] for the same in tables.

mod about;
mod read;
mod settings;
mod tabular;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use reqwest::StatusCode;
use sangam_vocabulary::Instant;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::fault::{UnexpectedKind, WireFault};
use crate::http::{Http, Reply, Request};
use crate::json;
use crate::narrow::Narrow;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Listed, Page, Wire};
use crate::walk::Place;

pub(crate) use about::ABOUT;
pub use settings::HsdsConfig;

/// Services asked for at the same time for one page: a list carries no children.
const AT_ONCE: usize = 4;

/// A client of a directory. It is open to everybody: there are no credentials.
pub struct Hsds {
    http: Http,
    narrow: Narrow,
    /// The organization's id there.
    organization: Uuid,
    per_page: u32,
}

/// What a service is, read before anything of it goes on.
enum Read {
    /// The organization's own, and marked for the hub.
    Own(Map<String, Value>),
    /// The organization's own, and not marked.
    Unmarked,
    /// Of somebody else, or of nobody who is named.
    Other,
    /// No service of HSDS 3.
    Unreadable,
}

impl Hsds {
    /// A client for a directory; nothing is sent yet.
    ///
    /// # Errors
    /// [`WireFault::Unreachable`] where no client can be made on this machine.
    pub fn new(config: &HsdsConfig, narrow: Narrow, max_bytes: u64) -> Result<Self, WireFault> {
        let http = Http::new(config.base_url.clone(), max_bytes)?;
        Ok(Self { http, narrow, organization: config.organization, per_page: config.per_page })
    }

    async fn get(&self, path: &[&str], query: &[(&str, String)]) -> Result<Reply, WireFault> {
        let reply = self.http.exchange(Request::get(path, query), None).await?;
        match reply.status {
            status if status.is_success() => Ok(reply),
            StatusCode::UNAUTHORIZED => Err(WireFault::Unauthorized),
            status => Err(WireFault::Refused { status: status.as_u16(), reasons: Vec::new() }),
        }
    }

    /// Every page is of the whole list, and what did not change is dropped here: what is there must be known to know
    /// what is gone, and not every directory knows `modified_after`.
    async fn page(&self, since: Option<&Cursor>) -> Result<Page, WireFault> {
        let at = Place::read(since);
        // A directory that does not know the third says all, and is read as one that does.
        let query = [
            ("page", at.page.to_string()),
            ("per_page", self.per_page.to_string()),
            ("organization_id", self.organization.hyphenated().to_string()),
        ];
        let list = List::read(self.get(&["services"], &query).await?.into_body()?)?;
        let latest = list.items.iter().filter_map(changed).max();
        let (mut keys, mut rejected, mut others, mut fresh) = (Vec::new(), 0, 0, Vec::new());
        for item in list.items {
            match self.read(item) {
                Read::Own(item) => {
                    let Some(id) = id(&item) else { continue };
                    keys.push(id.clone());
                    if at.is_fresh(changed(&item)) {
                        fresh.push(id);
                    }
                }
                Read::Unmarked => {}
                Read::Other => others += 1,
                // Of what is no service of HSDS 3 nothing is known, and so nothing is listed: its id is asked for.
                Read::Unreadable => rejected += 1,
            }
        }
        let mut records = Vec::new();
        let one = |id: String| async move { (self.one(&id).await, id) };
        let mut reading = futures_util::stream::iter(fresh.into_iter().map(one)).buffered(AT_ONCE);
        while let Some((found, id)) = reading.next().await {
            match found? {
                Found::Marked(record) => records.push(record),
                // Not listed, so that whoever knows an earlier version of it asks for it.
                Found::Unreadable => {
                    rejected += 1;
                    keys.retain(|key| *key != id);
                }
                // It changed since it was listed: the next round says how.
                _ => {}
            }
        }
        let cursor = at.after(list.more, latest);
        let listed = Listed::Keys { first: at.page == 1, keys };
        Ok(Page { records, listed, rejected, others, cursor, more: list.more })
    }

    async fn one(&self, key: &str) -> Result<Found, WireFault> {
        let body = match self.get(&["services", key], &[]).await {
            Ok(reply) => match reply.into_body() {
                // The list answers, and this one is more than anybody reads.
                Err(WireFault::TooLarge { .. }) => return Ok(Found::Unreadable),
                body => body?,
            },
            Err(WireFault::TooLarge { .. }) => return Ok(Found::Unreadable),
            Err(WireFault::Refused { status: 404 | 410, .. }) => return Ok(Found::Gone),
            Err(WireFault::Refused { status: 403, .. }) => return Ok(Found::Closed),
            // A refusal of this one says nothing of the others.
            Err(fault @ WireFault::Refused { .. }) if !fault.is_of_the_system() => return Ok(Found::Unreadable),
            Err(fault) => return Err(fault),
        };
        let Value::Object(service) = body else { return Err(WireFault::unexpected("", UnexpectedKind::WrongType)) };
        Ok(match self.read(service) {
            Read::Own(service) if id(&service).as_deref() != Some(key) => Found::Unreadable,
            Read::Own(service) => Found::Marked(Value::Object(self.narrow.record(service))),
            Read::Unmarked => Found::Unmarked,
            // It was the organization's when it was listed, and is not any more.
            Read::Other => Found::Gone,
            Read::Unreadable => Found::Unreadable,
        })
    }

    fn read(&self, service: Map<String, Value>) -> Read {
        let Ok(service) = read::service(service) else { return Read::Unreadable };
        if whose(&service) != Some(self.organization) {
            return Read::Other;
        }
        if self.narrow.is_marked(&service) { Read::Own(service) } else { Read::Unmarked }
    }
}

impl Wire for Hsds {
    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        Box::pin(self.page(since))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        Box::pin(self.one(key))
    }

    /// The specification has no call that writes.
    fn deliver<'a>(&'a self, _: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        Box::pin(std::future::ready(Err(WireFault::Unsupported)))
    }

    fn offered(&self, _: Uuid, _: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        Box::pin(std::future::ready(Err(WireFault::Unsupported)))
    }

    fn answers<'a>(&'a self, _: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}

/// A page of a list.
struct List {
    items: Vec<Map<String, Value>>,
    more: bool,
}

impl List {
    fn read(body: Value) -> Result<Self, WireFault> {
        let Value::Object(mut page) = body else { return Err(WireFault::unexpected("", UnexpectedKind::WrongType)) };
        let Some(contents) = page.shift_remove("contents") else {
            return Err(WireFault::unexpected("/contents", UnexpectedKind::Missing));
        };
        let Value::Array(contents) = contents else {
            return Err(WireFault::unexpected("/contents", UnexpectedKind::WrongType));
        };
        let objects = contents.into_iter().enumerate().map(|(place, item)| match item {
            Value::Object(item) => Ok(item),
            _ => Err(WireFault::unexpected(format!("/contents/{place}"), UnexpectedKind::WrongType)),
        });
        let items = objects.collect::<Result<_, _>>()?;
        // `last_page` is the one that says it; a page without rows is not the last for that (places are kept).
        let more = match page.get("last_page") {
            Some(Value::Bool(last)) => !last,
            Some(_) => return Err(WireFault::unexpected("/last_page", UnexpectedKind::WrongType)),
            None => return Err(WireFault::unexpected("/last_page", UnexpectedKind::Missing)),
        };
        Ok(Self { items, more })
    }
}

fn id(service: &Map<String, Value>) -> Option<String> {
    service.get("id").and_then(Value::as_str).map(str::to_owned)
}

/// Whose a service is: of nobody, where it does not say.
fn whose(service: &Map<String, Value>) -> Option<Uuid> {
    let nested = service.get("organization").and_then(|organization| organization.get("id"));
    let id = nested.or_else(|| service.get("organization_id")).and_then(Value::as_str)?;
    Uuid::try_parse(id).ok()
}

fn changed(service: &Map<String, Value>) -> Option<Instant> {
    service.get("last_modified").and_then(Value::as_str).and_then(Instant::read)
}

/// The services of a directory in tables, each as [`Wire::fetch`] gives a whole one: an object of tables by their file's
/// name (`services.csv`), each a list of rows. A row that goes with none is left out.
///
/// # Errors
/// [`WireFault::Unexpected`] for what is no such object, or a service that is not of HSDS 3.
pub fn tables(tables: Value) -> Result<Vec<Value>, WireFault> {
    tabular::services(tables)?.into_iter().map(|service| read::service(service).map(Value::Object)).collect()
}

/// Reads bytes as every answer of a directory that is read: for the generators that try any bytes.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    let Ok(value) = json::read(bytes) else { return };
    drop(List::read(value.clone()).map(|list| list.items.into_iter().map(read::service).count()));
    if let Value::Object(service) = value.clone() {
        drop(read::service(service));
    }
    drop(tables(value));
}
