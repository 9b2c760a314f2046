//! From India to Nepal: an open border, and organizations that bring her home between themselves.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_vocabulary::Purpose;
use serde_json::{Value, json};

use crate::going::{ask_her, attempt, begin, lacks, look, note, offers_what_happens, opened, seen, step};
use crate::house::{DHAKA, HOME, House, KATHMANDU, NIRAPOD, SATHI, STRANGER};
use sangam_scenarios::look::migrated;

const WORDS: &str = "I want to see my mother before the festival (invented)";

fn name_of(request: &Value) -> &Value {
    &request["subject"]["identity"]["names"][0]["text"]
}

sangam_kit::both_databases! {
    template = migrated;

    /// A Nepali girl goes home from Kolkata. The committee's first order is from before the home investigation and does
    /// not count; with one made after it, her wish asked again and the assessment signed by both sides she sets out. The
    /// second memo is signed a day later.
    async fn a_child_goes_home_with_the_order_made_after_the_investigation(database: Database) {
        let house = House::open(&database).await;
        let maya = house.survivor("Maya (invented)", Age::MinorUntil(house.desk.now().plus_days(400))).await;

        // A draft is nobody's business but the holder's.
        let draft = begin(&house, HOME, &maya, "NP").await;
        assert_eq!((&draft["state"], &draft["board"], &draft["turn"]), (&json!("DRAFT"), &json!("DRAFT"), &json!("HOLDING")));
        assert_eq!(name_of(&draft), maya.name, "the holder reads its own");
        for other in [SATHI, KATHMANDU, NIRAPOD, DHAKA, STRANGER] {
            assert!(seen(&house, other).await.is_empty(), "{other}");
        }
        // While one is open the same is the same.
        let again = begin(&house, HOME, &maya, "NP").await;
        assert_eq!(again["id"], draft["id"]);
        let nowhere = house.change(HOME, "requestRepatriation", json!({ "subject": maya.id, "to": "IN" })).await;
        assert_eq!(nowhere["path"], "/to");
        let strangers = house.change(SATHI, "requestRepatriation", json!({ "subject": maya.id, "to": "BD" })).await;
        assert_eq!(strangers["__typename"], "NotFound", "a subject of another: {strangers}");

        // The screening comes first, and apart from police.
        lacks(&house, HOME, json!({ "request": "SUBMIT" }), &["SCREENED", "RISK_ASSESSED", "BEST_INTEREST"]).await;
        lacks(&house, HOME, json!({ "screening": "FIND_NONE" }), &["APART_FROM_POLICE"]).await;
        step(&house, HOME, json!({ "screening": "FIND_NONE", "apartFromPolice": true })).await;
        note(&house, HOME, json!({ "note": "RISK_ASSESSED" })).await;
        note(&house, HOME, json!({ "note": "BEST_INTEREST" })).await;
        let cells = offers_what_happens(&house, HOME).await;
        assert!(cells > 40, "{cells} cells");
        let open = step(&house, HOME, json!({ "request": "SUBMIT" })).await;
        assert_eq!((&open["state"], &open["board"]), (&json!("OPEN"), &json!("AUTHORITY_REVIEW")));
        assert_eq!(open["travelDocument"]["state"], "NOT_NEEDED", "an open border");

        // Who receives is in Nepal, and no government.
        for (wrong, why) in [(NIRAPOD, "another country"), (KATHMANDU, "a government")] {
            let input = json!({ "request": "INVITE_RECEIVER", "organization": house.public_id(wrong) });
            assert_eq!(attempt(&house, HOME, input).await["__typename"], "InvalidInput", "{why}");
        }
        step(&house, HOME, json!({ "request": "INVITE_RECEIVER", "organization": house.public_id(SATHI) })).await;
        let invited = look(&house, SATHI).await;
        assert!(invited["subject"]["identity"].is_null() && invited["subject"]["tracing"].is_null(), "{invited}");
        assert!(invited["subject"]["demographics"]["ageBand"].is_string(), "what law, consent and agreement let pass");
        assert!(invited["subject"]["holder"]["organization"].is_null(), "the home is its case desk");
        assert_ne!(invited["id"], open["id"]);
        assert!(seen(&house, KATHMANDU).await.is_empty(), "and the government knows nothing");
        step(&house, SATHI, json!({ "placement": "AGREE" })).await;

        // What a search needs is there while the home is looked for, and no longer.
        step(&house, HOME, json!({ "court": "CLEAR", "reason": "NO_CRIMINAL_CASE" })).await;
        // Of a child's order somebody else has seen it than whoever records it.
        let person = async |pseudonym: &str| {
            sangam_desk::person_text(house.desk.enrol_person(house.organization(HOME), pseudonym).await.unwrap())
        };
        let (own, second) = (person("staff-1").await, house.second(HOME).await);
        let foreign = house.second(SATHI).await;
        for attested in [Value::Null, json!(own), json!(foreign), json!("per_1")] {
            let told = attempt(&house, HOME, json!({ "court": "ORDER", "attestedBy": attested })).await;
            assert_eq!(told["path"], "/attestedBy", "{attested}: {told}");
        }
        step(&house, HOME, json!({ "court": "ORDER", "attestedBy": second })).await;
        assert_eq!(house.look.number("SELECT count(*) FROM repatriation_track k JOIN person p ON p.id = k.attested_by WHERE k.track = 'COURT' AND p.pseudonym = 'second'").await, 1);
        step(&house, HOME, json!({ "verification": "ASK" })).await;
        assert_eq!(look(&house, SATHI).await["subject"]["tracing"]["father"], "Invented Father");
        step(&house, SATHI, json!({ "verification": "BEGIN" })).await;
        house.days(5);
        step(&house, SATHI, json!({ "verification": "REPORT" })).await;
        step(&house, SATHI, json!({ "verification": "CONFIRM" })).await;
        let confirmed = look(&house, SATHI).await;
        assert!(confirmed["subject"]["tracing"].is_null() && confirmed["subject"]["identity"].is_null(), "{confirmed}");

        // The assessment is made after the investigation and signed by both sides.
        house.days(1);
        step(&house, HOME, json!({ "placement": "ASSESS" })).await;
        step(&house, HOME, json!({ "placement": "SIGN" })).await;
        assert_eq!(step(&house, SATHI, json!({ "placement": "SIGN" })).await["placement"]["state"], "SIGNED");
        step(&house, SATHI, json!({ "placement": "AGREE_PLACE" })).await;

        let days = json!({ "request": "PROPOSE", "crossing": "KAKARBHITTA", "handoverFrom": house.at(120), "handoverUntil": house.at(168) });
        assert_eq!(step(&house, HOME, days).await["state"], "SCHEDULED");
        step(&house, HOME, json!({ "request": "ARRANGE", "handoverAt": house.at(144), "escort": "ORGANIZATION" })).await;
        step(&house, SATHI, json!({ "request": "CONFIRM" })).await;
        let confirmed = look(&house, SATHI).await;
        assert_eq!(confirmed["crossing"], "KAKARBHITTA");
        assert!(confirmed["handoverAt"].is_null() && confirmed["escort"].is_null(), "six days before: {confirmed}");
        assert!(confirmed["subject"]["currentLocation"].is_null());
        assert_eq!(look(&house, HOME).await["escort"], "ORGANIZATION", "who wrote it down sees it");

        // The gate: an order from before the investigation is none, and she is asked again.
        lacks(&house, HOME, json!({ "request": "DEPART" }), &["WISH_ASKED", "CHILD_ORDER"]).await;
        let can: Vec<_> = look(&house, HOME).await["canDo"].as_array().unwrap().clone();
        assert!(!can.contains(&json!("DEPART")), "{can:?}");
        let told = ask_her(&house, HOME, WORDS).await;
        assert_eq!(told["herWords"]["account"], WORDS);
        assert!(look(&house, SATHI).await["herWords"].is_null());
        step(&house, HOME, json!({ "court": "ORDER", "attestedBy": second })).await;
        assert!(offers_what_happens(&house, SATHI).await > 40);

        // From 72 hours before, whoever takes part sees the hour; nobody else ever.
        house.hours(71);
        assert!(look(&house, SATHI).await["handoverAt"].is_null(), "73 hours before");
        house.hours(1);
        let near = look(&house, SATHI).await;
        assert_eq!((&near["escort"], &near["subject"]["currentLocation"]["place"]), (&json!("ORGANIZATION"), &json!("Invented Lane")), "{near}");
        assert!(near["handoverAt"].is_string());
        house.hours(72);
        let under_way = step(&house, HOME, json!({ "request": "DEPART" })).await;
        assert_eq!((&under_way["state"], &under_way["turn"]), (&json!("IN_TRANSIT"), &json!("RECEIVING")));
        house.hours(3);
        let one = step(&house, HOME, json!({ "request": "SIGN", "signedBy": "POLICE", "crossing": "SUNAULI" })).await;
        assert_eq!((&one["memoOfSenderSignedBy"], &one["memoOfSenderSignedAt"]), (&json!("POLICE"), &json!("SUNAULI")));
        assert_eq!((&one["state"], &one["board"]), (&json!("SIGNED_BY_SENDER"), &json!("SIGNATURE_AWAITED")));
        assert_eq!(one["dueAt"], house.at(24), "one signature alone alarms after a day");
        let day = house.at(-1);
        house.hours(26);
        assert!(look(&house, SATHI).await["handoverAt"].is_null(), "and it is over a day after");
        let both = step(&house, SATHI, json!({ "request": "SIGN", "madeOn": day })).await;
        assert_eq!((&both["state"], &both["memoOfReceiver"]), (&json!("HANDED_OVER"), &json!(day)));
        // Where each was signed is a matter of papers: at the crossing of the plan, where nothing else is said.
        let kept = look(&house, HOME).await;
        assert_eq!((&kept["memoOfReceiverSignedBy"], &kept["memoOfReceiverSignedAt"]), (&Value::Null, &json!("KAKARBHITTA")));

        // At home: for a child an authority agrees to the place, and somebody visits.
        let received = step(&house, SATHI, json!({ "request": "RECEIVE" })).await;
        assert_eq!(name_of(&received), maya.name, "she is there: who receives her knows who she is");
        lacks(&house, SATHI, json!({ "request": "PLACE" }), &["CHILD_PLACED"]).await;
        note(&house, SATHI, json!({ "note": "CHILD_PLACED" })).await;
        step(&house, SATHI, json!({ "request": "PLACE" })).await;
        step(&house, SATHI, json!({ "request": "FOLLOW_UP" })).await;
        house.days(365);
        note(&house, SATHI, json!({ "note": "VISITS_DONE" })).await;
        let over = step(&house, SATHI, json!({ "request": "COMPLETE", "reason": "SETTLED" })).await;
        assert_eq!((&over["state"], &over["turn"], &over["canDo"]), (&json!("CLOSED"), &json!(null), &json!([])));
        house.days(90);
        assert!(seen(&house, SATHI).await.is_empty(), "and after ninety days it is not there");
        assert_eq!(house.look.number("SELECT count(*) FROM clock").await, 0, "nothing is waited for");

        // Her words lie in no column, and each change left its entry.
        for table in ["repatriation", "repatriation_track", "repatriation_hold"] {
            let rows = house.look.texts(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}")).await;
            assert_eq!(rows.len(), 1);
        }
        assert_eq!(house.look.number("SELECT count(*) FROM journal_entry WHERE kind = 'REPATRIATION_REQUESTED'").await, 1);
        assert_eq!(house.look.number("SELECT count(*) FROM journal_entry WHERE kind = 'REPATRIATION_NOTED'").await, 5);
        assert!(house.look.number("SELECT count(*) FROM journal_entry WHERE kind = 'REPATRIATION_STEPPED'").await > 20);
    }

    /// Two who go together: the second joins the first one's crossing, days, hour and escort, and each is agreed to by
    /// itself. She says no on the way, and nobody asks why.
    async fn two_go_together_and_one_says_no(database: Database) {
        let house = House::open(&database).await;
        let mut ids = Vec::new();
        for name in ["Asha (invented)", "Rupa (invented)"] {
            let who = house.survivor(name, Age::Adult).await;
            let told = begin(&house, HOME, &who, "NP").await;
            ids.push((who, told["id"].clone()));
        }
        // The board is narrowed to a corridor by either end of it.
        for (narrowed, many) in [("from: IN, to: NP", 2), ("to: NP", 2), ("from: IN", 2), ("to: BD", 0), ("from: NP", 0)] {
            let query = format!("{{ repatriations(first: 10, {narrowed}) {{ nodes {{ id }} }} }}");
            let told = house.ask(HOME, &query, json!({})).await;
            assert_eq!(told["repatriations"]["nodes"].as_array().unwrap().len(), many, "{narrowed}");
        }
        let of = async |name: &str, id: &Value| {
            let query = format!("query($id: ID!) {{ repatriation(id: $id) {{ {} }} }}", crate::words::REQUEST);
            house.ask(name, &query, json!({ "id": id })).await["repatriation"].clone()
        };
        let take = async |name: &str, id: &Value, field: &str, more: Value| {
            let version = of(name, id).await["version"].clone();
            let mut input = json!({ "repatriation": id, "version": version });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let told = house.change(name, field, input).await;
            assert!(told["repatriation"].is_object(), "{more}: {told}");
            told["repatriation"].clone()
        };
        let receiver = json!({ "request": "INVITE_RECEIVER", "organization": house.public_id(SATHI) });
        for (place, (_, id)) in ids.iter().enumerate() {
            take(HOME, id, "stepRepatriation", json!({ "screening": "FIND_NONE", "apartFromPolice": true })).await;
            take(HOME, id, "noteRepatriation", json!({ "note": "RISK_ASSESSED" })).await;
            take(HOME, id, "stepRepatriation", json!({ "request": "SUBMIT" })).await;
            take(HOME, id, "stepRepatriation", receiver.clone()).await;
            take(HOME, id, "stepRepatriation", json!({ "verification": "ASK" })).await;
            let theirs = seen(&house, SATHI).await.iter().find(|one| one["placement"]["state"] == "WANTED").unwrap()["id"].clone();
            for event in [json!({ "placement": "AGREE" }), json!({ "verification": "BEGIN" }), json!({ "verification": "REPORT" }), json!({ "verification": "CONFIRM" })] {
                take(SATHI, &theirs, "stepRepatriation", event).await;
            }
            let plan = if place == 0 {
                json!({ "request": "PROPOSE", "crossing": "SUNAULI", "handoverFrom": house.at(24), "handoverUntil": house.at(72) })
            } else {
                json!({ "request": "PROPOSE", "together": ids[0].1 })
            };
            take(HOME, id, "stepRepatriation", plan).await;
            if place == 0 {
                take(HOME, id, "stepRepatriation", json!({ "request": "ARRANGE", "handoverAt": house.at(48), "escort": "POLICE_AND_ORGANIZATION" })).await;
            }
        }
        let second = of(HOME, &ids[1].1).await;
        assert_eq!((&second["crossing"], &second["escort"]), (&json!("SUNAULI"), &json!("POLICE_AND_ORGANIZATION")));
        assert_eq!(house.look.number("SELECT count(DISTINCT handover) FROM repatriation").await, 1, "one handover");
        // Neither a request of another way nor one without a plan is joined.
        let unplanned = house.survivor("Mina (invented)", Age::Adult).await;
        let third = begin(&house, HOME, &unplanned, "NP").await;
        let joins = json!({ "repatriation": ids[1].1, "version": second["version"], "request": "PROPOSE", "together": third["id"] });
        assert_eq!(house.change(HOME, "stepRepatriation", joins).await["__typename"], "InvalidInput");

        // Her no: no version, no reason, and nothing goes on.
        let no = house.change(HOME, "withdrawRepatriation", json!({ "repatriation": ids[1].1, "words": "not now (invented)" })).await;
        assert_eq!(no["repatriation"]["state"], "WITHDRAWN", "{no}");
        assert_eq!(no["repatriation"]["canDo"], json!([]));
        let theirs = seen(&house, SATHI).await;
        let gone = theirs.iter().find(|one| one["turn"].is_null()).unwrap();
        assert_eq!((&gone["state"], &gone["subject"]["demographics"]), (&json!("CLOSED"), &json!(null)), "what it was is not told");
        let begun = house.change(HOME, "requestRepatriation", json!({ "subject": ids[1].0.id, "to": "NP", "earlier": ids[1].1 })).await;
        assert_eq!((&begun["repatriation"]["state"], &begun["repatriation"]["earlier"]), (&json!("DRAFT"), &ids[1].1), "another attempt: {begun}");
    }

    /// What a request carries for a seat is said by the explanation too, and a purpose that the seat does not carry finds
    /// nothing.
    async fn the_explanation_says_what_the_request_carries(database: Database) {
        let house = House::open(&database).await;
        let maya = house.survivor("Maya (invented)", Age::Adult).await;
        opened(&house, HOME, SATHI, &maya, "NP").await;
        let explain = "query($s: ID!, $r: ID!) { explain(subject: $s, recipient: $r) { category verdict clause } }";
        let of = async |category: &str| {
            let data = house.ask(HOME, explain, json!({ "s": maya.id, "r": house.public_id(SATHI) })).await;
            let rows = data["explain"].as_array().unwrap().clone();
            rows.iter().find(|row| row["category"] == category).unwrap()["clause"].clone()
        };
        assert_eq!(of("TRACING").await, "SHUT");
        step(&house, HOME, json!({ "verification": "ASK" })).await;
        assert!(of("TRACING").await.as_str().unwrap().starts_with("agr_"));
        let none = house.ask_for(Purpose::ServiceReferral, SATHI, &crate::words::all(), json!({})).await;
        assert_eq!(none["repatriations"]["nodes"], json!([]));
        let known = look(&house, SATHI).await;
        let input = json!({ "repatriation": known["id"], "version": known["version"], "verification": "BEGIN", "idempotencyKey": "p-1" });
        let told = house.ask_for(Purpose::ServiceReferral, SATHI, &crate::words::mutation("stepRepatriation"), json!({ "input": input })).await;
        assert_eq!(told["stepRepatriation"]["__typename"], "NotFound", "nor is anything done: {told}");
        assert_eq!(look(&house, SATHI).await["verification"]["state"], "IN_PROGRESS");
    }
}
