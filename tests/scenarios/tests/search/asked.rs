//! Asking: who may be looked for, on whose word, by whom, and what those who are asked are shown.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_vocabulary::Purpose;
use serde_json::json;

use crate::house::{FAMILY, GIRL, House, OTHER, SHELTER, SOURCE, STRANGER, Says, WOMAN};
use crate::words::{ANSWERS, OPEN, REQUEST, SEARCHES, STEP};
use sangam_scenarios::look::migrated;

const DAY: i64 = 86_400_000;

sangam_kit::both_databases! {
    template = migrated;

    /// A family's word lets a child be looked for, where somebody looked that the family has no part in it. It never lets
    /// an adult be looked for: hers is the only word there is.
    async fn whose_word_lets_whom_be_looked_for(database: Database) {
        let house = House::agreed(&database).await;
        let minor = Age::MinorUntil(house.now().plus_days(900));
        let suspect = Says { no_conflict: false, ..FAMILY };
        let unasked = Says { assent: "NOT_ASKED", ..FAMILY };
        let without_tracing = Says { categories: &["DEMOGRAPHICS"], ..FAMILY };
        for (age, says, may) in [
            (minor, FAMILY, true),
            (minor, Says { by: "AUTHORITY", ..FAMILY }, true),
            (minor, suspect, false),
            (minor, unasked, false),
            (minor, WOMAN, false),
            (minor, without_tracing, false),
            (Age::Adult, FAMILY, false),
            (Age::Adult, WOMAN, true),
            (Age::Unknown, FAMILY, false),
            (Age::Unknown, WOMAN, false),
        ] {
            let (missing, _) = house.person(SOURCE, age, "Asha").await;
            // A word that nobody checked is not even taken; then nobody has spoken.
            let taken = house.said(SOURCE, missing, says, &[SHELTER, OTHER]).await["__typename"] == "ConsentRecorded";
            assert_eq!(taken, says.by != "GUARDIAN" || says.no_conflict, "{age:?}");
            let told = house.look(missing, &[SHELTER, OTHER]).await;
            if may {
                assert_eq!(told["__typename"], "SearchOpened", "{age:?} {told}");
            } else {
                assert_eq!(told, json!({"__typename": "IllegalStep", "legal": [], "missing": ["TRACING_CONSENT"]}), "{age:?}");
            }
        }
        // Of unknown age both must have spoken.
        let (missing, _) = house.person(SOURCE, Age::Unknown, "Asha").await;
        house.says(SOURCE, missing, WOMAN, &[SHELTER, OTHER]).await;
        house.says(SOURCE, missing, FAMILY, &[SHELTER, OTHER]).await;
        assert_eq!(house.look(missing, &[SHELTER, OTHER]).await["__typename"], "SearchOpened");
        // A consent that names one of two lets one of two be asked.
        let girl = house.girl(SOURCE, "Mina").await;
        house.says(SOURCE, girl, FAMILY, &[SHELTER]).await;
        assert_eq!(house.look(girl, &[SHELTER, OTHER]).await["missing"], json!(["TRACING_CONSENT"]));
        assert_eq!(house.look(girl, &[SHELTER]).await["__typename"], "SearchOpened");
    }

    /// Who is asked sees what a search needs: neither papers nor a place nor an age. And nothing without an agreement.
    async fn who_is_asked_is_shown_the_tracing_set(database: Database) {
        let house = House::open(&database).await;
        house.agree(&[SOURCE], &[SHELTER]).await;
        house.missing("Asha", &[SHELTER, OTHER]).await;
        let seen = house.requests(SHELTER).await;
        let (request, subject) = (&seen[0], &seen[0]["subject"]);
        assert_eq!((&request["state"], &request["about"], &request["source"]["name"]), (&json!("OPEN"), &json!("MISSING_PERSON"), &json!(SOURCE)));
        assert_eq!(subject["tracing"], json!({"names": [{"text": "Asha"}], "placeOfOrigin": "a village by the river"}));
        assert_eq!(request["canSee"], json!(["TRACING"]));
        for field in ["identity", "currentLocation", "demographics"] {
            assert!(subject[field].is_null(), "{subject}");
        }
        assert_eq!(subject["withheld"].as_array().unwrap().len(), 3, "{subject}");
        // The other has a consent and no agreement: it was asked, and is shown nothing to look by.
        let seen = house.requests(OTHER).await;
        assert!(seen[0]["subject"]["tracing"].is_null());
        assert_eq!(seen[0]["canSee"], json!([]));
        house.agree(&[SOURCE], &[OTHER]).await;
        assert_eq!(house.requests(OTHER).await[0]["canSee"], json!(["TRACING"]));
        // Withdrawn, it is shown to nobody any more; that somebody is asked for stays.
        house.clock.advance(1);
        let girl = house.girl(SOURCE, "Mina").await;
        let consent = house.says(SOURCE, girl, FAMILY, &[SHELTER]).await;
        house.look(girl, &[SHELTER]).await;
        assert_eq!(house.requests(SHELTER).await[0]["canSee"], json!(["TRACING"]));
        let input = json!({"consent": consent});
        assert_eq!(house.change(SOURCE, crate::words::WITHDRAW, input).await["__typename"], "ConsentWithdrawn");
        let left = house.requests(SHELTER).await;
        assert_eq!((&left[0]["canSee"], &left[0]["state"]), (&json!([]), &json!("OPEN")));
    }

    /// A search asks one to five organizations by name, each once, and one search of a person is open at a time: nobody
    /// is asked by asking everybody, five by five.
    async fn a_search_is_never_cast_wide(database: Database) {
        let house = House::agreed(&database).await;
        let girl = house.girl(SOURCE, "Asha").await;
        house.says(SOURCE, girl, FAMILY, &[SHELTER, OTHER, STRANGER]).await;
        let open = async |recipients: Vec<String>| {
            house.change(SOURCE, OPEN, json!({"subject": house.outward(SOURCE, girl), "recipients": recipients})).await
        };
        let ids = |names: &[&str]| names.iter().map(|name| house.public_id(name)).collect::<Vec<_>>();
        let unknown = format!("org_{}", "0".repeat(32));
        for recipients in [
            Vec::new(),
            ids(&[SHELTER, SHELTER]),
            ids(&[SOURCE]),
            vec![unknown.clone()],
            vec!["everybody".to_owned()],
            (0..6).map(|_| unknown.clone()).collect(),
        ] {
            let told = open(recipients.clone()).await;
            assert_eq!((&told["__typename"], &told["path"]), (&json!("InvalidInput"), &json!("/recipients")), "{recipients:?}");
        }
        assert_eq!(open(ids(&[SHELTER])).await["__typename"], "SearchOpened");
        let second = open(ids(&[OTHER])).await;
        assert_eq!((&second["__typename"], &second["path"]), (&json!("InvalidInput"), &json!("/subject")));
        assert!(house.requests(OTHER).await.is_empty(), "nobody else was asked");
        // Only for this purpose, and only for an own subject.
        let input = json!({"subject": house.outward(SOURCE, girl), "recipients": ids(&[OTHER]), "idempotencyKey": "elsewhere"});
        let told = house.ask_for(Purpose::Protection, SOURCE, OPEN, json!({"input": input})).await;
        assert_eq!(told["openSearch"]["__typename"], "NotPermitted");
        let theirs = json!({"subject": house.outward(OTHER, girl), "recipients": ids(&[SHELTER])});
        assert_eq!(house.change(OTHER, OPEN, theirs).await["__typename"], "NotFound");
    }

    /// The same key is the same search; a version that is old is refused; what the one who asks can do is what happens.
    async fn a_search_is_opened_gone_on_with_and_closed(database: Database) {
        let house = House::agreed(&database).await;
        let girl = house.girl(SOURCE, "Asha").await;
        house.says(SOURCE, girl, FAMILY, &[SHELTER, OTHER]).await;
        let input = json!({"subject": house.outward(SOURCE, girl), "recipients": [house.public_id(SHELTER), house.public_id(OTHER)], "idempotencyKey": "once"});
        let first = house.change(SOURCE, OPEN, input.clone()).await;
        assert_eq!(first["search"]["canDo"], json!(["GO_ON", "CLOSE"]));
        assert_eq!(house.change(SOURCE, OPEN, input.clone()).await, first);
        let mut other = input;
        other["recipients"] = json!([house.public_id(SHELTER)]);
        assert_eq!(house.change(SOURCE, OPEN, other).await["__typename"], "Conflict");
        let id = first["search"]["id"].as_str().unwrap().to_owned();

        // Until the review what a search needs is shown, and no longer, unless it goes on.
        house.clock.advance(89 * DAY);
        assert_eq!(house.requests(SHELTER).await[0]["canSee"], json!(["TRACING"]));
        assert_eq!(house.look.column::<i64>("SELECT due_at FROM clock WHERE kind = 'SEARCH_REVIEW'").await, [house.now().millis() - 13 * DAY]);
        house.clock.advance(DAY);
        let closed = house.requests(SHELTER).await;
        assert_eq!((&closed[0]["canSee"], &closed[0]["state"]), (&json!([]), &json!("OPEN")), "its time is over");
        let step = json!({"search": id, "version": 1, "event": "GO_ON"});
        let on = house.change(SOURCE, STEP, step.clone()).await;
        assert_eq!((&on["search"]["state"], &on["search"]["version"]), (&json!("OPEN"), &json!(2)));
        assert_eq!(on["search"]["reviewAt"], json!(house.now().plus_days(90).rfc3339()));
        assert_eq!(house.requests(SHELTER).await[0]["canSee"], json!(["TRACING"]));
        assert_eq!(house.change(SOURCE, STEP, step).await["version"], json!(2), "an old version");

        let close = json!({"search": id, "version": 2, "event": "CLOSE"});
        let over = house.change(SOURCE, STEP, close).await;
        assert_eq!((&over["search"]["state"], &over["search"]["canDo"]), (&json!("CLOSED"), &json!([])));
        for name in [SHELTER, OTHER] {
            let seen = house.requests(name).await;
            assert_eq!((&seen[0]["state"], &seen[0]["canDo"], &seen[0]["canSee"]), (&json!("CLOSED"), &json!([]), &json!([])));
        }
        assert_eq!(house.look.column::<i64>("SELECT count(*) FROM clock").await, [0]);
        let late = house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        assert_eq!(late, json!({"__typename": "IllegalStep", "legal": [], "missing": []}));
        house.clock.advance(91 * DAY);
        assert!(house.requests(SHELTER).await.is_empty(), "after a while it is there no longer");
        assert_eq!(house.ask(SOURCE, SEARCHES, json!({})).await["searches"]["nodes"], json!([]));
        // Another may be opened now.
        assert_eq!(house.look(girl, &[SHELTER]).await["__typename"], "SearchOpened");
    }

    /// Somebody who works on no case of it sees that a request is there, nothing of whom, and does nothing.
    async fn who_is_on_no_team_does_nothing(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let girl = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        let request = house.requests(SHELTER).await[0].clone();
        assert!(request["canDo"].as_array().unwrap().contains(&json!("REPORT_SAFE")), "the system can");
        let somebody = house.somebody(SHELTER, 41);
        let ask = async |query: &str, variables| -> serde_json::Value {
            serde_json::from_str(&house.text(&somebody, Purpose::FamilyTracing, query, variables).await).unwrap()
        };
        let seen = ask(REQUEST, json!({"id": request["id"]})).await["data"]["searchRequest"].clone();
        assert_eq!((&seen["canDo"], &seen["subject"]["tracing"]), (&json!([]), &json!(null)), "{seen}");
        let input = json!({"request": request["id"], "version": 2, "event": "REPORT_NOT_FOUND", "idempotencyKey": "somebody"});
        let told = ask(crate::words::ANSWER, json!({ "input": input })).await;
        assert_eq!(told["data"]["answerSearch"]["__typename"], "NotPermitted");
        let asks = house.somebody(SOURCE, 42);
        let input = json!({"search": search, "version": 1, "event": "CLOSE", "idempotencyKey": "somebody"});
        let text = house.text(&asks, Purpose::FamilyTracing, STEP, json!({ "input": input })).await;
        assert!(text.contains("NotPermitted"), "{text}");
    }

    /// Whoever works on the missing girl's case at the one who asks sees what was told; a colleague who does not is told
    /// nothing, not that there is anything. And whoever looks for her at one that was asked tells of somebody only whose
    /// case is hers too: what is offered to her says so.
    async fn who_works_on_the_case_sees_and_tells(database: Database) {
        let house = House::agreed(&database).await;
        let (missing, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let girl = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        let request = house.requests(SHELTER).await[0]["id"].clone();

        let finder = house.worker(SHELTER, "finder", missing).await;
        let read = async || -> serde_json::Value {
            let text = house.text(&finder, Purpose::FamilyTracing, REQUEST, json!({"id": request})).await;
            serde_json::from_str::<serde_json::Value>(&text).unwrap()["data"]["searchRequest"].clone()
        };
        let tell = async |key: &str| -> String {
            let found = house.outward(SHELTER, girl);
            let input = json!({"request": request, "version": 2, "event": "REPORT_SAFE", "found": found, "idempotencyKey": key});
            house.text(&finder, Purpose::FamilyTracing, crate::words::ANSWER, json!({ "input": input })).await
        };
        let seen = read().await;
        assert_eq!((&seen["subject"]["tracing"]["names"][0]["text"], &seen["canDo"]), (&json!("Asha"), &json!(["REPORT_NOT_FOUND"])));
        assert!(tell("early").await.contains("NotPermitted"), "the girl's case is not hers");
        house.joins(&finder, girl).await;
        assert_eq!(read().await["canDo"], json!(["REPORT_LEAD", "REPORT_SAFE", "REPORT_DECLINES_CONTACT", "REPORT_NOT_FOUND"]));
        assert!(tell("late").await.contains("FOUND_SAFE"));

        let worker = house.worker(SOURCE, "worker", missing).await;
        let text = house.text(&worker, Purpose::FamilyTracing, ANSWERS, json!({"search": search})).await;
        assert!(text.contains("FOUND_SAFE"), "{text}");
        let colleague = house.somebody(SOURCE, 43);
        let text = house.text(&colleague, Purpose::FamilyTracing, ANSWERS, json!({"search": search})).await;
        assert!(text.contains("\"searchAnswers\":[]"), "{text}");
    }
}
