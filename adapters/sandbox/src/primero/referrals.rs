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
        let own =
            self.referrals.iter().filter(|referral| referral.get("record_id").and_then(Value::as_str) == Some(case));
        own.cloned().collect()
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
        if !consented && given.get("consent_overridden") != Some(&Value::Bool(true)) {
            return error(422, &resource, json!(["transition.errors.consent"]), Some("consent"));
        }
        let remote = given.get("remote") == Some(&Value::Bool(true));
        let inside = |user: &str| self.form.users.iter().any(|(name, ..)| *name == user);
        if !remote && !text("transitioned_to").is_some_and(inside) {
            let message = json!(["transition.errors.to_user_can_receive"]);
            return error(422, &resource, message, Some("transitioned_to"));
        }
        if text("service").is_some_and(|service| !self.form.services().contains(&service)) {
            return error(422, &resource, json!(["errors.models.referral.service"]), Some("service"));
        }
        let mut referral = Map::new();
        referral.insert("id".to_owned(), Value::from(self.draw().uuid().to_string()));
        referral.insert("type".to_owned(), Value::from("Referral"));
        referral.insert("status".to_owned(), Value::from("in_progress"));
        referral.insert("record_id".to_owned(), Value::from(case));
        referral.insert("record_type".to_owned(), Value::from("case"));
        referral.insert("transitioned_by".to_owned(), Value::from(self.form.hub_user));
        let kept = given.iter().filter(|(name, _)| GIVEN.contains(&name.as_str()));
        referral.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
        referral.insert("created_at".to_owned(), Value::from(self.now()));
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
        let is = |referral: &Map<String, Value>, name: &str, value: &str| {
            referral.get(name).and_then(Value::as_str) == Some(value)
        };
        self.referrals.iter_mut().find(|referral| is(referral, "id", id) && is(referral, "record_id", case))
    }

    fn touch(&mut self, case: &str) {
        let now = self.now();
        if let Some(known) = self.case_mut(case) {
            known.insert("last_updated_at".to_owned(), Value::from(now));
            self.changed.insert(case.to_owned());
        }
    }
}

/// A referral as it is answered: with what the asking user may do.
fn shown(referral: &Map<String, Value>) -> Value {
    let mut shown = referral.clone();
    shown.insert("record_access_denied".to_owned(), Value::Bool(false));
    shown.insert("user_can_accept_or_reject".to_owned(), Value::Bool(false));
    Value::Object(shown)
}
