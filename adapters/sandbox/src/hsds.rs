//! A directory in HSDS 3 in memory, open to everybody: lists without children by page, whole services by id, newest
//! change first as some directories have it, so that pages move while they are read. It writes what the specification's
//! examples write, their slips with it. Everything in it is invented.

use std::net::SocketAddr;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock, named_id};
use serde_json::{Value, json};

use crate::server::{Asked, Sandbox, System, Told};

/// How many services a page has where nobody says, and at most.
const PER_PAGE: (usize, usize) = (10, 100);

/// The directory's whole state.
pub struct Hsds {
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    /// Services by id, the latest change last.
    services: Vec<Service>,
}

/// The organization whose directory it is, by its id there.
pub const OWN: &str = "6f1d5b0e-3c8a-4d57-9a41-2b7c0e9d1f64";
/// Another one that the same directory has services of.
pub const OTHER: &str = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610";

/// A service, as whoever keeps the directory writes it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is called.
    pub name: String,
    /// Whether it is given: `active`, or another of the specification's words.
    pub status: String,
    /// Which organization's it is, by its id there; of nobody who is named without it.
    pub of: Option<String>,
    /// Its kinds, by the codes of the directory's taxonomy.
    pub kinds: Vec<String>,
    /// The names of the areas in which it is given, where it says some.
    pub areas: Option<Vec<String>>,
}

impl Entry {
    /// A service of the organization itself that is given, of some kinds.
    #[must_use]
    pub fn own(name: &str, kinds: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            status: "active".to_owned(),
            of: Some(OWN.to_owned()),
            kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(),
            areas: None,
        }
    }

    /// The same in some areas.
    #[must_use]
    pub fn within(self, areas: &[&str]) -> Self {
        Self { areas: Some(areas.iter().map(|&area| area.to_owned()).collect()), ..self }
    }
}

struct Service {
    id: String,
    entry: Entry,
    modified: String,
}

impl Hsds {
    fn drawn(&self) -> String {
        let mut bytes = [0; 16];
        // Without chance every id would be one: the directory then has one service.
        let _drawn = self.chance.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().hyphenated().to_string()
    }

    fn now(&self) -> String {
        self.clock.now().rfc3339()
    }

    /// Puts a service there, and gives its id.
    pub fn put(&mut self, entry: Entry) -> String {
        let (id, modified) = (self.drawn(), self.now());
        self.services.push(Service { id: id.clone(), entry, modified });
        id
    }

    /// Changes a service; nothing where there is none of that id.
    pub fn change(&mut self, id: &str, change: impl FnOnce(&mut Entry)) {
        let modified = self.now();
        if let Some(place) = self.services.iter().position(|service| service.id == id) {
            let mut service = self.services.remove(place);
            service.modified = modified;
            change(&mut service.entry);
            self.services.push(service);
        }
    }

    /// Takes a service away.
    pub fn remove(&mut self, id: &str) {
        self.services.retain(|service| service.id != id);
    }

    fn list(&self, asked: &Asked) -> Told {
        let number = |name: &str, otherwise: usize| {
            asked.asked_for(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise).max(1)
        };
        let (page, width) = (number("page", 1), number("per_page", PER_PAGE.0).min(PER_PAGE.1));
        let after = asked.asked_for("modified_after").unwrap_or_default();
        let fit: Vec<&Service> = self.services.iter().rev().filter(|one| one.modified.as_str() >= after).collect();
        let pages = fit.len().div_ceil(width);
        let shown: Vec<Value> =
            fit.iter().skip((page - 1).saturating_mul(width)).take(width).map(|one| one.flat()).collect();
        Told::json(
            200,
            json!({
                "total_items": fit.len(), "total_pages": pages, "page_number": page, "size": shown.len(),
                "first_page": page == 1, "last_page": page >= pages, "empty": shown.is_empty(), "contents": shown,
            }),
        )
    }
}

impl Service {
    fn flat(&self) -> Value {
        let Entry { name, status, of, .. } = &self.entry;
        let mut flat = json!({
            "id": self.id, "name": name, "description": "Invented help", "status": status,
            "fees": "none", "wait_time": "none", "licenses": "none", "last_modified": self.modified,
        });
        if let (Some(id), Some(members)) = (of, flat.as_object_mut()) {
            let organization =
                json!({ "id": id, "name": "Invented Organization", "description": "It helps", "tax_id": "none" });
            members.insert("organization".to_owned(), organization);
        }
        flat
    }

    fn whole(&self) -> Value {
        let mut whole = self.flat();
        let phone = json!({
            "id": "1554f2e2-a373-45db-a3fa-9fc48a61c15e", "number": "\"+977 1 000000\"", "extension": 100,
        });
        let contact = json!({ "id": "1e7efce3-639b-4880-940c-b95cd30cdb50", "name": "Somebody Invented" });
        let place = json!({
            "id": "e94c9f38-1e8f-4564-91d4-d53501ab1765",
            "location": { "id": "3a19ff88-4620-4d17-9830-ac1d859eb5d5", "location_type": "physical", "name": "12 Lake Road" },
        });
        let attribute = |(number, kind): (usize, &String)| {
            let term =
                json!({ "id": id_of(&self.id, "term", number), "code": kind, "name": kind, "description": kind });
            json!({ "id": id_of(&self.id, "attribute", number), "link_entity": "service", "taxonomy_term": term })
        };
        let area = |(number, name): (usize, &String)| json!({ "id": id_of(&self.id, "area", number), "name": name });
        if let Some(members) = whole.as_object_mut() {
            members.insert("phones".to_owned(), json!([phone]));
            members.insert("contacts".to_owned(), json!([contact]));
            members.insert("service_at_locations".to_owned(), json!([place]));
            members.insert("attributes".to_owned(), self.entry.kinds.iter().enumerate().map(attribute).collect());
            if let Some(areas) = &self.entry.areas {
                members.insert("service_areas".to_owned(), areas.iter().enumerate().map(area).collect());
            }
        }
        whole
    }
}

/// The id of a part of a service.
fn id_of(service: &str, part: &str, number: usize) -> String {
    named_id("sandbox directory", &[service.as_bytes(), part.as_bytes(), &number.to_be_bytes()])
        .hyphenated()
        .to_string()
}

impl System for Hsds {
    fn answer(&mut self, asked: &Asked) -> Told {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        match (asked.method, path.as_slice()) {
            ("GET", [""]) => Told::json(
                200,
                json!({ "version": "3.0", "profile": "https://directory.invalid/", "openapi_url": "https://directory.invalid/" }),
            ),
            ("GET", ["services"]) => self.list(asked),
            ("GET", ["services", id]) => match self.services.iter().find(|service| service.id == *id) {
                Some(service) => Told::json(200, service.whole()),
                None => Told::json(404, json!({ "error": "not found" })),
            },
            _ => Told::json(404, json!({ "error": "not found" })),
        }
    }

    fn unauthorized(&self) -> Told {
        Told::json(401, json!({ "error": "unauthorized" }))
    }

    fn asks_for_one(asked: &Asked) -> bool {
        asked.path.len() == 2
    }
}

impl Sandbox<Hsds> {
    /// Serves an empty directory on an address; port 0 takes any free one.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn directory(
        listen: SocketAddr,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> std::io::Result<Self> {
        Self::serve(Hsds { clock, chance, services: Vec::new() }, listen).await
    }
}
