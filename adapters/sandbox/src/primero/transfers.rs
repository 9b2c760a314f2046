//! Transfers and their states, as Primero's model has them: `accepted` and `rejected` from `in_progress` only, `revoked`
//! from any, whatever else is asked for changes nothing and is answered 200. Who accepts becomes the case's owner; a
//! transfer to the outside names no user, so that accepting it leaves the case without one.

use serde_json::{Map, Value, json};

use super::cases::missing;
use super::referrals::{find, of_case, shown};
use super::{Primero, data, error};
use crate::server::Told;

/// What is kept of what is given: neither a service nor a record of one.
const GIVEN: [&str; 8] = [
    "transitioned_to",
    "transitioned_to_remote",
    "transitioned_to_agency",
    "remote",
    "type_of_export",
    "notes",
    "consent_overridden",
    "consent_individual_transfer",
];

impl Primero {
    pub(crate) fn transfers_of(&self, case: &str) -> Vec<Map<String, Value>> {
        of_case(&self.transfers, case)
    }

    /// Both, or those of the types asked for; assignments and requests of transfers are not kept here. What is of neither type,
    /// past the model, is given whatever was asked for, as by a version that does not know the filter.
    pub(super) fn list_transitions(&self, case: &str, types: Option<&str>) -> Told {
        if self.case(case).is_none() {
            return missing(case);
        }
        let asked_for = |one: &&Map<String, Value>| {
            let kind = one.get("type").and_then(Value::as_str).unwrap_or_default();
            let known = ["Referral", "Transfer"].contains(&kind);
            !known || types.is_none_or(|types| types.split(',').any(|wanted| wanted == kind))
        };
        let all = [self.referrals_of(case), self.transfers_of(case)].concat();
        data(all.iter().filter(asked_for).map(shown).collect())
    }

    pub(super) fn list_transfers(&self, case: &str) -> Told {
        if self.case(case).is_none() {
            return missing(case);
        }
        data(self.transfers_of(case).iter().map(shown).collect())
    }

    pub(crate) fn create_transfer(&mut self, case: &str, body: &Value) -> Told {
        let resource = format!("/api/v2/cases/{case}/transfers");
        let Some(record) = self.case(case) else {
            return missing(case);
        };
        let Some(Value::Object(given)) = body.get("data") else {
            return error(422, &resource, json!("data must be an object"), None);
        };
        let consented = record.get("disclosure_other_orgs") == Some(&Value::Bool(true));
        if let Some(refused) = self.refuses(given, consented, &resource) {
            return refused;
        }
        let transfer = self.transition("Transfer", case, given, &GIVEN);
        self.transfers.push(transfer.clone());
        let word = if transfer.get("remote") == Some(&Value::Bool(true)) {
            ("status", "transferred")
        } else {
            ("transfer_status", "in_progress")
        };
        self.write(case, &[(word.0, Value::from(word.1))]);
        data(shown(&transfer))
    }

    pub(crate) fn update_transfer(&mut self, case: &str, id: &str, body: &Value) -> Told {
        let given = |name: &str| body.pointer(&format!("/data/{name}")).cloned();
        let wanted = given("status").and_then(|status| status.as_str().map(str::to_owned)).unwrap_or_default();
        let now = self.now();
        let Some(transfer) = find(&mut self.transfers, case, id) else {
            return missing(case);
        };
        let status = transfer.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut changes = vec![("transfer_status", Value::from(wanted.as_str()))];
        match (status.as_str(), wanted.as_str()) {
            ("in_progress", "accepted") => {
                changes.push(("owned_by", transfer.get("transitioned_to").cloned().unwrap_or_default()));
                transfer.insert("responded_at".to_owned(), Value::from(now));
            }
            ("in_progress", "rejected") => {
                transfer.insert("responded_at".to_owned(), Value::from(now));
                transfer.extend(given("rejected_reason").map(|reason| ("rejected_reason".to_owned(), reason)));
            }
            (before, "revoked") if before != "revoked" => {}
            _ => return data(shown(transfer)),
        }
        transfer.insert("status".to_owned(), Value::from(wanted.as_str()));
        let told = shown(transfer);
        self.write(case, &changes);
        data(told)
    }

    fn write(&mut self, case: &str, fields: &[(&str, Value)]) {
        if let Some(record) = self.case_mut(case) {
            record.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        self.touch(case);
    }
}
