//! Attacks: somebody who wants to know more than is meant for it. Each has its control, in which the same question is
//! answered to whom it is meant for.

use sangam_custody::OutwardKind;
use sangam_kit::database::Database;
use sangam_vocabulary::{Code as _, Purpose};
use serde_json::{Value, json};

use crate::house::{FAMILY, GIRL, House, OTHER, SHELTER, SOURCE, STRANGER};
use crate::words::{
    ANSWER, ANSWERS, DISCLOSURES, EXPLAIN, OPEN, REQUEST, REQUESTS, SEARCH, SEARCHES, STEP, SUBJECT, SUBJECTS,
    TAKE_BACK,
};
use sangam_scenarios::look::migrated;

sangam_kit::both_databases! {
    template = migrated;

    /// An organization that nobody named has every agreement and every scope, and there is nothing for it: no search, no
    /// request, no answer, no person.
    async fn a_stranger_that_was_not_named_sees_nothing(database: Database) {
        let house = House::agreed(&database).await;
        let (girl, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        let found = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, found, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "REPORT_SAFE", Some(found)).await;
        for (query, field) in [(SEARCHES, "searches"), (REQUESTS, "searchRequests"), (SUBJECTS, "subjects")] {
            let seen = house.ask(STRANGER, query, json!({})).await;
            assert_eq!(seen[field]["nodes"], json!([]), "{field}");
        }
        // It knows the records, and the ids that it would see if they were shown to it.
        let record = house.inward(SOURCE, OutwardKind::Search, &search);
        let as_seen = house.outward_record(STRANGER, OutwardKind::Search, record);
        assert_eq!(house.ask(STRANGER, SEARCH, json!({"id": as_seen})).await["search"], Value::Null);
        assert_eq!(house.ask(STRANGER, ANSWERS, json!({"search": as_seen})).await["searchAnswers"], json!([]));
        let request = house.inward(SHELTER, OutwardKind::SearchRequest, house.requests(SHELTER).await[0]["id"].as_str().unwrap());
        let as_seen = house.outward_record(STRANGER, OutwardKind::SearchRequest, request);
        assert_eq!(house.ask(STRANGER, REQUEST, json!({"id": as_seen})).await["searchRequest"], Value::Null);
        let input = json!({"request": as_seen, "version": 2, "event": "REPORT_NOT_FOUND"});
        assert_eq!(house.change(STRANGER, ANSWER, input).await["__typename"], "NotFound");
        for who in [girl, found] {
            let seen = house.ask(STRANGER, "query($id: ID!) { subject(id: $id) { id } }", json!({"id": house.outward(STRANGER, who)})).await;
            assert_eq!(seen["subject"], Value::Null);
        }
        // The control: whom it is meant for sees each of them.
        assert_eq!(house.search(&search).await["id"], json!(search));
        assert_eq!(house.answers(&search).await.len(), 1);
        assert_eq!(house.requests(OTHER).await.len(), 1);
    }

    /// One that was asked looks for what another of those who were asked has said: by ids it would see, as the one who
    /// asks, and through the person.
    async fn one_that_was_asked_cannot_read_anothers_answer(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        for name in [SHELTER, OTHER] {
            house.answer(name, "ACKNOWLEDGE", None).await;
        }
        let before = house.text(&house.system(OTHER), Purpose::FamilyTracing, REQUESTS, json!({})).await;
        let found = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, found, GIRL, &[SOURCE, OTHER]).await;
        house.answer(SHELTER, "REPORT_SAFE", Some(found)).await;
        let after = house.text(&house.system(OTHER), Purpose::FamilyTracing, REQUESTS, json!({})).await;
        let data = |text: &str| serde_json::from_str::<Value>(text).unwrap()["data"].clone();
        assert_eq!(data(&after), data(&before), "its own request did not move");
        let record = house.inward(SOURCE, OutwardKind::Search, &search);
        let answer = house.look.texts("SELECT state FROM search_answer").await;
        assert_eq!(answer, ["FOUND_SAFE"], "the answer is there to be read");
        for (kind, query, field) in [
            (OutwardKind::Search, SEARCH, "search"),
            (OutwardKind::SearchRequest, REQUEST, "searchRequest"),
        ] {
            let id = house.outward_record(OTHER, kind, record);
            assert_eq!(house.ask(OTHER, query, json!({"id": id})).await[field], Value::Null);
        }
        let id = house.outward_record(OTHER, OutwardKind::Search, record);
        assert_eq!(house.ask(OTHER, ANSWERS, json!({"search": id})).await["searchAnswers"], json!([]));
        let theirs = house.inward(SHELTER, OutwardKind::SearchRequest, house.requests(SHELTER).await[0]["id"].as_str().unwrap());
        let id = house.outward_record(OTHER, OutwardKind::SearchRequest, theirs);
        assert_eq!(house.ask(OTHER, REQUEST, json!({"id": id})).await["searchRequest"], Value::Null);
        // It closes what is not its own, and tells in another's name.
        let input = json!({"search": house.outward_record(OTHER, OutwardKind::Search, record), "version": 1, "event": "CLOSE"});
        assert_eq!(house.change(OTHER, STEP, input).await["__typename"], "NotFound");
        let own = house.girl(OTHER, "Rupa").await;
        house.says(OTHER, own, GIRL, &[SOURCE]).await;
        let input = json!({"request": id, "version": 3, "event": "TAKE_BACK"});
        assert_eq!(house.change(OTHER, ANSWER, input).await["__typename"], "NotFound");
        // The control.
        assert_eq!(house.answers(&search).await.len(), 1);
        let input = json!({"search": search, "version": 1, "event": "CLOSE"});
        assert_eq!(house.change(SOURCE, STEP, input).await["search"]["state"], "CLOSED");
        assert_eq!(house.answers(&search).await.len(), 0);
    }

    /// Whoever was told that somebody was found comes by the id that it would see her by. It opens nothing: not her record,
    /// not what may be shown of her, and her consents are not its to take back.
    async fn an_answer_is_no_way_to_whoever_was_found(database: Database) {
        let house = House::agreed(&database).await;
        let (missing, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        let found = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, found, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "REPORT_SAFE", Some(found)).await;
        let id = house.outward(SOURCE, found);
        assert_eq!(house.ask(SOURCE, SUBJECT, json!({"id": id})).await["subject"], Value::Null);
        assert_eq!(house.ask(SOURCE, EXPLAIN, json!({"id": id})).await["explain"], json!([]));
        assert_eq!(house.change(SOURCE, TAKE_BACK, json!({"subject": id})).await["__typename"], "NotFound");
        // The control: the answer is there, and of its own girl it is told all of it.
        assert_eq!(house.answers(&search).await.len(), 1);
        let id = house.outward(SOURCE, missing);
        assert_eq!(house.ask(SOURCE, SUBJECT, json!({"id": id})).await["subject"]["id"], json!(id));
        assert!(!house.ask(SOURCE, EXPLAIN, json!({"id": id})).await["explain"].as_array().unwrap().is_empty());
        assert_eq!(house.change(SOURCE, TAKE_BACK, json!({"subject": id})).await["__typename"], "ConsentsWithdrawn");
        // One that was asked is shown of her what it needs to look, and takes back nothing for her.
        let id = house.outward(SHELTER, missing);
        assert_eq!(house.change(SHELTER, TAKE_BACK, json!({"subject": id})).await["__typename"], "NotFound");
    }

    /// Somebody makes up a missing person to find out whether a girl is in a shelter: with her name, once, and again. What
    /// comes back is the same whether she is there or not.
    async fn probing_for_a_person_by_a_search_finds_nothing(database: Database) {
        let house = House::agreed(&database).await;
        house.girl(SHELTER, "Mina").await;
        let mut seen = Vec::new();
        // Mina is there, Nobody is not.
        for name in ["Mina", "Nobody"] {
            let (bait, search) = house.missing(name, &[SHELTER, OTHER]).await;
            let request = house.request_for(SHELTER, name).await;
            house.answer_to(SHELTER, &request, "ACKNOWLEDGE", None).await;
            let texts = [
                house.search(&search).await.to_string(),
                house.ask(SOURCE, ANSWERS, json!({"search": search})).await.to_string(),
                house.ask(SOURCE, DISCLOSURES, json!({"subject": house.outward(SOURCE, bait)})).await.to_string(),
            ];
            let own = house.outward(SOURCE, bait);
            seen.push(texts.map(|text| text.replace(&search, "").replace(&own, "").replace(name, "")));
        }
        assert_eq!(seen[0], seen[1]);
        // There is no field of any query that finds a person, a search or an answer by what she is called or where she is
        // from: what can be asked by are ids, pages, and codes of the own side.
        let sdl = sangam_language::sdl();
        let queries: Vec<&str> = sdl.split("type Query {").nth(1).unwrap().split("\n}").next().unwrap().lines().collect();
        for name in ["search", "searches", "searchRequest", "searchRequests", "searchAnswers", "arrival", "arrivals", "subject", "subjects"] {
            let begin = queries.iter().position(|line| line.trim() == format!("{name}(")).unwrap_or_else(|| panic!("no field {name}"));
            let given = queries[begin + 1..].iter().map(|line| line.trim()).take_while(|line| !line.starts_with(')'));
            let mut asked_by = 0;
            for argument in given.filter(|line| !line.starts_with('"')) {
                let argument = argument.split(':').next().unwrap();
                assert!(["id", "search", "first", "after"].contains(&argument), "{name} is asked by `{argument}`");
                asked_by += 1;
            }
            assert!(asked_by > 0, "{name}");
        }
        // The control: with her word the same question is answered.
        let mina = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, mina, GIRL, &[SOURCE]).await;
        let request = house.request_for(SHELTER, "Mina").await;
        house.answer_to(SHELTER, &request, "REPORT_SAFE", Some(mina)).await;
        let mine = house.ask(SOURCE, SEARCHES, json!({})).await;
        let mut answered = 0;
        for row in mine["searches"]["nodes"].as_array().unwrap() {
            answered += house.answers(row["id"].as_str().unwrap()).await.len();
        }
        assert_eq!(answered, 1);
    }

    /// Ids are tried one after the other: near a true one, of another kind, of another organization. Each finds what an id
    /// that never was finds.
    async fn ids_cannot_be_guessed_or_carried_over(database: Database) {
        let house = House::agreed(&database).await;
        let (_, search) = house.missing("Asha", &[SHELTER, OTHER]).await;
        let request = house.requests(SHELTER).await[0]["id"].as_str().unwrap().to_owned();
        let never = house.text(&house.system(SHELTER), Purpose::FamilyTracing, REQUEST, json!({"id": format!("srq_{}", "7".repeat(32))})).await;
        let mut tried = 0;
        for place in [4, 19, 35] {
            for digit in "0123456789abcdef".chars() {
                let mut near: Vec<char> = request.chars().collect();
                if near[place] == digit {
                    continue;
                }
                near[place] = digit;
                let near: String = near.into_iter().collect();
                let text = house.text(&house.system(SHELTER), Purpose::FamilyTracing, REQUEST, json!({ "id": near })).await;
                assert_eq!(text, never);
                tried += 1;
            }
        }
        assert_eq!(tried, 45);
        // Another's ids, as they are.
        for (name, query, id, field) in [
            (SHELTER, SEARCH, &search, "search"),
            (OTHER, REQUEST, &request, "searchRequest"),
            (SOURCE, REQUEST, &request, "searchRequest"),
        ] {
            assert_eq!(house.ask(name, query, json!({"id": id})).await[field], Value::Null, "{name}");
        }
        // Neither are two of those who were asked given ids that can be compared, nor the one who asks.
        let other = house.requests(OTHER).await[0].clone();
        let own = house.requests(SHELTER).await[0].clone();
        assert_ne!(own["subject"]["id"], other["subject"]["id"]);
        assert_ne!(own["id"], other["id"]);
        assert!(!search.contains(&request[4..]));
        // The control.
        assert_eq!(house.ask(SHELTER, REQUEST, json!({"id": request})).await["searchRequest"]["id"], json!(request));
    }

    /// A purpose that is not the search's finds nothing of it, and changes nothing.
    async fn a_search_is_there_for_its_purpose_only(database: Database) {
        let house = House::agreed(&database).await;
        let girl = house.girl(SOURCE, "Asha").await;
        house.says(SOURCE, girl, FAMILY, &[SHELTER]).await;
        let opened = house.change(SOURCE, OPEN, json!({"subject": house.outward(SOURCE, girl), "recipients": [house.public_id(SHELTER)]})).await;
        let search = opened["search"]["id"].as_str().unwrap();
        let request = house.requests(SHELTER).await[0]["id"].clone();
        for purpose in Purpose::ALL.iter().filter(|purpose| **purpose != Purpose::FamilyTracing) {
            let seen = house.ask_for(*purpose, SHELTER, REQUESTS, json!({})).await;
            assert_eq!(seen["searchRequests"]["nodes"], json!([]), "{purpose}");
            let input = json!({"request": request, "version": 1, "event": "ACKNOWLEDGE", "idempotencyKey": house.key()});
            let told = house.ask_for(*purpose, SHELTER, ANSWER, json!({ "input": input })).await;
            assert_eq!(told["answerSearch"]["__typename"], "NotFound", "{purpose}");
            let input = json!({"search": search, "version": 1, "event": "CLOSE", "idempotencyKey": house.key()});
            let told = house.ask_for(*purpose, SOURCE, STEP, json!({ "input": input })).await;
            assert_eq!(told["stepSearch"]["__typename"], "NotFound", "{purpose}");
        }
        assert_eq!(house.requests(SHELTER).await[0]["version"], json!(1));
    }
}
