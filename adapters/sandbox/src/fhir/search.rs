//! Searches and their pages. An unknown parameter is refused, as servers that are strict do.

use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::{FhirServer, Pages, Resource, Stored, instant, outcome, told};
use crate::server::{Asked, Told};

/// The most a page, and how many without `_count`.
const MOST: usize = 1_000;
const USUAL: usize = 20;

impl FhirServer {
    pub(super) fn search(&mut self, kind: &str, asked: &Asked) -> Told {
        let (mut count, mut includes, mut elements, mut filters) = (USUAL, false, None, Vec::new());
        for (name, value) in &asked.query {
            match name.as_str() {
                "_count" => count = value.parse().unwrap_or(USUAL).clamp(1, MOST),
                "_include" if value == "Task:focus" => includes = true,
                "_elements" => elements = Some(value.split(',').map(str::to_owned).collect()),
                "_id" | "_tag" | "_lastUpdated" | "identifier" | "patient" => {
                    filters.push((name.as_str(), value.as_str()));
                }
                _ => return outcome(400, "not-supported", Some("search.parameter"), &format!("{name}={value}")),
            }
        }
        let fits = |id: &str, stored: &Stored, body: &Resource| {
            filters.iter().all(|(name, value)| value.split(',').any(|one| met(name, one, id, stored, body)))
        };
        let found = self.shelf.of(kind).filter(|(id, stored, body)| fits(id, stored, body));
        let found: Vec<(String, String)> = found.map(|(id, ..)| (kind.to_owned(), id.to_owned())).collect();
        let key = self.draw().secret();
        self.pages.insert(key.clone(), Pages { found, count, includes, elements });
        self.page(&key, 0, asked)
    }

    /// `GET [base]?_getpages=…&_getpagesoffset=…`, as the link of a page has it.
    pub(super) fn next_page(&mut self, asked: &Asked) -> Told {
        let offset = asked.asked_for("_getpagesoffset").and_then(|text| text.parse().ok());
        match (asked.asked_for("_getpages"), offset) {
            (Some(key), Some(offset)) if self.pages.contains_key(key) => self.page(key, offset, asked),
            (Some(_), _) => outcome(410, "not-found", None, "the search is not kept any more"),
            _ => outcome(400, "invalid", None, "search what?"),
        }
    }

    fn page(&self, key: &str, offset: usize, asked: &Asked) -> Told {
        let base = format!("http://{}/fhir", asked.header("host").unwrap_or_default());
        let Some(pages) = self.pages.get(key) else { return outcome(410, "not-found", None, "gone") };
        let mut entries = Vec::new();
        let mut add = |kind: &str, id: &str, body: &Resource, mode: &str| {
            let resource = pages.elements.as_ref().map_or_else(|| body.clone(), |wanted| subset(body, wanted));
            let entry =
                json!({"fullUrl": format!("{base}/{kind}/{id}"), "resource": resource, "search": {"mode": mode}});
            entries.push(entry);
        };
        for (kind, id) in pages.found.iter().skip(offset).take(pages.count) {
            let Some(body) = self.shelf.body(kind, id) else { continue };
            add(kind, id, body, "match");
            let focus = body.get("focus").and_then(|focus| focus.get("reference")).and_then(Value::as_str);
            let focus = focus.filter(|_| pages.includes).and_then(|text| text.split_once('/'));
            if let Some((kind, id, body)) =
                focus.and_then(|(kind, id)| self.shelf.body(kind, id).map(|body| (kind, id, body)))
            {
                add(kind, id, body, "include");
            }
        }
        let after = offset + pages.count;
        let mut links = vec![json!({"relation": "self", "url": format!("{base}/")})];
        if after < pages.found.len() {
            let own = format!("{base}?_getpages={key}&_getpagesoffset={after}&_count={}", pages.count);
            links.push(json!({"relation": "next", "url": self.next_link.clone().unwrap_or(own)}));
        }
        let mut bundle = Map::from_iter([
            ("resourceType".to_owned(), json!("Bundle")),
            ("id".to_owned(), json!(key)),
            ("meta".to_owned(), json!({"lastUpdated": instant(self.clock.now())})),
            ("type".to_owned(), json!("searchset")),
            ("link".to_owned(), Value::Array(links)),
        ]);
        if !entries.is_empty() {
            bundle.insert("entry".to_owned(), Value::Array(entries));
        }
        told(200, Value::Object(bundle))
    }
}

/// Whether a resource meets one value of a parameter.
fn met(name: &str, value: &str, id: &str, stored: &Stored, body: &Resource) -> bool {
    let codings = |list: Option<&Value>, of: &str| {
        list.and_then(Value::as_array).into_iter().flatten().any(|coding| {
            let text = |name: &str| coding.get(name).and_then(Value::as_str).unwrap_or_default();
            value == format!("{}|{}", text("system"), text(of)) || value == text(of)
        })
    };
    match name {
        "_id" => value == id,
        "_tag" => codings(body.get("meta").and_then(|meta| meta.get("tag")), "code"),
        "identifier" => codings(body.get("identifier"), "value"),
        "_lastUpdated" => match (value.get(..2), value.get(2..).and_then(Instant::read)) {
            (Some("ge"), Some(since)) => stored.updated >= since,
            (Some("gt"), Some(since)) => stored.updated > since,
            _ => false,
        },
        _ => ["for", "subject", "patient"].iter().any(|member| {
            let reference = body.get(*member).and_then(|member| member.get("reference")).and_then(Value::as_str);
            reference.is_some_and(|text| text == value || text.strip_prefix("Patient/") == Some(value))
        }),
    }
}

/// Some elements of a resource, marked as not the whole.
fn subset(body: &Resource, wanted: &[String]) -> Resource {
    let always = ["resourceType", "id"];
    let kept = body.iter().filter(|(name, _)| always.contains(&name.as_str()) || wanted.contains(name));
    let mut kept: Resource = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    let subsetted = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"});
    if let Some(meta) = kept.get_mut("meta").and_then(Value::as_object_mut) {
        match meta.get_mut("tag").and_then(Value::as_array_mut) {
            Some(tags) => tags.push(subsetted),
            None => drop(meta.insert("tag".to_owned(), json!([subsetted]))),
        }
    }
    kept
}
