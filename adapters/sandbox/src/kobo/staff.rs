//! What the people of the organization do with their form, and whoever runs the server.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock};
use serde_json::{Map, Value, json};

use super::{ASSET, FORM_UUID, Kobo};
use crate::secret;
use crate::server::{Decision, NO_PLACE, Sandbox, Staffed};

const WOMEN: [&str; 6] = ["Maya", "Sunita", "Gita", "Laxmi", "Bimala", "Sarita"];
const MEN: [&str; 4] = ["Hari", "Bikash", "Suresh", "Ramesh"];
const DISTRICTS: [&str; 5] = ["Sindhupalchok", "Makwanpur", "Banke", "Nuwakot", "Kailali"];

impl Sandbox<Kobo> {
    /// Starts a server with one form that has no submissions yet; port 0 takes any free one.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start_kobo(
        listen: SocketAddr,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> std::io::Result<Self> {
        Self::serve(Kobo::new(clock, chance), listen).await
    }

    /// The hub's token.
    #[must_use]
    pub fn token(&self) -> String {
        self.system().token.clone()
    }

    /// The form's uid and its own UUID.
    #[must_use]
    pub const fn form(&self) -> (&'static str, &'static str) {
        (ASSET, FORM_UUID)
    }

    /// Writes the hub's token where the partner's configuration looks for it: `outreach-np.token`, readable by its owner
    /// alone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_token(&self, folder: &Path) -> std::io::Result<()> {
        secret::write(folder, "outreach-np.token", &self.token())
    }

    /// A submission from somebody's phone, its answers in each other; gives its root UUID.
    pub fn fill_in(&self, answers: &Value) -> String {
        let mut system = self.system();
        let id = system.draw().uuid().to_string();
        let mut submission = answers.as_object().cloned().unwrap_or_default();
        submission.insert("meta".to_owned(), json!({"instanceID": format!("uuid:{id}")}));
        let body = json!({"id": ASSET, "submission": submission});
        drop(system.submit(&body));
        id
    }

    /// Somebody edits a submission in the web form, by slash paths; `false` where there is none.
    pub fn correct(&self, root: &str, answers: &Value) -> bool {
        let answers = answers.as_object().cloned().unwrap_or_default();
        self.system().edit(root, &answers)
    }

    /// A supervisor judges a submission: `approved`, `not_approved`, `on_hold`.
    pub fn judge(&self, root: &str, status: &str) -> bool {
        let mut system = self.system();
        let Some(number) = system.find(root).map(|one| one.number.to_string()) else { return false };
        system.judge(&number, &json!({"validation_status.uid": format!("validation_status_{status}")})).status == 200
    }

    /// Deletes a submission.
    pub fn delete(&self, root: &str) {
        self.system().submissions.retain(|one| one.root() != root);
    }

    /// Puts a value into a submission past the form, as a wrong import does; null takes it away.
    pub fn set_raw(&self, root: &str, path: &str, value: Value) {
        let mut system = self.system();
        if let Some(one) = system.submissions.iter_mut().find(|one| one.root() == root) {
            if value.is_null() {
                one.raw.shift_remove(path);
            } else {
                one.raw.insert(path.to_owned(), value);
            }
        }
    }

    /// All submissions as they are listed.
    #[must_use]
    pub fn submissions(&self) -> Vec<Map<String, Value>> {
        self.system().submissions.iter().map(|one| one.raw.clone()).collect()
    }

    /// One submission.
    #[must_use]
    pub fn submission(&self, root: &str) -> Option<Map<String, Value>> {
        self.system().find(root).map(|one| one.raw.clone())
    }

    /// Puts the few known people in: a minor who is referred, an adult, both let go to the hub by a supervisor; somebody
    /// whom nobody approved, and somebody who did not agree. Gives their root UUIDs in that order.
    pub fn seed_people(&self) -> Vec<String> {
        let minor = self.fill_in(&json!({
            "today": "2026-11-20", "case": {"number": "BP-17", "status": "open", "share": "yes"},
            "person": {
                "name": "Sunita Tamang", "nickname": "Suni", "sex": "female", "birth_date": "2011-03-02",
                "nationality": "NP", "home_district": "Sindhupalchok", "citizenship_number": "00-00-00",
            },
            "place": {"now": "Transit home, border post"},
            "kin": [
                {"name": "Bimala Tamang", "relationship": "mother", "phone": "0"},
                {"name": "Ram Tamang", "relationship": "father"},
            ],
            "health": {"notes": "Tired, no injury."},
            "story": {"exploitation": ["domestic", "begging"], "account": "Promised work in a house across the border."},
            "needs": {"services": ["shelter", "family_reunification"]},
            "consent": {"withheld": ["health"]},
            "referral": {
                "id": "r1", "to": "asha-nivas", "services": ["shelter"], "urgency": "one_day", "note": "She is afraid.",
                "sent": "2026-11-20",
            },
        }));
        let adult = self.fill_in(&json!({
            "today": "2026-11-21", "case": {"number": "BP-18", "status": "followup", "share": "yes"},
            "person": {"name": "Maya Chaudhary", "sex": "female", "age": 26, "nationality": "NP", "home_district": "Banke"},
            "needs": {"services": ["legal_aid"]}, "consent": {"withheld": ["story", "family"]},
        }));
        let unread = self.fill_in(&json!({
            "today": "2026-11-22", "case": {"number": "BP-19", "status": "open", "share": "yes"},
            "person": {"name": "Not Looked At", "sex": "male", "age": 31, "nationality": "NP"},
        }));
        let refused = self.fill_in(&json!({
            "today": "2026-11-22", "case": {"number": "BP-20", "status": "open", "share": "no"},
            "person": {"name": "Not For The Hub", "sex": "female", "age": 30, "nationality": "NP"},
        }));
        for root in [&minor, &adult, &refused] {
            self.judge(root, "approved");
        }
        vec![minor, adult, unread, refused]
    }

    /// Puts `count` drawn people in; nine in ten are let go to the hub.
    pub fn seed_forms(&self, count: usize) {
        for _ in 0..count {
            let (answers, approved) = self.drawn();
            let root = self.fill_in(&answers);
            if approved {
                self.judge(&root, "approved");
            }
        }
    }

    fn drawn(&self) -> (Value, bool) {
        let system = self.system();
        let draw = system.draw();
        let female = draw.below(4) != 0;
        let answers = json!({
            "today": "2026-11-15",
            "case": {"number": format!("BP-{}", draw.below(100_000)), "status": draw.pick(&["open", "followup", "closed"]), "share": "yes"},
            "person": {
                "name": if female { draw.pick(&WOMEN) } else { draw.pick(&MEN) }, "sex": if female { "female" } else { "male" },
                "age": 9 + draw.below(30), "nationality": "NP", "home_district": draw.pick(&DISTRICTS),
            },
            "story": {"exploitation": [draw.pick(&["labour", "sexual", "domestic", "begging"])]},
            "health": {"notes": "None."}, "needs": {"services": ["psychosocial"]},
        });
        (answers, draw.below(10) != 0)
    }
}

impl Staffed for Kobo {
    /// Submissions of the hub's, which nobody has written a decision in.
    fn waiting(&self) -> Vec<String> {
        let offered = self.submissions.iter().filter(|one| one.raw.contains_key("hub/referral"));
        offered.filter(|one| !one.raw.contains_key("hub/decision")).map(|one| one.root().to_owned()).collect()
    }

    fn settle(&mut self, offer: &str, decision: Decision) {
        let answers = match decision {
            Decision::Accept => json!({"hub/decision": "we_take_it"}),
            Decision::Decline => json!({"hub/decision": "we_cannot", "hub/reason": NO_PLACE}),
        };
        self.edit(offer, answers.as_object().unwrap_or(&Map::new()));
    }

    /// A REST service of the form: it sends each submission that is new, and no edit.
    fn news(&mut self) -> Vec<Value> {
        let mut new: Vec<_> = self.submissions.iter().filter(|one| one.number >= self.told).collect();
        new.sort_by_key(|one| one.number);
        let new = new.into_iter().map(|one| Value::Object(one.raw.clone())).collect();
        self.told = self.next;
        new
    }
}
