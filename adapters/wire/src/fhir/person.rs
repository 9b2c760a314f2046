//! A patient as a record of the hub's: the patient, what her consents keep back, and the tasks that ask somebody for
//! something for her, each with its service request. Requests that no task carries are no referrals: nobody answers them.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;
use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::bundle::{Resource, Searched, changed, id, kind, searched, succeeded};
use super::consent;
use super::fields::{Fields, filter};
use super::link::{Target, below};
use super::place::Leg;
use super::reference::{spell, target};
use crate::fault::WireFault;
use crate::http::Request;
use crate::narrow::Narrow;
use crate::session::Session;

/// Pages of one search that are followed within one call: tasks and consents of one page of patients.
const MOST_PAGES: u64 = 40;
/// Resources asked for by id in one search, and a page of those that belong to others.
const TOGETHER: usize = 100;

/// The server, and what of its resources passes the border.
pub(super) struct Reader<'a> {
    pub(super) session: &'a Session,
    pub(super) base: &'a Url,
    pub(super) narrow: &'a Narrow,
    /// The `system` of the hub's own identifiers.
    pub(super) own: &'a str,
}

/// A patient and what belongs to her.
pub(super) struct Person {
    patient: Resource,
    tasks: Vec<(Resource, Option<Resource>)>,
    consents: Vec<Resource>,
}

impl Person {
    /// Whether an earlier part of a walk has given her already: something that it asks for changed since.
    pub(super) fn was_given(&self, leg: Leg, since: Option<Instant>) -> bool {
        let Some(since) = since else { return false };
        let fresh = |resource: &Resource| changed(resource).is_some_and(|at| at >= since);
        let by_tasks = || self.tasks.iter().any(|(task, _)| fresh(task));
        let by_requests = || self.tasks.iter().any(|(_, request)| request.as_ref().is_some_and(fresh));
        match leg {
            Leg::All | Leg::Patients | Leg::List => false,
            Leg::Tasks => fresh(&self.patient),
            Leg::Requests => fresh(&self.patient) || by_tasks(),
            Leg::Consents => fresh(&self.patient) || by_tasks() || by_requests(),
        }
    }

    /// The record that the mapping gets.
    pub(super) fn record(self, narrow: &Narrow) -> Value {
        let of = |kind: &str, configured: &[String]| Fields::of(kind, configured);
        let (tasks, requests) = (of("Task", &narrow.referral_fields), of("ServiceRequest", &narrow.referral_fields));
        let referrals = self.tasks.into_iter().map(|(task, request)| {
            let key = id(&task).to_owned();
            let request = request.map(|request| requests.kept(request));
            json!({"id": key, "Task": tasks.kept(task), "ServiceRequest": request})
        });
        let referrals: Vec<Value> = referrals.collect();
        json!({
            "id": id(&self.patient), "Patient": of("Patient", &narrow.fields).kept(self.patient),
            "withheld": consent::read(&self.consents), "referrals": referrals,
        })
    }
}

impl Reader<'_> {
    /// One page of a search.
    pub(super) async fn page(&self, asked: &Target) -> Result<Searched, WireFault> {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let query: Vec<(&str, String)> =
            asked.query.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let reply = succeeded(self.session.call(Request::get(&path, &query)).await?)?;
        let mut page = searched(reply.into_body()?)?;
        for resource in &mut page.resources {
            resource.values_mut().for_each(|value| spell(self.base, value));
        }
        Ok(page)
    }

    /// Every page of a search.
    pub(super) async fn all(&self, mut asked: Target) -> Result<Vec<Resource>, WireFault> {
        let mut resources = Vec::new();
        for _ in 0..MOST_PAGES {
            let page = self.page(&asked).await?;
            resources.extend(page.resources);
            let Some(next) = page.next else { return Ok(resources) };
            asked = below(self.base, &next)?.0;
        }
        Err(WireFault::TooLarge { limit: MOST_PAGES, unit: "pages of one search" })
    }

    /// Marked patients among some ids.
    pub(super) async fn patients(&self, ids: &BTreeSet<String>) -> Result<Vec<Resource>, WireFault> {
        let mut patients = self.by_id("Patient", ids).await?;
        patients.retain(|patient| super::fields::is_marked(patient, &self.narrow.mark));
        Ok(patients)
    }

    async fn by_id(&self, of: &str, ids: &BTreeSet<String>) -> Result<Vec<Resource>, WireFault> {
        let mut found = Vec::new();
        for some in ids.iter().collect::<Vec<_>>().chunks(TOGETHER) {
            let list: Vec<&str> = some.iter().map(|id| id.as_str()).collect();
            let mut query = vec![("_id", list.join(",")), ("_count", TOGETHER.to_string())];
            query.extend(filter(&self.narrow.mark).filter(|_| of == "Patient"));
            found.extend(self.all(Target::search(of, query)).await?);
        }
        found.retain(|resource| kind(resource) == Some(of));
        Ok(found)
    }

    /// Some patients with what belongs to them.
    pub(super) async fn persons(&self, patients: Vec<Resource>) -> Result<Vec<Person>, WireFault> {
        if patients.is_empty() {
            return Ok(Vec::new());
        }
        let list: Vec<String> = patients.iter().map(|patient| format!("Patient/{}", id(patient))).collect();
        let whose = || vec![("patient", list.join(",")), ("_count", TOGETHER.to_string())];
        let mut tasks: BTreeMap<String, Vec<(Resource, Option<Resource>)>> = BTreeMap::new();
        if !self.narrow.referral_fields.is_empty() {
            let mut query = whose();
            query.push(("_include", "Task:focus".to_owned()));
            for (whose, task, request) in self.referrals(self.all(Target::search("Task", query)).await?).await? {
                tasks.entry(whose).or_default().push((task, request));
            }
        }
        let mut consents: BTreeMap<String, Vec<Resource>> = BTreeMap::new();
        // One that does not say whose it is could be anybody's here.
        let mut anybodys = Vec::new();
        for consent in self.all(Target::search("Consent", whose())).await? {
            match target(&consent, "patient", "Patient") {
                _ if kind(&consent) != Some("Consent") => {}
                Some(whose) => consents.entry(whose.to_owned()).or_default().push(consent),
                None => anybodys.push(consent),
            }
        }
        let persons = patients.into_iter().map(|patient| {
            let key = id(&patient).to_owned();
            let mut tasks = tasks.remove(&key).unwrap_or_default();
            // In an order of their own: the server's may be another each time, and the record would seem to change.
            tasks.sort_by(|(one, _), (other, _)| id(one).cmp(id(other)));
            let mut consents = consents.remove(&key).unwrap_or_default();
            consents.extend(anybodys.iter().cloned());
            consents.sort_by(|one, other| id(one).cmp(id(other)));
            Person { patient, tasks, consents }
        });
        Ok(persons.collect())
    }

    /// Tasks whose focus is a service request, with it and whose they are; the hub's own, which it put there, are left
    /// out.
    async fn referrals(&self, found: Vec<Resource>) -> Result<Vec<(String, Resource, Option<Resource>)>, WireFault> {
        let (requests, tasks): (Vec<Resource>, Vec<Resource>) =
            found.into_iter().partition(|resource| kind(resource) == Some("ServiceRequest"));
        let mut requests: Map<String, Value> =
            requests.into_iter().map(|request| (id(&request).to_owned(), Value::Object(request))).collect();
        let mut kept = Vec::new();
        for task in tasks {
            let (whose, focus) = (target(&task, "for", "Patient"), target(&task, "focus", "ServiceRequest"));
            if let (Some("Task"), Some(whose), Some(focus), false) = (kind(&task), whose, focus, self.is_own(&task)) {
                kept.push((whose.to_owned(), focus.to_owned(), task));
            }
        }
        // A server may leave out what `_include` asks for.
        let missing = kept.iter().map(|(_, focus, _)| focus).filter(|focus| !requests.contains_key(*focus));
        for request in self.by_id("ServiceRequest", &missing.cloned().collect()).await? {
            requests.insert(id(&request).to_owned(), Value::Object(request));
        }
        let with = kept.into_iter().map(|(whose, focus, task)| {
            let request = requests.get(&focus).and_then(Value::as_object).cloned();
            (whose, task, request)
        });
        Ok(with.collect())
    }

    fn is_own(&self, resource: &Resource) -> bool {
        let identifiers = resource.get("identifier").and_then(Value::as_array);
        let mut systems = identifiers.into_iter().flatten().map(|identifier| identifier.get("system"));
        systems.any(|system| system.and_then(Value::as_str) == Some(self.own))
    }
}
