//! A directory in HSDS 3 in memory, open to everybody: lists without children by page, whole services by id, newest
//! change first as some directories have it, so that pages move while they are read. It writes what the specification's
//! examples write, their slips with it. Everything in it is invented.

use std::net::SocketAddr;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock};
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

struct Service {
    id: String,
    name: String,
    status: String,
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
    pub fn put(&mut self, name: &str, status: &str) -> String {
        let (id, modified) = (self.drawn(), self.now());
        let service = Service { id: id.clone(), name: name.to_owned(), status: status.to_owned(), modified };
        self.services.push(service);
        id
    }

    /// Changes a service; nothing where there is none of that id.
    pub fn change(&mut self, id: &str, name: Option<&str>, status: Option<&str>) {
        let modified = self.now();
        if let Some(place) = self.services.iter().position(|service| service.id == id) {
            let mut service = self.services.remove(place);
            service.modified = modified;
            if let Some(name) = name {
                name.clone_into(&mut service.name);
            }
            if let Some(status) = status {
                status.clone_into(&mut service.status);
            }
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
        json!({
            "id": self.id, "name": self.name, "description": "Invented help", "status": self.status,
            "fees": "none", "wait_time": "none", "licenses": "none", "last_modified": self.modified,
            "organization": {
                "id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610", "name": "Invented Organization",
                "description": "It helps", "tax_id": "none",
            },
        })
    }

    fn whole(&self) -> Value {
        let mut whole = self.flat();
        let phone = json!({
            "id": "1554f2e2-a373-45db-a3fa-9fc48a61c15e", "number": "\"+977 1 000000\"", "extension": 100,
        });
        if let Some(members) = whole.as_object_mut() {
            members.insert("phones".to_owned(), json!([phone]));
            let contact = json!({ "id": "1e7efce3-639b-4880-940c-b95cd30cdb50", "name": "Somebody Invented" });
            members.insert("contacts".to_owned(), json!([contact]));
        }
        whole
    }
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
