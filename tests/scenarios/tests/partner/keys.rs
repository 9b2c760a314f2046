//! The hub's own idempotency keys: a caller that knows what the hub will do next cannot occupy the key it will use.

use sangam_kit::database::Database;
use serde_json::json;

use crate::house::{House, SHELTER, nodes};
use crate::words::{CONSENTS, GIVE};
use sangam_scenarios::look::migrated;

sangam_kit::both_databases! {
    template = migrated;

    /// The minor's refusal is about to be read. Somebody in her own shelter uses up the key under which the hub would
    /// record it, as it stands in the store and without what stands before it, and so hopes to be rid of the refusal.
    async fn a_callers_key_cannot_take_the_place_of_the_hubs(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        let mut stored = house.look.texts("SELECT idempotency_key FROM idempotency").await;
        stored.retain(|key| key.contains(&house.people[0]));
        assert_eq!(stored.len(), 1, "{stored:?}");
        // As it was before: the refusal unread, its key unused.
        for statement in ["DELETE FROM idempotency", "DELETE FROM consent_span", "DELETE FROM consent"] {
            house.look.run(statement).await;
        }
        let zeros = if database.url().starts_with("sqlite") { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
        house.look.run(&format!("UPDATE partner_record SET digest = {zeros}")).await;

        let from_its_words = stored[0].find("intake").unwrap();
        let mut given = 0;
        for key in [&stored[0][..], &stored[0][from_its_words..]] {
            let input = json!({
                "subject": minor, "effect": "GRANT", "givenBy": "AUTHORITY", "assent": "GIVEN", "order": house.care_order(SHELTER).await,
                "answers": [true, true, true, true, true, true, true], "purposes": ["SERVICE_REFERRAL"],
                "categories": ["DEMOGRAPHICS"], "recipients": [house.public_id("nirapod-ghar")], "countries": ["BD"],
                "until": house.desk.now().plus_days(30).rfc3339(), "idempotencyKey": key,
            });
            let told = house.ask(SHELTER, GIVE, json!({"input": input})).await;
            given += usize::from(told["giveConsent"]["__typename"] == "ConsentRecorded");
        }
        assert!(given > 0, "no key was accepted: the attack is void");

        let report = house.synchronise(&shelter).await;
        assert_eq!((report.changed, report.quarantined), (2, 0), "{report:?}");
        let consents = nodes(&house.ask(SHELTER, CONSENTS, json!({"subject": minor})).await, "consents");
        let refused = consents.iter().filter(|consent| consent["effect"] == "WITHHOLD").count();
        assert_eq!((consents.len(), refused), (given + 1, 1), "{consents:?}");
    }
}
