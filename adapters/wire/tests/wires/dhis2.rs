//! The DHIS2 client against the sandbox, which answers as DHIS2's code does: every trap of the wire.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use sangam_sandbox::dhis2::{Dhis2 as Server, Version};
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::{Instant, ManualClock, SeededChance};
use sangam_wire::config::Dhis2Config;
use sangam_wire::dhis2::{AnswerCodes, Dhis2, Dhis2Access, Dhis2Offers, Dhis2Version};
use sangam_wire::{
    AnswerState, Cursor, Delivered, Delivery, Found, Listed, Mark, Narrow, Reason, Wire, WireFault, Zone,
};
use serde_json::{Value, json};

use crate::house::{self, walk};

struct World {
    server: Sandbox<Server>,
    clock: Arc<ManualClock>,
    version: Version,
}

async fn world(version: Version) -> World {
    let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T20:00:00Z").unwrap()));
    let chance = Arc::new(SeededChance::new(11));
    let listen = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(version, listen, clock.clone(), chance).await.unwrap();
    World { server, clock, version }
}

fn narrow() -> Narrow {
    let fields = ["updatedAt", "attributes/SgNamFull01", "potentialDuplicate", "enrollments/status"];
    Narrow {
        fields: fields.map(str::to_owned).to_vec(),
        referral_fields: ["event", "occurredAt", "dataValues/SgDeService"].map(str::to_owned).to_vec(),
        mark: Mark { field: "attributes/SgShareHub1".to_owned(), value: "true".to_owned() },
    }
}

impl World {
    fn config(&self) -> Dhis2Config {
        Dhis2Config {
            base_url: self.server.base_url().parse().unwrap(),
            version: if self.version == Version::V40 { Dhis2Version::V40 } else { Dhis2Version::V41 },
            access: Dhis2Access::Token(self.server.token().into()),
            time_zone: Zone::read("+06:00").unwrap(),
            program: "SgReturn001".to_owned(),
            tracked_entity_type: "SgPerson001".to_owned(),
            org_unit: "SgOuDhaka01".to_owned(),
            sent_stage: Some("SgStgSent01".to_owned()),
            offers: Some(Dhis2Offers {
                stage: "SgStgOffer1".to_owned(),
                answer: "SgDeDecided".to_owned(),
                reason: Some("SgDeDecline".to_owned()),
                codes: AnswerCodes {
                    accepted: "ACCEPTED".to_owned(),
                    declined: "DECLINED".to_owned(),
                    done: "DONE".to_owned(),
                    withdrawn: "WITHDRAWN".to_owned(),
                },
            }),
            options: BTreeMap::from([("SgSexCode01".to_owned(), ["F", "M", "Q"].map(str::to_owned).to_vec())]),
            per_page: 50,
            overlap: 300_000,
        }
    }

    fn client(&self) -> Dhis2 {
        self.client_of(&self.config())
    }

    fn client_of(&self, config: &Dhis2Config) -> Dhis2 {
        Dhis2::new(config, narrow(), 4 << 20).unwrap()
    }
}

fn offer(number: u128, referral: u128, attributes: Value) -> Delivery {
    let body = json!({
        "occurredAt": "2026-11-24T20:00:00.000Z", "attributes": attributes,
        "dataValues": {"SgDeService": "SHEL", "SgDeUrgency": "ROUT"},
    });
    house::offer(number, referral, body)
}

async fn round(client: &Dhis2, cursor: Option<Cursor>) -> (Vec<String>, Vec<Listed>, Cursor) {
    let walk = walk(client, cursor).await;
    let name = |record: &Value| record["attributes"]["SgNamFull01"].as_str().unwrap().to_owned();
    (walk.records().iter().map(name).collect(), walk.0.iter().map(|page| page.listed.clone()).collect(), walk.end())
}

#[tokio::test]
async fn a_record_comes_narrowed_with_its_zone_and_its_referrals() {
    for version in [Version::V40, Version::V41] {
        let world = world(version).await;
        let people = world.server.seed_people();
        world.server.flag(&people[0]);
        let client = world.client();
        let page = client.fetch(None).await.unwrap();
        assert!(!page.more);
        assert_eq!(page.listed, Listed::Keys { first: true, keys: sorted(&people[..2]) });
        let minor = page.records.iter().find(|record| client.key(record).as_ref() == Some(&people[0])).unwrap();
        let event = minor["referrals"][0]["event"].clone();
        // Twenty hours in UTC are two in the night in Dhaka, of the next day: nothing is turned back.
        let written = json!({
            "trackedEntity": people[0], "updatedAt": "2026-11-25T02:00:00.000+06:00", "potentialDuplicate": true,
            "attributes": {"SgNamFull01": "Moyna Akter"}, "enrollments": [{"status": "ACTIVE"}],
            "referrals": [{"event": event, "occurredAt": "2026-11-25T02:00:00.000+06:00", "dataValues": {"SgDeService": "SHEL"}}],
        });
        assert_eq!(minor, &written, "{version:?}");
        assert_eq!(client.record(&people[0]).await.unwrap(), Found::Marked(written));
        assert_eq!(client.record(&people[2]).await.unwrap(), Found::Unmarked);
        for nobody in ["AbsentPerso", "../../../me", ""] {
            assert_eq!(client.record(nobody).await.unwrap(), Found::Gone);
        }
        world.server.close_to_hub(&people[1], true);
        assert_eq!(client.record(&people[1]).await.unwrap(), Found::Closed);
        world.server.remove(&people[0]);
        assert_eq!(client.record(&people[0]).await.unwrap(), Found::Gone);
        world.server.edit(&people[2], &json!({"SgShareHub1": "true"}));
        assert!(matches!(client.record(&people[2]).await.unwrap(), Found::Marked(_)));
    }
}

fn sorted(keys: &[String]) -> Vec<String> {
    let mut keys = keys.to_vec();
    keys.sort();
    keys
}

#[tokio::test]
async fn a_token_or_a_name_and_password_and_nothing_else() {
    let world = world(Version::V41).await;
    let (user_name, password) = world.server.user();
    let basic = |password: String| Dhis2Config {
        access: Dhis2Access::Basic { user_name: user_name.to_owned(), password: password.into() },
        ..world.config()
    };
    assert!(world.client_of(&basic(password)).fetch(None).await.is_ok());
    assert_eq!(world.client_of(&basic("no".to_owned())).fetch(None).await.unwrap_err(), WireFault::Unauthorized);
    let token = |token: &str| Dhis2Config { access: Dhis2Access::Token(token.to_owned().into()), ..world.config() };
    let asked = world.server.requests();
    assert_eq!(world.client_of(&token("d2pat_no")).fetch(None).await.unwrap_err(), WireFault::Unauthorized);
    assert_eq!(world.server.requests() - asked, 1, "refused credentials are not tried over and over");
    assert!(Dhis2::new(&token("with\nbreak"), narrow(), 1 << 20).is_err());
}

#[tokio::test]
async fn the_mark_is_an_attribute() {
    let world = world(Version::V41).await;
    for field in ["SgShareHub1", "enrollments/status", "attributes/../../x", "attributes/"] {
        let narrow = Narrow { mark: Mark { field: field.to_owned(), value: "true".to_owned() }, ..narrow() };
        assert_eq!(Dhis2::new(&world.config(), narrow, 1 << 20).err(), Some(WireFault::Unsupported), "{field}");
    }
}

/// A round looks back, and not further than it must; unmarked and deleted records are told by the keys alone.
#[tokio::test]
async fn changes_come_with_an_overlap_and_then_the_keys() {
    let world = world(Version::V41).await;
    let client = world.client();
    let people: Vec<String> = (0..3).map(|number| world.server.open(&named(&format!("P{number}")))).collect();
    let (names, listed, cursor) = round(&client, None).await;
    assert_eq!((names.len(), listed.len()), (3, 1), "the first round has listed all by itself");
    // What was stamped before that round began, and is seen only now.
    world.clock.advance(-200_000);
    world.server.open(&named("Late"));
    world.clock.advance(260_000);
    world.server.edit(&people[0], &json!({"SgNamFull01": "P0x"}));
    world.server.edit(&people[1], &json!({ "SgShareHub1": null }));
    let (mut names, listed, cursor) = round(&client, Some(cursor)).await;
    names.sort();
    assert_eq!(names, ["Late", "P0x", "P2"], "P2 is within the overlap");
    let [Listed::AsBefore, Listed::Keys { first: true, keys }] = listed.as_slice() else { panic!("{listed:?}") };
    assert!(keys.len() == 3 && !keys.contains(&people[1]));
    world.clock.advance(3_600_000);
    let (_, _, cursor) = round(&client, Some(cursor)).await;
    world.server.remove(&people[2]);
    let (names, listed, _) = round(&client, Some(cursor)).await;
    assert!(names.is_empty(), "{names:?} did not change");
    assert!(matches!(&listed[1], Listed::Keys { keys, .. } if keys.len() == 2 && !keys.contains(&people[2])));
}

fn named(name: &str) -> Value {
    json!({"SgNamFull01": name, "SgSexCode01": "F", "SgShareHub1": "true"})
}

#[tokio::test]
async fn thousands_of_one_millisecond_come_once() {
    for version in [Version::V40, Version::V41] {
        let world = world(version).await;
        world.server.seed_cases(230);
        world.server.stamp_all();
        let marked = |server: &Sandbox<Server>| server.people();
        assert_eq!(marked(&world.server), 230);
        for per_page in [1, 7, 50, 1_000] {
            let client = world.client_of(&Dhis2Config { per_page, ..world.config() });
            let mut keys = Vec::new();
            let mut cursor = None;
            loop {
                let page = client.fetch(cursor.as_ref()).await.unwrap();
                keys.extend(page.records.iter().map(|record| client.key(record).unwrap()));
                cursor = Some(page.cursor);
                if !page.more {
                    break;
                }
            }
            let count = keys.len();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), count, "{per_page} a page: none twice");
            assert!((180..230).contains(&count), "{per_page} a page: {count}");
        }
    }
}

#[tokio::test]
async fn an_offer_is_validated_imported_and_never_made_twice() {
    let world = world(Version::V41).await;
    let client = world.client();
    let asked = world.server.requests();
    let first =
        offer(1, 2, json!({"SgNamFull01": "Tara", "SgAgeYears1": 17, "SgHealthNt1": "Well.", "SgMobileNo1": null}));
    let delivered = client.deliver(&first).await.unwrap();
    assert_eq!(world.server.requests() - asked, 4, "two looks, a dry run and the import");
    assert_eq!(world.server.imports(), 1, "the dry run wrote nothing");
    assert_eq!(client.deliver(&first).await.unwrap(), delivered);
    let referral = delivered.referral.clone().unwrap();
    assert!(world.server.decide(&referral, "ACCEPTED", None));
    // Only the attribute that changes is sent, null deletes one, and what the people decided stays.
    client.deliver(&offer(1, 2, json!({"SgAgeYears1": 4, "SgHealthNt1": null}))).await.unwrap();
    let person = world.server.person(&delivered.record).unwrap();
    let attributes: BTreeMap<&str, &Value> = person["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["attribute"].as_str().unwrap(), &one["value"]))
        .collect();
    assert_eq!(attributes, BTreeMap::from([("SgNamFull01", &json!("Tara")), ("SgAgeYears1", &json!("4"))]));
    let enrollments = person["enrollments"].as_array().unwrap();
    assert_eq!((enrollments.len(), enrollments[0]["events"].as_array().unwrap().len()), (1, 1));
    // A second referral of the same person is a second event of her enrollment.
    let second = client.deliver(&offer(1, 3, json!({}))).await.unwrap();
    assert_eq!(second.record, delivered.record);
    assert_ne!(second.referral, delivered.referral);
    assert_eq!(world.server.person(&second.record).unwrap()["enrollments"][0]["events"].as_array().unwrap().len(), 2);
    assert_eq!(world.server.people(), 1);
    let answers = client.answers(&[second.clone(), delivered.clone()]).await.unwrap();
    assert_eq!(answers.iter().map(|one| one.state).collect::<Vec<_>>(), [AnswerState::Waiting, AnswerState::Accepted]);
}

/// The import is carried out, and a proxy on the way loses its answer.
#[tokio::test]
async fn an_import_whose_answer_is_lost_is_found_again() {
    let world = world(Version::V41).await;
    let client = world.client();
    let delivery = offer(1, 2, json!({"SgNamFull01": "Tara"}));
    world.server.lose_imports(2);
    for _ in 0..2 {
        let told = client.deliver(&delivery).await.unwrap_err();
        assert!(matches!(told, WireFault::Refused { status: 504, .. }) && told.is_of_the_system(), "{told:?}");
    }
    let delivered = client.deliver(&delivery).await.unwrap();
    let person = world.server.person(&delivered.record).unwrap();
    assert_eq!((world.server.people(), person["enrollments"][0]["events"].as_array().unwrap().len()), (1, 1));
    let gone = Delivered { referral: Some("AbsentEvent".to_owned()), ..delivered.clone() };
    let without = Delivered { referral: None, ..delivered.clone() };
    assert_eq!(client.answers(&[gone, without]).await.unwrap(), []);
}

#[tokio::test]
async fn a_job_that_nobody_asked_for_is_waited_for() {
    let world = world(Version::V41).await;
    let client = world.client();
    world.server.queue_imports(true);
    let delivered = client.deliver(&offer(1, 2, json!({"SgNamFull01": "Tara"}))).await.unwrap();
    assert!(world.server.person(&delivered.record).is_some());
    let told = client.deliver(&offer(4, 5, json!({"SgNoSuchAt1": "x"}))).await.unwrap_err();
    assert_eq!(told, refused(409, "tracked_entity", &["E1006"]));
}

fn refused(status: u16, field: &str, codes: &[&str]) -> WireFault {
    let reason = |code: &&str| Reason { field: Some(field.to_owned()), codes: vec![(*code).to_owned()] };
    WireFault::Refused { status, reasons: codes.iter().map(reason).collect() }
}

#[tokio::test]
async fn a_refusal_carries_the_reports_codes_and_no_sentence() {
    let world = world(Version::V41).await;
    let client = world.client();
    world.server.open(&json!({"SgNidNumbe1": "0000000001"}));
    let told = async |attributes: Value| client.deliver(&offer(1, 2, attributes)).await.unwrap_err();
    assert_eq!(told(json!({"SgNidNumbe1": "0000000001"})).await, refused(409, "tracked_entity", &["E1064"]));
    assert_eq!(told(json!({"SgAgeYears1": "young"})).await, refused(409, "tracked_entity", &["E1007"]));
    // In the partner's file and not on the server, and the other way round: the second is not even sent.
    assert_eq!(told(json!({"SgSexCode01": "Q"})).await, refused(409, "tracked_entity", &["E1125"]));
    let asked = world.server.requests();
    assert_eq!(told(json!({"SgSexCode01": "X"})).await, refused(422, "SgSexCode01", &["E1125"]));
    for odd in [json!({"SgNamFull01": ["Tara"]}), json!({"SgNamFull01": {"a": 1}}), json!({"name": "Tara"})] {
        assert!(matches!(told(odd).await, WireFault::Unexpected { .. }));
    }
    assert_eq!(world.server.requests(), asked, "nothing of it was sent");
    assert!(!told(json!({"SgAgeYears1": "young"})).await.is_of_the_system());
    let elsewhere = world.client_of(&Dhis2Config { org_unit: "SgOuKhulna1".to_owned(), ..world.config() });
    let told = elsewhere.deliver(&offer(1, 2, json!({}))).await.unwrap_err();
    let WireFault::Refused { status: 409, reasons } = told else { panic!("{told:?}") };
    let codes: Vec<&str> = reasons.iter().flat_map(|reason| &reason.codes).map(String::as_str).collect();
    assert_eq!(codes, ["E1049", "E1070", "E1011"], "all of the report, to its end");
    assert_eq!((world.server.people(), world.server.imports()), (1, 0), "nothing of a refused payload is written");
}

#[tokio::test]
async fn a_withdrawal_is_said_once_and_closes_what_is_empty() {
    let world = world(Version::V41).await;
    let client = world.client();
    let first = client.deliver(&offer(1, 2, json!({"SgNamFull01": "Tara"}))).await.unwrap();
    let second = client.deliver(&offer(1, 3, json!({}))).await.unwrap();
    let status = || world.server.person(&first.record).unwrap()["enrollments"][0]["status"].clone();
    let back =
        |one: &Delivered| Delivery::Withdrawal { record: one.record.clone(), referral: one.referral.clone().unwrap() };
    client.deliver(&back(&first)).await.unwrap();
    assert_eq!(status(), "ACTIVE", "the other referral goes on");
    client.deliver(&back(&second)).await.unwrap();
    assert_eq!(status(), "CANCELLED");
    let imports = world.server.imports();
    client.deliver(&back(&second)).await.unwrap();
    let gone = Delivery::Withdrawal { record: first.record.clone(), referral: "AbsentEvent".to_owned() };
    client.deliver(&gone).await.unwrap();
    assert_eq!(world.server.imports(), imports);
    let states = client.answers(&[first.clone(), second.clone()]).await.unwrap();
    assert!(states.iter().all(|one| one.state == AnswerState::Withdrawn) && states.len() == 2);
    let event = world.server.event(first.referral.as_ref().unwrap()).unwrap();
    assert!(event["occurredAt"].is_string() && event["orgUnit"] == "SgOuDhaka01", "an event is sent back whole");
    // The same person again: her enrollment is opened again.
    client.deliver(&offer(1, 4, json!({}))).await.unwrap();
    assert_eq!(status(), "ACTIVE");
}

#[tokio::test]
async fn what_the_partner_sent_is_answered_in_its_own_event() {
    let world = world(Version::V41).await;
    let client = world.client();
    let person = world.server.seed_people().remove(0);
    let event = world.server.refer(&person, &json!({"SgDeService": "LEGL", "SgDeNotes01": "soon"}));
    let answer = |body: Value| Delivery::Answer { record: person.clone(), referral: event.clone(), body };
    let body = json!({"dataValues": {"SgDeOutcome": "DECLINED", "SgDeBecause": "NO_CAPACITY"}});
    client.deliver(&answer(body.clone())).await.unwrap();
    let imports = world.server.imports();
    client.deliver(&answer(body)).await.unwrap();
    assert_eq!(world.server.imports(), imports, "what is there already is not written again");
    client
        .deliver(&answer(json!({"dataValues": {"SgDeOutcome": "DONE", "SgDeBecause": null}, "status": "COMPLETED"})))
        .await
        .unwrap();
    let told = world.server.event(&event).unwrap();
    let values: BTreeMap<&str, &str> = told["dataValues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["dataElement"].as_str().unwrap(), one["value"].as_str().unwrap()))
        .collect();
    assert_eq!(values, BTreeMap::from([("SgDeService", "LEGL"), ("SgDeNotes01", "soon"), ("SgDeOutcome", "DONE")]));
    assert_eq!((&told["status"], told["occurredAt"].is_string()), (&json!("COMPLETED"), true));
    // No event that has values leaves the states that have them.
    let told = client.deliver(&answer(json!({"status": "SKIPPED"}))).await.unwrap_err();
    assert_eq!(told, refused(409, "event", &["E1316"]));
    // An event of the other stage is not the partner's own referral.
    let offered = client.deliver(&offer(1, 2, json!({}))).await.unwrap();
    let sly = Delivery::Answer { record: offered.record, referral: offered.referral.unwrap(), body: json!({}) };
    assert!(matches!(client.deliver(&sly).await.unwrap_err(), WireFault::Refused { status: 404, .. }));
}

/// The partner's people found that whom the hub offered was in their system already.
#[tokio::test]
async fn a_record_that_was_merged_away_keeps_its_answer() {
    let world = world(Version::V41).await;
    let client = world.client();
    let known = world.server.open(&json!({"SgNamFull01": "Tara"}));
    let delivery = offer(1, 2, json!({"SgNamFull01": "Tara"}));
    let delivered = client.deliver(&delivery).await.unwrap();
    world.server.merge(&known, &delivered.record);
    assert!(world.server.decide(delivered.referral.as_ref().unwrap(), "DECLINED", Some("known here")));
    let answers = client.answers(std::slice::from_ref(&delivered)).await.unwrap();
    assert_eq!((answers[0].state, answers[0].reason.as_deref()), (AnswerState::Declined, Some("known here")));
    assert_eq!(client.deliver(&delivery).await.unwrap(), delivered);
    assert_eq!(world.server.people(), 1, "nobody is made anew");
}

#[tokio::test]
async fn what_a_file_does_not_name_is_not_done() {
    let world = world(Version::V41).await;
    let mute = world.client_of(&Dhis2Config { offers: None, sent_stage: None, ..world.config() });
    let person = world.server.seed_people().remove(0);
    assert_eq!(mute.deliver(&offer(1, 2, json!({}))).await.unwrap_err(), WireFault::Unsupported);
    let answer = Delivery::Answer { record: person, referral: "AbsentEvent".to_owned(), body: json!({}) };
    assert_eq!(mute.deliver(&answer).await.unwrap_err(), WireFault::Unsupported);
    assert_eq!(mute.answers(&[]).await.unwrap_err(), WireFault::Unsupported);
    assert!(mute.fetch(None).await.unwrap().records.iter().all(|record| record["referrals"] == json!([])));
}

#[tokio::test]
async fn a_dropped_call_leaves_the_client_well() {
    let world = world(Version::V41).await;
    world.server.seed_people();
    let client = world.client();
    world.server.fault(Fault::Slow(std::time::Duration::from_millis(300)));
    for _ in 0..4 {
        let call = tokio::time::timeout(std::time::Duration::from_millis(20), client.fetch(None));
        assert!(call.await.is_err());
    }
    world.server.fault(Fault::None);
    assert_eq!(client.fetch(None).await.unwrap().records.len(), 2);
}
