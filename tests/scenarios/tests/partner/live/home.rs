//! A system that keeps its records at home: a shelter's Primero of its own, on the shipped form with one addition, her
//! consent to the agency where the form's tick says so; and, where a test has somebody near, her consent to that one, to where
//! she is as well where her report has its word.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use sangam_desk::PartnerDesk;
use sangam_sandbox::Sandbox;
use sangam_sandbox::primero::{Kind, Primero};
use sangam_vocabulary::{Category, CategorySet, Country, Role, SeededChance};
use sangam_wire::Wire;
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, STRANGER, nodes};
use crate::words::{REFERRALS, SEND, SUBJECTS};

/// What the adult's record says of what happened to her.
pub(super) const NOTES: &str = "Promised a kitchen, zq-kitchen-7001.";

/// An organization of the owner's own country, which may be told where somebody is.
pub(super) const NEAR: &str = "near";
/// The word in a report by which a record consents to that.
pub(super) const PLACE_TOLD: &str = "place told";

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

/// What she agreed to for the one that is near.
const CONSENT_NEAR: &str = r#"
| (if $case.disclosure_other_orgs == true then .consents = (.consents // []) + [{
    effect: "GRANT", givenBy: "OWN", noConflict: false, assent: "NOT_ASKED", answers: [true, true, true, true, true, true, true],
    purposes: ["SERVICE_REFERRAL"],
    categories: (["CASE_REFERENCE", "DEMOGRAPHICS", "NARRATIVE"] + (if $case.fir_number == "place told" then ["CURRENT_LOCATION"] else [] end)),
    recipients: ["agency-near"], countries: all_countries, from: "2026-01-01T00:00:00Z", until: "2028-01-01T00:00:00Z"
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
        Self::on_a_form(house, name, owner, seed, |text| text, "").await
    }

    /// The same of the shelter, with somebody near who joins and has an agreement on where people are as well.
    pub(super) async fn near(house: &mut House) -> Self {
        house.join(NEAR, "Invented Legal Aid", Country::India, Role::Ngo).await;
        let told = CategorySet::LIGHT.with(Category::Narrative).with(Category::CurrentLocation);
        house.agree(&[SHELTER], &[NEAR], told).await;
        let known = |text: String| format!("{text}\nagency-near = \"{NEAR}\"\n");
        Self::on_a_form(house, "home-near", SHELTER, 43, known, CONSENT_NEAR).await
    }

    async fn on_a_form(
        house: &House,
        name: &'static str,
        owner: &'static str,
        seed: u64,
        file: impl FnOnce(String) -> String,
        mapped: &str,
    ) -> Self {
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
        house.write_file(&format!("{name}.toml"), &file(text));
        house.write_file(&format!("{name}.in.jq"), &format!("{}{CONSENT}{mapped}", shipped("shelter-in.in.jq")));
        let partner = house.connect_at(name, Some(sandbox.base_url()), secrets.clone()).await;
        let more = CategorySet::LIGHT.with(Category::Health).with(Category::Narrative);
        house.agree(&[owner], &[AGENCY, STRANGER], more).await;
        let [other, case, ..] = people.as_slice() else { panic!("the shelter's people") };
        Self { sandbox, partner, owner, case: case.clone(), other: other.clone(), name, secrets }
    }

    /// Five systems of five owners, each with somebody who was referred to the agency; and these, as their owners and as the
    /// agency have them.
    pub(super) async fn five(house: &mut House) -> ([Self; 5], Vec<String>, Vec<String>) {
        const OWNERS: [(&str, &str); 5] = [
            ("home-a", "owner-a"),
            ("home-b", "owner-b"),
            ("home-c", "owner-c"),
            ("home-d", "owner-d"),
            ("home-e", "owner-e"),
        ];
        let (mut homes, mut all, mut subjects) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (name, owner)) in (50..).zip(OWNERS) {
            house.join(owner, owner, Country::India, Role::Shelter).await;
            let home = Self::open(house, name, owner, place).await;
            house.synchronise(&home.partner).await;
            let own = home.adult_for_her_owner(house).await;
            subjects.push(home.refer(house, &own).await);
            all.push(own);
            homes.push(home);
        }
        (homes.try_into().unwrap_or_else(|_| panic!("five of them")), all, subjects)
    }

    /// Connects it anew with a wire around its own.
    pub(super) async fn connect_by(
        &self,
        house: &House,
        around: impl FnOnce(Arc<dyn Wire>) -> Arc<dyn Wire>,
    ) -> Arc<PartnerDesk> {
        house.connect_by(self.name, Some(self.sandbox.base_url()), self.secrets.clone(), around).await
    }

    /// Lets the other record be of an adult who consents like the first.
    pub(super) fn other_is_an_adult(&self) {
        let told = json!({
            "date_of_birth": null, "age": 30, "disclosure_other_orgs": true, "incident_account": NOTES,
            "refused_sharing": ["family"],
        });
        assert!(self.sandbox.edit(&self.other, &told));
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

    /// The adult, as her owner has her.
    pub(super) async fn adult_for_her_owner(&self, house: &House) -> String {
        self.named_for_her_owner(house, "Maya Tamang").await
    }

    /// Somebody as her owner has her: found by her name, which is only at home.
    pub(super) async fn named_for_her_owner(&self, house: &House, name: &str) -> String {
        let ids: Vec<Value> = nodes(&house.ask(self.owner, SUBJECTS, json!({})).await, "subjects")
            .into_iter()
            .map(|subject| subject["id"].clone())
            .collect();
        let told = house.ask(self.owner, NAMES, json!({"subjects": ids})).await;
        let entries = told["live"].as_array().unwrap_or_else(|| panic!("{told}"));
        let mut all = entries.iter().flat_map(|entry| entry["nodes"].as_array().unwrap());
        let found = all.find(|node| node["identity"]["names"][0]["text"] == name);
        found.unwrap_or_else(|| panic!("{told}"))["id"].as_str().unwrap().to_owned()
    }

    /// Refers a subject of the owner to the agency; gives her id as the agency has it.
    pub(super) async fn refer(&self, house: &House, own: &str) -> String {
        self.refer_to(house, own, AGENCY).await
    }

    /// Refers a subject of the owner; gives her id as the recipient has it.
    pub(super) async fn refer_to(&self, house: &House, own: &str, recipient: &'static str) -> String {
        let received = async || -> Vec<Value> {
            let told = nodes(&house.ask(recipient, REFERRALS, json!({"direction": "RECEIVED"})).await, "referrals");
            told.iter().map(|referral| referral["subject"]["id"].clone()).collect()
        };
        let before = received().await;
        let input = json!({
            "subject": own, "recipient": house.public_id(recipient), "services": ["LEGAL_AID"], "urgency": "ROUTINE",
            "idempotencyKey": format!("refer {own} from {} to {recipient}", self.name),
        });
        let sent = house.ask(self.owner, SEND, json!({"input": input})).await;
        assert_eq!(sent["sendReferral"]["__typename"], "ReferralSent", "{sent}");
        let new = received().await.into_iter().find(|id| !before.contains(id));
        new.unwrap_or_else(|| panic!("nobody new")).as_str().unwrap().to_owned()
    }
}
