//! A court and a return: a hearing that holds her by itself, a hold that waits for one that is on record, and whose turn
//! it is while nothing happens but that time passes.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_vocabulary::Purpose;
use serde_json::{Value, json};

use crate::bangladesh::{hearing, lets_go, verified};
use crate::going::{attempt, lacks, look, opened, seen, step};
use crate::house::{DHAKA, HOME, House, NIRAPOD, SATHI, SENDING};
use sangam_scenarios::look::migrated;

/// In how many requests an organization sees that it is a seat's turn.
async fn turns(house: &House, name: &str, seat: &str) -> usize {
    let query = format!("{{ repatriations(turn: {seat}) {{ nodes {{ id }} }} }}");
    house.ask(name, &query, json!({})).await["repatriations"]["nodes"].as_array().unwrap().len()
}

/// The clocks that stand still.
async fn paused(house: &House) -> Vec<String> {
    house.look.texts("SELECT track FROM clock WHERE paused_at IS NOT NULL ORDER BY track").await
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_hearing_that_holds_her_stands_on_the_board_and_stops_the_clocks(database: Database) {
        let house = House::open(&database).await;
        let maya = house.survivor("Maya (invented)", Age::Adult).await;
        opened(&house, HOME, SATHI, &maya, "NP").await;
        let before = look(&house, HOME).await;
        assert_ne!(before["board"], "ON_HOLD");
        assert_eq!((&before["onHold"], paused(&house).await.len()), (&json!([]), 0));
        let plain = json!({ "subject": maya.id, "kind": "OTHER", "takesPlaceAt": house.at(24) });
        hearing(&house, "recordHearing", plain).await;
        assert_eq!(look(&house, HOME).await, before, "a hearing that holds nobody is no part of the request");
        house.hours(1);
        let holding = json!({ "subject": maya.id, "kind": "EVIDENCE", "takesPlaceAt": house.at(24), "holdsReturn": true });
        let court = hearing(&house, "recordHearing", holding).await;
        let since = house.at(0);
        let held = look(&house, HOME).await;
        assert_eq!((&held["board"], &held["boardSince"], &held["turn"]), (&json!("ON_HOLD"), &json!(since), &json!("HOLDING")), "{held}");
        assert_eq!((&held["onHold"], &held["holds"]), (&json!(["COURT"]), &json!(["TESTIMONY"])));
        let abroad = look(&house, SATHI).await;
        let legal = abroad["canSee"].as_array().unwrap().contains(&json!("LEGAL"));
        assert_eq!((&abroad["board"], &abroad["onHold"]), (&json!("ON_HOLD"), &json!(["COURT"])), "{abroad}");
        assert_eq!(abroad["holds"] == json!(["TESTIMONY"]), legal, "why is told to whoever may see it: {abroad}");
        assert_eq!((turns(&house, HOME, "HOLDING").await, turns(&house, SATHI, "HOLDING").await), (1, 1));
        assert_eq!(paused(&house).await, ["IN-NP-TOTAL"]);
        // It is put off: that is told to whoever sits in the request, and she is held on.
        house.days(2);
        let off = json!({ "hearing": court["id"], "version": court["version"], "event": "ADJOURN", "reason": "COURT_DID_NOT_SIT" });
        let court = hearing(&house, "stepHearing", off).await;
        assert_eq!((&look(&house, HOME).await["board"], paused(&house).await.len()), (&json!("ON_HOLD"), 1));
        house.days(8);
        lets_go(&house, &court).await;
        let after = look(&house, HOME).await;
        assert_eq!((&after["board"], &after["turn"], &after["onHold"], &after["holds"]), (&before["board"], &before["turn"], &json!([]), &json!([])));
        assert!(paused(&house).await.is_empty());
        let days = |request: &Value| sangam_vocabulary::Instant::read(request["dueAt"].as_str().unwrap()).unwrap().millis() / 86_400_000;
        assert_eq!(days(&after) - days(&before), 10, "what was left is left");
        let told = house.look.texts("SELECT kind FROM event WHERE noun = 'REPATRIATION' AND kind = 'COURT_MOVED'").await;
        assert_eq!(told.len(), 3, "held, put off, let go");
    }

    /// A hold that waits for a recorded hearing follows it: a date that passes says nothing of one that was put off.
    async fn a_hold_for_a_court_is_tied_to_its_hearing(database: Database) {
        let house = House::open(&database).await;
        let maya = house.survivor("Maya (invented)", Age::Adult).await;
        let other = house.survivor("Sita (invented)", Age::Adult).await;
        opened(&house, HOME, SATHI, &maya, "NP").await;
        let soon = |house: &House, who: &str| json!({ "subject": who, "kind": "EVIDENCE", "takesPlaceAt": house.at(24) });
        let foreign = hearing(&house, "recordHearing", soon(&house, &other.id)).await;
        house.hours(1);
        let court = hearing(&house, "recordHearing", soon(&house, &maya.id)).await;
        let hold = |hearing: &Value| json!({ "hold": "HOLD_FOR_COURT", "reason": "TESTIMONY", "hearing": hearing["id"] });
        // Of another woman; with a day of its own; for another step.
        assert_eq!(attempt(&house, HOME, hold(&foreign)).await["path"], "/hearing");
        let mut twice = hold(&court);
        twice["hearingAt"] = json!(house.at(24));
        assert_eq!(attempt(&house, HOME, twice).await["path"], "/hearing");
        let odd = json!({ "hold": "HOLD", "reason": "MEDICAL", "hearing": court["id"] });
        assert_eq!(attempt(&house, HOME, odd).await["path"], "/hearing");
        // Whoever has no seat in the hearing does not tie anything to it.
        assert_ne!(attempt(&house, SATHI, hold(&court)).await["__typename"], "RepatriationStepped");
        let held = step(&house, HOME, hold(&court)).await;
        assert_eq!((&held["holds"], &held["canRelease"]), (&json!(["TESTIMONY"]), &json!([])));
        let release = || json!({ "hold": "RELEASE", "reason": "TESTIMONY" });
        lacks(&house, HOME, release(), &["HEARING_OVER"]).await;
        let off = json!({ "hearing": court["id"], "version": court["version"], "event": "ADJOURN", "reason": "COURT_DID_NOT_SIT" });
        let court = hearing(&house, "stepHearing", off).await;
        house.days(30);
        lacks(&house, HOME, release(), &["HEARING_OVER"]).await;
        let anew = json!({ "hearing": court["id"], "version": court["version"], "event": "RESCHEDULE", "takesPlaceAt": house.at(24) });
        let court = hearing(&house, "stepHearing", anew).await;
        house.days(2);
        lacks(&house, HOME, release(), &["HEARING_OVER"]).await;
        let heard = json!({ "hearing": court["id"], "version": court["version"], "event": "HEAR" });
        let court = hearing(&house, "stepHearing", heard).await;
        assert_eq!(look(&house, HOME).await["canRelease"], json!(["TESTIMONY"]));
        step(&house, HOME, release()).await;
        // One that is over holds nobody anew.
        assert_ne!(attempt(&house, HOME, hold(&court)).await["__typename"], "RepatriationStepped");
        // The control: of a hearing that is not on record the day says when it is over.
        step(&house, HOME, json!({ "hold": "HOLD_FOR_COURT", "reason": "TESTIMONY", "hearingAt": house.at(24) })).await;
        lacks(&house, HOME, release(), &["HEARING_OVER"]).await;
        house.days(1);
        step(&house, HOME, release()).await;
    }

    /// A permit that serves from a day on, and runs out on another: whose turn it is follows the days, and nobody's step.
    async fn whose_turn_it_is_follows_the_days(database: Database) {
        let house = House::open(&database).await;
        let mita = house.survivor("Mita (invented)", Age::Adult).await;
        verified(&house, &mita).await;
        step(&house, SENDING, json!({ "travelDocument": "APPLY" })).await;
        let valid = json!({ "travelDocument": "ISSUE", "validFrom": house.at(24 * 5), "validUntil": house.at(24 * 50) });
        step(&house, DHAKA, valid).await;
        for (days, board, turn) in [
            (0, "NATIONALITY_CONFIRMED", "RECEIVING_LIAISON"),
            (4, "NATIONALITY_CONFIRMED", "RECEIVING_LIAISON"),
            (1, "TRAVEL_DOCUMENT_ISSUED", "SENDING_LIAISON"),
            (44, "TRAVEL_DOCUMENT_ISSUED", "SENDING_LIAISON"),
            (1, "ON_HOLD", "RECEIVING_LIAISON"),
            (300, "ON_HOLD", "RECEIVING_LIAISON"),
        ] {
            house.days(days);
            let seen = look(&house, HOME).await;
            assert_eq!((&seen["board"], &seen["turn"]), (&json!(board), &json!(turn)), "after {days} more days");
            for seat in ["HOLDING", "RECEIVING", "RECEIVING_LIAISON", "SENDING_LIAISON"] {
                assert_eq!(turns(&house, HOME, seat).await, usize::from(seat == turn), "after {days} more days, {seat}");
            }
        }
    }

    /// Her no is heard by whoever sits in the request, and asks for nothing.
    async fn whoever_sits_in_the_request_says_her_no(database: Database) {
        let house = House::open(&database).await;
        for name in [NIRAPOD, SENDING, DHAKA] {
            let mita = house.survivor("Mita (invented)", Age::Adult).await;
            verified(&house, &mita).await;
            let known = seen(&house, name).await.remove(0);
            let no = house.change(name, "withdrawRepatriation", json!({ "repatriation": known["id"], "words": "she stays (invented)" })).await;
            assert_eq!(no["__typename"], "RepatriationWithdrawn", "{name}: {no}");
            let over = look(&house, HOME).await;
            assert_eq!((&over["state"], &over["canDo"]), (&json!("WITHDRAWN"), &json!([])), "{name}");
            let words = house.ask_for(Purpose::Repatriation, HOME, "{ repatriations { nodes { herWords { account } } } }", json!({})).await;
            assert_eq!(words["repatriations"]["nodes"][0]["herWords"]["account"], "she stays (invented)", "{name}");
            // Those who only see that it ended say nothing more.
            let late = house.change(name, "withdrawRepatriation", json!({ "repatriation": known["id"] })).await;
            assert_eq!(late["__typename"], "IllegalStep", "{name}: {late}");
            house.days(91);
        }
    }
}
