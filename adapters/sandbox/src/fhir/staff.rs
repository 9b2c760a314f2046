//! What the people of the hospital do in their system, and whoever runs it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock};
use serde_json::{Map, Value, json};

use super::FhirServer;
use crate::access;
use crate::server::{Decision, NO_PLACE, Sandbox, Staffed};

/// The tag by which the hospital marks a patient for the hub.
const TAG: (&str, &str) = ("https://sangam.example/fhir/share", "yes");
/// The hospital itself, as the owner of a task.
const OWN: &str = "Organization/meghna-par";
const NAMES: [&str; 8] =
    ["Rupa Khatun", "Mina Akter", "Lata Das", "Tuli Begum", "Asha Roy", "Nodi Sarkar", "Beli Sen", "Joba Ali"];

impl FhirServer {
    /// Starts a server on an address; port 0 takes any free one. It has no patients yet.
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

    fn decide(&mut self, task: &str, status: &str, reason: Option<&str>) -> bool {
        let reason = reason.map(|text| json!({ "text": text }));
        self.merge("Task", task, &json!({"status": status, "statusReason": reason}))
    }
}

impl Staffed for FhirServer {
    /// Tasks that the hospital owns and has not begun.
    fn waiting(&self) -> Vec<String> {
        let text = |task: &Map<String, Value>, path: &str| {
            Value::Object(task.clone()).pointer(path).and_then(Value::as_str).map(str::to_owned)
        };
        let tasks = self.shelf.of("Task").filter(|(_, _, task)| {
            text(task, "/owner/reference").as_deref() == Some(OWN)
                && text(task, "/status").as_deref() == Some("requested")
        });
        tasks.map(|(id, ..)| id.to_owned()).collect()
    }

    fn settle(&mut self, offer: &str, decision: Decision) {
        match decision {
            Decision::Accept => self.decide(offer, "accepted", None),
            Decision::Decline => self.decide(offer, "rejected", Some(NO_PLACE)),
        };
    }

    /// A subscription to tasks, with the task as its content.
    fn news(&mut self) -> Vec<Value> {
        let told = &self.told;
        let new = self.shelf.of("Task").filter(|(id, stored, _)| told.get(*id) != Some(&stored.version));
        let new: Vec<_> = new.map(|(id, stored, task)| (id.to_owned(), stored.version, task.clone())).collect();
        self.told.extend(new.iter().map(|(id, version, _)| (id.clone(), *version)));
        new.into_iter().map(|(_, _, task)| Value::Object(task)).collect()
    }
}

impl Sandbox<FhirServer> {
    /// The service base, for the partner's configuration.
    #[must_use]
    pub fn fhir_base(&self) -> String {
        format!("{}fhir/", self.base_url())
    }

    /// The hub's client id at the token endpoint, `/oauth2/token`.
    #[must_use]
    pub const fn client_id(&self) -> &'static str {
        access::CLIENT
    }

    /// The name under which the server knows the hub's key.
    #[must_use]
    pub const fn key_id(&self) -> &'static str {
        access::KEY
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

    /// The hub's private key, PKCS#8 in PEM.
    #[must_use]
    pub fn private_key(&self) -> String {
        self.system().access.pem()
    }

    /// Writes the hub's private key where the partner's configuration looks for it, readable by its owner alone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_key(&self, folder: &Path) -> std::io::Result<()> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let mut options = std::fs::OpenOptions::new();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(folder.join("hospital-bd.key"))?;
        file.write_all(self.private_key().as_bytes())
    }

    /// Forgets every token that the endpoint gave.
    pub fn forget_tokens(&self) {
        self.system().access.forget();
    }

    /// What the token endpoint answers from now on, or tokens again.
    pub fn answer_token_with(&self, told: Option<(u16, Value)>) {
        self.system().access.told = told;
    }

    /// Drops the pages of every search.
    pub fn drop_pages(&self) {
        self.system().pages.clear();
    }

    /// Lets the links to next pages lead elsewhere, or to this server again.
    pub fn point_next_to(&self, link: Option<&str>) {
        self.system().next_link = link.map(str::to_owned);
    }

    /// After the next reading of a task, and before its writing, somebody writes these members in it.
    pub fn meanwhile(&self, task: &str, fields: Value) {
        self.system().meanwhile = Some((task.to_owned(), fields));
    }

    /// Writes a resource down, and gives its id.
    pub fn put(&self, kind: &str, body: Value) -> String {
        let mut server = self.system();
        let (id, now) = (server.draw().uuid().to_string(), server.clock.now());
        server.shelf.set(kind, &id, body.as_object().cloned(), now);
        id
    }

    /// Writes members over those of a resource; null takes one away. `false` where it is not there.
    pub fn edit(&self, kind: &str, id: &str, fields: &Value) -> bool {
        self.system().merge(kind, id, fields)
    }

    /// Deletes a resource; `false` where it is not there.
    pub fn remove(&self, kind: &str, id: &str) -> bool {
        self.system().delete(kind, id).status == 204
    }

    /// One resource.
    #[must_use]
    pub fn resource(&self, kind: &str, id: &str) -> Option<Map<String, Value>> {
        self.system().shelf.body(kind, id).cloned()
    }

    /// The resources of a type.
    #[must_use]
    pub fn all(&self, kind: &str) -> Vec<Map<String, Value>> {
        self.system().shelf.of(kind).map(|(_, _, body)| body.clone()).collect()
    }

    /// Everything that clients wrote, as it came, refused or not.
    #[must_use]
    pub fn received(&self) -> Vec<Value> {
        self.system().received.clone()
    }

    /// Marks a patient for the hub, or takes the mark away.
    pub fn mark(&self, patient: &str, marked: bool) -> bool {
        let tag = if marked { json!([{"system": TAG.0, "code": TAG.1}]) } else { json!([]) };
        self.edit("Patient", patient, &json!({"meta": {"tag": tag}}))
    }

    /// Writes a patient down, marked or not, and gives the id.
    pub fn admit(&self, name: &str, born: &str, marked: bool) -> String {
        let patient = json!({
            "name": [{"use": "official", "text": name}], "gender": "female", "birthDate": born,
            "address": [{"use": "home", "district": "Satkhira", "country": "BD"}],
            "telecom": [{"system": "phone", "value": "000-not-for-the-hub"}],
        });
        let id = self.put("Patient", patient);
        if marked {
            self.mark(&id, true);
        }
        id
    }

    /// Refers a patient to an organization, by the hospital's own reference: a request, and a task with it as its focus.
    /// Gives the task's id and the request's.
    pub fn refer(&self, patient: &str, owner: &str, service: &str) -> (String, String) {
        let (whose, now) =
            (json!({"reference": format!("Patient/{patient}")}), super::instant(self.system().clock.now()));
        let code = json!({"coding": [{"system": "https://meghna-par.example/services", "code": service}]});
        let request = self.put(
            "ServiceRequest",
            json!({
                "status": "active", "intent": "order", "priority": "urgent", "code": code, "subject": whose,
                "authoredOn": now, "performer": [{"reference": owner}],
                "note": [{"text": "She asked for it herself."}],
            }),
        );
        let task = self.put("Task", json!({
            "status": "requested", "intent": "order", "focus": {"reference": format!("ServiceRequest/{request}")},
            "for": whose, "authoredOn": now, "lastModified": now, "requester": {"reference": "Organization/meghna-par"},
            "owner": {"reference": owner},
            "restriction": {"repetitions": 1},
        }));
        (task, request)
    }

    /// Decides a task as whoever owns it does: its next status, with a reason. `false` where it is not there.
    pub fn decide(&self, task: &str, status: &str, reason: Option<&str>) -> bool {
        self.system().decide(task, status, reason)
    }

    /// Puts the few known people in: a minor and an adult marked for the hub, referred to a shelter and to legal aid, the
    /// first with a consent that denies; and somebody not marked. Gives their ids.
    pub fn seed_people(&self) -> Vec<String> {
        let minor = self.admit("Rupa Khatun", "2011-03-09", true);
        self.refer(&minor, "Organization/asha-nivas", "safe-stay");
        self.put("Consent", json!({
            "status": "active",
            "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
            "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
            "patient": {"reference": format!("Patient/{minor}")},
            "policyRule": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN"}]},
            "provision": {"provision": [{
                "type": "deny",
                "class": [{"system": "https://meghna-par.example/records", "code": "health"}],
            }]},
        }));
        let adult = self.admit("Mina Akter", "1999-07", true);
        self.refer(&adult, "HealthcareService/nyaya-setu-legal", "legal");
        vec![minor, adult, self.admit("Not For The Hub", "1990", false)]
    }

    /// Puts `count` drawn patients in; nine in ten are marked for the hub, and half of those are referred.
    pub fn seed_patients(&self, count: usize) {
        for place in 0..count {
            let (name, year) = {
                let server = self.system();
                (server.draw().pick(&NAMES), 1985 + server.draw().below(25))
            };
            let patient = self.admit(name, &format!("{year}-05-14"), place % 10 != 9);
            if place % 2 == 0 {
                self.refer(&patient, "Organization/asha-nivas", "safe-stay");
            }
        }
    }
}
