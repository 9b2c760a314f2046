//! Every cell of the tables through the API: what `canDo` offers is what happens, and what happens was offered.

use sangam_custody::OutwardKind;
use sangam_kit::database::Database;
use sangam_vocabulary::{Code, SubjectId};
use sangam_workflow::{arrival, search};
use serde_json::{Value, json};

use crate::house::{GIRL, GIRL_AND_WHERE, House, OTHER, SHELTER, SOURCE};
use crate::words::{ARRIVAL, MOVE, RECORD, REQUEST, SEARCH, STEP};
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

/// Tries every event in every state of a request in one situation; how many cells, and how many were legal.
async fn requests(house: &House, asked: &[&str], found: SubjectId) -> (usize, usize) {
    let (_, _) = house.missing("Asha", asked).await;
    let request = house.requests(SHELTER).await[0]["id"].as_str().unwrap().to_owned();
    let row = house.look.bytes(house.inward(SHELTER, OutwardKind::Search, &request).uuid());
    let (mut cells, mut legal) = (0, 0);
    for state in search::State::ALL {
        for event in search::Event::ALL {
            put(house, "search_request", &row, state.code()).await;
            let seen = house.ask(SHELTER, REQUEST, json!({"id": request})).await["searchRequest"].clone();
            assert_eq!(seen["state"], state.code());
            let can = offered(&seen).contains(&event.code().to_owned());
            let who = event.reports().then_some(found);
            let told = house.answer_to(SHELTER, &seen, event.code(), who).await;
            assert_eq!(
                taken(&told, "SearchAnswered"),
                can,
                "{state} {event}: offered {:?}, came to {told}",
                offered(&seen)
            );
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
    }

    async fn what_the_one_who_asks_is_offered_is_what_happens(database: Database) {
        let house = House::agreed(&database).await;
        let mut legal = 0;
        for state in ["OPEN", "CLOSED"] {
            for event in search::Event::ALL {
                let (_, id) = house.missing("Asha", &[SHELTER, OTHER]).await;
                let row = house.look.bytes(house.inward(SOURCE, OutwardKind::Search, &id).uuid());
                put(&house, "search", &row, state).await;
                let seen = house.ask(SOURCE, SEARCH, json!({"id": id})).await["search"].clone();
                let can = offered(&seen).contains(&event.code().to_owned());
                let told = house.change(SOURCE, STEP, json!({"search": id, "version": 1, "event": event.code()})).await;
                assert_eq!(taken(&told, "SearchStepped"), can, "{state} {event}: {told}");
                if !can {
                    assert_eq!(told["legal"], seen["canDo"]);
                }
                legal += usize::from(can);
            }
        }
        assert_eq!(legal, 2);
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
                let input = json!({"arrival": id, "version": 1, "event": event.code(), "reason": "LEFT"});
                let told = house.change(OTHER, MOVE, input).await;
                assert_eq!(taken(&told, "ArrivalStepped"), can, "{state} {event}: {told}");
                if !can {
                    assert_eq!(told["legal"], seen["canDo"]);
                }
                legal += usize::from(can);
            }
        }
        assert_eq!(legal, 5);
    }
}
