//! `/hsds`: the open directory, as the Human Services Data Specification 3.0 spells it. For everybody, without a token:
//! what is in it, its organizations agreed to have told. It reads and changes nothing, and knows no caller.
//!
//! The order is from cheap to dear: method, pace of the address, path and query, a turn, and only then the directory.
//! What is asked is read in `ask.rs`, the list of endpoints and parameters stands in `lists.rs`, the codes as taxonomies
//! in `terms.rs`, the JSON in `shape.rs`.

mod ask;
mod lists;
mod openapi;
mod shape;
mod terms;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};
use sangam_language::ErrorCode;
use sangam_vocabulary::{ListedAsk, ListedPage, named_id};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::connection::Held;
use crate::limits::DIRECTORY_QUERY_BYTES;
use crate::refusal::{DoorCode, Refusal};
use crate::respond;
use crate::routes::Door;
use ask::Asked;
use lists::{List, Place};

/// The open directory as the door sees it.
pub trait Directory: Send + Sync + 'static {
    /// The hub's own address.
    fn address(&self) -> &str;

    /// A stretch of a list; `None` when the store does not answer.
    fn listed<'a>(&'a self, ask: &'a ListedAsk) -> BoxFuture<'a, Option<ListedPage>>;
}

/// Where the directory is.
pub(crate) const ROOT: &str = "/hsds";
/// The version of the specification.
const VERSION: &str = "3.0";
/// What of the specification is followed: all of it, and nothing of a profile of our own.
const PROFILE: &str = "https://github.com/openreferral/specification/tree/3.0";
/// Kept by whoever likes to, and shown by nobody before it was asked for again: what is listed no longer ends at once.
const KEPT: HeaderValue = HeaderValue::from_static("public, no-cache");
const JSON: &str = "application/json";

/// The endpoint of everything under `/hsds`.
pub(crate) struct DirectoryRoom(pub(crate) Arc<Door>);

impl Endpoint for DirectoryRoom {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(match answered(&self.0, &request).await {
            Ok(body) => fresh(request.headers(), &body),
            Err(refusal) => {
                self.0.metrics.refused(refusal.code);
                respond::refusal(&refusal)
            }
        })
    }
}

async fn answered(door: &Door, request: &Request) -> std::result::Result<Value, Refusal> {
    let directory = door.hub.directory().ok_or_else(|| Refusal::of(DoorCode::NotFound))?;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::method("GET, HEAD"));
    }
    let held = request.data::<Held>().ok_or_else(Refusal::internal)?;
    if !door.pace.reader(held.peer.ip()) {
        return Err(Refusal::of(DoorCode::RateLimited));
    }
    let query = request.uri().query().unwrap_or_default();
    if query.len() > DIRECTORY_QUERY_BYTES {
        return Err(Refusal::bad_request("The query is longer than the limit; ask for less at once."));
    }
    let place = Place::of(request.uri().path()).ok_or_else(|| Refusal::of(DoorCode::NotFound))?;
    let asked = Asked::read(&place, query)?;
    match place {
        Place::Root => Ok(json!({
            "version": VERSION,
            "profile": PROFILE,
            "openapi_url": format!("{}{ROOT}/openapi.json", directory.address()),
        })),
        Place::Openapi => Ok(openapi::document(directory.address())),
        Place::List(List::Taxonomies) => Ok(shape::codes(&asked, terms::taxonomies())),
        Place::List(List::TaxonomyTerms) => Ok(shape::codes(&asked, terms::terms(asked.taxonomy))),
        Place::One(List::Taxonomies, id) => one(terms::taxonomies(), &id),
        Place::One(List::TaxonomyTerms, id) => one(terms::terms(None), &id),
        Place::List(List::Listed(kind)) => {
            // A condition that nothing meets, such as a service of the taxonomy of countries, is asked of nobody.
            let nothing = ListedPage { rows: Vec::new(), items: 0, last: 0 };
            let page = match &asked.listed {
                Some(ask) => listed(door, directory, ask).await?,
                None => nothing,
            };
            let rows = page.rows.iter().map(|row| shape::row(kind, row, asked.full)).collect();
            Ok(shape::page(&asked, rows, page.items, page.last))
        }
        Place::One(List::Listed(kind), _) => {
            let gone = || Refusal::of(DoorCode::NotFound);
            let ask = asked.listed.as_ref().ok_or_else(gone)?;
            let page = listed(door, directory, ask).await?;
            page.rows.first().map(|row| shape::row(kind, row, true)).ok_or_else(gone)
        }
    }
}

/// What the directory says, in its turn and in time.
async fn listed(door: &Door, directory: &dyn Directory, ask: &ListedAsk) -> std::result::Result<ListedPage, Refusal> {
    let _turn = door.admission.work().await?;
    let answer = timeout(door.limits.request.operation_time, directory.listed(ask)).await;
    let answer = answer.map_err(|_| Refusal::language(ErrorCode::TimedOut))?;
    answer.ok_or_else(|| Refusal::language(ErrorCode::Unavailable))
}

/// The code of this id.
fn one(all: Vec<(String, Value)>, id: &str) -> std::result::Result<Value, Refusal> {
    let found = all.into_iter().find(|(own, _)| own == id);
    found.map(|(_, value)| value).ok_or_else(|| Refusal::of(DoorCode::NotFound))
}

/// The answer, or that it is what the reader has already (RFC 9110, section 13.1.2).
fn fresh(headers: &HeaderMap, body: &Value) -> Response {
    let body = body.to_string().into_bytes();
    // An id that follows from the bytes is as good a validator as any.
    let tag = format!("\"{}\"", named_id("hsds answer", &[&body]).simple());
    let same = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|given| {
        given.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
    });
    let mut response = if same {
        Response::builder().status(StatusCode::NOT_MODIFIED).finish()
    } else {
        respond::plain(StatusCode::OK, JSON, body)
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, KEPT);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
