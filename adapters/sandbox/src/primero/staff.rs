//! What the people of a deployment do in it, and whoever runs it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock};
use serde_json::{Map, Value};

use super::{Kind, Primero};
use crate::people;
use crate::secret;
use crate::server::{Decision, NO_PLACE, Sandbox, Staffed};

impl Sandbox<Primero> {
    /// Starts a deployment on an address; port 0 takes any free one. It has no cases yet.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(
        kind: Kind,
        listen: SocketAddr,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> std::io::Result<Self> {
        Self::serve(Primero::new(kind, clock, chance), listen).await
    }

    /// The hub's user.
    #[must_use]
    pub fn user_name(&self) -> &'static str {
        self.system().kind.form().hub_user
    }

    /// The hub's password, drawn at the start.
    #[must_use]
    pub fn password(&self) -> String {
        self.system().password.clone()
    }

    /// Writes the hub's password where the partner's configuration looks for it: `NAME.password`, readable by
    /// its owner alone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_password(&self, folder: &Path) -> std::io::Result<()> {
        let name = format!("{}.password", self.system().kind.name());
        secret::write(folder, &name, &self.password())
    }

    /// Puts the few known people in: for the shelter a Bangladeshi minor and a Nepali adult marked for the hub
    /// with a referral each, and somebody not marked; for the agency likewise people of its own. Gives their
    /// case ids, in that order.
    pub fn seed_people(&self) -> Vec<String> {
        people::known(&mut self.system())
    }

    /// Puts `count` drawn cases in; nine in ten are marked for the hub, and half of those are referred.
    pub fn seed_cases(&self, count: usize) {
        people::drawn(&mut self.system(), count);
    }

    /// Puts two adults in for each of these agencies outside the deployment, marked for the hub and referred there.
    pub fn seed_referred(&self, agencies: &[String]) {
        people::referred(&mut self.system(), agencies);
    }

    /// Forgets every token, as a restart of the system does: the next call is refused once.
    pub fn forget_tokens(&self) {
        self.system().forget_tokens();
    }

    /// All cases, as the deployment's own people see them.
    #[must_use]
    pub fn cases(&self) -> Vec<Map<String, Value>> {
        self.system().cases.iter().map(|(_, case)| case.clone()).collect()
    }

    /// One case.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<Map<String, Value>> {
        self.system().case(id).cloned()
    }

    /// What the deployment's webhook sends when a case changed.
    #[must_use]
    pub fn webhook(&self, case: &str) -> Value {
        webhook(case)
    }

    /// Which of its webhooks were heard: the case, the address it was sent to, and what became of it.
    #[must_use]
    pub fn synced(&self) -> Vec<(String, String, String)> {
        self.system().synced.clone()
    }

    /// The referrals of a case.
    #[must_use]
    pub fn referrals(&self, case: &str) -> Vec<Map<String, Value>> {
        self.system().referrals_of(case)
    }

    /// The transfers of a case.
    #[must_use]
    pub fn transfers(&self, case: &str) -> Vec<Map<String, Value>> {
        self.system().transfers_of(case)
    }

    /// Transfers a case to an agency outside, as the deployment's own people do; gives the transfer's id, `None` where the
    /// case is not there.
    #[must_use]
    pub fn transfer_out(&self, case: &str, agency: &str, notes: &str) -> Option<String> {
        let data = serde_json::json!({
            "remote": true, "transitioned_to_agency": agency, "notes": notes, "consent_overridden": true,
        });
        let told = self.system().create_transfer(case, &serde_json::json!({ "data": data }));
        told.body.as_ref()?.pointer("/data/id")?.as_str().map(str::to_owned)
    }

    /// Decides a transfer as the deployment's own people do: `accepted`, `rejected` or `revoked`. `false` where the step is
    /// not open.
    pub fn decide_transfer(&self, case: &str, transfer: &str, status: &str, reason: Option<&str>) -> bool {
        let data = serde_json::json!({"status": status, "rejected_reason": reason});
        let told = self.system().update_transfer(case, transfer, &serde_json::json!({ "data": data }));
        told.body.as_ref().and_then(|body| body.pointer("/data/status")).and_then(Value::as_str) == Some(status)
    }

    /// Refers a case to an agency outside, as the deployment's own people do; `false` where the case is not there.
    pub fn refer_out(&self, case: &str, agency: &str) -> bool {
        let data = serde_json::json!({"remote": true, "transitioned_to_agency": agency, "consent_overridden": true});
        self.system().create_referral(case, &serde_json::json!({ "data": data })).status == 200
    }

    /// Sets a member of a case's only referral past the model, as a newer version of it may have left it; `false` where
    /// there is none.
    pub fn set_raw_referral(&self, case: &str, member: &str, value: Value) -> bool {
        let mut deployment = self.system();
        let own = |referral: &&mut Map<String, Value>| referral.get("record_id").is_some_and(|of| of == case);
        let found = deployment.referrals.iter_mut().find(own);
        found.map(|referral| referral.insert(member.to_owned(), value)).is_some()
    }

    /// Opens a case as the deployment's own people do, and gives its id; `None` where the form refuses.
    #[must_use]
    pub fn open(&self, fields: &Value) -> Option<String> {
        let told = self.system().create_case(&serde_json::json!({ "data": fields }));
        told.body.as_ref()?.pointer("/data/id")?.as_str().map(str::to_owned)
    }

    /// Changes a case as the deployment's own people do; `false` where the form refuses.
    pub fn edit(&self, case: &str, fields: &Value) -> bool {
        let body = serde_json::json!({ "data": fields });
        self.system().update_case(case, &body).status == 200
    }

    /// Disables a case, as the deployment's own people do when they delete one; `false` where it is not there.
    pub fn disable(&self, case: &str) -> bool {
        self.system().disable_case(case).status == 200
    }

    /// Removes a case from the database, as only whoever runs the deployment can.
    pub fn remove(&self, case: &str) {
        self.system().cases.retain(|(id, _)| id != case);
    }

    /// Moves a case out of the scope of the hub's role, or back into it; it does not change by that.
    pub fn close_to_hub(&self, case: &str, closed: bool) {
        let mut deployment = self.system();
        if closed {
            deployment.closed.insert(case.to_owned());
        } else {
            deployment.closed.remove(case);
        }
    }

    /// Sets a case's field past the form, as an older version of the form left it.
    pub fn set_raw(&self, case: &str, field: &str, value: Value) {
        let mut deployment = self.system();
        if let Some((_, members)) = deployment.cases.iter_mut().find(|(id, _)| id == case) {
            members.insert(field.to_owned(), value);
        }
    }

    /// Decides a referral as the deployment's own people do: `accepted`, `rejected` or `done`, with a reason.
    /// `false` where the step is not open.
    pub fn decide(&self, case: &str, referral: &str, status: &str, reason: Option<&str>) -> bool {
        let data = serde_json::json!({"status": status, "rejected_reason": reason, "success_status": "successful"});
        let told = self.system().update_referral(case, referral, &serde_json::json!({ "data": data }));
        told.body.as_ref().and_then(|body| body.pointer("/data/status")).and_then(Value::as_str) == Some(status)
    }
}

impl Staffed for Primero {
    /// Referrals to people of the deployment; one to an agency outside is the outside's to decide.
    fn waiting(&self) -> Vec<String> {
        let waits = |referral: &&Map<String, Value>| {
            referral.get("status").and_then(Value::as_str) == Some("in_progress")
                && referral.get("remote") != Some(&Value::Bool(true))
        };
        let waiting = self.referrals.iter().filter(waits);
        waiting.filter_map(|referral| referral.get("id").and_then(Value::as_str)).map(str::to_owned).collect()
    }

    fn settle(&mut self, offer: &str, decision: Decision) {
        let of = |name: &'static str| {
            move |referral: &Map<String, Value>| referral.get(name).and_then(Value::as_str).map(str::to_owned)
        };
        let known = self.referrals.iter().find(|referral| of("id")(referral).as_deref() == Some(offer));
        let Some(case) = known.and_then(of("record_id")) else { return };
        let data = match decision {
            Decision::Accept => serde_json::json!({"status": "accepted"}),
            Decision::Decline => serde_json::json!({"status": "rejected", "rejected_reason": NO_PLACE}),
        };
        drop(self.update_referral(&case, offer, &serde_json::json!({ "data": data })));
    }

    /// A webhook for each case that changed.
    fn news(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.changed).iter().map(|case| webhook(case)).collect()
    }
}

/// What the webhook sends of a case.
fn webhook(case: &str) -> Value {
    serde_json::json!({"data": {"record_id": case, "record_type": "case", "hostname": "primero.example", "sex": "female"}})
}
