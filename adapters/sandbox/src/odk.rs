//! An ODK Central server with one project in memory: a form and an entity list. It answers as its code does: errors have
//! codes that are texts, an entity's id is a UUID of version 4, a change names the version it was made on, rows are
//! listed latest first and the next page's address carries a token.

mod entities;
mod odata;
mod staff;
mod submissions;

use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock, Instant};
use serde_json::{Map, Value, json};

use crate::draw::Draw;
use crate::server::{Asked, System, Told};

/// How long a session lives.
const SESSION_MILLIS: i64 = 24 * 3_600_000;
/// The project, its form and its list.
const PROJECT: &str = "7";
const FORM: &str = "intake";
const LIST: &str = "people_in_care";
/// The hub's user.
const EMAIL: &str = "sangam@panah-gah.example";

/// One submission.
pub(crate) struct Submission {
    pub(crate) place: u64,
    /// The id of the first instance, with its scheme.
    pub(crate) id: String,
    pub(crate) created: Instant,
    pub(crate) updated: Option<Instant>,
    pub(crate) review: Option<String>,
    pub(crate) edits: u64,
    pub(crate) answers: Map<String, Value>,
    pub(crate) comments: Vec<String>,
}

/// One entity.
pub(crate) struct Entity {
    pub(crate) place: u64,
    pub(crate) uuid: String,
    pub(crate) created: Instant,
    pub(crate) updated: Option<Instant>,
    pub(crate) version: u64,
    pub(crate) label: String,
    pub(crate) conflict: Option<&'static str>,
    pub(crate) data: Map<String, Value>,
}

/// The server's whole state.
pub struct Central {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) password: String,
    sessions: Vec<(String, Instant)>,
    places: u64,
    pub(crate) submissions: Vec<Submission>,
    pub(crate) entities: Vec<Entity>,
    /// Ids of entities that are deleted: they are never taken again.
    pub(crate) deleted: Vec<String>,
    /// How many changes somebody else makes first, the next time the hub changes an entity.
    pub(crate) overtakes: u32,
}

/// A refusal with a code of the server's list.
fn problem(code: &str, message: &str, details: &Value) -> Told {
    let status = code.split('.').next().and_then(|status| status.parse().ok()).unwrap_or(500);
    Told::json(status, json!({"code": code, "message": message, "details": details}))
}

fn not_found() -> Told {
    problem("404.1", "Could not find the resource you were looking for.", &Value::Null)
}

impl System for Central {
    fn answer(&mut self, asked: &Asked) -> Told {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let ["v1", rest @ ..] = path.as_slice() else { return not_found() };
        if (asked.method, rest) == ("POST", &["sessions"]) {
            return self.sign_in(&asked.json());
        }
        if !self.is_signed_in(asked.authorization()) {
            return self.unauthorized();
        }
        let ["projects", PROJECT, rest @ ..] = rest else { return not_found() };
        let (service, list) = (format!("{FORM}.svc"), format!("{LIST}.svc"));
        match (asked.method, rest) {
            ("GET", ["forms", form, "Submissions"]) if *form == service => self.table_of_submissions(asked),
            ("GET", ["forms", form, one]) if *form == service => self.submission_row(one),
            ("GET", ["forms", FORM, "submissions", id]) => self.show_submission(id),
            ("PATCH", ["forms", FORM, "submissions", id]) => self.review_submission(id, &asked.json()),
            ("GET", ["forms", FORM, "submissions", id, "comments"]) => self.comments(id),
            ("POST", ["forms", FORM, "submissions", id, "comments"]) => self.comment_on(id, &asked.json()),
            ("GET", ["datasets", set, "Entities"]) if *set == list => self.table_of_entities(asked),
            ("POST", ["datasets", LIST, "entities"]) => self.create_entity(&asked.json()),
            ("GET", ["datasets", LIST, "entities", id]) => self.show_entity(id),
            ("PATCH", ["datasets", LIST, "entities", id]) => self.hub_changes_entity(id, asked),
            _ => not_found(),
        }
    }

    fn unauthorized(&self) -> Told {
        problem("401.2", "Could not authenticate with the provided credentials.", &Value::Null)
    }

    fn failed(&self) -> Told {
        problem("500.1", "Completely unhandled exception", &Value::Null)
    }

    fn signs_in(asked: &Asked) -> bool {
        asked.path.last().is_some_and(|last| last == "sessions")
    }

    fn asks_for_one(asked: &Asked) -> bool {
        asked.method == "GET" && asked.path.last().is_some_and(|last| last.starts_with("Submissions("))
    }
}

impl Central {
    pub(crate) fn new(clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let password = Draw(&*chance).secret();
        Self {
            clock,
            chance,
            password,
            sessions: Vec::new(),
            places: 0,
            submissions: Vec::new(),
            entities: Vec::new(),
            deleted: Vec::new(),
            overtakes: 0,
        }
    }

    pub(crate) fn draw(&self) -> Draw<'_> {
        Draw(&*self.chance)
    }

    fn next_place(&mut self) -> u64 {
        self.places += 1;
        self.places
    }

    pub(crate) fn forget_sessions(&mut self) {
        self.sessions.clear();
    }

    fn sign_in(&mut self, body: &Value) -> Told {
        let given = |name: &str| body.get(name).and_then(Value::as_str);
        if given("email") != Some(EMAIL) || given("password") != Some(&self.password) {
            return self.unauthorized();
        }
        let (token, csrf) = (self.draw().secret(), self.draw().secret());
        let now = self.clock.now();
        let until = now.plus_millis(SESSION_MILLIS);
        self.sessions.retain(|(_, until)| *until > now);
        self.sessions.push((token.clone(), until));
        let body = json!({"token": token, "csrf": csrf, "createdAt": now.rfc3339(), "expiresAt": until.rfc3339()});
        Told::json(200, body)
    }

    fn is_signed_in(&self, token: Option<&str>) -> bool {
        let now = self.clock.now();
        let bare = token.and_then(|token| token.strip_prefix("Bearer "));
        self.sessions.iter().any(|(known, until)| Some(known.as_str()) == bare && *until > now)
    }
}
