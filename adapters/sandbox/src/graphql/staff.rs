//! What the people of the organization do in their system, and whoever runs it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock};
use serde_json::{Value, json};

use super::Casebook;
use crate::server::{Decision, NO_PLACE, Sandbox, Staffed};
use crate::{access, secret};

impl Casebook {
    /// Starts a system on an address; port 0 takes any free one. It has no cases yet.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(
        listen: SocketAddr,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> std::io::Result<Sandbox<Self>> {
        Sandbox::serve(Self::new(clock, chance), listen).await
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.cases.iter().position(|(_, case)| case.get("id").and_then(Value::as_str) == Some(id))
    }

    /// Decides on an offer; `false` where it is not there.
    fn decided(&mut self, offer: &str, decision: &str, reason: Value) -> bool {
        let own = self.offers.iter_mut().find(|known| known.get("id").and_then(Value::as_str) == Some(offer));
        let Some(own) = own else { return false };
        own.insert("decision".to_owned(), Value::from(decision));
        own.insert("reason".to_owned(), reason);
        self.changed.extend(own.get("__case").and_then(Value::as_str).map(str::to_owned));
        true
    }
}

/// What the webhook sends of a case.
fn webhook(case: &str) -> Value {
    json!({"event": "case.updated", "caseId": case, "number": "SM-0"})
}

impl Sandbox<Casebook> {
    /// The API's schema.
    pub const SCHEMA: &'static str = include_str!("schema.graphql");

    /// The API's address, for the partner's configuration.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("{}graphql", self.base_url())
    }

    /// The hub's client id at the token endpoint, `/oauth2/token`.
    #[must_use]
    pub const fn client_id(&self) -> &'static str {
        access::CLIENT
    }

    /// The hub's private key, PKCS#8 in PEM.
    #[must_use]
    pub fn private_key(&self) -> String {
        self.system().access.pem()
    }

    /// The hub's client secret.
    #[must_use]
    pub fn client_secret(&self) -> String {
        self.system().access.secret.clone()
    }

    /// A token that a person made for the hub.
    #[must_use]
    pub fn made_token(&self) -> String {
        self.system().access.made.clone()
    }

    /// Writes the hub's private key where the partner's configuration looks for it, readable by its owner alone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_key(&self, folder: &Path) -> std::io::Result<()> {
        secret::write(folder, "casebook-lk.key", self.private_key().trim())
    }

    /// Forgets every token that the endpoint gave.
    pub fn forget_tokens(&self) {
        self.system().access.forget();
    }

    /// No cursor that was given before is known any more.
    pub fn forget_cursors(&self) {
        self.system().era += 1;
    }

    /// The next requests are told to wait so many seconds.
    pub fn throttle(&self, requests: u32, seconds: u64) {
        self.system().throttled = (requests, seconds);
    }

    /// Whether offers are refused from now on.
    pub fn fill(&self, full: bool) {
        self.system().full = full;
    }

    /// Every operation that came, with its variables.
    #[must_use]
    pub fn heard(&self) -> Vec<(String, Value)> {
        self.system().heard.clone()
    }

    /// A field of a case fails inside with a code, or is well again.
    pub fn break_field(&self, case: &str, field: Option<(&str, &'static str)>) {
        let mut book = self.system();
        match field {
            Some((field, code)) => drop(book.broken.insert(case.to_owned(), (field.to_owned(), code))),
            None => drop(book.broken.remove(case)),
        }
    }

    /// Opens a case of somebody, shared with the hub or not, and gives its id.
    pub fn open(&self, name: &str, shared: bool) -> String {
        let mut book = self.system();
        let id = book.draw().uuid().to_string();
        let person = json!({
            "__typename": "Person", "names": [{"__typename": "Name", "kind": "OFFICIAL", "text": name}],
            "gender": "FEMALE", "birthDate": "2002-05-14",
            "home": {"__typename": "Place", "country": "NP", "district": "Sindhupalchok"},
        });
        book.put(&id, &json!({"sharedWithSangam": shared, "person": person, "healthNotes": "Well."}))
    }

    /// Writes members over those of a case at a place in it (a JSON pointer, empty for the case itself). `false` where it is
    /// not there.
    pub fn edit(&self, case: &str, at: &str, fields: &Value) -> bool {
        let mut book = self.system();
        let Some(place) = book.place(case) else { return false };
        let Some((_, members)) = book.cases.get_mut(place) else { return false };
        let mut whole = Value::Object(std::mem::take(members));
        let target = whole.pointer_mut(at).and_then(Value::as_object_mut);
        let there = target.map(|target| target.extend(fields.as_object().cloned().unwrap_or_default())).is_some();
        if let Value::Object(whole) = whole {
            *members = whole;
        }
        book.stamp(place);
        there
    }

    /// Shares a case with the hub, or no longer.
    pub fn share(&self, case: &str, shared: bool) -> bool {
        self.edit(case, "", &json!({ "sharedWithSangam": shared }))
    }

    /// Writes another name.
    pub fn rename(&self, case: &str, name: &str) -> bool {
        let names = json!([{"__typename": "Name", "kind": "OFFICIAL", "text": name}]);
        self.edit(case, "/person", &json!({ "names": names }))
    }

    /// Deletes a case; `false` where it is not there.
    pub fn remove(&self, case: &str) -> bool {
        let mut book = self.system();
        let place = book.place(case);
        place.map(|place| book.cases.remove(place)).is_some()
    }

    /// Refers somebody to an organization, by the system's own reference, and gives the referral's id.
    pub fn refer(&self, case: &str, to: &str, service: &str) -> String {
        let (id, now) = {
            let book = self.system();
            (book.draw().uuid().to_string(), book.clock.now().rfc3339())
        };
        let mut referrals =
            self.case(case).and_then(|case| case.get("referrals")?.as_array().cloned()).unwrap_or_default();
        referrals.push(json!({
            "__typename": "Referral", "id": id, "version": 1, "state": "SENT", "to": to, "services": [service],
            "urgency": "SOON", "note": "She asked for it herself.", "sentAt": now,
        }));
        self.edit(case, "", &json!({ "referrals": referrals }));
        id
    }

    /// One case.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<Value> {
        self.system().case(id).cloned().map(Value::Object)
    }

    /// How many cases there are.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.system().cases.len()
    }

    /// The offers that came.
    #[must_use]
    pub fn offers(&self) -> Vec<Value> {
        self.system().offers.iter().cloned().map(Value::Object).collect()
    }

    /// Decides on an offer, with a reason. `false` where it is not there.
    pub fn decide(&self, offer: &str, decision: &str, reason: Option<&str>) -> bool {
        self.system().decided(offer, decision, reason.map_or(Value::Null, Value::from))
    }

    /// What the webhook sends of a case.
    #[must_use]
    pub fn webhook(&self, case: &str) -> Value {
        webhook(case)
    }

    /// Puts the few known people in: an adult and a minor shared with the hub, referred to a shelter and to legal aid, and
    /// somebody who is not. Gives their ids.
    pub fn seed_people(&self) -> Vec<String> {
        let adult = self.open("Tara Perera", true);
        self.refer(&adult, "asha-nivas", "BED");
        self.edit(&adult, "", &json!({"keptBack": ["HEALTH"]}));
        let minor = self.open("Mina Silva", true);
        self.edit(&minor, "/person", &json!({"birthDate": "2012-02-03"}));
        self.refer(&minor, "nyaya-setu", "LAWYER");
        vec![adult, minor, self.open("Not For The Hub", false)]
    }
}

impl Staffed for Casebook {
    /// Offers without a decision.
    fn waiting(&self) -> Vec<String> {
        let open = self.offers.iter().filter(|offer| offer.get("decision").and_then(Value::as_str) == Some("OPEN"));
        open.filter_map(|offer| offer.get("id")?.as_str().map(str::to_owned)).collect()
    }

    fn settle(&mut self, offer: &str, decision: Decision) {
        let (word, reason) = match decision {
            Decision::Accept => ("YES", Value::Null),
            Decision::Decline => ("NO", Value::from(NO_PLACE)),
        };
        self.decided(offer, word, reason);
    }

    /// A webhook for each case that changed, or of which an offer was decided on.
    fn news(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.changed).iter().map(|case| webhook(case)).collect()
    }
}
