//! A tracked entity as the hub's mappings read it: of one program, its times with their zone, attributes and data values
//! as members under their UIDs instead of lists of pairs, and narrowed to the configured fields.
//!
//! ```json
//! {
//!   "trackedEntity": "…", "orgUnit": "…", "updatedAt": "…+05:45", "potentialDuplicate": false,
//!   "attributes": {"w75KJ2mc4zz": "…"},
//!   "enrollments": [{"status": "ACTIVE", "enrolledAt": "…", "events": [{"programStage": "…", "dataValues": {…}}]}],
//!   "referrals": [{"event": "…", "status": "ACTIVE", "occurredAt": "…", "dataValues": {…}}]
//! }
//! ```
//!
//! `[intake] fields` names them by path, for instance `updatedAt`, `attributes/w75KJ2mc4zz`, `enrollments/status`,
//! `enrollments/events/dataValues/HyJL2Lt37jN`; `referral_fields` from a referral on, for instance `dataValues/…`. A
//! path that ends at an object or a list lets all of it pass. What is not text stays what it is: a value of another type
//! is the mapping's to refuse, and one record then waits instead of a page.

use serde_json::{Map, Value};

use super::answer::{objects, text};
use super::settings::Dhis2Config;
use super::time;
use super::uid::is_uid;
use crate::fault::{UnexpectedKind, WireFault};
use crate::narrow::Narrow;

/// What is asked of a tracked entity, in DHIS2's own words for members.
pub(super) const FIELDS: &str = "trackedEntity,trackedEntityType,orgUnit,createdAt,updatedAt,inactive,deleted,\
potentialDuplicate,attributes[attribute,value],enrollments[enrollment,program,status,orgUnit,enrolledAt,occurredAt,\
followUp,deleted,attributes[attribute,value],events[event,programStage,status,orgUnit,occurredAt,scheduledAt,\
completedAt,updatedAt,deleted,dataValues[dataElement,value]]]";

/// The member under which a record has its referrals.
const REFERRALS: &str = "referrals";

/// A tracked entity in the shape above, whole.
pub(super) struct Entity {
    pub(super) uid: String,
    members: Map<String, Value>,
    referrals: Vec<Map<String, Value>>,
    is_deleted: bool,
}

/// The members of an object that are lists of pairs, as one object.
fn pairs(list: Option<Value>, key: &str, at: &str) -> Result<Map<String, Value>, WireFault> {
    let mut pairs = Map::new();
    for (place, mut pair) in listed(list, at)?.into_iter().enumerate() {
        let name = text(&pair, key, &format!("{at}/{place}"))?.to_owned();
        let value = pair.shift_remove("value").unwrap_or(Value::Null);
        if !value.is_null() {
            pairs.insert(name, value);
        }
    }
    Ok(pairs)
}

/// A list that an answer may leave out.
fn listed(list: Option<Value>, at: &str) -> Result<Vec<Map<String, Value>>, WireFault> {
    match list {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(list) => objects(list, at),
    }
}

fn is_deleted(members: &Map<String, Value>) -> bool {
    members.get("deleted") == Some(&Value::Bool(true))
}

/// Reads an answer's tracked entity.
pub(super) fn read(mut members: Map<String, Value>, config: &Dhis2Config, at: &str) -> Result<Entity, WireFault> {
    let uid = text(&members, "trackedEntity", at)?.to_owned();
    if !is_uid(&uid) {
        return Err(WireFault::unexpected(format!("{at}/trackedEntity"), UnexpectedKind::WrongType));
    }
    let is_deleted_itself = is_deleted(&members);
    time::name(&config.time_zone, &mut members);
    let mut attributes = pairs(members.shift_remove("attributes"), "attribute", &format!("{at}/attributes"))?;
    let (mut enrollments, mut referrals) = (Vec::new(), Vec::new());
    let place = format!("{at}/enrollments");
    for (number, mut enrollment) in listed(members.shift_remove("enrollments"), &place)?.into_iter().enumerate() {
        let at = format!("{place}/{number}");
        if text(&enrollment, "program", &at)? != config.program || is_deleted(&enrollment) {
            continue;
        }
        attributes.extend(pairs(enrollment.shift_remove("attributes"), "attribute", &format!("{at}/attributes"))?);
        let mut events = Vec::new();
        let place = format!("{at}/events");
        for (number, mut event) in listed(enrollment.shift_remove("events"), &place)?.into_iter().enumerate() {
            let at = format!("{place}/{number}");
            text(&event, "event", &at)?;
            let stage = text(&event, "programStage", &at)?.to_owned();
            if is_deleted(&event) {
                continue;
            }
            time::name(&config.time_zone, &mut event);
            let values = pairs(event.shift_remove("dataValues"), "dataElement", &format!("{at}/dataValues"))?;
            event.insert("dataValues".to_owned(), Value::Object(values));
            if config.sent_stage.as_ref() == Some(&stage) {
                referrals.push(event.clone());
            }
            events.push(Value::Object(event));
        }
        time::name(&config.time_zone, &mut enrollment);
        enrollment.insert("events".to_owned(), Value::Array(events));
        enrollments.push(Value::Object(enrollment));
    }
    members.insert("attributes".to_owned(), Value::Object(attributes));
    members.insert("enrollments".to_owned(), Value::Array(enrollments));
    Ok(Entity { uid, members, referrals, is_deleted: is_deleted_itself })
}

impl Entity {
    /// Whether the record was deleted: DHIS2 keeps it, and shows it to whoever asks for deleted ones too.
    pub(super) const fn is_deleted(&self) -> bool {
        self.is_deleted
    }

    /// Whether it is in the program and marked for the hub.
    pub(super) fn is_marked(&self, narrow: &Narrow) -> bool {
        let is_enrolled = self.members.get("enrollments").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
        let mut place = self.members.get("attributes");
        for name in narrow.mark.field.split('/').skip(1) {
            place = place.and_then(|object| object.get(name));
        }
        let mark = place.map(|value| (narrow.mark.field.clone(), value.clone()));
        is_enrolled && !self.is_deleted && narrow.is_marked(&mark.into_iter().collect())
    }

    /// The configured fields, and the referrals where any of their fields are configured. The key is always there.
    pub(super) fn narrowed(self, narrow: &Narrow) -> Value {
        let mut record = kept(self.members, "", &narrow.fields);
        record.insert("trackedEntity".to_owned(), Value::from(self.uid));
        if !narrow.referral_fields.is_empty() {
            record.insert(REFERRALS.to_owned(), referrals(self.referrals, narrow));
        }
        Value::Object(record)
    }
}

fn referrals(list: Vec<Map<String, Value>>, narrow: &Narrow) -> Value {
    list.into_iter().map(|one| Value::Object(kept(one, "", &narrow.referral_fields))).collect()
}

/// A tracked entity of a sample in the shape above: of whatever program, its times as they stand, and its referrals those
/// that the sample has as such.
///
/// # Errors
/// [`WireFault::Unexpected`] where it is none.
pub(super) fn shaped(mut members: Map<String, Value>) -> Result<Map<String, Value>, WireFault> {
    for (name, key) in [("attributes", "attribute"), ("dataValues", "dataElement")] {
        if members.get(name).is_some_and(Value::is_array) {
            let object = pairs(members.shift_remove(name), key, &format!("/{name}"))?;
            members.insert(name.to_owned(), Value::Object(object));
        }
    }
    for name in ["enrollments", "events", REFERRALS] {
        if let Some(list) = members.shift_remove(name) {
            let inner = listed(Some(list), &format!("/{name}"))?.into_iter().map(|one| shaped(one).map(Value::Object));
            members.insert(name.to_owned(), Value::Array(inner.collect::<Result<_, _>>()?));
        }
    }
    Ok(members)
}

/// What of such a sample passes the border.
pub(super) fn narrowed(mut members: Map<String, Value>, narrow: &Narrow) -> Value {
    let key = members.get("trackedEntity").cloned();
    let list = members.shift_remove(REFERRALS).and_then(|list| listed(Some(list), "").ok()).unwrap_or_default();
    let mut record = kept(members, "", &narrow.fields);
    record.extend(key.map(|key| ("trackedEntity".to_owned(), key)));
    if !narrow.referral_fields.is_empty() {
        record.insert(REFERRALS.to_owned(), referrals(list, narrow));
    }
    Value::Object(record)
}

/// The members that a path of the fields names, and of those on the way to one what it names there.
fn kept(members: Map<String, Value>, at: &str, fields: &[String]) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in members {
        let path = if at.is_empty() { name.clone() } else { format!("{at}/{name}") };
        if fields.contains(&path) {
            all.insert(name, value);
        } else if fields.iter().any(|field| field.strip_prefix(&path).is_some_and(|rest| rest.starts_with('/'))) {
            match value {
                Value::Object(inner) => {
                    all.insert(name, Value::Object(kept(inner, &path, fields)));
                }
                Value::Array(items) => {
                    let object = |item| match item {
                        Value::Object(inner) => Some(Value::Object(kept(inner, &path, fields))),
                        _ => None,
                    };
                    all.insert(name, items.into_iter().filter_map(object).collect());
                }
                _ => {}
            }
        }
    }
    all
}
