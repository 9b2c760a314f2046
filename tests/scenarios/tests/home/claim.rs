//! She asks for protection from the state she would go to: everything towards it stops, and it no longer knows that there
//! ever was a request.

use sangam_custody::Age;
use sangam_kit::database::Database;
use serde_json::json;

use crate::going::{attempt, lacks, look, offers_what_happens, opened, seen, step};
use crate::house::{DHAKA, HOME, House, NIRAPOD, SENDING};
use sangam_scenarios::look::migrated;

sangam_kit::both_databases! {
    template = migrated;

    async fn a_claim_stops_everything_towards_the_home_state(database: Database) {
        let house = House::open(&database).await;
        let nasrin = house.survivor("Nasrin (invented)", Age::Adult).await;
        opened(&house, HOME, NIRAPOD, &nasrin, "BD").await;
        step(&house, HOME, json!({ "request": "INVITE_AUTHORITY", "organization": house.public_id(SENDING) })).await;
        step(&house, HOME, json!({ "request": "INVITE_LIAISON", "organization": house.public_id(DHAKA) })).await;
        step(&house, SENDING, json!({ "court": "CLEAR", "reason": "COURT_NO_OBJECTION" })).await;
        step(&house, SENDING, json!({ "court": "ORDER" })).await;
        step(&house, SENDING, json!({ "verification": "ASK" })).await;
        let theirs = look(&house, DHAKA).await;
        assert!(theirs["subject"]["tracing"].is_object(), "the scene is the one that was meant: {theirs}");

        // A watcher of the state of origin is told nothing more, either.
        let claimed = step(&house, HOME, json!({ "screening": "CLAIM" })).await;
        assert_eq!((&claimed["screening"]["state"], &claimed["board"]), (&json!("CLAIM"), &json!("ON_HOLD")));
        assert!(seen(&house, DHAKA).await.is_empty());
        let query = format!("query($id: ID!) {{ repatriation(id: $id) {{ {} }} }}", crate::words::REQUEST);
        let by_id = house.ask(DHAKA, &query, json!({ "id": theirs["id"] })).await;
        assert!(by_id["repatriation"].is_null());
        for input in [json!({ "verification": "BEGIN" }), json!({ "request": "REFUSE", "reason": "STATE_OBJECTS" })] {
            let mut whole = json!({ "repatriation": theirs["id"], "version": theirs["version"] });
            whole.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
            let told = house.change(DHAKA, "stepRepatriation", whole).await;
            assert_eq!(told["__typename"], "NotFound", "{told}");
        }
        // The organization in that country sees that it waits, and neither why nor whom to look for.
        let waits = look(&house, NIRAPOD).await;
        assert_eq!((&waits["board"], &waits["holds"]), (&json!("ON_HOLD"), &json!([])));
        assert_eq!(waits["screening"]["state"], "NOT_DONE", "the covering word: {waits}");
        assert!(waits["subject"]["tracing"].is_null() && waits["subject"]["identity"].is_null(), "{waits}");
        lacks(&house, NIRAPOD, json!({ "verification": "BEGIN" }), &["NO_CLAIM"]).await;
        let again = json!({ "request": "INVITE_LIAISON", "organization": house.public_id(DHAKA) });
        lacks(&house, HOME, again, &["NO_CLAIM"]).await;
        for name in [HOME, NIRAPOD, SENDING] {
            assert!(offers_what_happens(&house, name).await > 30, "{name}");
        }
        // Only what the table calls an end of the claim ends it.
        let unreasoned = attempt(&house, HOME, json!({ "screening": "SETTLE", "apartFromPolice": true })).await;
        assert_eq!(unreasoned["path"], "/reason");
        lacks(&house, HOME, json!({ "screening": "SETTLE", "reason": "CLAIM_WITHDRAWN" }), &["APART_FROM_POLICE"]).await;
        let settled = json!({ "screening": "SETTLE", "reason": "CLAIM_WITHDRAWN", "apartFromPolice": true });
        step(&house, HOME, settled).await;
        assert!(look(&house, DHAKA).await["subject"]["tracing"].is_object(), "who sat there sits there again");

        // Never before the screening: a request that was not screened has no seat for that state.
        let other = house.survivor("Ayesha (invented)", Age::Adult).await;
        let told = house.change(HOME, "requestRepatriation", json!({ "subject": other.id, "to": "BD" })).await;
        let (id, version) = (told["repatriation"]["id"].clone(), told["repatriation"]["version"].clone());
        let invite = json!({ "repatriation": id, "version": version, "request": "INVITE_LIAISON", "organization": house.public_id(DHAKA) });
        assert_eq!(house.change(HOME, "stepRepatriation", invite).await["__typename"], "IllegalStep");
        assert_eq!(seen(&house, DHAKA).await.len(), 1);
    }
}
