//! A case system with a GraphQL API in memory, and an authorization server beside it. Its schema stands in
//! `graphql/schema.graphql`. It answers as servers in use do: connections with cursors of its own, `changedSince` with the
//! instant itself, errors with paths and codes beside data, refused credentials as an error with status 200, mutations with
//! idempotency keys and unions for what may be expected; its webhook tells of a case that changed or was decided on. It reads
//! what it is sent with a real parser and executes it over its documents; it knows neither introspection nor directives, and
//! what does not fit its documents is a fault of validation.

mod cases;
mod run;
mod staff;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_graphql_parser::parse_query;
use sangam_vocabulary::{Chance, Clock};
use serde_json::{Map, Value, json};

use crate::access::Access;
use crate::draw::Draw;
use crate::server::{Asked, System, Told};
use run::Run;

/// The type of answers of those who ask for it (GraphQL over HTTP).
const RESPONSE: &str = "application/graphql-response+json; charset=utf-8";

/// What an operation failed with: a code, and a sentence that may name what was sent.
#[derive(Debug)]
pub(crate) struct Failure(&'static str, String);

/// The system's whole state.
pub struct Casebook {
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    access: Access,
    /// Cases in the order they came, each with a number that only grows.
    cases: Vec<(u64, Map<String, Value>)>,
    offers: Vec<Map<String, Value>>,
    /// What was answered under an idempotency key.
    done: HashMap<String, Value>,
    /// Fields that fail inside, by case, with their codes.
    broken: HashMap<String, (String, &'static str)>,
    numbers: u64,
    /// Which cursors are known: those of before are not.
    era: u64,
    /// How many requests are told to wait, and how long.
    throttled: (u32, u64),
    /// Whether it takes offers.
    full: bool,
    /// Cases that changed, or that were decided on, and that no webhook told of yet.
    changed: BTreeSet<String>,
    /// Every request's `(query, variables)`.
    heard: Vec<(String, Value)>,
}

impl Casebook {
    pub(crate) fn new(clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let access = Access::new(&Draw(&*chance), "cases:");
        Self {
            clock,
            chance,
            access,
            cases: Vec::new(),
            offers: Vec::new(),
            done: HashMap::new(),
            broken: HashMap::new(),
            numbers: 0,
            era: 1,
            throttled: (0, 0),
            full: false,
            changed: BTreeSet::new(),
            heard: Vec::new(),
        }
    }

    fn draw(&self) -> Draw<'_> {
        Draw(&*self.chance)
    }

    fn execute(&mut self, asked: &Asked) -> (u16, Value) {
        let body = asked.json();
        let Some(text) = body.get("query").and_then(Value::as_str) else {
            return (400, failed("BAD_REQUEST", "there is no query"));
        };
        let variables = body.get("variables").cloned().unwrap_or_default();
        self.heard.push((text.to_owned(), variables.clone()));
        if self.throttled.0 > 0 {
            self.throttled.0 -= 1;
            let mut body = failed("THROTTLED", "Asha, slower");
            if let Some(extensions) = body.pointer_mut("/errors/0/extensions").and_then(Value::as_object_mut) {
                extensions.insert("retryAfter".to_owned(), Value::from(self.throttled.1));
            }
            return (200, body);
        }
        let document = match parse_query(text) {
            Ok(document) => document,
            Err(fault) => return (400, failed("GRAPHQL_PARSE_FAILED", &fault.to_string())),
        };
        match Run::new(&document, &variables).execute(self) {
            Ok(answer) => (200, answer),
            Err(Failure(code, sentence)) => (400, failed(code, &sentence)),
        }
    }
}

/// An answer without data.
fn failed(code: &str, sentence: &str) -> Value {
    json!({"errors": [{"message": sentence, "extensions": {"code": code}}]})
}

impl System for Casebook {
    fn answer(&mut self, asked: &Asked) -> Told {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let now = self.clock.now();
        match (asked.method, path.as_slice()) {
            ("POST", ["oauth2", "token"]) => {
                let draw = Draw(&*self.chance);
                return self.access.token(asked, now, &draw);
            }
            ("POST", ["graphql"]) => {}
            _ => return Told::json(404, json!({"message": "no such address"})),
        }
        if !self.access.is_signed_in(asked.authorization(), now) {
            return Told::json(200, failed("UNAUTHENTICATED", "Asha is not signed in"));
        }
        let (status, body) = self.execute(asked);
        // Those who do not ask for the new type get the old one, whose status says nothing.
        if asked.header("accept").is_some_and(|accept| accept.contains("application/graphql-response+json")) {
            Told { media: RESPONSE, ..Told::json(status, body) }
        } else {
            Told::json(200, body)
        }
    }

    fn unauthorized(&self) -> Told {
        Told::json(401, failed("UNAUTHENTICATED", "Asha is not signed in"))
    }

    fn failed(&self) -> Told {
        Told::json(200, failed("INTERNAL_SERVER_ERROR", "Asha fell"))
    }

    fn signs_in(asked: &Asked) -> bool {
        asked.method == "POST" && asked.path.first().is_some_and(|part| part == "oauth2")
    }

    fn changes(asked: &Asked) -> bool {
        asked.json().get("query").and_then(Value::as_str).is_some_and(|text| text.contains("mutation"))
    }

    fn asks_for_one(asked: &Asked) -> bool {
        asked.json().pointer("/variables/key").is_some()
    }
}
