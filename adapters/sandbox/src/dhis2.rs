//! A DHIS2 server in memory, with one program of an invented return desk in Dhaka. It answers as DHIS2's code does:
//! times on its own wall clock without a zone, `updatedAfter` that includes its instant, an entity's own instant moved
//! by whatever changes below it, deleted records kept and left out, imports validated whole with E-codes before any of
//! them is written, a job where one was asked to be without, events whose members are emptied when they are left out.

mod form;
mod import;
mod show;
mod staff;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use poem::web::headers::authorization::Basic;
use poem::web::headers::{Authorization, HeaderMapExt};
use sangam_vocabulary::{Chance, Clock, Instant};
use serde_json::{Map, Value, json};

use crate::draw::Draw;
use crate::server::{Asked, System, Told};

/// The server's clock is in Dhaka, six hours before UTC's.
const ZONE_MILLIS: i64 = 6 * 3_600_000;

/// How lists are asked for and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 2.40.
    V40,
    /// 2.41.
    V41,
}

/// An event.
#[derive(Debug, Clone)]
struct Event {
    uid: String,
    stage: String,
    /// Status, times and whatever else it was sent with, but for its values.
    members: Map<String, Value>,
    values: Map<String, Value>,
    deleted: bool,
}

/// An enrollment in the program.
#[derive(Debug, Clone)]
struct Enrollment {
    uid: String,
    members: Map<String, Value>,
    events: Vec<Event>,
}

/// A tracked entity.
#[derive(Debug, Clone)]
struct Entity {
    uid: String,
    created: i64,
    updated: i64,
    deleted: bool,
    duplicate: bool,
    attributes: Map<String, Value>,
    enrollments: Vec<Enrollment>,
}

/// A report that waits for whoever asks for it, and how often it is not there yet.
struct Job {
    report: Told,
    not_yet: u32,
}

/// The server's whole state.
pub struct Dhis2 {
    version: Version,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    token: String,
    password: String,
    entities: Vec<Entity>,
    /// Where an entity stands, by its UID.
    places: BTreeMap<String, usize>,
    /// Entities outside the hub's user's search scope.
    closed: BTreeSet<String>,
    jobs: BTreeMap<String, Job>,
    /// Whether imports are jobs, whatever is asked for.
    queues: bool,
    /// How many imports are carried out whose answers a proxy then loses.
    loses: u32,
    /// How many imports were for good.
    imports: u64,
}

/// DHIS2's message around everything that is no report.
fn message(status: u16, text: &str, code: Option<&str>) -> Told {
    let words = match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        _ => "Bad Request",
    };
    let mut body = json!({"httpStatus": words, "httpStatusCode": status, "status": "ERROR", "message": text});
    if let (Some(code), Some(members)) = (code, body.as_object_mut()) {
        members.insert("errorCode".to_owned(), Value::from(code));
    }
    Told::json(status, body)
}

fn missing(kind: &str, uid: &str) -> Told {
    message(404, &format!("{kind} with id {uid} could not be found."), Some("E1005"))
}

impl System for Dhis2 {
    fn answer(&mut self, asked: &Asked) -> Told {
        if !self.is_signed_in(asked) {
            return self.unauthorized();
        }
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let ["api", rest @ ..] = path.as_slice() else {
            return message(404, "Not Found", None);
        };
        match (asked.method, rest) {
            ("GET", ["system", "info"]) => Told::json(
                200,
                json!({"version": self.version.text(), "serverDate": self.written(self.now()), "serverTimeZoneId": "Asia/Dhaka"}),
            ),
            ("GET", ["tracker", "trackedEntities"]) => self.list_entities(asked),
            ("GET", ["tracker", "trackedEntities", uid]) => self.show_entity(uid, asked),
            ("GET", ["tracker", "events"]) => self.list_events(asked),
            ("GET", ["tracker", "events", uid]) => self.show_event(uid, asked),
            ("POST", ["tracker"]) => self.import(asked),
            ("GET", ["tracker", "jobs", job, "report"]) => self.report(job),
            _ => message(404, "Not Found", None),
        }
    }

    fn unauthorized(&self) -> Told {
        message(401, "Unauthorized", None)
    }

    fn failed(&self) -> Told {
        let body =
            json!({"httpStatus": "Internal Server Error", "httpStatusCode": 500, "status": "ERROR", "message": "null"});
        Told::json(500, body)
    }

    fn asks_for_one(asked: &Asked) -> bool {
        asked.method == "GET"
            && matches!(asked.path.as_slice(), [.., list, _] if list == "trackedEntities" || list == "events")
    }
}

impl Version {
    const fn text(self) -> &'static str {
        match self {
            Self::V40 => "2.40.5",
            Self::V41 => "2.41.2",
        }
    }
}

impl Dhis2 {
    fn new(version: Version, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let (token, password) = (format!("d2pat_{}", Draw(&*chance).secret()), Draw(&*chance).secret());
        Self {
            version,
            clock,
            chance,
            token,
            password,
            entities: Vec::new(),
            places: BTreeMap::new(),
            closed: BTreeSet::new(),
            jobs: BTreeMap::new(),
            queues: false,
            loses: 0,
            imports: 0,
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().millis()
    }

    /// An instant on the server's wall clock, without a zone.
    fn written(&self, millis: i64) -> String {
        Instant::from_millis(millis.saturating_add(ZONE_MILLIS)).rfc3339().trim_end_matches('Z').to_owned()
    }

    /// The instant of a time as DHIS2 takes it: with a zone, or on its own wall clock.
    fn instant(text: &str) -> Option<i64> {
        let wall = |text: String| Instant::read(&text).map(|wall| wall.millis().saturating_sub(ZONE_MILLIS));
        let plain = || wall(format!("{text}Z")).or_else(|| wall(format!("{text}T00:00:00Z")));
        Instant::read(text).map(Instant::millis).or_else(plain)
    }

    fn uid(&self) -> String {
        const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let draw = Draw(&*self.chance);
        let letter = |bound: usize| ALPHABET.get(draw.below(bound)).copied().map_or('a', char::from);
        std::iter::once(letter(52)).chain((1..11).map(|_| letter(62))).collect()
    }

    fn is_signed_in(&self, asked: &Asked) -> bool {
        let basic = asked.headers.typed_get::<Authorization<Basic>>();
        let by_name = basic.is_some_and(|basic| basic.username() == form::USER && basic.password() == self.password);
        by_name || asked.authorization() == Some(&format!("ApiToken {}", self.token))
    }

    fn entity(&self, uid: &str) -> Option<&Entity> {
        self.places.get(uid).and_then(|place| self.entities.get(*place))
    }

    fn entity_mut(&mut self, uid: &str) -> Option<&mut Entity> {
        self.places.get(uid).and_then(|place| self.entities.get_mut(*place))
    }

    /// An event, with its entity and enrollment.
    fn event(&self, uid: &str) -> Option<(&Entity, &Enrollment, &Event)> {
        self.entities.iter().find_map(|entity| {
            entity.enrollments.iter().find_map(|enrollment| {
                enrollment.events.iter().find(|event| event.uid == uid).map(|event| (entity, enrollment, event))
            })
        })
    }

    fn report(&mut self, uid: &str) -> Told {
        let Some(job) = self.jobs.get_mut(uid) else {
            return missing("Summary for job", uid);
        };
        if job.not_yet > 0 {
            job.not_yet -= 1;
            return missing("Summary for job", uid);
        }
        Told { status: 200, body: job.report.body.clone(), headers: Vec::new(), media: job.report.media }
    }
}
