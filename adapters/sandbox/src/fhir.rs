//! A FHIR R4 server in memory, with an authorization server beside it. It answers as the servers in use do: searches whose
//! pages are kept under a link of the server's own and dropped after a while, empty lists left out, conditional creates,
//! transactions that are done whole or not at all, versions in `ETag`, deleted resources answered with 410 and in no
//! search, refusals as `OperationOutcome`.

mod forms;
mod search;
mod staff;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock, Instant};
use serde_json::{Map, Value, json};

use crate::access::Access;
use crate::draw::Draw;
use crate::server::{Asked, System, Told};

/// FHIR's own media type.
const MEDIA: &str = "application/fhir+json;charset=utf-8";

/// A resource: its members.
type Resource = Map<String, Value>;

/// One resource in its present version; without a body it was deleted.
#[derive(Clone)]
struct Stored {
    version: u64,
    updated: Instant,
    body: Option<Resource>,
}

/// A search whose pages are asked for one after the other.
struct Pages {
    found: Vec<(String, String)>,
    count: usize,
    includes: bool,
    elements: Option<Vec<String>>,
}

/// The resources, in the order they came.
#[derive(Default)]
struct Shelf {
    places: HashMap<(String, String), usize>,
    stored: Vec<((String, String), Stored)>,
    /// What was there before each change of the present transaction.
    before: Vec<(usize, Option<Stored>)>,
}

/// The server's whole state.
pub struct FhirServer {
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    shelf: Shelf,
    access: Access,
    pages: HashMap<String, Pages>,
    /// Everything that clients wrote, as it came.
    received: Vec<Value>,
    /// Where the link to a next page leads instead of to this server.
    next_link: Option<String>,
    /// What is done between a client's reading of a task and its writing it.
    meanwhile: Option<(String, Value)>,
    /// The tasks that a subscription told of, each with the version it was told in.
    told: HashMap<String, u64>,
}

impl Shelf {
    fn get(&self, kind: &str, id: &str) -> Option<&Stored> {
        let place = self.places.get(&(kind.to_owned(), id.to_owned()))?;
        self.stored.get(*place).map(|(_, stored)| stored)
    }

    fn body(&self, kind: &str, id: &str) -> Option<&Resource> {
        self.get(kind, id)?.body.as_ref()
    }

    /// Sets a resource's next version, and gives it as it is shown.
    fn set(&mut self, kind: &str, id: &str, body: Option<Resource>, now: Instant) -> Stored {
        let version = self.get(kind, id).map_or(1, |known| known.version + 1);
        let body = body.map(|mut body| {
            let mut meta = body.get("meta").and_then(Value::as_object).cloned().unwrap_or_default();
            meta.insert("versionId".to_owned(), Value::from(version.to_string()));
            meta.insert("lastUpdated".to_owned(), Value::from(instant(now)));
            body.insert("resourceType".to_owned(), Value::from(kind));
            body.insert("id".to_owned(), Value::from(id));
            body.insert("meta".to_owned(), Value::Object(meta));
            body
        });
        let stored = Stored { version, updated: now, body };
        let key = (kind.to_owned(), id.to_owned());
        let place = self.places.get(&key).copied().unwrap_or(self.stored.len());
        match self.stored.get_mut(place) {
            Some((_, known)) => self.before.push((place, Some(std::mem::replace(known, stored.clone())))),
            None => {
                self.before.push((place, None));
                self.places.insert(key.clone(), place);
                self.stored.push((key, stored.clone()));
            }
        }
        stored
    }

    /// The changes since the last one stay.
    fn keep(&mut self) {
        self.before.clear();
    }

    /// The changes since the last [`Shelf::keep`] never were.
    fn undo(&mut self) {
        while let Some((place, before)) = self.before.pop() {
            match (before, self.stored.get_mut(place)) {
                (Some(before), Some((_, known))) => *known = before,
                _ => {
                    if let Some((key, _)) = self.stored.pop() {
                        self.places.remove(&key);
                    }
                }
            }
        }
    }

    /// The resources of a type that are there.
    fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = (&'s str, &'s Stored, &'s Resource)> {
        let of_kind = self.stored.iter().filter(move |((known, _), _)| known == kind);
        of_kind.filter_map(|((_, id), stored)| Some((id.as_str(), stored, stored.body.as_ref()?)))
    }
}

/// An instant as servers write it.
fn instant(at: Instant) -> String {
    at.rfc3339().replace('Z', "+00:00")
}

/// JSON of FHIR with a status.
fn told(status: u16, body: Value) -> Told {
    Told { media: MEDIA, ..Told::json(status, body) }
}

/// A refusal: a code of `issue-type`, a code of the server's own, and a sentence that may name what was sent.
fn outcome(status: u16, code: &str, own: Option<&str>, sentence: &str) -> Told {
    let mut issue = json!({"severity": "error", "code": code, "diagnostics": sentence});
    if let (Some(own), Some(members)) = (own, issue.as_object_mut()) {
        members.insert(
            "details".to_owned(),
            json!({"coding": [{"system": "https://server.example/errors", "code": own}]}),
        );
    }
    told(status, json!({"resourceType": "OperationOutcome", "issue": [issue]}))
}

impl System for FhirServer {
    fn answer(&mut self, asked: &Asked) -> Told {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        if (asked.method, path.as_slice()) == ("POST", &["oauth2", "token"]) {
            let (now, draw) = (self.clock.now(), Draw(&*self.chance));
            return self.access.token(asked, now, &draw);
        }
        let Some((&"fhir", rest)) = path.split_first() else {
            return outcome(404, "not-found", None, "no such address");
        };
        if !self.access.is_signed_in(asked.authorization(), self.clock.now()) {
            return self.unauthorized();
        }
        if !matches!(asked.method, "GET" | "") {
            self.received.push(asked.json());
        }
        match (asked.method, rest) {
            ("GET", []) => self.next_page(asked),
            ("POST", []) => self.transaction(&asked.json()),
            ("GET", [kind]) => self.search(kind, asked),
            ("POST", [kind]) => self.create(kind, &asked.json(), asked.header("if-none-exist")),
            ("GET", [kind, id]) => self.read(kind, id),
            ("PUT", [kind, id]) => self.update(kind, id, &asked.json(), asked.header("if-match")),
            ("DELETE", [kind, id]) => self.delete(kind, id),
            _ => outcome(404, "not-found", None, "no such address"),
        }
    }

    fn unauthorized(&self) -> Told {
        outcome(401, "login", None, "a token is needed")
    }

    fn failed(&self) -> Told {
        outcome(500, "exception", None, "it broke")
    }

    fn signs_in(asked: &Asked) -> bool {
        asked.method == "POST" && asked.path.first().is_some_and(|part| part == "oauth2")
    }

    fn asks_for_one(asked: &Asked) -> bool {
        asked.method == "GET" && asked.path.iter().filter(|part| !part.is_empty()).count() == 3
    }
}

impl FhirServer {
    pub(crate) fn new(clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let access = Access::new(&Draw(&*chance), "system/");
        Self {
            clock,
            chance,
            shelf: Shelf::default(),
            access,
            pages: HashMap::new(),
            received: Vec::new(),
            next_link: None,
            meanwhile: None,
            told: HashMap::new(),
        }
    }

    fn draw(&self) -> Draw<'_> {
        Draw(&*self.chance)
    }

    fn read(&mut self, kind: &str, id: &str) -> Told {
        let answer = match self.shelf.get(kind, id) {
            None => outcome(404, "not-found", None, &format!("{kind}/{id} is not known")),
            Some(Stored { body: None, .. }) => outcome(410, "deleted", None, &format!("{kind}/{id} was deleted")),
            Some(Stored { version, body: Some(body), .. }) => {
                told(200, Value::Object(body.clone())).with("ETag", format!("W/\"{version}\""))
            }
        };
        if let Some((_, fields)) = self.meanwhile.take_if(|(task, _)| task == id) {
            self.merge(kind, id, &fields);
        }
        answer
    }

    /// Writes members over those of a resource, as the server's own people do.
    fn merge(&mut self, kind: &str, id: &str, fields: &Value) -> bool {
        let Some(mut body) = self.shelf.body(kind, id).cloned() else { return false };
        for (name, value) in fields.as_object().into_iter().flatten() {
            match value {
                Value::Null => drop(body.remove(name)),
                value => drop(body.insert(name.clone(), value.clone())),
            }
        }
        self.shelf.set(kind, id, Some(body), self.clock.now());
        true
    }

    fn delete(&mut self, kind: &str, id: &str) -> Told {
        if self.shelf.body(kind, id).is_none() {
            return outcome(404, "not-found", None, &format!("{kind}/{id} is not known"));
        }
        self.shelf.set(kind, id, None, self.clock.now());
        Told::empty(204)
    }
}
