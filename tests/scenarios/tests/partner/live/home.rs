//! A system that keeps its records at home: a shelter's Primero of its own, on the shipped form with one addition, her
//! consent to the agency where the form's tick says so.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use sangam_desk::PartnerDesk;
use sangam_sandbox::Sandbox;
use sangam_sandbox::primero::{Kind, Primero};
use sangam_vocabulary::{Category, CategorySet, Country, Role, SeededChance};
use sangam_wire::Wire;
use serde_json::{Value, json};

use crate::house::{AGENCY, House, STRANGER, nodes};
use crate::words::{REFERRALS, SEND, SUBJECTS};

/// What the adult's record says of what happened to her.
pub(super) const NOTES: &str = "Promised a kitchen, zq-kitchen-7001.";

const NAMES: &str =
    "query Names($subjects: [ID!]!) { live(subjects: $subjects) { nodes { id identity { names { text } } } } }";

/// What she agreed to, as the form has it.
const CONSENT: &str = r#"
| (if $case.disclosure_other_orgs == true then .consents = (.consents // []) + [{
    effect: "GRANT", givenBy: "OWN", noConflict: false, assent: "NOT_ASKED", answers: [true, true, true, true, true, true, true],
    purposes: ["SERVICE_REFERRAL"], categories: ["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES", "HEALTH", "NARRATIVE"],
    recipients: ["agency-nirapod-ghar"], countries: all_countries, from: "2026-01-01T00:00:00Z", until: "2028-01-01T00:00:00Z"
  }] else . end)
"#;

pub(super) struct Home {
    pub(super) sandbox: Sandbox<Primero>,
    pub(super) partner: Arc<PartnerDesk>,
    pub(super) owner: &'static str,
    /// The adult's case.
    pub(super) case: String,
    /// The other case that is marked for the hub.
    pub(super) other: String,
    name: &'static str,
    secrets: PathBuf,
}

impl Home {
    /// A system in mode live, connected and not yet read, and an agreement of its owner with the agency.
    pub(super) async fn open(house: &House, name: &'static str, owner: &'static str, seed: u64) -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let (clock, chance) = (Arc::clone(&house.clock), Arc::new(SeededChance::new(seed)));
        let sandbox = Sandbox::start(Kind::ShelterIn, listen, clock as _, chance).await.unwrap();
        let secrets = house.folder.join(&format!("secrets-{name}"));
        std::fs::create_dir(&secrets).unwrap();
        sandbox.write_password(&secrets).unwrap();
        let people = sandbox.seed_people();
        assert!(sandbox.edit(
            &people[1],
            &json!({"incident_account": NOTES, "medical_notes": "Asthma.", "refused_sharing": ["family"]})
        ));
        let shipped = |file: &str| std::fs::read_to_string(house.folder.join("partners").join(file)).unwrap();
        let text = shipped("shelter-in.toml")
            .replace("name = \"shelter-in\"", &format!("name = \"{name}\""))
            .replace("organization = \"asha-nivas\"", &format!("organization = \"{owner}\""))
            .replace("mode = \"both\"", "mode = \"live\"\nconsent_text = \"2026-1\"")
            .replace("shelter-in.in.jq", &format!("{name}.in.jq"))
            .replace("breaker_failures = 5", "breaker_failures = 2")
            .replace("\"services_section\",", "\"services_section\", \"disclosure_other_orgs\",");
        house.write_file(&format!("{name}.toml"), &text);
        house.write_file(&format!("{name}.in.jq"), &format!("{}{CONSENT}", shipped("shelter-in.in.jq")));
        let partner = house.connect_at(name, Some(sandbox.base_url()), secrets.clone()).await;
        let more = CategorySet::LIGHT.with(Category::Health).with(Category::Narrative);
        house.agree(&[owner], &[AGENCY, STRANGER], more).await;
        let [other, case, ..] = people.as_slice() else { panic!("the shelter's people") };
        Self { sandbox, partner, owner, case: case.clone(), other: other.clone(), name, secrets }
    }

    /// Five systems of five owners, each with somebody who was referred to the agency; and these, as the agency has them.
    pub(super) async fn five(house: &mut House) -> ([Self; 5], Vec<String>) {
        const OWNERS: [(&str, &str); 5] = [
            ("home-a", "owner-a"),
            ("home-b", "owner-b"),
            ("home-c", "owner-c"),
            ("home-d", "owner-d"),
            ("home-e", "owner-e"),
        ];
        let (mut homes, mut subjects) = (Vec::new(), Vec::new());
        for (place, (name, owner)) in (50..).zip(OWNERS) {
            house.join(owner, owner, Country::India, Role::Shelter).await;
            let home = Self::open(house, name, owner, place).await;
            house.synchronise(&home.partner).await;
            let own = home.adult_for_her_owner(house).await;
            subjects.push(home.refer(house, &own).await);
            homes.push(home);
        }
        (homes.try_into().unwrap_or_else(|_| panic!("five of them")), subjects)
    }

    /// Connects it anew with a wire around its own.
    pub(super) async fn connect_by(&self, house: &House, around: impl FnOnce(Arc<dyn Wire>) -> Arc<dyn Wire>) {
        house.connect_by(self.name, Some(self.sandbox.base_url()), self.secrets.clone(), around).await;
    }

    /// Changes the adult's record as the shelter's own people do.
    pub(super) fn edit(&self, fields: &Value) -> bool {
        self.sandbox.edit(&self.case, fields)
    }

    /// A field of the adult's record.
    pub(super) fn field(&self, name: &str) -> Value {
        let cases = self.sandbox.cases();
        cases.iter().find(|case| case["id"] == self.case.as_str()).unwrap()[name].clone()
    }

    /// The adult, as her owner has her: found by her name, which is only at home.
    pub(super) async fn adult_for_her_owner(&self, house: &House) -> String {
        let ids: Vec<Value> = nodes(&house.ask(self.owner, SUBJECTS, json!({})).await, "subjects")
            .into_iter()
            .map(|subject| subject["id"].clone())
            .collect();
        let told = house.ask(self.owner, NAMES, json!({"subjects": ids})).await;
        let all = told["live"][0]["nodes"].as_array().unwrap_or_else(|| panic!("{told}")).clone();
        let named = |node: &&Value| node["identity"]["names"][0]["text"] == "Maya Tamang";
        all.iter().find(named).unwrap_or_else(|| panic!("{told}"))["id"].as_str().unwrap().to_owned()
    }

    /// Refers a subject of the owner to the agency; gives her id as the agency has it.
    pub(super) async fn refer(&self, house: &House, own: &str) -> String {
        let received = async || -> Vec<Value> {
            let told = nodes(&house.ask(AGENCY, REFERRALS, json!({"direction": "RECEIVED"})).await, "referrals");
            told.iter().map(|referral| referral["subject"]["id"].clone()).collect()
        };
        let before = received().await;
        let input = json!({
            "subject": own, "recipient": house.public_id(AGENCY), "services": ["LEGAL_AID"], "urgency": "ROUTINE",
            "idempotencyKey": format!("refer from {}", self.name),
        });
        let sent = house.ask(self.owner, SEND, json!({"input": input})).await;
        assert_eq!(sent["sendReferral"]["__typename"], "ReferralSent", "{sent}");
        let new = received().await.into_iter().find(|id| !before.contains(id));
        new.unwrap_or_else(|| panic!("nobody new")).as_str().unwrap().to_owned()
    }
}
