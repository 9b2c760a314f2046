//! The ODK Central client against the sandbox, which answers as the server's code does: every trap of the wire.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::sync::Arc;

use sangam_sandbox::odk::Central;
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::ManualClock;
use sangam_wire::config::OdkConfig;
use sangam_wire::odk::{Odk, Takes};
use sangam_wire::{
    AnswerState, DecisionField, Delivered, Delivery, Found, Listed, Mark, Narrow, Page, Reason, Wire, WireFault,
    WithdrawnField,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{self, answer, anywhere, chance, clock, walk};

struct World {
    server: Sandbox<Central>,
    clock: Arc<ManualClock>,
}

async fn world() -> World {
    let clock = clock();
    let server = Sandbox::start_central(anywhere(), clock.clone(), chance()).await.unwrap();
    World { server, clock }
}

impl World {
    fn client_with(&self, change: impl FnOnce(&mut OdkConfig)) -> Odk {
        let mut config = OdkConfig {
            base_url: self.server.base_url().parse().unwrap(),
            email: self.server.email().to_owned(),
            password: self.server.password().into(),
            project: 7,
            form: Some("intake".to_owned()),
            list: Some("people_in_care".to_owned()),
            takes: Takes::NotRejected,
            per_page: 50,
            decisions: Some(DecisionField {
                field: "decision".to_owned(),
                accepted: "we_take_her".to_owned(),
                declined: "we_cannot".to_owned(),
                done: "left_well".to_owned(),
                reason_field: Some("decision_reason".to_owned()),
            }),
            withdrawn: Some(WithdrawnField { field: "taken_back".to_owned(), value: "yes".to_owned() }),
        };
        change(&mut config);
        let fields = ["person/name", "kin/name", "name"];
        let narrow = Narrow {
            fields: fields.map(str::to_owned).to_vec(),
            referral_fields: Vec::new(),
            mark: Mark { field: "share".to_owned(), value: "yes".to_owned() },
        };
        Odk::new(&config, narrow, 4 << 20).unwrap()
    }

    fn client(&self) -> Odk {
        self.client_with(|_| ())
    }
}

fn offer(number: u128, entity: Value) -> Delivery {
    house::offer(1, number, json!({ "entity": entity }))
}

fn somebody(name: &str) -> Value {
    json!({"label": "K-17", "data": {"name": name, "share": "no"}})
}

async fn all(client: &Odk) -> (Vec<Value>, Vec<String>) {
    let walk = walk(client, None).await;
    let first = |page: &Page| matches!(page.listed, Listed::Keys { first: true, .. });
    assert!(walk.0.iter().enumerate().all(|(place, page)| first(page) == (place == 0)), "one list from its beginning");
    (walk.records(), walk.listed())
}

#[tokio::test]
async fn submissions_come_with_their_repeats_and_configured_answers_only() {
    let world = world().await;
    let people = world.server.seed_people();
    let (records, keys) = all(&world.client()).await;
    assert_eq!(keys, [people[1].clone(), people[0].clone()], "latest first; neither rejected nor unshared");
    let expected = json!({
        "__id": people[0], "person": {"name": "Zainab Bibi"}, "kin": [{"name": "Rubina"}, {"name": null}],
    });
    assert_eq!(records[1], expected);
    assert_eq!(world.client().key(&records[1]).as_ref(), Some(&people[0]));
    let count = async |takes| all(&world.client_with(|config| config.takes = takes)).await.0.len();
    assert_eq!((count(Takes::All).await, count(Takes::Approved).await), (3, 0));
    assert!(world.server.review(&people[0], "approved"));
    assert_eq!(count(Takes::Approved).await, 1);
    assert!(world.server.correct(&people[0], "person/name", "Zainab".into()));
    assert_eq!(count(Takes::Approved).await, 0, "an edit after the approval must be approved again");
}

#[tokio::test]
async fn sessions_are_made_once_and_anew_when_they_are_over() {
    let world = world().await;
    let client = world.client();
    let together = futures_util::future::join_all((0..6).map(|_| client.fetch(None))).await;
    assert!(together.iter().all(Result::is_ok));
    assert_eq!(world.server.sign_ins(), 1);
    world.server.forget_sessions();
    assert!(client.fetch(None).await.is_ok());
    world.clock.advance(25 * 3_600_000);
    assert!(client.fetch(None).await.is_ok());
    assert_eq!(world.server.sign_ins(), 3);
    let wrong = world.client_with(|config| config.password = "wrong".to_owned().into());
    let before = world.server.requests();
    assert_eq!(wrong.fetch(None).await.unwrap_err(), WireFault::Unauthorized);
    assert_eq!(world.server.requests(), before + 1);
}

#[tokio::test]
async fn a_later_walk_gives_what_changed_and_lists_everything() {
    let world = world().await;
    let people = world.server.seed_people();
    let client = world.client_with(|config| config.list = None);
    let first = client.fetch(None).await.unwrap();
    world.clock.advance(60_000);
    assert!(world.server.correct(&people[1], "person/name", "Nasreen Khan".into()));
    // The walk after the first one looks back to its beginning, the one after that to the first one's end.
    let mut cursor = first.cursor;
    for expected in [3, 2, 1] {
        let given = client.fetch(Some(&cursor)).await.unwrap();
        assert!(given.more, "the ids follow");
        let names: Vec<&Value> = given.records.iter().map(|record| &record["person"]["name"]).collect();
        assert!(names.len() <= expected && names.contains(&&json!("Nasreen Khan")), "{names:?}");
        let listed = client.fetch(Some(&given.cursor)).await.unwrap();
        assert!(listed.records.is_empty() && !listed.more);
        assert_eq!(listed.listed, Listed::Keys { first: false, keys: vec![people[1].clone(), people[0].clone()] });
        cursor = listed.cursor;
        world.clock.advance(60_000);
    }
    world.server.delete(&people[0]);
    let given = client.fetch(Some(&cursor)).await.unwrap();
    let listed = client.fetch(Some(&given.cursor)).await.unwrap();
    assert_eq!(listed.listed, Listed::Keys { first: false, keys: vec![people[1].clone()] });
    assert_eq!(client.record(&people[0]).await.unwrap(), Found::Gone);
}

#[tokio::test]
async fn pages_of_both_tables_lose_nothing_when_rows_are_deleted_between_them() {
    let world = world().await;
    world.server.seed_forms(40);
    let client = world.client_with(|config| config.per_page = 7);
    for number in 2..22 {
        client.deliver(&offer(number, json!({"label": "x", "data": {"share": "yes", "name": "Tara"}}))).await.unwrap();
    }
    let shared = all(&client).await.1.len();
    let (mut cursor, mut seen) = (None, Vec::new());
    loop {
        let page = client.fetch(cursor.as_ref()).await.unwrap();
        seen.extend(page.records.iter().map(|record| client.key(record).unwrap()));
        if !page.more {
            break;
        }
        world.server.delete(&seen[seen.len() - 1]);
        cursor = Some(page.cursor);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), shared);
}

#[tokio::test]
async fn what_one_record_is() {
    let world = world().await;
    let people = world.server.seed_people();
    let client = world.client();
    let Found::Marked(record) = client.record(&people[0]).await.unwrap() else { panic!("it is there") };
    assert_eq!(record["kin"][0]["name"], "Rubina");
    assert_eq!(client.record(&people[2]).await.unwrap(), Found::Unmarked, "it was rejected");
    assert_eq!(client.record(&people[3]).await.unwrap(), Found::Unmarked, "she did not agree");
    assert_eq!(client.record("11111111-1111-4111-8111-111111111111").await.unwrap(), Found::Gone);
    let asked = world.server.requests();
    for key in ["", "x')/kin", "../../users", "a b"] {
        assert_eq!(client.record(key).await.unwrap(), Found::Gone, "{key}");
    }
    assert_eq!(world.server.requests(), asked, "what is no id is not asked for");
    world.server.fault(Fault::OneRecord);
    assert!(matches!(client.record(&people[0]).await, Err(WireFault::Refused { status: 500, .. })));
}

#[tokio::test]
async fn an_offer_is_one_entity_of_the_fourth_version_however_often_it_is_sent() {
    let world = world().await;
    let client = world.client();
    let delivered = client.deliver(&offer(2, somebody("Tara"))).await.unwrap();
    let id = Uuid::try_parse(&delivered.record).unwrap();
    assert_eq!((id.get_version_num(), delivered.referral.as_ref()), (4, Some(&delivered.record)));
    assert_eq!(client.deliver(&offer(2, somebody("Tara"))).await.unwrap(), delivered);
    assert_ne!(client.deliver(&offer(3, somebody("Tara"))).await.unwrap(), delivered);
    assert_eq!(world.server.entities(), 2);
    let (data, version, _) = world.server.entity(&delivered.record).unwrap();
    assert_eq!((&data["name"], version), (&json!("Tara"), 1), "a repeat changes nothing");
    // What was deleted there is not put there again.
    world.server.delete(&delivered.record);
    let told = client.deliver(&offer(2, somebody("Tara"))).await.unwrap_err();
    let reasons = vec![Reason { field: None, codes: vec!["409.19".to_owned()] }];
    assert_eq!(told, WireFault::Refused { status: 409, reasons });
    let odd = client.deliver(&offer(4, json!({"label": "x", "data": {"no_such": "1"}}))).await.unwrap_err();
    assert_eq!(
        odd,
        WireFault::Refused { status: 400, reasons: vec![Reason { field: None, codes: vec!["400.28".to_owned()] }] }
    );
    assert!(!odd.is_of_the_system());
    let without = world.client_with(|config| config.list = None);
    assert_eq!(without.deliver(&offer(5, somebody("Tara"))).await.unwrap_err(), WireFault::Unsupported);
}

#[tokio::test]
async fn decisions_are_read_in_the_entity_and_a_conflict_stays_the_partners() {
    let world = world().await;
    let client = world.client();
    let delivered = client.deliver(&offer(2, somebody("Tara"))).await.unwrap();
    let state = async |of: &Delivered| client.answers(std::slice::from_ref(of)).await.map(|answers| answers[0].clone());
    assert_eq!(state(&delivered).await.unwrap().state, AnswerState::Waiting);
    for (word, expected) in
        [("we_take_her", AnswerState::Accepted), ("we_cannot", AnswerState::Declined), ("left_well", AnswerState::Done)]
    {
        assert!(world.server.correct(&delivered.record, "decision", word.into()));
        assert!(world.server.correct(&delivered.record, "decision_reason", "no_room".into()));
        let answer = state(&delivered).await.unwrap();
        let reason = (expected == AnswerState::Declined).then(|| "no_room".to_owned());
        assert_eq!((answer.state, answer.reason), (expected, reason));
    }
    world.server.conflict(&delivered.record);
    let back = Delivery::Withdrawal { record: delivered.record.clone(), referral: delivered.record.clone() };
    client.deliver(&back).await.unwrap();
    assert_eq!(state(&delivered).await.unwrap().state, AnswerState::Withdrawn);
    let (data, version, conflict) = world.server.entity(&delivered.record).unwrap();
    assert_eq!((&data["taken_back"], conflict), (&json!("yes"), Some("hard")));
    client.deliver(&back).await.unwrap();
    assert_eq!(world.server.entity(&delivered.record).unwrap().1, version, "taken back once");
    world.server.delete(&delivered.record);
    client.deliver(&back).await.unwrap();
    assert!(client.answers(&[delivered]).await.unwrap().is_empty(), "one that is gone is left out");
    let without = world.client_with(|config| config.withdrawn = None);
    assert_eq!(without.deliver(&back).await.unwrap_err(), WireFault::Unsupported);
}

#[tokio::test]
async fn a_change_is_made_on_top_of_whoever_was_first() {
    let world = world().await;
    let client = world.client();
    let id = client.deliver(&offer(2, somebody("Tara"))).await.unwrap().record;
    world.server.overtake(2);
    client.deliver(&answer(&id, json!({"data": {"hub_state": "accepted"}}))).await.unwrap();
    let (data, version, _) = world.server.entity(&id).unwrap();
    assert_eq!((&data["hub_state"], &data["room"]), (&json!("accepted"), &json!("moved meanwhile")));
    assert_eq!(version, 4, "the first, two of others, and the hub's");
    world.server.overtake(9);
    let told = client.deliver(&answer(&id, json!({"data": {"hub_state": "done"}}))).await.unwrap_err();
    let reasons = vec![Reason { field: None, codes: vec!["409.15".to_owned()] }];
    assert_eq!(told, WireFault::Refused { status: 409, reasons }, "three times, and then the next round's");
    assert_eq!(world.server.entity(&id).unwrap().0["hub_state"], "accepted");
    let nobody = answer("11111111-1111-4111-8111-111111111111", json!({"data": {"hub_state": "accepted"}}));
    assert!(matches!(client.deliver(&nobody).await.unwrap_err(), WireFault::Refused { status: 404, .. }));
}

#[tokio::test]
async fn a_submission_is_told_by_a_comment_and_a_review_state_once() {
    let world = world().await;
    let people = world.server.seed_people();
    let client = world.client();
    let told = answer(&people[0], json!({"comment": "Sangam, r1: accepted", "review_state": "approved"}));
    client.deliver(&told).await.unwrap();
    client.deliver(&told).await.unwrap();
    assert_eq!(world.server.comments(&people[0]), ["Sangam, r1: accepted"]);
    assert_eq!(world.server.review_state(&people[0]).as_deref(), Some("approved"));
    let odd = answer(&people[0], json!({"review_state": "maybe"}));
    let expected = Reason { field: None, codes: vec!["400.8".to_owned()] };
    let WireFault::Refused { status: 400, reasons: given } = client.deliver(&odd).await.unwrap_err() else { panic!() };
    assert_eq!(given[0].codes, expected.codes);
    assert!(matches!(client.deliver(&answer(&people[0], json!({}))).await.unwrap_err(), WireFault::Unexpected { .. }));
    let nobody = answer("11111111-1111-4111-8111-111111111111", json!({"comment": "x"}));
    assert!(matches!(client.deliver(&nobody).await.unwrap_err(), WireFault::Refused { status: 404, .. }));
    let without = world.client_with(|config| config.form = None);
    assert_eq!(without.deliver(&told).await.unwrap_err(), WireFault::Unsupported);
}

#[tokio::test]
async fn a_dropped_call_leaves_the_client_well() {
    let world = world().await;
    let client = world.client();
    world.server.fault(Fault::Slow(std::time::Duration::from_secs(20)));
    assert!(tokio::time::timeout(std::time::Duration::from_millis(50), client.fetch(None)).await.is_err());
    world.server.fault(Fault::None);
    assert!(client.fetch(None).await.is_ok());
}
