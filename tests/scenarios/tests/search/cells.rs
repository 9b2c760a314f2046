//! Every cell of the tables through the API: what `canDo` offers is what happens, and what happens was offered.

use sangam_custody::OutwardKind;
use sangam_kit::database::Database;
use sangam_vocabulary::{Code, SubjectId};
use sangam_workflow::{arrival, search};
use serde_json::{Value, json};

use crate::house::{GIRL, GIRL_AND_WHERE, House, OTHER, SHELTER, SOURCE, STRANGER};
use crate::words::{ANSWER, ARRIVAL, MOVE, RECORD, REQUEST, SEARCH, STEP, WITHDRAW};
use sangam_scenarios::look::migrated;

fn offered(row: &Value) -> Vec<String> {
    row["canDo"].as_array().unwrap().iter().map(|event| event.as_str().unwrap().to_owned()).collect()
}

/// Puts a record back where it stood.
async fn put(house: &House, table: &str, id: &str, state: &str) {
    house.look.run(&format!("UPDATE {table} SET state = '{state}', version = 1 WHERE id = {id}")).await;
}

/// What became of a step: whether it was taken, and what a refusal offers instead.
fn taken(told: &Value, done: &str) -> bool {
    match told["__typename"].as_str() {
        Some("IllegalStep") => false,
        Some(member) if member == done => true,
        _ => panic!("{told}"),
    }
}

/// Everything that a step may write.
async fn stored(house: &House) -> (Vec<String>, Vec<i64>) {
    let mut counts = Vec::new();
    for table in ["search_answer", "standing", "event", "clock"] {
        counts.extend(house.look.column::<i64>(&format!("SELECT count(*) FROM {table}")).await);
    }
    let mut rows = house.look.texts("SELECT state || version || changed_at FROM search_request ORDER BY id").await;
    rows.extend(house.look.texts("SELECT state || version || review_at FROM search ORDER BY id").await);
    (rows, counts)
}

/// Tries every event in every state of a request in one situation; how many cells, and how many were legal.
async fn requests(house: &House, asked: &[&str], found: SubjectId) -> (usize, usize) {
    let (_, _) = house.missing("Asha", asked).await;
    let request = house.requests(SHELTER).await[0]["id"].as_str().unwrap().to_owned();
    let row = house.look.bytes(house.inward(SHELTER, OutwardKind::SearchRequest, &request).uuid());
    let (mut cells, mut legal) = (0, 0);
    for state in search::State::ALL {
        for event in search::Event::ALL {
            put(house, "search_request", &row, state.code()).await;
            let seen = house.ask(SHELTER, REQUEST, json!({"id": request})).await["searchRequest"].clone();
            assert_eq!(seen["state"], state.code());
            let can = offered(&seen).contains(&event.code().to_owned());
            let who = event.reports().then_some(found);
            let before = stored(house).await;
            let told = house.answer_to(SHELTER, &seen, event.code(), who).await;
            assert_eq!(
                taken(&told, "SearchAnswered"),
                can,
                "{state} {event}: offered {:?}, came to {told}",
                offered(&seen)
            );
            if !can {
                assert_eq!(stored(house).await, before, "{state} {event}: what is refused changes nothing");
            }
            // Nobody but the one who was asked takes a step of it: not the one who asks, nor another that was asked.
            for other in [SOURCE, OTHER, STRANGER] {
                let as_seen = house.inward(SHELTER, OutwardKind::SearchRequest, &request);
                let input = json!({
                    "request": house.outward_record(other, OutwardKind::SearchRequest, as_seen), "version": seen["version"],
                    "event": event.code(), "found": who.map(|who| house.outward(other, who)),
                });
                assert_eq!(
                    house.change(other, ANSWER, input).await["__typename"],
                    "NotFound",
                    "{state} {event} {other}"
                );
            }
            // What is not legal at all is answered with what is; what lacks something, with what it lacks.
            let missing = told["missing"].as_array().is_some_and(|missing| !missing.is_empty());
            if !can && !missing {
                assert_eq!(told["legal"], seen["canDo"], "{state} {event}");
            }
            (cells, legal) = (cells + 1, legal + usize::from(can));
        }
    }
    house.look.run("UPDATE search SET is_open = 0").await;
    house.clock.advance(1);
    (cells, legal)
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_one_that_was_asked_is_offered_is_what_happens(database: Database) {
        let house = House::agreed(&database).await;
        let girl = house.girl(SHELTER, "Mina").await;
        // Nobody has agreed to anything; then to be told of; then also to be told where.
        let mut all = Vec::new();
        all.push(requests(&house, &[SHELTER, OTHER], girl).await);
        house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        all.push(requests(&house, &[SHELTER], girl).await);
        all.push(requests(&house, &[SHELTER, OTHER], girl).await);
        house.says(SHELTER, girl, GIRL_AND_WHERE, &[SOURCE]).await;
        all.push(requests(&house, &[SHELTER], girl).await);
        let cells = search::State::ALL.len() * search::Event::ALL.len();
        // Without consent: take note, look again, nothing to tell, and what was told is taken back from three states.
        assert_eq!(all, [(cells, 6), (cells, 6), (cells, 13), (cells, 13)]);
        eprintln!("requests to look: {} cells from four seats", 4 * cells * all.len());
    }

    /// Consent alone tells nothing: what is offered hangs on law, agreements and recalls as the step does.
    async fn what_is_offered_hangs_on_more_than_consent(database: Database) {
        let house = House::open(&database).await;
        house.agree(&[SOURCE], &[SHELTER, OTHER]).await;
        let cells = search::State::ALL.len() * search::Event::ALL.len();
        let girl = house.girl(SHELTER, "Mina").await;
        let consent = house.says(SHELTER, girl, GIRL_AND_WHERE, &[SOURCE]).await;
        // She agrees, and no agreement lets it pass.
        assert_eq!(requests(&house, &[SHELTER, OTHER], girl).await, (cells, 6));
        house.agree(&[SHELTER], &[SOURCE]).await;
        assert_eq!(requests(&house, &[SHELTER, OTHER], girl).await, (cells, 13), "the control");
        // Who has her was told of nothing yet: the one who asks is asked to let go of what it was told, and says nothing.
        house.change(SHELTER, WITHDRAW, json!({"consent": consent})).await;
        house.says(SHELTER, girl, GIRL_AND_WHERE, &[SOURCE]).await;
        assert_eq!(house.recalls(SOURCE).await.len(), 1, "the scene is the one that was meant");
        assert_eq!(requests(&house, &[SHELTER, OTHER], girl).await, (cells, 6));
        house.look.run("UPDATE recall SET is_open = 0").await;
        assert_eq!(requests(&house, &[SHELTER, OTHER], girl).await, (cells, 13), "the control");
        // Her own system took her record back.
        house.look.run("UPDATE subject SET suspended = 'TAKEN_BACK' WHERE owner IN (SELECT id FROM organization WHERE name = 'Asha Nivas')").await;
        assert_eq!(requests(&house, &[SHELTER, OTHER], girl).await, (cells, 6));
    }

    async fn what_a_request_for_records_is_offered_is_what_happens(database: Database) {
        let house = House::agreed(&database).await;
        let girl = house.girl(SHELTER, "Mina").await;
        house.says(SHELTER, girl, GIRL_AND_WHERE, &[SOURCE]).await;
        house.missing("Asha", &[SHELTER, OTHER]).await;
        house.look.run("UPDATE search_request SET about = 'RECORDS'").await;
        let request = house.requests(SHELTER).await[0]["id"].as_str().unwrap().to_owned();
        let row = house.look.bytes(house.inward(SHELTER, OutwardKind::SearchRequest, &request).uuid());
        for state in search::State::ALL {
            for event in search::Event::ALL {
                put(&house, "search_request", &row, state.code()).await;
                let seen = house.ask(SHELTER, REQUEST, json!({"id": request})).await["searchRequest"].clone();
                let told = house.answer_to(SHELTER, &seen, event.code(), event.reports().then_some(girl)).await;
                let can = offered(&seen).contains(&event.code().to_owned());
                assert_eq!(taken(&told, "SearchAnswered"), can, "{state} {event}: {told}");
            }
        }
    }

    async fn what_the_one_who_asks_is_offered_is_what_happens(database: Database) {
        let house = House::agreed(&database).await;
        let (mut legal, mut cells) = (0, 0);
        for state in ["OPEN", "CLOSED"] {
            for event in search::Event::ALL {
                let (_, id) = house.missing("Asha", &[SHELTER, OTHER]).await;
                let row = house.look.bytes(house.inward(SOURCE, OutwardKind::Search, &id).uuid());
                put(&house, "search", &row, state).await;
                let seen = house.ask(SOURCE, SEARCH, json!({"id": id})).await["search"].clone();
                let can = offered(&seen).contains(&event.code().to_owned());
                // Nobody but the one who asks takes a step of it, whoever was asked.
                let record = house.inward(SOURCE, OutwardKind::Search, &id);
                for other in [SHELTER, OTHER, STRANGER] {
                    let as_seen = house.outward_record(other, OutwardKind::Search, record);
                    let input = json!({"search": as_seen, "version": 1, "event": event.code()});
                    assert_eq!(house.change(other, STEP, input).await["__typename"], "NotFound", "{state} {event} {other}");
                }
                let before = stored(&house).await;
                let told = house.change(SOURCE, STEP, json!({"search": id, "version": 1, "event": event.code()})).await;
                assert_eq!(taken(&told, "SearchStepped"), can, "{state} {event}: {told}");
                if !can {
                    assert_eq!(told["legal"], seen["canDo"]);
                    assert_eq!(stored(&house).await, before, "{state} {event}: what is refused changes nothing");
                }
                (legal, cells) = (legal + usize::from(can), cells + 4);
            }
        }
        assert_eq!(legal, 2);
        eprintln!("searches: {cells} cells from four seats");
    }

    async fn what_is_offered_of_an_arrival_is_what_happens(database: Database) {
        let house = House::agreed(&database).await;
        let woman = house.girl(OTHER, "Mina").await;
        let recorded = house.change(OTHER, RECORD, json!({"subject": house.outward(OTHER, woman), "kind": "ALONE"})).await;
        let id = recorded["arrival"]["id"].as_str().unwrap().to_owned();
        let row = house.look.bytes(house.inward(OTHER, OutwardKind::Arrival, &id).uuid());
        let mut legal = 0;
        for state in arrival::State::ALL {
            for event in arrival::Event::ALL {
                put(&house, "arrival", &row, state.code()).await;
                let seen = house.ask(OTHER, ARRIVAL, json!({"id": id})).await["arrival"].clone();
                let can = offered(&seen).contains(&event.code().to_owned());
                let step = |id: &str| json!({"arrival": id, "version": 1, "event": event.code(), "reason": "LEFT"});
                let record = house.inward(OTHER, OutwardKind::Arrival, &id);
                for other in [SOURCE, SHELTER, STRANGER] {
                    let as_seen = house.outward_record(other, OutwardKind::Arrival, record);
                    assert_eq!(house.change(other, MOVE, step(&as_seen)).await["__typename"], "NotFound", "{state} {event} {other}");
                }
                let input = step(&id);
                let told = house.change(OTHER, MOVE, input).await;
                assert_eq!(taken(&told, "ArrivalStepped"), can, "{state} {event}: {told}");
                if !can {
                    assert_eq!(told["legal"], seen["canDo"]);
                    assert_eq!(house.look.column::<i64>("SELECT version FROM arrival").await, [1], "{state} {event}: what is refused changes nothing");
                }
                legal += usize::from(can);
            }
        }
        assert_eq!(legal, 5);
        eprintln!("arrivals: {} cells from four seats", 4 * arrival::State::ALL.len() * arrival::Event::ALL.len());
    }
}
