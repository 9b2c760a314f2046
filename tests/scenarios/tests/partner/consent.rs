//! Imported consent only narrows: what a person refused to her shelter binds in the hub, whatever is granted
//! there.

use sangam_kit::database::{Database, Kind, run};
use sangam_vocabulary::{Category, CategorySet, Country, Role};
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, nodes};
use crate::words::{CONSENTS, EXPLAIN, SEND};
use sangam_scenarios::look::migrated;

async fn explained(house: &House, subject: &str, recipient: &str, category: &str) -> Value {
    let told = house.ask(SHELTER, EXPLAIN, json!({"subject": subject, "recipient": recipient})).await;
    let entry = told["explain"].as_array().unwrap().iter().find(|entry| entry["category"] == category);
    entry.unwrap().clone()
}

async fn refer(house: &House, subject: &str, recipient: &str, key: &str) {
    let input = json!({"subject": subject, "recipient": recipient, "services": ["HEALTH"], "urgency": "ROUTINE", "idempotencyKey": key});
    let told = house.ask(SHELTER, SEND, json!({"input": input})).await;
    assert_eq!(told["sendReferral"]["__typename"], "ReferralSent", "{told}");
}

/// A clinic in Bangladesh that the shelter has an agreement with for everything.
async fn clinic(house: &mut House, handle: &'static str, name: &str) {
    house.join(handle, name, Country::Bangladesh, Role::HealthProvider).await;
    house.agree(&[SHELTER], &[handle], CategorySet::all()).await;
}

/// Grants a child's health and age to an organization, refers her there, and says what becomes of her health.
async fn granted(house: &House, subject: &str, handle: &str) -> Value {
    let recipient = house.public_id(handle);
    house
        .consent_for_child(SHELTER, subject, std::slice::from_ref(&recipient), &["HEALTH", "DEMOGRAPHICS"], handle)
        .await;
    refer(house, subject, &recipient, &format!("to {handle}")).await;
    assert_eq!(explained(house, subject, &recipient, "DEMOGRAPHICS").await["verdict"], "RELEASED");
    explained(house, subject, &recipient, "HEALTH").await
}

sangam_kit::both_databases! {
    template = migrated;

    /// The minor refused that her health is shared. A clinic may have health where consent says so; hers does not.
    async fn a_refusal_at_the_shelter_binds_every_organization(database: Database) {
        let mut house = House::open(&database).await;
        clinic(&mut house, "clinic", "Seba Clinic").await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let minor = house.subject(SHELTER, "Shiuli Begum").await;

        let consents = nodes(&house.ask(SHELTER, CONSENTS, json!({"subject": minor})).await, "consents");
        assert_eq!(consents.len(), 1, "{consents:?}");
        assert_eq!((&consents[0]["effect"], &consents[0]["categories"]), (&json!("WITHHOLD"), &json!(["HEALTH"])));
        let refusal = consents[0]["id"].clone();

        // An otherwise sufficient grant, from whoever may give it for a child: all but health is released by it.
        let before = granted(&house, &minor, "clinic").await;
        assert_eq!((&before["verdict"], &before["clause"]), (&json!("WITHHELD"), &refusal), "{before}");

        // Without the refusal the very same grant would be enough: the other woman did not refuse.
        let adult = house.subject(SHELTER, "Maya Tamang").await;
        house.own_grant(SHELTER, "clinic", CategorySet::LIGHT.with(Category::Health)).await;
        refer(&house, &adult, &house.public_id("clinic"), "the other").await;
        assert_eq!(explained(&house, &adult, &house.public_id("clinic"), "HEALTH").await["verdict"], "RELEASED");
    }

    /// Ticks on the partner's form are not the hub's consent: they grant nothing.
    async fn a_tick_at_the_partner_grants_nothing(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        assert_eq!(house.look.number("SELECT count(*) FROM consent WHERE effect = 'GRANT'").await, 0);
        let received = house.referrals(AGENCY, "RECEIVED").await;
        assert_eq!(received.len(), 1, "{received:?}");
        assert!(received[0]["services"].is_null() && received[0]["subject"]["caseReference"].is_null(), "{received:?}");
    }
}

/// An organization that joins after the refusal was read is bound by it like the others.
async fn who_joins_later_is_bound(database: Database) {
    let mut house = House::open(&database).await;
    let shelter = house.connect("shelter-in").await;
    house.synchronise(&shelter).await;
    let minor = house.subject(SHELTER, "Shiuli Begum").await;
    clinic(&mut house, "late-clinic", "Nobo Clinic").await;
    let health = granted(&house, &minor, "late-clinic").await;
    assert_eq!(health["verdict"], "WITHHELD", "{health}");
}

#[test]
fn who_joins_later_is_bound_by_an_earlier_refusal() {
    run(Kind::Sqlite, &migrated(), who_joins_later_is_bound);
}
