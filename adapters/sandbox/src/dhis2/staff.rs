//! What the people of the return desk do in their server, and whoever runs it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock};
use serde_json::{Map, Value, json};

use super::form::{self, DECIDED, DECLINED_BECAUSE, NAME, OFFERED, SEX, SHARE};
use super::{Dhis2, Enrollment, Entity, Event, Version};
use crate::draw::Draw;
use crate::server::{Decision, NO_PLACE, Sandbox, Staffed};

/// Invented given names.
const NAMES: &[&str] = &["Rupa", "Mina", "Parul", "Shiuli", "Rafi", "Babul", "Kajol", "Hasan", "Lata", "Dipu"];
const DISTRICTS: &[&str] = &["Jashore", "Satkhira", "Khulna", "Kurigram", "Rangpur"];

impl Sandbox<Dhis2> {
    /// The hub's personal access token.
    #[must_use]
    pub fn token(&self) -> String {
        self.system().token.clone()
    }

    /// The hub's user, and its password.
    #[must_use]
    pub fn user(&self) -> (&'static str, String) {
        (form::USER, self.system().password.clone())
    }

    /// Writes the hub's token where the partner's configuration looks for it: `return-desk-bd.token`, readable by its
    /// owner alone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_token(&self, folder: &Path) -> std::io::Result<()> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let mut options = std::fs::OpenOptions::new();
        let options = options.write(true).create(true).truncate(true).mode(0o600);
        writeln!(options.open(folder.join("return-desk-bd.token"))?, "{}", self.token())
    }

    /// Puts a person in, with these attributes; gives her UID.
    pub fn open(&self, attributes: &Value) -> String {
        self.system().open(attributes)
    }

    /// Puts the few known people in: two marked for the hub, the first of them referred to a shelter in India, and one
    /// who is not marked. Gives their UIDs, in that order.
    pub fn seed_people(&self) -> Vec<String> {
        let minor = self.open(&json!({
            NAME: "Moyna Akter", SEX: "F", "SgBirthDt01": "2011-02-03", "SgAgeBand01": "A15", "SgDistrict1": "Satkhira",
            "SgHealthNt1": "Recovering.", "SgCaseNumb1": "RD-2026-014", "SgNidNumbe1": "0000000001", "SgMobileNo1": "0",
            SHARE: "true",
        }));
        self.refer(
            &minor,
            &json!({
                "SgDeService": "SHEL", "SgDeUrgency": "URGE", "SgDeToOrgan": "asha-nivas", "SgDeNotes01": "She asks for her sister.",
                "SgDeOutcome": "WAIT",
            }),
        );
        let adult = self.open(&json!({
            NAME: "রফিক", SEX: "M", "SgAgeYears1": "31", "SgAgeBand01": "A26", "SgDistrict1": "Khulna",
            "SgCaseNumb1": "RD-2026-015", "SgNidNumbe1": "0000000002", SHARE: "true",
        }));
        let unmarked =
            self.open(&json!({NAME: "Not For The Hub", SEX: "F", "SgAgeBand01": "A21", "SgCaseNumb1": "RD-2026-016"}));
        vec![minor, adult, unmarked]
    }

    /// Puts `count` drawn people in; nine in ten are marked for the hub.
    pub fn seed_cases(&self, count: usize) {
        for number in 0..count {
            let (name, district, age, sex, marked) = {
                let system = self.system();
                let draw = Draw(&*system.chance);
                (
                    draw.pick(NAMES),
                    draw.pick(DISTRICTS),
                    18 + draw.below(30),
                    draw.pick(&["F", "M", "X"]),
                    draw.below(10) != 0,
                )
            };
            let mut person = json!({
                NAME: name, SEX: sex, "SgAgeYears1": age.to_string(), "SgDistrict1": district, "SgHealthNt1": "Well.",
                "SgCaseNumb1": format!("RD-{number}"), "SgMobileNo1": "0",
            });
            if let (true, Some(members)) = (marked, person.as_object_mut()) {
                members.insert(SHARE.to_owned(), Value::from("true"));
            }
            self.open(&person);
        }
    }

    /// Writes a referral to another organization: an event with these values. Gives its UID.
    pub fn refer(&self, person: &str, values: &Value) -> String {
        let mut system = self.system();
        let (uid, now) = (system.uid(), system.now());
        let written = Value::from(system.written(now));
        let members = Map::from_iter([
            ("status".to_owned(), Value::from("ACTIVE")),
            ("orgUnit".to_owned(), Value::from(form::ORG_UNIT)),
            ("occurredAt".to_owned(), written.clone()),
            ("scheduledAt".to_owned(), written),
        ]);
        let values = values.as_object().cloned().unwrap_or_default();
        if let Some(entity) = system.entity_mut(person) {
            entity.updated = now;
            if let Some(enrollment) = entity.enrollments.first_mut() {
                let stage = form::SENT.to_owned();
                enrollment.events.push(Event { uid: uid.clone(), stage, members, values, deleted: false });
            }
        }
        uid
    }

    /// Changes a person's attributes; null takes one away. The form is not asked, as an older one was not.
    pub fn edit(&self, person: &str, attributes: &Value) {
        let mut system = self.system();
        let now = system.now();
        if let Some(entity) = system.entity_mut(person) {
            entity.updated = now;
            for (uid, value) in attributes.as_object().into_iter().flatten() {
                if value.is_null() {
                    entity.attributes.shift_remove(uid);
                } else {
                    entity.attributes.insert(uid.clone(), value.clone());
                }
            }
        }
    }

    /// Deletes a person: the record stays, and is shown to whoever asks for deleted ones.
    pub fn remove(&self, person: &str) {
        let mut system = self.system();
        let now = system.now();
        if let Some(entity) = system.entity_mut(person) {
            (entity.deleted, entity.updated) = (true, now);
        }
    }

    /// Says that two records are one person's: the events of the duplicate go to the original, and the duplicate is
    /// deleted.
    pub fn merge(&self, original: &str, duplicate: &str) {
        let mut system = self.system();
        let now = system.now();
        let Some(other) = system.entity_mut(duplicate) else { return };
        (other.deleted, other.updated) = (true, now);
        let moved = std::mem::take(&mut other.enrollments);
        if let Some(kept) = system.entity_mut(original) {
            kept.updated = now;
            kept.enrollments.extend(moved);
        }
    }

    /// Flags a record as somebody's who may be in the system already.
    pub fn flag(&self, person: &str) {
        let mut system = self.system();
        let now = system.now();
        if let Some(entity) = system.entity_mut(person) {
            (entity.duplicate, entity.updated) = (true, now);
        }
    }

    /// Stamps every record with the same instant, as an update past the application does.
    pub fn stamp_all(&self) {
        let mut system = self.system();
        let now = system.now();
        system.entities.iter_mut().for_each(|entity| entity.updated = now);
    }

    /// Moves a person out of what the hub's user may see, or back; the record does not change by that.
    pub fn close_to_hub(&self, person: &str, closed: bool) {
        let mut system = self.system();
        if closed {
            system.closed.insert(person.to_owned());
        } else {
            system.closed.remove(person);
        }
    }

    /// Decides on what the hub offered: the answer's code, and a reason. `false` where there is no such event.
    pub fn decide(&self, event: &str, code: &str, reason: Option<&str>) -> bool {
        self.system().decide(event, code, reason)
    }

    /// Sets an event's values past the form.
    pub fn set_values(&self, event: &str, values: Map<String, Value>) -> bool {
        self.system().set_values(event, values)
    }

    /// From now on every import is a job, whatever is asked for; or not.
    pub fn queue_imports(&self, queues: bool) {
        self.system().queues = queues;
    }

    /// The next imports are carried out, and a proxy loses the answers.
    pub fn lose_imports(&self, count: u32) {
        self.system().loses = count;
    }

    /// How many imports were for good.
    #[must_use]
    pub fn imports(&self) -> u64 {
        self.system().imports
    }

    /// How many records there are that are not deleted.
    #[must_use]
    pub fn people(&self) -> usize {
        self.system().entities.iter().filter(|entity| !entity.deleted).count()
    }

    /// A person's record, as the server shows it.
    #[must_use]
    pub fn person(&self, uid: &str) -> Option<Value> {
        let system = self.system();
        system.entity(uid).map(|entity| system.shown(entity))
    }

    /// An event, as the server shows it.
    #[must_use]
    pub fn event(&self, uid: &str) -> Option<Value> {
        let system = self.system();
        system
            .event(uid)
            .map(|(entity, enrollment, event)| Value::Object(system.event_shown(entity, enrollment, event)))
    }
}

impl Dhis2 {
    /// Starts a server on an address; port 0 takes any free one. It has no records yet.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(
        version: Version,
        listen: SocketAddr,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> std::io::Result<Sandbox<Self>> {
        Sandbox::serve(Self::new(version, clock, chance), listen).await
    }

    fn decide(&mut self, event: &str, code: &str, reason: Option<&str>) -> bool {
        let mut values = Map::from_iter([(DECIDED.to_owned(), Value::from(code))]);
        values.extend(reason.map(|reason| (DECLINED_BECAUSE.to_owned(), Value::from(reason))));
        self.set_values(event, values)
    }

    fn set_values(&mut self, event: &str, values: Map<String, Value>) -> bool {
        let now = self.now();
        for entity in &mut self.entities {
            let events = entity.enrollments.iter_mut().flat_map(|enrollment| &mut enrollment.events);
            if let Some(known) = events.into_iter().find(|known| known.uid == event) {
                known.values.extend(values);
                entity.updated = now;
                return true;
            }
        }
        false
    }

    fn open(&mut self, attributes: &Value) -> String {
        let (uid, enrollment, now) = (self.uid(), self.uid(), self.now());
        let written = Value::from(self.written(now));
        let members = Map::from_iter([
            ("status".to_owned(), Value::from("ACTIVE")),
            ("orgUnit".to_owned(), Value::from(form::ORG_UNIT)),
            ("enrolledAt".to_owned(), written.clone()),
            ("occurredAt".to_owned(), written),
        ]);
        self.places.insert(uid.clone(), self.entities.len());
        self.entities.push(Entity {
            uid: uid.clone(),
            created: now,
            updated: now,
            deleted: false,
            duplicate: false,
            attributes: attributes.as_object().cloned().unwrap_or_default(),
            enrollments: vec![Enrollment { uid: enrollment, members, events: Vec::new() }],
        });
        uid
    }
}

impl Staffed for Dhis2 {
    /// Events of the offers' stage without an answer.
    fn waiting(&self) -> Vec<String> {
        let events = self.entities.iter().flat_map(|entity| &entity.enrollments).flat_map(|enrolled| &enrolled.events);
        let waits = |event: &&Event| event.stage == OFFERED && !event.deleted && !event.values.contains_key(DECIDED);
        events.filter(waits).map(|event| event.uid.clone()).collect()
    }

    fn settle(&mut self, offer: &str, decision: Decision) {
        match decision {
            Decision::Accept => self.decide(offer, "ACCEPTED", None),
            Decision::Decline => self.decide(offer, "DECLINED", Some(NO_PLACE)),
        };
    }
}
