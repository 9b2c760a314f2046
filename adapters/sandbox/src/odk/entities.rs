//! Entities of the list: created once, changed on a version, deleted for good.

use serde_json::{Map, Value, json};

use super::odata::{Row, table};
use super::{Central, Entity, LIST, PROJECT, not_found, problem};
use crate::server::{Asked, Told};

/// The properties of the list.
const PROPERTIES: [&str; 19] = [
    "share",
    "name",
    "sex",
    "age",
    "birth_date",
    "health_notes",
    "exploitation",
    "services",
    "case_number",
    "hub_referral",
    "hub_subject",
    "hub_from",
    "hub_urgency",
    "hub_note",
    "hub_state",
    "decision",
    "decision_reason",
    "taken_back",
    "room",
];

impl Entity {
    fn row(&self) -> Map<String, Value> {
        let mut row = Map::new();
        row.insert("__id".to_owned(), Value::from(self.uuid.as_str()));
        row.insert("label".to_owned(), Value::from(self.label.as_str()));
        row.insert(
            "__system".to_owned(),
            json!({
                "createdAt": self.created.rfc3339(), "updatedAt": self.updated.map(|at| at.rfc3339()), "creatorId": "42",
                "creatorName": "sangam", "updates": self.version - 1, "version": self.version, "conflict": self.conflict,
            }),
        );
        // A property that nobody set is there and empty.
        row.extend(
            PROPERTIES.iter().map(|name| ((*name).to_owned(), self.data.get(*name).cloned().unwrap_or_default())),
        );
        row
    }

    fn shown(&self) -> Value {
        let mut received = self.data.clone();
        received.insert("label".to_owned(), Value::from(self.label.as_str()));
        json!({
            "uuid": self.uuid, "createdAt": self.created.rfc3339(), "updatedAt": self.updated.map(|at| at.rfc3339()),
            "deletedAt": null, "creatorId": 42, "conflict": self.conflict,
            "currentVersion": {
                "label": self.label, "data": self.data, "dataReceived": received, "current": true, "version": self.version,
                "baseVersion": null, "conflictingProperties": null, "createdAt": self.updated.unwrap_or(self.created).rfc3339(),
                "creatorId": 42, "userAgent": "sangam", "trunkVersion": null, "branchId": null, "branchBaseVersion": null,
            },
        })
    }
}

/// Version 4 and nothing else, as the server's own pattern says.
fn is_fourth_version(id: &str) -> bool {
    uuid::Uuid::try_parse(id)
        .is_ok_and(|uuid| uuid.get_version_num() == 4 && uuid.get_variant() == uuid::Variant::RFC4122 && id.len() == 36)
}

/// The properties in a body: texts, of the list.
fn properties(body: &Value) -> Result<Map<String, Value>, Told> {
    let data = body.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, value) in &data {
        if !PROPERTIES.contains(&name.as_str()) {
            let words =
                format!("The entity is invalid. You specified the dataset property [{name}] which does not exist.");
            return Err(problem("400.28", &words, &Value::Null));
        }
        if !value.is_string() {
            return Err(problem("400.11", "Invalid input data type", &json!({"field": name})));
        }
    }
    Ok(data)
}

impl Central {
    pub(super) fn table_of_entities(&self, asked: &Asked) -> Told {
        let rows = self.entities.iter().map(|one| Row { place: one.place, members: one.row() });
        table(rows.collect(), &format!("projects/{PROJECT}/datasets/{LIST}.svc/Entities"), asked)
    }

    pub(crate) fn find_entity(&self, id: &str) -> Option<&Entity> {
        self.entities.iter().find(|one| one.uuid == id)
    }

    pub(super) fn show_entity(&self, id: &str) -> Told {
        self.find_entity(id).map_or_else(not_found, |one| Told::json(200, one.shown()))
    }

    pub(crate) fn create_entity(&mut self, body: &Value) -> Told {
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (uuid, label) = (text("uuid"), text("label"));
        if !is_fourth_version(&uuid) {
            return problem(
                "400.11",
                "Invalid input data type: expected a UUID of version 4",
                &json!({"field": "uuid"}),
            );
        }
        if label.trim().is_empty() {
            return problem("400.2", "Required parameter label missing.", &json!({"field": "label"}));
        }
        let data = match properties(body) {
            Ok(data) => data,
            Err(told) => return told,
        };
        if self.deleted.contains(&uuid) {
            return problem("409.19", "The following UUID(s) cannot be used", &json!({"entityUuids": [uuid]}));
        }
        if self.find_entity(&uuid).is_some() {
            let words = format!("A resource already exists with uuid value(s) of {uuid}.");
            return problem("409.3", &words, &json!({"fields": ["uuid"], "values": [uuid]}));
        }
        let (place, created) = (self.next_place(), self.clock.now());
        let entity = Entity { place, uuid, created, updated: None, version: 1, label, conflict: None, data };
        let told = Told::json(200, entity.shown());
        self.entities.push(entity);
        told
    }

    /// A change by the hub; somebody else may be first.
    pub(super) fn hub_changes_entity(&mut self, id: &str, asked: &Asked) -> Told {
        if self.overtakes > 0 {
            self.overtakes -= 1;
            self.change_entity(id, |data| drop(data.insert("room".to_owned(), Value::from("moved meanwhile"))));
        }
        let Some(known) = self.find_entity(id) else { return not_found() };
        let base = asked.asked_for("baseVersion").and_then(|base| base.parse::<u64>().ok());
        if asked.asked_for("force") != Some("true") && base != Some(known.version) {
            let details = json!({"current": known.version, "provided": base});
            return problem("409.15", "Current version of the Entity is another", &details);
        }
        let data = match properties(&asked.json()) {
            Ok(data) => data,
            Err(told) => return told,
        };
        self.change_entity(id, |known| known.extend(data));
        self.show_entity(id)
    }

    pub(crate) fn change_entity(&mut self, id: &str, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
        let now = self.clock.now();
        let Some(one) = self.entities.iter_mut().find(|one| one.uuid == id) else { return false };
        change(&mut one.data);
        one.version += 1;
        one.updated = Some(now);
        true
    }
}
