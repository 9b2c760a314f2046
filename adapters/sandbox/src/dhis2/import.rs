//! Writing: a payload, nested or flat, validated whole and then written whole, or not at all.

use serde_json::{Map, Value, json};

use super::form::{self, ELEMENTS, ORG_UNIT, PERSON, PROGRAM, Takes};
use super::{Dhis2, Enrollment, Entity, Event, Job, message};
use crate::server::{Asked, Told};

/// How often the report of a job is not there yet.
const NOT_YET: u32 = 2;

type Members = Map<String, Value>;

/// What a payload holds, without its nesting.
#[derive(Debug, Default)]
struct Payload {
    entities: Vec<Members>,
    enrollments: Vec<Members>,
    events: Vec<Members>,
}

/// An error of a report.
struct Refused {
    code: &'static str,
    kind: &'static str,
    uid: String,
}

fn text<'m>(members: &'m Members, name: &str) -> Option<&'m str> {
    members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn objects(members: &mut Members, name: &str) -> Vec<Members> {
    let Some(Value::Array(items)) = members.shift_remove(name) else { return Vec::new() };
    items.into_iter().filter_map(|item| if let Value::Object(members) = item { Some(members) } else { None }).collect()
}

/// Pairs of a UID and a value.
fn pairs(members: &Members, list: &str, key: &str) -> Vec<(String, Value)> {
    let items = members.get(list).and_then(Value::as_array).into_iter().flatten();
    let pair = |item: &Value| {
        let uid = item.get(key).and_then(Value::as_str)?;
        Some((uid.to_owned(), item.get("value").cloned().unwrap_or_default()))
    };
    items.filter_map(pair).collect()
}

fn is_uid(text: &str) -> bool {
    text.len() == 11
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
}

impl Payload {
    fn read(server: &Dhis2, body: Value) -> Option<Self> {
        let Value::Object(mut body) = body else { return None };
        let mut payload = Self::default();
        for mut entity in objects(&mut body, "trackedEntities") {
            let uid = text(&entity, "trackedEntity").map_or_else(|| server.uid(), str::to_owned);
            entity.insert("trackedEntity".to_owned(), Value::from(uid.as_str()));
            for mut enrollment in objects(&mut entity, "enrollments") {
                enrollment.insert("trackedEntity".to_owned(), Value::from(uid.as_str()));
                payload.enroll(server, enrollment);
            }
            payload.entities.push(entity);
        }
        for enrollment in objects(&mut body, "enrollments") {
            payload.enroll(server, enrollment);
        }
        for event in objects(&mut body, "events") {
            payload.happen(server, event);
        }
        Some(payload)
    }

    fn enroll(&mut self, server: &Dhis2, mut enrollment: Members) {
        let uid = text(&enrollment, "enrollment").map_or_else(|| server.uid(), str::to_owned);
        enrollment.insert("enrollment".to_owned(), Value::from(uid.as_str()));
        for mut event in objects(&mut enrollment, "events") {
            event.insert("enrollment".to_owned(), Value::from(uid.as_str()));
            event.entry("program").or_insert_with(|| Value::from(PROGRAM));
            self.happen(server, event);
        }
        self.enrollments.push(enrollment);
    }

    fn happen(&mut self, server: &Dhis2, mut event: Members) {
        let uid = text(&event, "event").map_or_else(|| server.uid(), str::to_owned);
        event.insert("event".to_owned(), Value::from(uid));
        self.events.push(event);
    }
}

impl Dhis2 {
    pub(super) fn import(&mut self, asked: &Asked) -> Told {
        let is = |name: &str, value: &str| asked.asked_for(name) == Some(value);
        if !is("importStrategy", "CREATE_AND_UPDATE") || !is("atomicMode", "ALL") {
            return message(400, "This server is only asked to create and update, all or nothing", None);
        }
        if asked.query.iter().any(|(name, value)| name.ends_with("dScheme") && value != "UID") {
            let text = "Not all metadata has an identifier for the requested idScheme.";
            let body = json!({"httpStatus": "Unprocessable Entity", "httpStatusCode": 422, "status": "ERROR", "message": text});
            return Told::json(422, body);
        }
        let Some(payload) = Payload::read(self, asked.json()) else {
            return message(400, "JSON parse error", None);
        };
        let for_good = !is("importMode", "VALIDATE");
        let report = self.imported(payload, for_good);
        if self.queues || !is("async", "false") {
            let uid = self.uid();
            let location = format!("https://elsewhere.example/api/tracker/jobs/{uid}");
            self.jobs.insert(uid.clone(), Job { report, not_yet: NOT_YET });
            return Told::json(
                200,
                json!({
                    "httpStatus": "OK", "httpStatusCode": 200, "status": "OK", "message": "Tracker job added",
                    "response": {"id": uid, "location": location},
                }),
            );
        }
        if for_good && self.loses > 0 {
            self.loses -= 1;
            return message(504, "Gateway Timeout", None);
        }
        report
    }

    /// Validates, and where all is well and it is meant, writes.
    fn imported(&mut self, payload: Payload, for_good: bool) -> Told {
        let mut refused = Vec::new();
        payload.entities.iter().for_each(|entity| self.check_entity(entity, &mut refused));
        payload.enrollments.iter().for_each(|enrollment| self.check_enrollment(enrollment, &payload, &mut refused));
        payload.events.iter().for_each(|event| self.check_event(event, &payload, &mut refused));
        let counts = [
            ("TRACKED_ENTITY", "trackedEntity", &payload.entities),
            ("ENROLLMENT", "enrollment", &payload.enrollments),
            ("EVENT", "event", &payload.events),
        ];
        let total: usize = counts.iter().map(|(.., list)| list.len()).sum();
        if !refused.is_empty() {
            let errors = refused.iter().map(|one| {
                let message = format!("Sentence about `{}` of somebody", one.uid);
                json!({"message": message, "errorCode": one.code, "trackerType": one.kind, "uid": one.uid})
            });
            let report = json!({
                "status": "ERROR",
                "validationReport": {"errorReports": errors.collect::<Vec<_>>(), "warningReports": []},
                "stats": {"created": 0, "updated": 0, "deleted": 0, "ignored": total, "total": total},
            });
            return Told::json(409, report);
        }
        let (mut kinds, mut created) = (Map::new(), 0);
        for (kind, name, list) in counts {
            let new = list.iter().filter(|one| !self.knows(kind, text(one, name).unwrap_or_default())).count();
            created += new;
            let reports = list.iter().map(|one| json!({"trackerType": kind, "uid": one.get(name), "errorReports": []}));
            let stats =
                json!({"created": new, "updated": list.len() - new, "deleted": 0, "ignored": 0, "total": list.len()});
            kinds.insert(
                kind.to_owned(),
                json!({"trackerType": kind, "stats": stats, "objectReports": reports.collect::<Vec<_>>()}),
            );
        }
        if for_good {
            self.write(payload);
        }
        Told::json(
            200,
            json!({
                "status": "OK", "validationReport": {"errorReports": [], "warningReports": []},
                "stats": {"created": created, "updated": total - created, "deleted": 0, "ignored": 0, "total": total},
                "bundleReport": {"typeReportMap": kinds},
            }),
        )
    }

    fn knows(&self, kind: &str, uid: &str) -> bool {
        match kind {
            "TRACKED_ENTITY" => self.places.contains_key(uid),
            "ENROLLMENT" => self.enrollment(uid).is_some(),
            _ => self.event(uid).is_some(),
        }
    }

    fn enrollment(&self, uid: &str) -> Option<(&Entity, &Enrollment)> {
        let of = |entity: &'_ Entity| entity.enrollments.iter().position(|enrollment| enrollment.uid == uid);
        self.entities
            .iter()
            .find_map(|entity| of(entity).and_then(|at| entity.enrollments.get(at)).map(|one| (entity, one)))
    }

    fn check_entity(&self, entity: &Members, refused: &mut Vec<Refused>) {
        let uid = text(entity, "trackedEntity").unwrap_or_default();
        let mut refuse = |code| refused.push(Refused { code, kind: "TRACKED_ENTITY", uid: uid.to_owned() });
        if !is_uid(uid) {
            refuse("E1048");
        }
        match text(entity, "trackedEntityType") {
            None => refuse("E1121"),
            Some(PERSON) => {}
            Some(_) => refuse("E1005"),
        }
        match text(entity, "orgUnit") {
            None => refuse("E1121"),
            Some(ORG_UNIT) => {}
            Some(_) => refuse("E1049"),
        }
        if self.entity(uid).is_some_and(|entity| entity.deleted) {
            refuse("E1114");
        }
        for (attribute, value) in pairs(entity, "attributes", "attribute") {
            let Some((_, takes)) = form::ATTRIBUTES.iter().find(|(known, _)| *known == attribute) else {
                refuse("E1006");
                continue;
            };
            match &value {
                Value::Null => {}
                Value::String(text) => {
                    takes.refuses(text).into_iter().for_each(&mut refuse);
                    let others = self.entities.iter().filter(|other| other.uid != uid && !other.deleted);
                    if matches!(takes, Takes::Unique)
                        && others.into_iter().any(|other| other.attributes.get(&attribute) == Some(&value))
                    {
                        refuse("E1064");
                    }
                }
                _ => refuse("E1007"),
            }
        }
    }

    fn check_enrollment(&self, enrollment: &Members, payload: &Payload, refused: &mut Vec<Refused>) {
        let uid = text(enrollment, "enrollment").unwrap_or_default();
        let mut refuse = |code| refused.push(Refused { code, kind: "ENROLLMENT", uid: uid.to_owned() });
        let person = text(enrollment, "trackedEntity").unwrap_or_default();
        let comes = payload.entities.iter().any(|entity| text(entity, "trackedEntity") == Some(person));
        if !comes && self.entity(person).is_none_or(|entity| entity.deleted) {
            refuse("E1068");
        }
        if text(enrollment, "program") != Some(PROGRAM) {
            refuse("E1069");
        }
        if text(enrollment, "orgUnit") != Some(ORG_UNIT) {
            refuse("E1070");
        }
        if !is_uid(uid) {
            refuse("E1048");
        }
        if text(enrollment, "enrolledAt").and_then(Self::instant).is_none() {
            refuse("E1025");
        }
        if !text(enrollment, "status").is_none_or(|status| form::ENROLLMENT_STATES.contains(&status)) {
            refuse("E1122");
        }
        match self.enrollment(uid) {
            Some((owner, _)) if owner.uid != person => refuse("E1127"),
            Some(_) => {}
            None => {
                let active = |one: &Enrollment| text(&one.members, "status") == Some("ACTIVE");
                if self.entity(person).is_some_and(|entity| entity.enrollments.iter().any(active)) {
                    refuse("E1015");
                }
            }
        }
    }

    fn check_event(&self, event: &Members, payload: &Payload, refused: &mut Vec<Refused>) {
        const WITH_VALUES: [&str; 3] = ["ACTIVE", "COMPLETED", "VISITED"];
        let uid = text(event, "event").unwrap_or_default();
        let mut refuse = |code| refused.push(Refused { code, kind: "EVENT", uid: uid.to_owned() });
        let stage = text(event, "programStage").unwrap_or_default();
        if ![form::SENT, form::OFFERED].contains(&stage) {
            refuse("E1013");
        }
        if text(event, "program") != Some(PROGRAM) {
            refuse("E1010");
        }
        match text(event, "enrollment") {
            None => refuse("E1033"),
            Some(name) => {
                let comes = payload.enrollments.iter().any(|one| text(one, "enrollment") == Some(name));
                if !comes && self.enrollment(name).is_none() {
                    refuse("E1081");
                }
            }
        }
        if text(event, "orgUnit") != Some(ORG_UNIT) {
            refuse("E1011");
        }
        if !is_uid(uid) {
            refuse("E1048");
        }
        if text(event, "occurredAt").and_then(Self::instant).is_none() {
            refuse("E1031");
        }
        let status = text(event, "status").unwrap_or("ACTIVE");
        if !form::EVENT_STATES.contains(&status) {
            refuse("E1123");
        }
        let values = pairs(event, "dataValues", "dataElement");
        if !values.is_empty() && !WITH_VALUES.contains(&status) {
            refuse("E1315");
        }
        if let Some((_, _, known)) = self.event(uid) {
            let before = text(&known.members, "status").unwrap_or("ACTIVE");
            if known.deleted {
                refuse("E1082");
            }
            if known.stage != stage {
                refuse("E1128");
            }
            if WITH_VALUES.contains(&before) && !WITH_VALUES.contains(&status) {
                refuse("E1316");
            }
        }
        for (element, value) in values {
            match (ELEMENTS.iter().find(|(known, ..)| *known == element), &value) {
                (None, _) => refuse("E1304"),
                (Some((_, stages, _)), _) if !stages.contains(&stage) => refuse("E1305"),
                (_, Value::Null) => {}
                (Some((.., takes)), Value::String(text)) => takes.refuses(text).into_iter().for_each(&mut refuse),
                _ => refuse("E1302"),
            }
        }
    }

    fn write(&mut self, payload: Payload) {
        let now = self.now();
        self.imports += 1;
        for entity in payload.entities {
            let uid = text(&entity, "trackedEntity").unwrap_or_default().to_owned();
            if !self.places.contains_key(&uid) {
                self.places.insert(uid.clone(), self.entities.len());
                self.entities.push(Entity {
                    uid: uid.clone(),
                    created: now,
                    updated: now,
                    deleted: false,
                    duplicate: false,
                    attributes: Map::new(),
                    enrollments: Vec::new(),
                });
            }
            if let Some(known) = self.entity_mut(&uid) {
                known.updated = now;
                merge(&mut known.attributes, pairs(&entity, "attributes", "attribute"));
            }
        }
        for enrollment in payload.enrollments {
            let uid = text(&enrollment, "enrollment").unwrap_or_default().to_owned();
            let person = text(&enrollment, "trackedEntity").unwrap_or_default().to_owned();
            let values = pairs(&enrollment, "attributes", "attribute");
            let members = self.kept(&enrollment, &["status", "orgUnit", "enrolledAt", "occurredAt", "followUp"]);
            let Some(owner) = self.entity_mut(&person) else { continue };
            owner.updated = now;
            merge(&mut owner.attributes, values);
            match owner.enrollments.iter_mut().find(|one| one.uid == uid) {
                Some(known) => known.members = members,
                None => owner.enrollments.push(Enrollment { uid, members, events: Vec::new() }),
            }
        }
        for event in payload.events {
            let uid = text(&event, "event").unwrap_or_default().to_owned();
            let name = text(&event, "enrollment").unwrap_or_default().to_owned();
            let values = pairs(&event, "dataValues", "dataElement");
            let stage = text(&event, "programStage").unwrap_or_default().to_owned();
            // Whatever is left out of an event is emptied, but for its values.
            let members = self.kept(
                &event,
                &["status", "orgUnit", "occurredAt", "scheduledAt", "attributeOptionCombo", "assignedUser", "geometry"],
            );
            let owner = self.entities.iter_mut().find(|entity| entity.enrollments.iter().any(|one| one.uid == name));
            let Some(owner) = owner else { continue };
            owner.updated = now;
            let Some(enrollment) = owner.enrollments.iter_mut().find(|one| one.uid == name) else { continue };
            match enrollment.events.iter_mut().find(|one| one.uid == uid) {
                Some(known) => {
                    known.members = members;
                    merge(&mut known.values, values);
                }
                None => {
                    let mut made = Event { uid, stage, members, values: Map::new(), deleted: false };
                    merge(&mut made.values, values);
                    enrollment.events.push(made);
                }
            }
        }
    }

    /// The members that are kept of what was sent, times on the server's own clock.
    fn kept(&self, sent: &Members, names: &[&str]) -> Members {
        let mut kept = Map::new();
        for name in names {
            let Some(value) = sent.get(*name) else { continue };
            let instant = value.as_str().filter(|_| name.ends_with("At")).and_then(Self::instant);
            kept.insert((*name).to_owned(), instant.map_or_else(|| value.clone(), |at| Value::from(self.written(at))));
        }
        kept.entry("status").or_insert_with(|| Value::from("ACTIVE"));
        kept
    }
}

/// Values that come; null deletes one.
fn merge(known: &mut Members, given: Vec<(String, Value)>) {
    for (uid, value) in given {
        if value.is_null() {
            known.shift_remove(&uid);
        } else {
            known.insert(uid, value);
        }
    }
}
