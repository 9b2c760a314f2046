//! Imported consent only narrows: what a person refused to her shelter binds in the hub, whatever is granted
//! there.

use sangam_kit::database::Database;
use sangam_vocabulary::{CategorySet, Country, Role};
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, STRANGER, nodes};
use crate::look::migrated;
use crate::words::{CONSENTS, EXPLAIN, SEND};

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

sangam_kit::both_databases! {
    template = migrated;

    /// The minor refused that her health is shared.
    async fn a_refusal_at_the_shelter_binds_everyone(database: Database) {
        let mut house = House::open(&database).await;
        house.agree(&[SHELTER], &[AGENCY, STRANGER], CategorySet::all()).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let minor = house.subject(SHELTER, "Shiuli Begum").await;

        let consents = nodes(&house.ask(SHELTER, CONSENTS, json!({"subject": minor})).await, "consents");
        assert_eq!(consents.len(), 1, "{consents:?}");
        assert_eq!((&consents[0]["effect"], &consents[0]["categories"]), (&json!("WITHHOLD"), &json!(["HEALTH"])));
        let refusal = consents[0]["id"].clone();

        // An otherwise sufficient grant, from whoever may give it for a child.
        let recipients = [house.public_id(AGENCY), house.public_id(STRANGER)];
        house.consent_for_child(SHELTER, &minor, &recipients, &["HEALTH", "DEMOGRAPHICS"], "grant").await;
        refer(&house, &minor, &recipients[1], "to the second").await;
        for recipient in &recipients {
            let health = explained(&house, &minor, recipient, "HEALTH").await;
            assert_eq!((&health["verdict"], &health["clause"]), (&json!("WITHHELD"), &refusal), "{health}");
            assert_eq!(explained(&house, &minor, recipient, "DEMOGRAPHICS").await["verdict"], "RELEASED");
        }

        // Also an organization that joins after the refusal was read.
        let late = house.organization("Nobo Disha", Country::Bangladesh, Role::Ngo).await;
        house.organizations.insert("nobo-disha", late);
        house.agree(&[SHELTER], &["nobo-disha"], CategorySet::all()).await;
        let late = house.public_id("nobo-disha");
        house.consent_for_child(SHELTER, &minor, std::slice::from_ref(&late), &["HEALTH", "DEMOGRAPHICS"], "late grant").await;
        refer(&house, &minor, &late, "to the late one").await;
        assert_eq!(explained(&house, &minor, &late, "DEMOGRAPHICS").await["verdict"], "RELEASED");
        let health = explained(&house, &minor, &late, "HEALTH").await;
        assert_eq!(health["verdict"], "WITHHELD", "who joins later is not bound by the refusal: {health}");
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
