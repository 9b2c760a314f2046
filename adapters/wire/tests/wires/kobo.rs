//! The KoboToolbox client against the sandbox, which answers as the server's code does: every trap of the wire.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::sync::Arc;

use sangam_sandbox::kobo::Kobo as Server;
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::ManualClock;
use sangam_wire::config::KoboConfig;
use sangam_wire::kobo::{Decisions, Kobo};
use sangam_wire::{
    AnswerState, DecisionField, Delivered, Delivery, Found, Listed, Mark, Narrow, Wire, WireFault, WithdrawnField, Zone,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{self, answer, anywhere, chance, clock};

struct World {
    server: Sandbox<Server>,
    clock: Arc<ManualClock>,
}

async fn world() -> World {
    let clock = clock();
    let server = Sandbox::start_kobo(anywhere(), clock.clone(), chance()).await.unwrap();
    World { server, clock }
}

impl World {
    fn config(&self) -> KoboConfig {
        let (asset, form_uuid) = self.server.form();
        KoboConfig {
            base_url: self.server.base_url().parse().unwrap(),
            token: self.server.token().into(),
            asset: asset.to_owned(),
            form_uuid: Some(form_uuid.to_owned()),
            zone: Zone::read("+00:00").unwrap(),
            approved_only: true,
            per_page: 200,
            decisions: Decisions::Question(DecisionField {
                field: "hub/decision".to_owned(),
                accepted: "we_take_it".to_owned(),
                declined: "we_cannot".to_owned(),
                done: "finished".to_owned(),
                reason_field: Some("hub/reason".to_owned()),
            }),
            withdrawn: Some(WithdrawnField { field: "hub/taken_back".to_owned(), value: "yes".to_owned() }),
        }
    }

    fn client_with(&self, change: impl FnOnce(&mut KoboConfig)) -> Kobo {
        let mut config = self.config();
        change(&mut config);
        let fields = ["person/name", "kin/name", "consent/withheld", "_submission_time"];
        let narrow = Narrow {
            fields: fields.map(str::to_owned).to_vec(),
            referral_fields: Vec::new(),
            mark: Mark { field: "case/share".to_owned(), value: "yes".to_owned() },
        };
        Kobo::new(&config, narrow, 4 << 20).unwrap()
    }

    fn client(&self) -> Kobo {
        self.client_with(|_| ())
    }
}

fn offer(number: u128, body: Value) -> Delivery {
    house::offer(1, number, body)
}

fn somebody(name: &str) -> Value {
    json!({"submission": {"person": {"name": name}, "case": {"share": "no"}, "needs": {"services": "shelter other"}}})
}

fn answers(record: &str, answers: Value) -> Delivery {
    answer(record, json!({ "answers": answers }))
}

#[tokio::test]
async fn a_submission_comes_in_with_its_configured_answers_in_each_other() {
    let world = world().await;
    let people = world.server.seed_people();
    let page = world.client().fetch(None).await.unwrap();
    let expected = json!({
        "_submission_time": "2026-11-24T08:00:00.000Z", "person": {"name": "Sunita Tamang"},
        "kin": [{"name": "Bimala Tamang"}, {"name": "Ram Tamang"}], "consent": {"withheld": "health"},
        "_id": 2001, "meta": {"rootUuid": people[0]},
    });
    assert_eq!(page.records[0], expected);
    assert_eq!(page.records.len(), 2, "neither who refused nor whom nobody approved");
    assert_eq!(page.listed, Listed::Keys { first: true, keys: people[..2].to_vec() });
    assert_eq!(world.client().key(&page.records[1]).as_ref(), Some(&people[1]));
    let all = world.client_with(|config| config.approved_only = false).fetch(None).await.unwrap();
    assert_eq!(all.records.len(), 3);
}

#[tokio::test]
async fn an_edit_keeps_its_key_and_the_uuid_of_the_instance_finds_nothing() {
    let world = world().await;
    let people = world.server.seed_people();
    let client = world.client();
    let first = client.fetch(None).await.unwrap();
    // Somebody comes later, and is known: the walks no longer look back to the first ones.
    world.clock.advance(60_000);
    world.server.judge(&people[1], "approved");
    let mut second = client.fetch(Some(&first.cursor)).await.unwrap();
    for _ in 0..3 {
        second = client.fetch(Some(&second.cursor)).await.unwrap();
    }
    assert!(second.records.iter().all(|record| client.key(record).as_ref() != Some(&people[0])));
    world.clock.advance(60_000);
    assert!(world.server.correct(&people[0], &json!({"person/name": "Sunita Lama"})));
    let raw = world.server.submission(&people[0]).unwrap();
    assert_eq!(raw["_submission_time"], "2026-11-24T08:00:00", "the time of the first instance stays");
    let third = client.fetch(Some(&second.cursor)).await.unwrap();
    assert!(third.records.iter().any(|record| record["person"]["name"] == "Sunita Lama"));
    let keys = third.records.iter().filter(|record| client.key(record).as_ref() == Some(&people[0])).count();
    assert_eq!(keys, 1);
    let Found::Marked(record) = client.record(&people[0]).await.unwrap() else { panic!("it is there") };
    assert_eq!(record["person"]["name"], "Sunita Lama");
    let instance = raw["_uuid"].as_str().unwrap();
    assert_ne!(instance, people[0]);
    assert_eq!(client.record(instance).await.unwrap(), Found::Gone);
}

#[tokio::test]
async fn what_one_record_is() {
    let world = world().await;
    let people = world.server.seed_people();
    let client = world.client();
    assert!(matches!(client.record(&people[0]).await.unwrap(), Found::Marked(_)));
    assert!(matches!(client.record("2001").await.unwrap(), Found::Marked(_)), "by its number");
    assert_eq!(client.record(&people[2]).await.unwrap(), Found::Unmarked, "nobody approved it");
    assert_eq!(client.record(&people[3]).await.unwrap(), Found::Unmarked, "she did not agree");
    assert!(world.server.judge(&people[0], "on_hold"));
    assert_eq!(client.record(&people[0]).await.unwrap(), Found::Unmarked, "approved no more");
    world.server.delete(&people[1]);
    assert_eq!(client.record(&people[1]).await.unwrap(), Found::Gone);
    for key in ["", "x", "../../users/", "{\"$gt\":0}", "-1"] {
        assert_eq!(client.record(key).await.unwrap(), Found::Gone, "{key}");
    }
    world.server.fault(Fault::OneRecord);
    assert!(matches!(client.record(&people[0]).await, Err(WireFault::Refused { status: 500, .. })));
}

#[tokio::test]
async fn a_server_that_says_no_root_is_known_by_number() {
    let world = world().await;
    let people = world.server.seed_people();
    world.server.set_raw(&people[1], "meta/rootUuid", Value::Null);
    let client = world.client();
    let page = client.fetch(None).await.unwrap();
    assert_eq!(client.key(&page.records[1]).as_deref(), Some("2002"));
    assert!(matches!(client.record("2002").await.unwrap(), Found::Marked(_)));
}

#[tokio::test]
async fn pages_lose_nothing_when_submissions_are_deleted_between_them() {
    let world = world().await;
    world.server.seed_forms(60);
    let client = world.client_with(|config| (config.per_page, config.approved_only) = (7, false));
    let (mut cursor, mut seen) = (None, Vec::new());
    loop {
        let page = client.fetch(cursor.as_ref()).await.unwrap();
        seen.extend(page.records.iter().map(|record| client.key(record).unwrap()));
        if !page.more {
            break;
        }
        // One that was given goes: pages by place would skip the next one.
        world.server.delete(&seen[seen.len() - 1]);
        cursor = Some(page.cursor);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 60);
}

#[tokio::test]
async fn later_walks_ask_for_little_and_give_what_is_new_or_newly_judged() {
    let world = world().await;
    let people = world.server.seed_people();
    let client = world.client();
    let first = client.fetch(None).await.unwrap();
    world.clock.advance(60_000);
    let second = client.fetch(Some(&first.cursor)).await.unwrap();
    world.clock.advance(60_000);
    assert!(world.server.judge(&people[2], "approved"));
    let asked = world.server.requests();
    let third = client.fetch(Some(&second.cursor)).await.unwrap();
    assert!(third.records.iter().any(|record| client.key(record).as_ref() == Some(&people[2])));
    assert_eq!(world.server.requests() - asked, 2, "the list, and then what is fresh in it");
    world.clock.advance(60_000);
    let fourth = client.fetch(Some(&third.cursor)).await.unwrap();
    let fifth = client.fetch(Some(&fourth.cursor)).await.unwrap();
    assert_eq!(fifth.records.len(), 1, "only the one judged in the last instant seen is given again");
}

#[tokio::test]
async fn an_offer_is_one_submission_however_often_it_is_sent() {
    let world = world().await;
    let client = world.client();
    let delivered = client.deliver(&offer(2, somebody("Tara"))).await.unwrap();
    let id = Uuid::from_u128(2).to_string();
    assert_eq!(delivered, Delivered { record: id.clone(), referral: Some(id.clone()) });
    assert_eq!(client.deliver(&offer(2, somebody("Tara"))).await.unwrap(), delivered);
    let raw = world.server.submission(&id).unwrap();
    assert_eq!((&raw["person/name"], &raw["needs/services"]), (&json!("Tara"), &json!("shelter other")));
    assert_eq!(raw.get("meta/deprecatedID"), None, "a repeat is no edit");
    // What is said differently by now is edited, and only that.
    assert_eq!(client.deliver(&offer(2, somebody("Tara Rai"))).await.unwrap(), delivered);
    let edited = world.server.submission(&id).unwrap();
    assert_eq!((&edited["person/name"], edited["meta/deprecatedID"].is_string()), (&json!("Tara Rai"), true));
    assert_eq!(client.deliver(&offer(2, somebody("Tara Rai"))).await.unwrap(), delivered);
    assert_eq!(world.server.submission(&id).unwrap()["_uuid"], edited["_uuid"], "edited once");
    client.deliver(&offer(3, somebody("Tara"))).await.unwrap();
    assert_eq!(world.server.submissions().len(), 2, "a second referral of the same person is its own submission");
    assert!(matches!(client.deliver(&offer(4, json!({}))).await.unwrap_err(), WireFault::Unexpected { .. }));
    let stranger = world.client_with(|config| config.form_uuid = Some("another".to_owned()));
    assert!(matches!(
        stranger.deliver(&offer(5, somebody("Tara"))).await.unwrap_err(),
        WireFault::Refused { status: 404, .. }
    ));
}

#[tokio::test]
async fn decisions_are_read_in_the_question_or_in_the_validation_status() {
    let world = world().await;
    let client = world.client();
    let mut offers = Vec::new();
    for number in 2..32 {
        offers.push(client.deliver(&offer(number, somebody("Tara"))).await.unwrap());
    }
    let state = async |client: &Kobo, of: &Delivered| {
        let answers = client.answers(std::slice::from_ref(of)).await.unwrap();
        (answers[0].state, answers[0].reason.clone())
    };
    let all = client.answers(&offers).await.unwrap();
    assert_eq!(all.iter().map(|answer| &answer.delivered).collect::<Vec<_>>(), offers.iter().collect::<Vec<_>>());
    assert!(all.iter().all(|answer| answer.state == AnswerState::Waiting));
    let root = &offers[0].record;
    for (decision, expected) in
        [("we_take_it", AnswerState::Accepted), ("we_cannot", AnswerState::Declined), ("finished", AnswerState::Done)]
    {
        assert!(world.server.correct(root, &json!({"hub/decision": decision, "hub/reason": "no room"})));
        let reason = (expected == AnswerState::Declined).then(|| "no room".to_owned());
        assert_eq!(state(&client, &offers[0]).await, (expected, reason));
    }
    assert!(world.server.correct(&offers[1].record, &json!({"hub/decision": "we_take_it"})));
    let by_status = world.client_with(|config| config.decisions = Decisions::ValidationStatus);
    assert_eq!(state(&by_status, &offers[1]).await.0, AnswerState::Waiting);
    for (status, expected) in [
        ("approved", AnswerState::Accepted),
        ("not_approved", AnswerState::Declined),
        ("on_hold", AnswerState::Waiting),
    ] {
        assert!(world.server.judge(&offers[1].record, status));
        assert_eq!(state(&by_status, &offers[1]).await.0, expected);
    }
    world.server.delete(&offers[1].record);
    assert_eq!(client.answers(&offers[1..3]).await.unwrap().len(), 1, "one that is gone is left out");
}

#[tokio::test]
async fn an_answer_of_the_hub_is_written_once_and_a_withdrawal_where_there_is_a_place_for_it() {
    let world = world().await;
    let people = world.server.seed_people();
    let client = world.client();
    let accepted = answers(&people[0], json!({"referral/state": "accepted"}));
    client.deliver(&accepted).await.unwrap();
    let written = world.server.submission(&people[0]).unwrap();
    assert_eq!(written["referral/state"], "accepted");
    client.deliver(&accepted).await.unwrap();
    assert_eq!(world.server.submission(&people[0]).unwrap()["_uuid"], written["_uuid"], "a repeat changes nothing");
    let judged = Delivery::Answer {
        record: people[0].clone(),
        referral: "r1".to_owned(),
        body: json!({"validation_status": "validation_status_on_hold"}),
    };
    client.deliver(&judged).await.unwrap();
    let raw = world.server.submission(&people[0]).unwrap();
    assert_eq!(raw["_validation_status"]["uid"], "validation_status_on_hold");
    let nobody = answers("11111111-1111-4111-8111-111111111111", json!({"referral/state": "accepted"}));
    assert!(matches!(client.deliver(&nobody).await.unwrap_err(), WireFault::Refused { status: 404, .. }));
    let empty = Delivery::Answer { record: people[0].clone(), referral: "r1".to_owned(), body: json!({}) };
    assert!(matches!(client.deliver(&empty).await.unwrap_err(), WireFault::Unexpected { .. }));

    let delivered = client.deliver(&offer(2, somebody("Tara"))).await.unwrap();
    let back = Delivery::Withdrawal { record: delivered.record.clone(), referral: delivered.record.clone() };
    client.deliver(&back).await.unwrap();
    client.deliver(&back).await.unwrap();
    assert_eq!(world.server.submission(&delivered.record).unwrap()["hub/taken_back"], "yes");
    assert_eq!(client.answers(std::slice::from_ref(&delivered)).await.unwrap()[0].state, AnswerState::Withdrawn);
    let without = world.client_with(|config| config.withdrawn = None);
    assert_eq!(without.deliver(&back).await.unwrap_err(), WireFault::Unsupported);
    world.server.delete(&delivered.record);
    client.deliver(&back).await.unwrap();
}

/// What a REST service of the form sends is used for its key alone.
#[tokio::test]
async fn a_form_tells_which_submission_came() {
    let world = world().await;
    let people = world.server.seed_people();
    let client = world.client();
    let raw = world.server.submission(&people[0]).unwrap();
    let told = |body: &Value| client.told(body.to_string().as_bytes());
    assert_eq!(told(&Value::Object(raw)).as_ref(), Some(&people[0]));
    assert_eq!(told(&json!({"_id": 2001, "person/name": "Sunita"})).as_deref(), Some("2001"), "a part of it");
    for nothing in [json!({}), json!([]), json!({"meta/rootUuid": 7}), json!({"_id": "x"})] {
        assert_eq!(told(&nothing), None, "{nothing}");
    }
    assert_eq!(client.told(b"{"), None);
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_tried_once() {
    let world = world().await;
    let client = world.client_with(|config| config.token = "wrong".to_owned().into());
    assert_eq!(client.fetch(None).await.unwrap_err(), WireFault::Unauthorized);
    assert_eq!(world.server.requests(), 1);
    let elsewhere = world.client_with(|config| config.asset = "aSomethingElse".to_owned());
    assert!(matches!(elsewhere.fetch(None).await.unwrap_err(), WireFault::Refused { status: 404, .. }));
}

#[tokio::test]
async fn a_dropped_call_leaves_the_client_well() {
    let world = world().await;
    world.server.seed_people();
    let client = world.client();
    world.server.fault(Fault::Slow(std::time::Duration::from_secs(20)));
    assert!(tokio::time::timeout(std::time::Duration::from_millis(50), client.fetch(None)).await.is_err());
    world.server.fault(Fault::None);
    assert!(client.fetch(None).await.is_ok());
}

#[test]
fn secrets_do_not_print() {
    let config = KoboConfig {
        base_url: "https://forms.example/".parse().unwrap(),
        token: "swordfish".to_owned().into(),
        asset: "a".to_owned(),
        form_uuid: None,
        zone: Zone::read("Z").unwrap(),
        approved_only: true,
        per_page: 1,
        decisions: Decisions::ValidationStatus,
        withdrawn: None,
    };
    assert!(!format!("{config:?}").contains("swordfish"));
}
