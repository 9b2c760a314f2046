//! Reading: lists in pages and single objects, each with the members that `fields` names.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::form::{self, ORG_UNIT, PERSON, PROGRAM};
use super::{Dhis2, Enrollment, Entity, Event, Version, message, missing};
use crate::server::{Asked, Told};

/// Objects a page where nothing is asked for, and the most.
const PER_PAGE: usize = 50;
const MOST_PER_PAGE: usize = 50_000;

/// The members that a `fields` text names; nothing for all.
#[derive(Debug, Default)]
struct Fields(Vec<(String, Fields)>);

impl Fields {
    fn read(text: &str) -> Self {
        Self::list(&mut text.chars().peekable())
    }

    fn list(text: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Self {
        let (mut all, mut name) = (Vec::new(), String::new());
        while let Some(next) = text.next() {
            match next {
                '[' => all.push((std::mem::take(&mut name), Self::list(text))),
                ',' | ']' => {
                    if !name.is_empty() {
                        all.push((std::mem::take(&mut name), Self::default()));
                    }
                    if next == ']' {
                        return Self(all);
                    }
                }
                other => name.push(other),
            }
        }
        if !name.is_empty() {
            all.push((name, Self::default()));
        }
        Self(all)
    }

    fn of(&self, value: Value) -> Value {
        if self.0.is_empty() {
            return value;
        }
        match value {
            Value::Array(items) => items.into_iter().map(|item| self.of(item)).collect(),
            Value::Object(mut members) => {
                let named = |(name, inner): &(String, Self)| {
                    members.shift_remove(name).map(|value| (name.clone(), inner.of(value)))
                };
                Value::Object(self.0.iter().filter_map(named).collect())
            }
            other => other,
        }
    }
}

impl Dhis2 {
    fn fields(&self, asked: &Asked, value: Value) -> Value {
        Fields::read(asked.asked_for("fields").unwrap_or_default()).of(value)
    }

    /// A page in this version's form.
    fn paged<T>(&self, asked: &Asked, name: &str, all: Vec<T>, show: impl Fn(T) -> Value) -> Told {
        let number = |name: &str| asked.asked_for(name).and_then(|text| text.parse::<usize>().ok());
        let (page, size) = (number("page").unwrap_or(1).max(1), number("pageSize").unwrap_or(PER_PAGE));
        if size > MOST_PER_PAGE {
            return message(409, "Page size is over the limit", None);
        }
        let total = all.len();
        let own = all.into_iter().skip((page - 1) * size).take(size);
        let items = own.map(|item| self.fields(asked, show(item))).collect::<Vec<_>>();
        let mut pager = json!({"page": page, "pageSize": size});
        if let (Some("true"), Some(pager)) = (asked.asked_for("totalPages"), pager.as_object_mut()) {
            pager.insert("total".to_owned(), Value::from(total));
            pager.insert("pageCount".to_owned(), Value::from(total.div_ceil(size.max(1))));
        }
        match (self.version, pager) {
            (Version::V40, Value::Object(mut flat)) => {
                flat.insert("instances".to_owned(), Value::Array(items));
                Told::json(200, Value::Object(flat))
            }
            (_, pager) => Told::json(200, json!({"pager": pager, name: items})),
        }
    }

    /// Whether the list is asked for in this version's words.
    fn is_of_unit(&self, asked: &Asked) -> bool {
        let (unit, mode) = match self.version {
            Version::V40 => ("orgUnit", "ouMode"),
            Version::V41 => ("orgUnits", "orgUnitMode"),
        };
        asked.asked_for(unit) == Some(ORG_UNIT) && asked.asked_for(mode) == Some("DESCENDANTS")
    }

    pub(super) fn list_entities(&self, asked: &Asked) -> Told {
        if asked.asked_for("program") != Some(PROGRAM) {
            return message(400, "Program is specified but does not exist", Some("E1010"));
        }
        if !self.is_of_unit(asked) {
            return message(400, "At least one organisation unit must be specified", None);
        }
        let after = match asked.asked_for("updatedAfter").map(Self::instant) {
            Some(None) => return message(400, "Value is not a valid date", None),
            Some(after) => after,
            None => None,
        };
        let filter = asked.asked_for("filter").map(|filter| filter.splitn(3, ':').collect::<Vec<_>>());
        let with_deleted = asked.asked_for("includeDeleted") == Some("true");
        let mut found: Vec<&Entity> = Vec::new();
        for entity in &self.entities {
            let fits = match filter.as_deref() {
                None => true,
                Some([attribute, "eq", wanted]) if form::ATTRIBUTES.iter().any(|(known, _)| known == attribute) => {
                    let value = entity.attributes.get(*attribute).and_then(Value::as_str);
                    value.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
                }
                Some(_) => return message(400, "Attribute does not exist", None),
            };
            let is_seen = !self.closed.contains(&entity.uid) && (with_deleted || !entity.deleted);
            if fits && is_seen && !entity.enrollments.is_empty() && after.is_none_or(|after| entity.updated >= after) {
                found.push(entity);
            }
        }
        let orders: Vec<(&str, &str)> =
            asked.asked_for("order").unwrap_or_default().split(',').filter_map(|one| one.split_once(':')).collect();
        found.sort_by(|one, other| {
            let by = |(name, way): &(&str, &str)| {
                let order = match *name {
                    "createdAt" => one.created.cmp(&other.created),
                    "updatedAt" => one.updated.cmp(&other.updated),
                    "trackedEntity" => one.uid.cmp(&other.uid),
                    _ => Ordering::Equal,
                };
                if *way == "desc" { order.reverse() } else { order }
            };
            orders.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        self.paged(asked, "trackedEntities", found, |entity| self.shown(entity))
    }

    pub(super) fn show_entity(&self, uid: &str, asked: &Asked) -> Told {
        if self.closed.contains(uid) {
            return message(403, "OWNERSHIP_ACCESS_DENIED", None);
        }
        match self.entity(uid).filter(|entity| !entity.deleted) {
            Some(entity) => Told::json(200, self.fields(asked, self.shown(entity))),
            None => missing("TrackedEntity", uid),
        }
    }

    pub(super) fn show_event(&self, uid: &str, asked: &Asked) -> Told {
        match self.event(uid).filter(|(entity, _, event)| !entity.deleted && !event.deleted) {
            Some((entity, enrollment, event)) => {
                Told::json(200, self.fields(asked, Value::Object(self.event_shown(entity, enrollment, event))))
            }
            None => missing("Event", uid),
        }
    }

    pub(super) fn list_events(&self, asked: &Asked) -> Told {
        let (name, between) = if self.version == Version::V40 { ("event", ';') } else { ("events", ',') };
        if !self.is_of_unit(asked) {
            return message(400, "At least one organisation unit must be specified", None);
        }
        let wanted: Vec<&str> = asked.asked_for(name).unwrap_or_default().split(between).collect();
        let mut found = Vec::new();
        for entity in self.entities.iter().filter(|entity| !entity.deleted) {
            for enrollment in &entity.enrollments {
                for event in
                    enrollment.events.iter().filter(|event| !event.deleted && wanted.contains(&event.uid.as_str()))
                {
                    found.push((entity, enrollment, event));
                }
            }
        }
        let show = |(entity, enrollment, event)| Value::Object(self.event_shown(entity, enrollment, event));
        self.paged(asked, "events", found, show)
    }

    pub(super) fn shown(&self, entity: &Entity) -> Value {
        let attributes: Vec<Value> = entity
            .attributes
            .iter()
            .map(|(uid, value)| json!({"attribute": uid, "displayName": "Shown to people", "valueType": "TEXT", "value": value}))
            .collect();
        let enrollments: Vec<Value> = entity
            .enrollments
            .iter()
            .map(|enrollment| {
                let mut shown = enrollment.members.clone();
                shown.insert("enrollment".to_owned(), Value::from(enrollment.uid.as_str()));
                shown.insert("program".to_owned(), Value::from(PROGRAM));
                shown.insert("trackedEntity".to_owned(), Value::from(entity.uid.as_str()));
                shown.insert("deleted".to_owned(), Value::Bool(false));
                shown.insert("attributes".to_owned(), Value::from(attributes.clone()));
                let events = enrollment.events.iter().filter(|event| !event.deleted);
                let events = events.map(|event| Value::Object(self.event_shown(entity, enrollment, event)));
                shown.insert("events".to_owned(), events.collect());
                Value::Object(shown)
            })
            .collect();
        json!({
            "trackedEntity": entity.uid, "trackedEntityType": PERSON, "orgUnit": ORG_UNIT,
            "createdAt": self.written(entity.created), "updatedAt": self.written(entity.updated),
            "inactive": false, "deleted": entity.deleted, "potentialDuplicate": entity.duplicate,
            "attributes": attributes, "enrollments": enrollments,
        })
    }

    pub(super) fn event_shown(&self, entity: &Entity, enrollment: &Enrollment, event: &Event) -> Map<String, Value> {
        let mut shown = event.members.clone();
        shown.insert("event".to_owned(), Value::from(event.uid.as_str()));
        shown.insert("program".to_owned(), Value::from(PROGRAM));
        shown.insert("programStage".to_owned(), Value::from(event.stage.as_str()));
        shown.insert("enrollment".to_owned(), Value::from(enrollment.uid.as_str()));
        shown.insert("trackedEntity".to_owned(), Value::from(entity.uid.as_str()));
        shown.insert("deleted".to_owned(), Value::Bool(event.deleted));
        let values = event
            .values
            .iter()
            .map(|(uid, value)| json!({"dataElement": uid, "value": value, "providedElsewhere": false}));
        shown.insert("dataValues".to_owned(), values.collect());
        shown.insert("notes".to_owned(), json!([]));
        shown
    }
}
