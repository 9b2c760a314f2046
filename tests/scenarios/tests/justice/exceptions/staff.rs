//! The people of the house, and what they do with orders, overrides and emergencies.

use sangam_kit::database::Database;
use sangam_language::Caller;
use sangam_vocabulary::{Country, PersonId, Purpose, SubjectId};
use serde_json::{Value, json};

use crate::exceptions::words::{SEND, SUBJECTS, exceptions, words};
use crate::house::{HOLDER, House, OTHER, keyed};

pub(crate) const WHY: Purpose = Purpose::Protection;
pub(crate) const DAY: i64 = 86_400_000;

/// A house with two people of the holder's on the team of a case, one who is on none, and one of the recipient's.
pub(crate) struct Staff {
    pub(crate) house: House,
    pub(crate) subject: SubjectId,
    pub(crate) first: PersonId,
    pub(crate) second: PersonId,
    pub(crate) outsider: PersonId,
    pub(crate) theirs: PersonId,
}

impl Staff {
    /// Of a case that was referred to the recipient, in India.
    pub(crate) async fn of(database: &Database, age: sangam_custody::Age) -> Self {
        let staff = Self::at_work(database, Country::India, age).await;
        staff.refer().await;
        staff
    }

    /// Of a case that was referred to nobody yet.
    pub(crate) async fn at_work(database: &Database, country: Country, age: sangam_custody::Age) -> Self {
        let house = House::open_in(database, country).await;
        let subject = house.subject_aged(age).await;
        let hired = async |handle: &str, name: &str, team: bool| {
            let person = house.desk.enrol_person(house.id(handle), name).await.unwrap();
            if team {
                let sql = format!(
                    "INSERT INTO team (subject, person, since) SELECT su.id, p.id, 0 FROM subject su, person p WHERE p.pseudonym = '{name}'"
                );
                house.look.run(&sql).await;
            }
            person
        };
        let (first, second) = (hired(HOLDER, "worker-1", true).await, hired(HOLDER, "worker-2", true).await);
        let outsider = hired(HOLDER, "worker-3", false).await;
        let theirs = hired(OTHER, "helper-1", true).await;
        Self { house, subject, first, second, outsider, theirs }
    }

    /// A person of an organization on the team of the case.
    pub(crate) async fn hire(&self, handle: &str, name: &str) -> Caller {
        let person = self.house.desk.enrol_person(self.house.id(handle), name).await.unwrap();
        let team = format!(
            "INSERT INTO team (subject, person, since) SELECT su.id, p.id, 0 FROM subject su, person p WHERE p.pseudonym = '{name}'"
        );
        self.house.look.run(&team).await;
        self.house.person(handle, person)
    }

    async fn refer(&self) {
        let (house, why) = (&self.house, Purpose::ServiceReferral);
        let referral = json!({
            "subject": house.outward(HOLDER, self.subject), "recipient": house.public_id(OTHER),
            "services": ["PSYCHOSOCIAL"], "urgency": "URGENT",
        });
        let sent = house.change(HOLDER, why, SEND, referral).await;
        assert_eq!(sent["__typename"], "ReferralSent", "{sent}");
    }

    pub(crate) fn holder(&self, person: PersonId) -> Caller {
        self.house.person(HOLDER, person)
    }

    pub(crate) fn recipient(&self) -> Caller {
        self.house.person(OTHER, self.theirs)
    }

    /// Makes a change as a person for a purpose and gives what it came to.
    pub(crate) async fn does_for(&self, caller: &Caller, why: Purpose, name: &str, input: Value) -> Value {
        self.house.clock.set(self.house.desk.now().plus_millis(1));
        let answer = self.house.asked_by(caller, why, &words(name), json!({ "input": keyed(input) })).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"][name].clone()
    }

    pub(crate) async fn does(&self, caller: &Caller, name: &str, input: Value) -> Value {
        self.does_for(caller, WHY, name, input).await
    }

    /// Takes a step of what a change came to before.
    pub(crate) async fn steps(&self, caller: &Caller, name: &str, of: &Value) -> Value {
        let input = json!({ "exception": of["id"], "version": of["version"] });
        self.does(caller, name, input).await
    }

    /// What an organization finds on record.
    pub(crate) async fn on_record(&self, caller: &Caller) -> Vec<Value> {
        let answer = self.house.asked_by(caller, WHY, &exceptions(), json!({})).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"]["exceptions"]["nodes"].as_array().unwrap().clone()
    }

    /// An order of that kind, from now on.
    pub(crate) fn order(&self, kind: &str, categories: &[&str], recipient: &str, days: i64) -> Value {
        let house = &self.house;
        json!({
            "subject": house.outward(HOLDER, self.subject), "kind": kind, "categories": categories,
            "recipients": [house.public_id(recipient)], "until": house.desk.now().plus_days(days).rfc3339(),
            "number": "CWC-41", "court": "Child Welfare Committee (invented)", "note": "zq-in-the-best-interest",
        })
    }

    /// Puts an order on record as the first person and has the second one attest it.
    pub(crate) async fn attested(&self, order: Value) -> Value {
        let recorded = self.does(&self.holder(self.first), "recordOrder", order).await;
        assert_eq!(recorded["exception"]["state"], "PROPOSED", "{recorded}");
        let attested = self.steps(&self.holder(self.second), "attestOrder", &recorded["exception"]).await;
        assert_eq!(attested["exception"]["state"], "IN_FORCE", "{attested}");
        attested["exception"].clone()
    }

    /// What the owner asks for in a child's or a court's name.
    pub(crate) fn overriding(&self, basis: &str, purposes: &[&str], recipient: &str) -> Value {
        json!({
            "subject": self.house.outward(HOLDER, self.subject), "basis": basis, "categories": ["DEMOGRAPHICS"],
            "purposes": purposes, "recipient": self.house.public_id(recipient), "note": "zq-grounds",
        })
    }

    /// The same by a court, resting on its order.
    pub(crate) fn ordered(&self, purposes: &[&str], recipient: &str, order: &Value) -> Value {
        let mut input = self.overriding("COURT_ORDER", purposes, recipient);
        input["order"] = order["id"].clone();
        input
    }

    pub(crate) fn emergency(&self, subject: SubjectId) -> Value {
        json!({ "subject": self.house.outward(OTHER, subject), "reason": "LIFE" })
    }

    pub(crate) async fn declared(&self) -> Value {
        let told = self.does(&self.recipient(), "declareEmergency", self.emergency(self.subject)).await;
        assert_eq!(told["__typename"], "ExceptionRecorded", "{told}");
        told["exception"].clone()
    }

    pub(crate) fn review(&self, of: &Value, finding: &str) -> Value {
        json!({ "exception": of["id"], "version": of["version"], "finding": finding })
    }

    /// What an organization's system is shown of the person for a purpose.
    pub(crate) async fn shown(&self, handle: &str, why: Purpose) -> Vec<String> {
        let id = self.house.outward(handle, self.subject);
        let data = self.house.ask(handle, why, SUBJECTS, json!({ "id": id })).await;
        let can_see = data["subject"]["canSee"].as_array().unwrap();
        // What is announced is what shows.
        for (field, category) in [
            ("demographics", "DEMOGRAPHICS"),
            ("contactSafety", "CONTACT_SAFETY"),
            ("legal", "LEGAL"),
            ("identity", "IDENTITY"),
        ] {
            assert_eq!(data["subject"][field].is_object(), can_see.contains(&json!(category)), "{field}: {data}");
        }
        can_see.iter().map(|category| category.as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn recipient_sees(&self, category: &str, why: Purpose) -> bool {
        self.shown(OTHER, why).await.iter().any(|shown| shown == category)
    }

    /// The owner reads what must be in the journal first: what may follow its answer within a second is there with it.
    pub(crate) async fn written(&self) {
        let own = json!({ "id": self.house.outward(HOLDER, self.subject) });
        let data = self.house.ask(HOLDER, WHY, SUBJECTS, own).await;
        assert!(data["subject"]["identity"].is_object(), "{data}");
    }

    /// The kinds of journal entries about exceptions, in order.
    pub(crate) async fn journal(&self) -> Vec<String> {
        let kinds = "kind LIKE 'ORDER_%' OR kind LIKE 'OVERRIDE_%' OR kind LIKE 'EMERGENCY_%'";
        self.house.look.texts(&format!("SELECT kind FROM journal_entry WHERE {kinds} ORDER BY seq")).await
    }
}
