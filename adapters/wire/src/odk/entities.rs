//! Entities of a list: an offer is one, an answer changes one.

use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{OTHER_VERSION, THERE_ALREADY, is_refused_with, object, succeeded};
use super::row::of_entity;
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::Request;
use crate::session::Session;

/// How often a change is made again because somebody changed the entity in between.
const TRIES: usize = 3;

/// The entities of a list.
pub(super) struct Entities {
    project: String,
    list: String,
}

/// An id in the form that the server takes: it knows version 4 only, so that the bits which say the version say four.
/// The others are the hub's, and the id is always the same.
pub(super) fn id(of: Uuid) -> Uuid {
    uuid::Builder::from_random_bytes(*of.as_bytes()).into_uuid()
}

impl Entities {
    pub(super) fn new(project: u64, list: &str) -> Self {
        Self { project: project.to_string(), list: list.to_owned() }
    }

    fn path<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        let base = ["v1", "projects", &self.project, "datasets", &self.list, "entities"];
        base.iter().chain(rest).copied().collect()
    }

    /// One entity as a row; `None` where there is none, or none any more.
    pub(super) async fn one(&self, session: &Session, id: &str) -> Result<Option<Map<String, Value>>, WireFault> {
        let reply = session.call(Request::get(&self.path(&[id]), &[])).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        of_entity(object(succeeded(reply)?.into_body()?, "")?).map(Some)
    }

    /// Puts an entity there under the hub's id. One that is there already, in this list, was put there before.
    pub(super) async fn create(&self, session: &Session, id: &str, body: &Value) -> Result<(), WireFault> {
        let entity = body.get("entity").and_then(Value::as_object);
        let entity = entity.ok_or_else(|| WireFault::unexpected("/entity", UnexpectedKind::Missing))?;
        let mut entity = entity.clone();
        entity.insert("uuid".to_owned(), Value::from(id));
        let reply = session.call(Request::post(&self.path(&[]), &Value::Object(entity))).await?;
        let fault = match succeeded(reply) {
            // A body is what tells an answer from one that was cut.
            Ok(reply) => return reply.into_body().map(drop),
            Err(fault) => fault,
        };
        if is_refused_with(&fault, THERE_ALREADY) && self.one(session, id).await?.is_some() {
            return Ok(());
        }
        Err(fault)
    }

    /// Changes properties of an entity on top of the version that was read. Where somebody changed it in between, it is
    /// read again and the change is made on top of theirs: only the hub's own properties are touched, and a conflict that
    /// is open there stays open for the partner's people. `false` where there is no such entity.
    pub(super) async fn change(
        &self,
        session: &Session,
        id: &str,
        data: &Map<String, Value>,
    ) -> Result<bool, WireFault> {
        let mut tries = 0;
        loop {
            let Some(known) = self.one(session, id).await? else { return Ok(false) };
            let new: Map<String, Value> = data
                .iter()
                .filter(|(name, value)| known.get(*name) != Some(*value))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            if new.is_empty() {
                return Ok(true);
            }
            let version = known.get("__system").and_then(|system| system.get("version")).and_then(Value::as_u64);
            let version =
                version.ok_or_else(|| WireFault::unexpected("/currentVersion/version", UnexpectedKind::Missing))?;
            let (path, body) = (self.path(&[id]), json!({ "data": new }));
            let query = [("baseVersion", version.to_string())];
            let request = Request { method: &Method::PATCH, query: &query, ..Request::post(&path, &body) };
            tries += 1;
            match succeeded(session.call(request).await?) {
                Ok(reply) => return reply.into_body().map(|_| true),
                Err(fault) if is_refused_with(&fault, OTHER_VERSION) && tries < TRIES => {}
                Err(fault) => return Err(fault),
            }
        }
    }
}
