//! Nothing is done without its entry: each act leaves the kind of entry that the runbook says, and no other.

use sangam_desk::{NewClient, NewCredential};
use sangam_kit::database::Database;
use sangam_language::{Scope, ScopeSet};
use sangam_vocabulary::{CategorySet, Country, Purpose, PurposeSet, Role};
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, STRANGER, nodes};
use crate::words::{QUARANTINE, REPLAY, SEND, STEP, WITHDRAW};
use sangam_scenarios::look::migrated;

/// The kinds of entries in the order they were written, but for disclosures: the answer to a change is one, too, and
/// follows within a second.
async fn kinds(house: &House) -> Vec<String> {
    house.look.texts("SELECT kind FROM journal_entry WHERE kind <> 'DISCLOSED' ORDER BY seq").await
}

/// The kinds since the last look, each once.
struct Since(usize);

impl Since {
    async fn of(house: &House) -> Self {
        Self(kinds(house).await.len())
    }

    async fn left(&mut self, house: &House) -> Vec<String> {
        let all = kinds(house).await;
        let mut new = all[self.0..].to_vec();
        self.0 = all.len();
        new.sort();
        new.dedup();
        new
    }
}

async fn did(house: &House, handle: &str, mutation: &str, input: Value, member: &str) -> Value {
    let told = house.ask(handle, mutation, json!({"input": input})).await;
    let told = told.as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(told["__typename"], member, "{told}");
    told
}

sangam_kit::both_databases! {
    template = migrated;

    async fn each_act_leaves_its_own_kind_of_entry_and_no_other(database: Database) {
        let house = House::open(&database).await;
        let mut since = Since::of(&house).await;

        let clinic = house.organization("Seba Clinic", Country::Bangladesh, Role::HealthProvider).await;
        assert_eq!(since.left(&house).await, ["ORGANIZATION_CHANGED"]);
        house.desk.replace_seal(clinic).await.unwrap();
        assert_eq!(since.left(&house).await, ["ORGANIZATION_KEYS_CHANGED"]);
        let scopes = ScopeSet::of(&[Scope::Directory]);
        let purposes = PurposeSet::of(&[Purpose::ServiceReferral]);
        let client = NewClient { organization: clinic, name: "invented system".to_owned(), scopes, purposes, credential: NewCredential::Secret, actor_keys: None };
        let secret = house.desk.enrol_client(client).await.unwrap();
        assert_eq!(since.left(&house).await, ["CLIENT_CHANGED"]);
        house.desk.suspend_client(&secret.client_id, true).await.unwrap();
        assert_eq!(since.left(&house).await, ["CLIENT_CHANGED"]);
        house.agree(&[SHELTER], &[STRANGER], CategorySet::all()).await;
        assert_eq!(since.left(&house).await, ["AGREEMENT_CHANGED"]);

        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        // The minor refused that her health is shared, and is referred to the agency.
        assert_eq!(since.left(&house).await, ["CONSENT_GIVEN", "REFERRAL_SENT", "SUBJECT_RECORDED"]);
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        let consent = house.consent_for_child(SHELTER, &minor, &[house.public_id(STRANGER)], &["SERVICES"], "c").await;
        assert_eq!(since.left(&house).await, ["CONSENT_GIVEN"]);
        let to = json!({"subject": minor, "recipient": house.public_id(STRANGER), "services": ["HEALTH"], "urgency": "ROUTINE", "idempotencyKey": "s"});
        did(&house, SHELTER, SEND, to, "ReferralSent").await;
        assert_eq!(since.left(&house).await, ["REFERRAL_SENT"]);
        let received = house.referrals(STRANGER, "RECEIVED").await.remove(0);
        let step = json!({"referral": received["id"], "version": received["version"], "event": "RECEIVE", "idempotencyKey": "r"});
        did(&house, STRANGER, STEP, step, "StepTaken").await;
        assert_eq!(since.left(&house).await, ["REFERRAL_STEPPED"]);
        did(&house, SHELTER, WITHDRAW, json!({"consent": consent, "idempotencyKey": "w"}), "ConsentWithdrawn").await;
        assert_eq!(since.left(&house).await, ["CONSENT_WITHDRAWN"]);
        // What another may not withdraw it asked for in vain.
        did(&house, AGENCY, WITHDRAW, json!({"consent": consent, "idempotencyKey": "v"}), "NotFound").await;
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        assert_eq!(since.left(&house).await, ["REFUSED"]);

        let case = &house.people[0];
        assert!(house.shelter.edit(case, &json!({"sex": "male"})));
        house.synchronise(&shelter).await;
        assert_eq!(since.left(&house).await, ["SUBJECT_CHANGED"]);
        house.shelter.set_raw(case, "sex", json!("zq-unheard-of-7741"));
        house.synchronise(&shelter).await;
        assert_eq!(since.left(&house).await, ["RECORD_QUARANTINED"]);
        house.shelter.set_raw(case, "sex", json!("male"));
        let waiting = nodes(&house.ask(SHELTER, QUARANTINE, json!({})).await, "quarantine");
        did(&house, SHELTER, REPLAY, json!({"record": waiting[0]["id"], "idempotencyKey": "m"}), "RecordRead").await;
        assert_eq!(since.left(&house).await, ["RECORD_REPLAYED", "SUBJECT_CHANGED"]);
        assert!(house.shelter.edit(case, &json!({"sangam_share": false})));
        house.synchronise(&shelter).await;
        assert_eq!(since.left(&house).await, ["RECORD_TAKEN_BACK"]);
    }
}
