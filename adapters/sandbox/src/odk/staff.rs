//! What the people of the shelter do with their form and list, and whoever runs the server.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock};
use serde_json::{Map, Value, json};

use super::{Central, EMAIL};
use crate::secret;
use crate::server::{Decision, NO_PLACE, Sandbox, Staffed};

const WOMEN: [&str; 5] = ["Zainab", "Rubina", "Nasreen", "Shazia", "Farida"];
const MEN: [&str; 3] = ["Imran", "Bilal", "Yousaf"];
const PLACES: [&str; 4] = ["Multan", "Lodhran", "Bahawalpur", "Sahiwal"];

impl Sandbox<Central> {
    /// Starts a server with one project that has neither submissions nor entities; port 0 takes any free one.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start_central(
        listen: SocketAddr,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> std::io::Result<Self> {
        Self::serve(Central::new(clock, chance), listen).await
    }

    /// The address of the hub's user.
    #[must_use]
    pub const fn email(&self) -> &'static str {
        EMAIL
    }

    /// The password of the hub's user, drawn at the start.
    #[must_use]
    pub fn password(&self) -> String {
        self.system().password.clone()
    }

    /// Writes the password where the partner's configuration looks for it: `shelter-pk.password`, readable by its owner
    /// alone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_password(&self, folder: &Path) -> std::io::Result<()> {
        secret::write(folder, "shelter-pk.password", &self.password())
    }

    /// Forgets every session, as a restart with a new database does.
    pub fn forget_sessions(&self) {
        self.system().forget_sessions();
    }

    /// A submission from somebody's tablet; gives its UUID.
    pub fn send(&self, answers: &Value) -> String {
        self.system().send(answers).trim_start_matches("uuid:").to_owned()
    }

    /// Somebody edits a submission, or changes an entity, by the path of an answer; `false` where there is neither.
    pub fn correct(&self, id: &str, path: &str, value: Value) -> bool {
        let mut system = self.system();
        if system.find_entity(id).is_some() {
            return system.change_entity(id, |data| set(data, path, value));
        }
        system.edit(&format!("uuid:{id}"), |answers| set(answers, path, value))
    }

    /// Puts a value into a submission past the form, as a wrong import does; nobody sees that it changed.
    pub fn set_raw(&self, id: &str, path: &str, value: Value) {
        let mut system = self.system();
        if let Some(one) = system.submissions.iter_mut().find(|one| one.id == format!("uuid:{id}")) {
            set(&mut one.answers, path, value);
        }
    }

    /// A supervisor reviews a submission: `approved`, `hasIssues`, `rejected`.
    pub fn review(&self, id: &str, state: &str) -> bool {
        self.system().review_submission(&format!("uuid:{id}"), &json!({ "reviewState": state })).status == 200
    }

    /// Deletes a submission or an entity. An entity's id is never taken again.
    pub fn delete(&self, id: &str) {
        let mut system = self.system();
        system.submissions.retain(|one| one.id != format!("uuid:{id}"));
        if system.find_entity(id).is_some() {
            system.entities.retain(|one| one.uuid != id);
            system.deleted.push(id.to_owned());
        }
    }

    /// Two tablets that were offline changed an entity, and nobody has said yet which of them is right.
    pub fn conflict(&self, id: &str) {
        let mut system = self.system();
        if let Some(one) = system.entities.iter_mut().find(|one| one.uuid == id) {
            one.conflict = Some("hard");
        }
    }

    /// The next so many changes that the hub makes come after one of somebody else's.
    pub fn overtake(&self, times: u32) {
        self.system().overtakes = times;
    }

    /// The comments on a submission.
    #[must_use]
    pub fn comments(&self, id: &str) -> Vec<String> {
        self.system().find_submission(&format!("uuid:{id}")).map(|one| one.comments.clone()).unwrap_or_default()
    }

    /// The review state of a submission.
    #[must_use]
    pub fn review_state(&self, id: &str) -> Option<String> {
        self.system().find_submission(&format!("uuid:{id}")).and_then(|one| one.review.clone())
    }

    /// How many submissions there are.
    #[must_use]
    pub fn submissions(&self) -> usize {
        self.system().submissions.len()
    }

    /// How many entities there are.
    #[must_use]
    pub fn entities(&self) -> usize {
        self.system().entities.len()
    }

    /// An entity's properties, its version and its conflict.
    #[must_use]
    pub fn entity(&self, id: &str) -> Option<(Map<String, Value>, u64, Option<&'static str>)> {
        self.system().find_entity(id).map(|one| (one.data.clone(), one.version, one.conflict))
    }

    /// Puts the few known people in: a minor who is referred, an adult, somebody whose form was rejected, and somebody
    /// who did not agree. Gives their UUIDs in that order.
    pub fn seed_people(&self) -> Vec<String> {
        let minor = self.send(&json!({
            "today": "2026-11-19", "share": "yes", "case_number": "PG-31", "status": "open",
            "person": {
                "name": "Zainab Bibi", "sex": "female", "age": null, "birth_date": "2012-07-09", "nationality": "PK",
                "home": "Lodhran", "cnic": "00000-0000000-0",
            },
            "care": {"room": "Second floor"}, "health": {"notes": "Fever, seen by the nurse."},
            "story": {"exploitation": "marriage", "account": "Her uncle arranged it."},
            "needs": {"services": "shelter psychosocial"}, "consent": {"withheld": "health family"},
            "kin": [
                {"__id": "k1", "name": "Rubina", "relationship": "mother", "phone": "0"},
                {"__id": "k2", "name": null, "relationship": "uncle", "phone": null},
            ],
            "referral": {
                "id": "r1", "to": "khana-e-nur", "services": "psychosocial", "urgency": "usual", "note": null,
                "sent": "2026-11-19",
            },
        }));
        let adult = self.send(&json!({
            "today": "2026-11-20", "share": "yes", "case_number": "PG-32", "status": "followup",
            "person": {"name": "Nasreen", "sex": "female", "age": 27, "birth_date": null, "nationality": "AF", "home": null},
            "needs": {"services": "legal_aid"}, "consent": {"withheld": null}, "kin": [],
        }));
        let rejected = self.send(&json!({
            "today": "2026-11-21", "share": "yes", "case_number": "PG-33", "status": "open",
            "person": {"name": "A Test Of The Tablet", "sex": "male", "age": 44},
        }));
        let refused = self.send(&json!({
            "today": "2026-11-21", "share": "no", "case_number": "PG-34", "status": "open",
            "person": {"name": "Not For The Hub", "sex": "female", "age": 33},
        }));
        self.review(&rejected, "rejected");
        vec![minor, adult, rejected, refused]
    }

    /// Puts `count` drawn people in; nine in ten are let go to the hub.
    pub fn seed_forms(&self, count: usize) {
        for _ in 0..count {
            let answers = self.drawn();
            self.send(&answers);
        }
    }

    fn drawn(&self) -> Value {
        let system = self.system();
        let draw = system.draw();
        let female = draw.below(4) != 0;
        json!({
            "today": "2026-11-12", "share": if draw.below(10) == 0 { "no" } else { "yes" },
            "case_number": format!("PG-{}", draw.below(100_000)), "status": draw.pick(&["open", "followup", "closed"]),
            "person": {
                "name": if female { draw.pick(&WOMEN) } else { draw.pick(&MEN) }, "sex": if female { "female" } else { "male" },
                "age": 9 + draw.below(30), "birth_date": null, "nationality": "PK", "home": draw.pick(&PLACES),
            },
            "story": {"exploitation": draw.pick(&["labour", "sexual", "domestic", "begging"]), "account": null},
            "health": {"notes": "None."}, "needs": {"services": "psychosocial"}, "kin": [],
        })
    }
}

/// Sets a value by its path.
fn set(members: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('/') {
        None => drop(members.insert(path.to_owned(), value)),
        Some((group, rest)) => {
            let inner = members.entry(group).or_insert_with(|| json!({}));
            if let Some(inner) = inner.as_object_mut() {
                set(inner, rest, value);
            }
        }
    }
}

impl Staffed for Central {
    /// Entities of the hub's without a decision. The server tells nobody of what changes.
    fn waiting(&self) -> Vec<String> {
        let offered = self.entities.iter().filter(|one| one.data.contains_key("hub_referral"));
        offered.filter(|one| !one.data.contains_key("decision")).map(|one| one.uuid.clone()).collect()
    }

    fn settle(&mut self, offer: &str, decision: Decision) {
        self.change_entity(offer, |data| match decision {
            Decision::Accept => drop(data.insert("decision".to_owned(), Value::from("we_take_her"))),
            Decision::Decline => {
                data.insert("decision".to_owned(), Value::from("we_cannot"));
                data.insert("decision_reason".to_owned(), Value::from(NO_PLACE));
            }
        });
    }
}
