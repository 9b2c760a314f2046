//! Referrals and their states, as Primero's model has them: `done` is open from `accepted` only, `accepted`
//! and `rejected` from `in_progress` only, and a step that is not open changes nothing and is answered 200.

use serde_json::{Map, Value, json};

use super::cases::missing;
use super::{Primero, data, error};
use crate::server::Told;

const GIVEN: [&str; 10] = [
    "transitioned_to",
    "transitioned_to_remote",
    "transitioned_to_agency",
    "service",
    "service_record_id",
    "remote",
    "type_of_export",
    "notes",
    "consent_overridden",
    "authorized_role_unique_id",
];

impl Primero {
    pub(crate) fn referrals_of(&self, case: &str) -> Vec<Map<String, Value>> {
        of_case(&self.referrals, case)
    }

    pub(super) fn list_referrals(&self, case: &str) -> Told {
        if self.case(case).is_none() {
            return missing(case);
        }
        data(self.referrals_of(case).iter().map(shown).collect())
    }

    pub(crate) fn create_referral(&mut self, case: &str, body: &Value) -> Told {
        let resource = format!("/api/v2/cases/{case}/referrals");
        let Some(record) = self.case(case) else {
            return missing(case);
        };
        let Some(Value::Object(given)) = body.get("data") else {
            return error(422, &resource, json!("data must be an object"), None);
        };
        let text = |name: &str| given.get(name).and_then(Value::as_str);
        let ticked = |name: &str| record.get(name) == Some(&Value::Bool(true));
        let consented = ticked("consent_for_services") && ticked("disclosure_other_orgs");
        if let Some(refused) = self.refuses(given, consented, &resource) {
            return refused;
        }
        if text("service").is_some_and(|service| !self.form.services().contains(&service)) {
            return error(422, &resource, json!(["errors.models.referral.service"]), Some("service"));
        }
        let referral = self.transition("Referral", case, given, &GIVEN);
        self.referrals.push(referral.clone());
        self.touch(case);
        data(shown(&referral))
    }

    pub(crate) fn update_referral(&mut self, case: &str, id: &str, body: &Value) -> Told {
        let given = |name: &str| body.pointer(&format!("/data/{name}")).cloned();
        let wanted = given("status").and_then(|status| status.as_str().map(str::to_owned)).unwrap_or_default();
        let resource = format!("/api/v2/cases/{case}/referrals/{id}");
        let now = self.now();
        let Some(referral) = self.referral_mut(case, id) else {
            return missing(case);
        };
        let status = referral.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
        match (status.as_str(), wanted.as_str()) {
            ("in_progress", "accepted" | "rejected") => {
                referral.insert("responded_at".to_owned(), Value::from(now));
                if let Some(reason) = given("rejected_reason").filter(|_| wanted == "rejected") {
                    referral.insert("rejected_reason".to_owned(), reason);
                }
            }
            ("accepted", "done") => match given("success_status") {
                Some(success) => drop(referral.insert("success_status".to_owned(), success)),
                None => {
                    let message = json!(["errors.models.referral.success_status_present"]);
                    return error(422, &resource, message, Some("base"));
                }
            },
            (_, "accepted" | "rejected" | "done" | "in_progress" | "revoked") => {
                return data(shown(referral));
            }
            _ => return error(422, &resource, json!("Invalid status"), Some("status")),
        }
        referral.insert("status".to_owned(), Value::from(wanted));
        let told = shown(referral);
        self.touch(case);
        data(told)
    }

    pub(crate) fn revoke_referral(&mut self, case: &str, id: &str) -> Told {
        let Some(referral) = self.referral_mut(case, id) else {
            return missing(case);
        };
        referral.insert("status".to_owned(), Value::from("revoked"));
        let told = shown(referral);
        self.touch(case);
        data(told)
    }

    fn referral_mut(&mut self, case: &str, id: &str) -> Option<&mut Map<String, Value>> {
        find(&mut self.referrals, case, id)
    }

    /// Why a transition is not made: no consent to it, or nobody who can receive it.
    pub(super) fn refuses(&self, given: &Map<String, Value>, consented: bool, resource: &str) -> Option<Told> {
        if !consented && given.get("consent_overridden") != Some(&Value::Bool(true)) {
            return Some(error(422, resource, json!(["transition.errors.consent"]), Some("consent")));
        }
        let remote = given.get("remote") == Some(&Value::Bool(true));
        let inside = |user: &str| self.form.users.iter().any(|(name, ..)| *name == user);
        if !remote && !given.get("transitioned_to").and_then(Value::as_str).is_some_and(inside) {
            let message = json!(["transition.errors.to_user_can_receive"]);
            return Some(error(422, resource, message, Some("transitioned_to")));
        }
        None
    }

    /// A transition that was just made, with those of the given members that its kind keeps.
    pub(super) fn transition(
        &self,
        kind: &str,
        case: &str,
        given: &Map<String, Value>,
        keeps: &[&str],
    ) -> Map<String, Value> {
        let mut made = Map::new();
        let own = [
            ("id", self.draw().uuid().to_string().as_str()),
            ("type", kind),
            ("status", "in_progress"),
            ("record_id", case),
            ("record_type", "case"),
            ("transitioned_by", self.form.hub_user),
        ]
        .map(|(name, value)| (name.to_owned(), Value::from(value)));
        made.extend(own);
        let kept = given.iter().filter(|(name, _)| keeps.contains(&name.as_str()));
        made.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
        made.insert("created_at".to_owned(), Value::from(self.now()));
        made
    }

    pub(super) fn touch(&mut self, case: &str) {
        let now = self.now();
        if let Some(known) = self.case_mut(case) {
            known.insert("last_updated_at".to_owned(), Value::from(now));
            self.changed.insert(case.to_owned());
        }
    }
}

/// Those of a case.
pub(super) fn of_case(all: &[Map<String, Value>], case: &str) -> Vec<Map<String, Value>> {
    all.iter().filter(|one| one.get("record_id").and_then(Value::as_str) == Some(case)).cloned().collect()
}

/// One of a case, by its id.
pub(super) fn find<'a>(all: &'a mut [Map<String, Value>], case: &str, id: &str) -> Option<&'a mut Map<String, Value>> {
    let is = |one: &Map<String, Value>, name: &str, value: &str| one.get(name).and_then(Value::as_str) == Some(value);
    all.iter_mut().find(|one| is(one, "id", id) && is(one, "record_id", case))
}

/// A transition as it is answered: with what the asking user may do.
pub(super) fn shown(referral: &Map<String, Value>) -> Value {
    let mut shown = referral.clone();
    shown.insert("record_access_denied".to_owned(), Value::Bool(false));
    shown.insert("user_can_accept_or_reject".to_owned(), Value::Bool(false));
    Value::Object(shown)
}
