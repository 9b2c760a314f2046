//! FHIR R4, as servers of different makers have it. A record is a patient who is marked for the hub, with what her
//! consents keep back and the tasks that ask somebody for something for her: the closed loop, a `Task` whose focus is a
//! `ServiceRequest`. An offer of the hub's is the same three, in one transaction; its answer is the task's status.
//!
//! Fields of `[intake]` are spelled by resource and elements: `Patient.name.text` in `fields`, `Task.owner` and
//! `ServiceRequest.code` in `referral_fields`; without any of the latter no task is read. The mark is a field of the
//! patient, best `Patient.meta.tag` with `system|code`. Organizations, healthcare services, locations and affiliations
//! are references, as the task and the request name them (`Organization/7`), which the partner's `[organizations]`
//! resolves.
//!
//! A server that notifies (a subscription of topic-based kind, or a bare resource posted) is heard as a hint, and the
//! patient then asked for; it is the server's operator who subscribes the hub.
//!
//! What it does not do: subscriptions made by the hub, notifications sent by `PUT` below the hook's address, history,
//! `PATCH`, batches, XML, searches by POST. What was deleted shows in the list of patients that ends each walk; a task or a
//! consent that was deleted shows when something else about its patient changes. A patient that is there is not written
//! over by a later offer. A decimal in a task that the hub answers is sent back as the number that it is, without zeros at
//! its end. A server without transactions cannot be offered anything ([`WireFault::Unsupported`]); one without `Consent`
//! cannot be read, because what a person keeps back would not be known.

mod about;
mod bundle;
mod consent;
mod fields;
mod hint;
mod link;
mod offer;
mod person;
mod place;
mod reference;
mod settings;
mod task;
mod write;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::{StatusCode, Url};
use sangam_vocabulary::Clock;
use serde_json::Value;
use uuid::Uuid;

use crate::fault::WireFault;
use crate::http::{Http, Request};
use crate::json;
use crate::narrow::Narrow;
use crate::oauth;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Listed, Page, Wire};
use crate::session::Session;
use bundle::{Searched, id, is_id, kind, one, succeeded};
use link::{Target, below};
use person::Reader;
use place::{Leg, Place};

pub(crate) use about::ABOUT;
pub use settings::FhirConfig;

/// Patients a page of a list of ids: no more than their ids comes.
const LISTED: u32 = 500;

/// A FHIR R4 server.
pub struct Fhir {
    session: Session,
    narrow: Narrow,
    base: Url,
    own: String,
    per_page: u32,
    clock: Arc<dyn Clock>,
}

impl Fhir {
    /// A client for a server; it signs in at its first call.
    ///
    /// # Errors
    /// [`WireFault::Unreachable`] where no client can be made on this machine, [`WireFault::Unauthorized`] where the token
    /// cannot be in a header.
    pub fn new(config: &FhirConfig, narrow: Narrow, max_bytes: u64, clock: Arc<dyn Clock>) -> Result<Self, WireFault> {
        let base = settings::as_folder(config.base_url.clone());
        let http = Http::new(base.clone(), max_bytes)?;
        let session = oauth::session(http, &config.sign_in, Some("Bearer"), Arc::clone(&clock))?;
        Ok(Self { session, narrow, base, own: config.identifier_system.clone(), per_page: config.per_page, clock })
    }

    fn reader(&self) -> Reader<'_> {
        Reader { session: &self.session, base: &self.base, narrow: &self.narrow, own: &self.own }
    }

    /// Whether the mapping needs tasks and requests.
    fn has_referrals(&self) -> bool {
        !self.narrow.referral_fields.is_empty()
    }

    fn asked(&self, place: &Place) -> Result<Target, WireFault> {
        if let Some(next) = &place.next {
            return Ok(below(&self.base, next)?.0);
        }
        let mut query = Vec::new();
        if place.leg.patient().is_none() {
            query.extend(fields::filter(&self.narrow.mark));
        }
        match (place.leg, place.since()) {
            (Leg::All | Leg::List, _) | (_, None) => {}
            (_, Some(since)) => query.push(("_lastUpdated", format!("ge{}", since.rfc3339()))),
        }
        let count = if place.leg == Leg::List { LISTED } else { self.per_page };
        query.push(("_count", count.to_string()));
        if place.leg == Leg::List {
            let marked = self.narrow.mark.field.split('.').nth(1).unwrap_or("meta");
            query.push(("_elements", if marked == "meta" { "meta".to_owned() } else { format!("meta,{marked}") }));
        }
        Ok(Target::search(place.leg.kind(), query))
    }

    async fn page(&self, since: Option<&Cursor>) -> Result<Page, WireFault> {
        let place = Place::read(since);
        let reader = self.reader();
        let page = match reader.page(&self.asked(&place)?).await {
            // The server keeps the pages of a search for a while only.
            Err(WireFault::Refused { status: 404 | 410, reasons }) => {
                let (cursor, more) = place.anew().ok_or(WireFault::Refused { status: 410, reasons })?;
                let listed = Listed::AsBefore;
                return Ok(Page { records: Vec::new(), listed, rejected: 0, others: 0, cursor, more });
            }
            other => other?,
        };
        let next = page.next.as_deref().map(|next| below(&self.base, next)).transpose()?.map(|(_, kept)| kept);
        let (cursor, more) = place.after(&page, next, self.has_referrals());
        let (records, keys) = self.given(&reader, &place, page).await?;
        let listed = match place.leg {
            Leg::All | Leg::List => Listed::Keys { first: place.is_first(), keys },
            _ => Listed::AsBefore,
        };
        Ok(Page { records, listed, rejected: 0, others: 0, cursor, more })
    }

    /// The records of a page, and the keys of the marked patients in it.
    async fn given(
        &self,
        reader: &Reader<'_>,
        place: &Place,
        page: Searched,
    ) -> Result<(Vec<Value>, Vec<String>), WireFault> {
        let of_leg = page.resources.into_iter().filter(|resource| kind(resource) == Some(place.leg.kind()));
        let patients = match place.leg.patient() {
            None => of_leg.filter(|patient| fields::is_marked(patient, &self.narrow.mark)).collect(),
            Some(member) => {
                let whose = of_leg.filter_map(|one| reference::target(&one, member, "Patient").map(str::to_owned));
                reader.patients(&whose.collect::<BTreeSet<_>>()).await?
            }
        };
        let keys = patients.iter().map(|patient| id(patient).to_owned()).collect();
        if place.leg == Leg::List {
            return Ok((Vec::new(), keys));
        }
        let mut persons = reader.persons(patients).await?;
        persons.retain(|person| !person.was_given(place.leg, place.since()));
        Ok((persons.into_iter().map(|person| person.record(&self.narrow)).collect(), keys))
    }

    async fn one(&self, key: &str) -> Result<Found, WireFault> {
        if !is_id(key) {
            return Ok(Found::Gone);
        }
        let reply = self.session.call(Request::get(&["Patient", key], &[])).await?;
        match reply.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Found::Gone),
            StatusCode::FORBIDDEN => return Ok(Found::Closed),
            _ => {}
        }
        let mut patient = one(succeeded(reply)?.into_body()?, "Patient")?;
        if !fields::is_marked(&patient, &self.narrow.mark) {
            return Ok(Found::Unmarked);
        }
        patient.values_mut().for_each(|value| reference::spell(&self.base, value));
        let mut persons = self.reader().persons(vec![patient]).await?;
        Ok(persons.pop().map_or(Found::Gone, |person| Found::Marked(person.record(&self.narrow))))
    }
}

impl Wire for Fhir {
    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        Box::pin(self.page(since))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        Box::pin(self.one(key))
    }

    fn told(&self, body: &[u8]) -> Option<String> {
        hint::patient(&self.base, json::read(body).ok()?)
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        Box::pin(async move {
            let (reader, now) = (self.reader(), self.clock.now());
            match delivery {
                Delivery::Offer { record, referral, body } => offer::offer(&reader, *record, *referral, body).await,
                Delivery::Answer { record, referral, body } => {
                    task::decide(&reader, referral, body, now).await?;
                    Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
                }
                Delivery::Withdrawal { record, referral } => {
                    task::withdraw(&reader, referral, now).await?;
                    Ok(Delivered { record: record.clone(), referral: Some(referral.clone()) })
                }
            }
        })
    }

    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        Box::pin(async move { offer::offered(&self.reader(), record, referral).await })
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        Box::pin(async move { task::answers(&self.reader(), offers).await })
    }
}

/// Feeds bytes into everything that reads a server's answer.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    let Ok(value) = json::read(bytes) else { return };
    drop(bundle::reasons(Some(&value)));
    write::fuzz(value.clone());
    let Ok(base) = Url::parse("https://fhir.example/r4/") else { return };
    let mut resources = bundle::searched(value.clone()).map(|page| page.resources).unwrap_or_default();
    resources.extend(one(value.clone(), "Task").ok());
    for resource in &mut resources {
        resource.values_mut().for_each(|value| reference::spell(&base, value));
        task::fuzz(resource);
    }
    drop((consent::read(&resources), hint::patient(&base, value.clone())));
    let place = Place::read(std::str::from_utf8(bytes).ok().map(|text| Cursor::from_text(text.to_owned())).as_ref());
    drop(place.anew());
    let link = value.pointer("/link/0/url").and_then(Value::as_str).unwrap_or_default();
    drop(below(&base, link));
}
