//! Writing: conditional creates, versioned updates, transactions.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::forms::checked;
use super::{FhirServer, Resource, Shelf, Stored, outcome, told};
use crate::server::Told;

/// What became of one write: the type, the id, the version, and whether it is new.
struct Written {
    kind: String,
    id: String,
    stored: Stored,
    new: bool,
}

impl FhirServer {
    pub(super) fn create(&mut self, kind: &str, body: &Value, if_none_exist: Option<&str>) -> Told {
        let done = self.whole(|server, shelf| server.created(shelf, kind, body, if_none_exist));
        done.map_or_else(|refusal| refusal, |written| self.shown(&written))
    }

    pub(super) fn update(&mut self, kind: &str, id: &str, body: &Value, if_match: Option<&str>) -> Told {
        let done = self.whole(|server, shelf| server.updated(shelf, kind, id, body, if_match));
        done.map_or_else(|refusal| refusal, |written| self.shown(&written))
    }

    /// Whatever is written, all of it or nothing.
    fn whole<T>(&mut self, write: impl FnOnce(&Self, &mut Shelf) -> Result<T, Told>) -> Result<T, Told> {
        let mut shelf = std::mem::take(&mut self.shelf);
        shelf.keep();
        let done = write(self, &mut shelf);
        if done.is_err() {
            shelf.undo();
        }
        self.shelf = shelf;
        done
    }

    fn shown(&self, written: &Written) -> Told {
        let body = written.stored.body.clone().unwrap_or_default();
        let told = told(if written.new { 201 } else { 200 }, Value::Object(body));
        told.with("ETag", tag(&written.stored)).with("Location", location(written))
    }

    /// Every entry: one refusal is the refusal of the whole.
    pub(super) fn transaction(&mut self, bundle: &Value) -> Told {
        let is = |name: &str, wanted: &str| bundle.get(name).and_then(Value::as_str) == Some(wanted);
        let Some(entries) = bundle.get("entry").and_then(Value::as_array) else {
            return outcome(400, "required", None, "no entries");
        };
        if !is("resourceType", "Bundle") || !is("type", "transaction") {
            return outcome(400, "invalid", None, "no transaction");
        }
        let written = match self.whole(|server, shelf| server.entries(shelf, entries)) {
            Ok(written) => written,
            Err(refusal) => return refusal,
        };
        let entries = written.iter().map(|done| {
            let status = if done.new { "201 Created" } else { "200 OK" };
            json!({"response": {"status": status, "location": location(done), "etag": tag(&done.stored)}})
        });
        let entries: Vec<Value> = entries.collect();
        told(200, json!({"resourceType": "Bundle", "type": "transaction-response", "entry": entries}))
    }

    fn entries(&self, shelf: &mut Shelf, entries: &[Value]) -> Result<Vec<Written>, Told> {
        let mut named: HashMap<String, String> = HashMap::new();
        let mut written = Vec::new();
        for entry in entries {
            let mut resource = entry.get("resource").cloned().unwrap_or_default();
            resolve(&mut resource, &named);
            let request = |name: &str| entry.get("request").and_then(|request| request.get(name)?.as_str());
            let url = request("url").unwrap_or_default();
            let done = match (request("method"), url.split_once('/')) {
                (Some("POST"), None) => self.created(shelf, url, &resource, request("ifNoneExist")),
                (Some("PUT"), Some((kind, id))) => self.updated(shelf, kind, id, &resource, request("ifMatch")),
                _ => Err(outcome(400, "not-supported", None, "no such entry")),
            }?;
            if let Some(name) = entry.get("fullUrl").and_then(Value::as_str) {
                named.insert(name.to_owned(), format!("{}/{}", done.kind, done.id));
            }
            written.push(done);
        }
        Ok(written)
    }

    fn created(
        &self,
        shelf: &mut Shelf,
        kind: &str,
        body: &Value,
        if_none_exist: Option<&str>,
    ) -> Result<Written, Told> {
        let resource = resource(body)?;
        checked(kind, &resource, shelf)?;
        if let Some(condition) = if_none_exist {
            let wanted = condition.strip_prefix("identifier=").map(crate::server::decoded);
            let wanted = wanted.ok_or_else(|| outcome(400, "not-supported", None, "another condition"))?;
            let mut same = shelf.of(kind).filter(|(_, _, body)| identifiers(body).any(|own| own == wanted));
            match (same.next(), same.next()) {
                (Some((id, stored, _)), None) => {
                    let (kind, id, stored) = (kind.to_owned(), id.to_owned(), stored.clone());
                    return Ok(Written { kind, id, stored, new: false });
                }
                (Some(_), Some(_)) => return Err(outcome(412, "multiple-matches", None, "several have it")),
                (None, _) => {}
            }
        }
        let id = self.draw().uuid().to_string();
        let stored = shelf.set(kind, &id, Some(resource), self.clock.now());
        Ok(Written { kind: kind.to_owned(), id, stored, new: true })
    }

    fn updated(
        &self,
        shelf: &mut Shelf,
        kind: &str,
        id: &str,
        body: &Value,
        if_match: Option<&str>,
    ) -> Result<Written, Told> {
        let resource = resource(body)?;
        checked(kind, &resource, shelf)?;
        if resource.get("id").and_then(Value::as_str) != Some(id) {
            return Err(outcome(400, "invalid", None, "another id"));
        }
        let Some(known) = shelf.get(kind, id).filter(|known| known.body.is_some()) else {
            return Err(outcome(404, "not-found", None, "nothing to write over"));
        };
        if if_match.is_some_and(|wanted| wanted != tag(known)) {
            return Err(outcome(412, "conflict", None, "another version is there"));
        }
        let stored = shelf.set(kind, id, Some(resource), self.clock.now());
        Ok(Written { kind: kind.to_owned(), id: id.to_owned(), stored, new: false })
    }
}

fn resource(body: &Value) -> Result<Resource, Told> {
    body.as_object().cloned().ok_or_else(|| outcome(400, "structure", None, "no resource"))
}

fn identifiers(body: &Map<String, Value>) -> impl Iterator<Item = String> {
    body.get("identifier").and_then(Value::as_array).into_iter().flatten().map(|identifier| {
        let text = |name: &str| identifier.get(name).and_then(Value::as_str).unwrap_or_default();
        format!("{}|{}", text("system"), text("value"))
    })
}

fn tag(stored: &Stored) -> String {
    format!("W/\"{}\"", stored.version)
}

fn location(written: &Written) -> String {
    format!("{}/{}/_history/{}", written.kind, written.id, written.stored.version)
}

/// References to what earlier entries made.
fn resolve(value: &mut Value, named: &HashMap<String, String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, named)),
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                match value {
                    Value::String(text) if name == "reference" => {
                        if let Some(made) = named.get(text) {
                            text.clone_from(made);
                        }
                    }
                    value => resolve(value, named),
                }
            }
        }
        _ => {}
    }
}
