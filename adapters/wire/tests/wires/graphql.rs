//! The GraphQL client against the sandbox, with the partner's file and operations that are shipped: every trap of the wire.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sangam_sandbox::graphql::Casebook;
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::ManualClock;
use sangam_wire::config::{Overrides, PartnerConfig};
use sangam_wire::{AnswerState, Cursor, Delivered, Delivery, Found, Listed, UnexpectedKind, Wire, WireFault};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{self, Folder, anywhere, chance, clock};

fn partners() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners")
}

struct World {
    sandbox: Sandbox<Casebook>,
    clock: Arc<ManualClock>,
    folder: Folder,
}

async fn world() -> World {
    let clock = clock();
    let sandbox = Casebook::start(anywhere(), clock.clone(), chance()).await.unwrap();
    let folder = Folder::new();
    for entry in std::fs::read_dir(partners()).unwrap() {
        let name = entry.unwrap().file_name();
        if name.to_str().unwrap().starts_with("casebook-lk.") {
            std::fs::copy(partners().join(&name), folder.0.join(&name)).unwrap();
        }
    }
    sandbox.write_key(&folder.0).unwrap();
    World { sandbox, clock, folder }
}

impl World {
    /// The partner's file with other words in it.
    fn read(&self, changes: &[(&str, &str)]) -> Result<PartnerConfig, Vec<String>> {
        let mut text = std::fs::read_to_string(partners().join("casebook-lk.toml")).unwrap();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        std::fs::write(self.folder.0.join("casebook-lk.toml"), text).unwrap();
        let overrides = Overrides { base_url: Some(self.sandbox.endpoint()), sandbox: true, ..Overrides::default() };
        let read = PartnerConfig::read(&self.folder.0, "casebook-lk", &overrides);
        read.map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    fn client_with(&self, changes: &[(&str, &str)]) -> Arc<dyn Wire> {
        let mut config = self.read(changes).unwrap();
        config.guard.rate_per_minute = 60_000;
        config.guard.failures = 1_000;
        config.connect(self.clock.clone()).unwrap()
    }

    fn client(&self) -> Arc<dyn Wire> {
        self.client_with(&[("per_page = 50", "per_page = 7")])
    }
}

/// Whole walks: what is given, the keys that the list has, and where to go on.
async fn walk(client: &dyn Wire, cursor: Option<Cursor>) -> (Vec<Value>, Vec<String>, Cursor) {
    let walk = house::walk(client, cursor).await;
    (walk.records(), walk.listed(), walk.end())
}

fn keys(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["id"].as_str().unwrap()).collect()
}

fn offer(number: u128) -> Delivery {
    let body = json!({
        "person": {"names": [{"kind": "OFFICIAL", "text": "Tara"}], "gender": "FEMALE"},
        "services": ["BED"], "urgency": "SOON", "from": "case desk, India",
    });
    house::offer(number, number + 100, body)
}

#[tokio::test]
async fn it_signs_in_by_every_way_and_anew_where_it_is_refused_within_an_answer() {
    let world = world().await;
    world.sandbox.seed_people();
    let key = "key_id = \"hub-1\"\nprivate_key_file = \"casebook-lk.key\"";
    let secret = format!("client_secret = \"{}\"", world.sandbox.client_secret());
    for changes in [vec![], vec![(key, secret.as_str())]] {
        let client = world.client_with(&changes);
        let before = world.sandbox.sign_ins();
        for _ in 0..3 {
            assert_eq!(client.fetch(None).await.unwrap().records.len(), 2);
        }
        assert_eq!(world.sandbox.sign_ins() - before, 1, "one token serves many calls");
        world.sandbox.forget_tokens();
        assert_eq!(client.fetch(None).await.unwrap().records.len(), 2);
        assert_eq!(world.sandbox.sign_ins() - before, 2, "refused with status 200, and signed in again");
    }
    let made = format!("token = \"{}\"", world.sandbox.made_token());
    let oauth = "token_url = \"/oauth2/token\"\nclient_id = \"sangam-hub\"\nkey_id = \"hub-1\"\nprivate_key_file = \"casebook-lk.key\"\nscopes = [\"cases:read\", \"cases:write\"]";
    assert_eq!(world.client_with(&[(oauth, &made)]).fetch(None).await.unwrap().records.len(), 2);
    let elsewhere = format!("{made}\ntoken_header = \"X-Api-Key\"");
    let requests = world.sandbox.requests();
    let told = world.client_with(&[(oauth, &elsewhere)]).fetch(None).await.unwrap_err();
    assert_eq!(told, WireFault::Unauthorized, "the stand-in looks for it in Authorization");
    assert_eq!(world.sandbox.requests() - requests, 1, "the same token is not sent twice");
    world.sandbox.fault(Fault::Unauthorized);
    assert_eq!(world.client().fetch(None).await.unwrap_err(), WireFault::Unauthorized);
}

#[tokio::test]
async fn only_shared_cases_and_named_fields_come() {
    let world = world().await;
    let people = world.sandbox.seed_people();
    let narrow = [
        ("[graphql.page]", "[graphql.headers]\nSangam-Purpose = \"PROTECTION\"\n\n[graphql.page]"),
        ("\"healthNotes\", ", ""),
    ];
    let client = world.client_with(&narrow);
    let page = client.fetch(None).await.unwrap();
    assert_eq!(page.listed, Listed::Keys { first: true, keys: people[..2].to_vec() });
    assert_eq!(keys(&page.records), people[..2]);
    let text = json!(page.records).to_string();
    assert!(text.contains("Tara Perera") && text.contains("nyaya-setu"));
    for kept_back in ["Well.", "Not For The Hub", "bankAccount", "__typename", "version"] {
        assert!(!text.contains(kept_back), "{kept_back} crossed the border");
    }
    assert_eq!(client.key(&page.records[0]).as_deref(), Some(people[0].as_str()));
    let one = client.record(&people[0]).await.unwrap();
    assert_eq!(one, Found::Marked(page.records[0].clone()), "as the list gives it");
    assert_eq!(client.record(&people[2]).await.unwrap(), Found::Unmarked);
    assert!(world.sandbox.remove(&people[1]));
    for gone in [people[1].as_str(), "nobody", "", "\" } evil { a }", "../x"] {
        assert_eq!(client.record(gone).await.unwrap(), Found::Gone, "{gone}");
    }
    // What was asked went by variables: the text of each operation is its file's, letter for letter.
    let files: Vec<String> = ["page", "record"]
        .map(|name| std::fs::read_to_string(world.folder.0.join(format!("casebook-lk.{name}.graphql"))).unwrap())
        .to_vec();
    assert!(world.sandbox.heard().iter().all(|(text, _)| files.contains(text)));
    assert_eq!(world.sandbox.heard().last().unwrap().1, json!({"key": "../x"}));
}

/// An error in one record keeps that record back and no other; one elsewhere is a fault of the whole.
#[tokio::test]
async fn of_an_answer_with_errors_nothing_is_kept_that_had_one() {
    let world = world().await;
    let ids: Vec<String> = (0..20).map(|number| world.sandbox.open(&format!("Tara {number}"), true)).collect();
    let client = world.client();
    world.sandbox.break_field(&ids[3], Some(("person", "FORBIDDEN")));
    world.sandbox.break_field(&ids[4], Some(("id", "INTERNAL_SERVER_ERROR")));
    world.clock.advance(60_000);
    let (records, listed, cursor) = walk(&*client, None).await;
    assert_eq!(
        (records.len(), listed.len()),
        (18, 18),
        "neither given nor listed, so that each is asked for by itself"
    );
    assert!(!listed.contains(&ids[3]) && !listed.contains(&ids[4]));
    assert_eq!(
        house::walk(&*client, None).await.0.iter().map(|page| page.rejected).sum::<usize>(),
        2,
        "and both counted"
    );
    assert_eq!(client.record(&ids[3]).await.unwrap(), Found::Unreadable, "a part of it is kept from the hub");
    world.sandbox.break_field(&ids[4], Some(("person", "INTERNAL_SERVER_ERROR")));
    let told = client.record(&ids[4]).await.unwrap_err();
    assert!(matches!(told, WireFault::Refused { status: 500, .. }), "{told:?}");
    assert!(!format!("{told:?}{told}").contains("Asha"));
    world.sandbox.break_field(&ids[3], None);
    assert!(matches!(client.record(&ids[3]).await.unwrap(), Found::Marked(_)), "well again");
    // One of which not even the key came: the next walk looks back as far as the one before, which saw everything.
    let (records, ..) = walk(&*client, Some(cursor)).await;
    assert_eq!(records.len(), 19);
    world.sandbox.break_field(&ids[4], None);
}

/// A record that changed and has an error in it is kept out of the list of keys too, though the list could read it.
#[tokio::test]
async fn a_change_that_cannot_be_read_is_asked_for_by_itself() {
    let world = world().await;
    let mut ids: Vec<String> = (0..19).map(|number| world.sandbox.open(&format!("Tara {number}"), true)).collect();
    world.clock.advance(1_000);
    // Whatever is of the latest instant is given again.
    ids.push(world.sandbox.open("Tara Silva", true));
    let client = world.client();
    world.clock.advance(60_000);
    let (_, listed, cursor) = walk(&*client, None).await;
    let (_, _, cursor) = walk(&*client, Some(cursor)).await;
    assert_eq!(listed.len(), 20);
    world.clock.advance(60_000);
    assert!(world.sandbox.rename(&ids[5], "Tara Das") && world.sandbox.rename(&ids[6], "Tara Rai"));
    assert!(world.sandbox.share(&ids[7], false) && world.sandbox.remove(&ids[8]));
    world.sandbox.break_field(&ids[5], Some(("person", "INTERNAL_SERVER_ERROR")));
    let (records, listed, _) = walk(&*client, Some(cursor)).await;
    assert_eq!(keys(&records), [ids[6].as_str(), ids[19].as_str()]);
    let unlisted: Vec<&String> = ids.iter().filter(|id| !listed.contains(id)).collect();
    assert_eq!(unlisted, [&ids[5], &ids[7], &ids[8]]);
}

#[tokio::test]
async fn who_is_told_to_wait_waits_and_a_change_is_left_to_the_next_round() {
    let world = world().await;
    world.sandbox.seed_people();
    let client = world.client();
    world.sandbox.throttle(2, 0);
    assert_eq!(client.fetch(None).await.unwrap().records.len(), 2);
    world.sandbox.throttle(1, 3_600);
    let told = client.fetch(None).await.unwrap_err();
    assert!(matches!(told, WireFault::Refused { status: 429, .. }) && told.is_of_the_system(), "{told:?}");
    world.sandbox.throttle(1, 0);
    let told = client.deliver(&offer(1)).await.unwrap_err();
    assert!(matches!(told, WireFault::Refused { status: 429, .. }), "{told:?}");
    assert!(world.sandbox.offers().is_empty());
    assert!(client.deliver(&offer(1)).await.is_ok());
}

#[tokio::test]
async fn cursors_that_are_not_known_any_more_are_begun_anew_and_not_for_ever() {
    let world = world().await;
    for number in 0..20 {
        world.sandbox.open(&format!("Tara {number}"), true);
    }
    let client = world.client();
    let first = client.fetch(None).await.unwrap();
    world.sandbox.forget_cursors();
    assert_eq!(walk(&*client, Some(first.cursor)).await.0.len(), 20, "all of them, from the beginning");
    let (mut cursor, mut tries) = (client.fetch(None).await.unwrap().cursor, 0);
    loop {
        world.sandbox.forget_cursors();
        let page = client.fetch(Some(&cursor)).await.unwrap();
        cursor = page.cursor;
        tries += 1;
        assert!(tries < 20, "for ever");
        if !page.more {
            break;
        }
    }
    assert!(tries > 3, "{tries}");
    assert_eq!(walk(&*client, Some(cursor)).await.0.len(), 20, "the round is over and nothing lost");
}

#[tokio::test]
async fn an_offer_is_made_once_and_refusals_are_words_of_the_file() {
    let world = world().await;
    let client = world.client();
    client.fetch(None).await.unwrap();
    for _ in 0..2 {
        world.sandbox.fault(Fault::CutAfter);
        assert!(client.deliver(&offer(1)).await.is_err(), "nobody heard the answer");
    }
    world.sandbox.fault(Fault::None);
    let delivered = client.deliver(&offer(1)).await.unwrap();
    assert_eq!(delivered.record, Uuid::from_u128(1).to_string());
    assert_eq!((world.sandbox.cases(), world.sandbox.offers().len()), (1, 1));
    let other = client.deliver(&offer(2)).await.unwrap();
    let gone = Delivered { record: "r".to_owned(), referral: Some("never".to_owned()) };
    assert!(world.sandbox.decide(other.referral.as_ref().unwrap(), "NO", Some("no bed")));
    let told = client.answers(&[delivered.clone(), gone, other]).await.unwrap();
    let told: Vec<_> = told.into_iter().map(|answer| (answer.state, answer.reason)).collect();
    assert_eq!(told, [(AnswerState::Waiting, None), (AnswerState::Declined, Some("no bed".to_owned()))]);
    assert!(world.sandbox.decide(delivered.referral.as_ref().unwrap(), "PERHAPS", None));
    let told = client.answers(std::slice::from_ref(&delivered)).await.unwrap();
    assert_eq!(told[0].state, AnswerState::Waiting, "a word that is none of the file's decides nothing");
    let taken_back =
        Delivery::Withdrawal { record: delivered.record.clone(), referral: delivered.referral.clone().unwrap() };
    for _ in 0..2 {
        client.deliver(&taken_back).await.unwrap();
    }
    let told = client.answers(std::slice::from_ref(&delivered)).await.unwrap();
    assert_eq!(told[0].state, AnswerState::Withdrawn);
    let never = Delivery::Withdrawal { record: "r".to_owned(), referral: "never".to_owned() };
    assert!(client.deliver(&never).await.is_ok(), "what is not there is taken back already");
    // Where the file has no operation for it, what became of an offer cannot be looked for.
    let Delivery::Offer { record, referral, .. } = offer(1) else { panic!() };
    assert_eq!(client.offered(record, referral).await.unwrap(), Some(delivered));
    let part = "[graphql.offered]\noperation = \"casebook-lk.offered.graphql\"\nrecord = \"offer.case.id\"\nreferral = \"offer.id\"\n";
    let blind = world.client_with(&[(part, "")]);
    assert_eq!(blind.offered(record, referral).await, Err(WireFault::Unsupported));
    world.sandbox.fill(true);
    let told = client.deliver(&offer(3)).await.unwrap_err();
    assert!(matches!(told, WireFault::Refused { status: 422, .. }) && !told.is_of_the_system(), "{told:?}");
    assert!(!format!("{told:?}").contains("Asha"));
    let unknown = world.client_with(&[("NoPlace = \"invalid\"", "Full = \"invalid\"")]);
    let told = unknown.deliver(&offer(4)).await.unwrap_err();
    assert!(matches!(&told, WireFault::Unexpected { path, .. } if path == "/data/offerCase/__typename"), "{told:?}");
    world.sandbox.fill(false);
    let Delivery::Offer { record, referral, .. } = offer(5) else { panic!() };
    let body = json!({"person": {"names": []}, "services": [], "urgency": "SOON", "from": "x", "colour": "Asha"});
    let told = client.deliver(&Delivery::Offer { record, referral, body }).await.unwrap_err();
    assert!(matches!(told, WireFault::Refused { status: 422, .. }), "{told:?}");
    assert!(!format!("{told:?}").contains("Asha"));
}

#[tokio::test]
async fn an_answer_goes_step_by_step_on_the_version_that_was_read() {
    let world = world().await;
    let case = world.sandbox.open("Tara Perera", true);
    let referral = world.sandbox.refer(&case, "asha-nivas", "BED");
    let client = world.client();
    let step = |state: &str, reached: &[&str]| json!({"input": {"state": state}, "reached": reached});
    let steps = json!({"steps": [
        step("ACCEPTED", &["ACCEPTED", "UNDER_WAY", "FINISHED"]), step("UNDER_WAY", &["UNDER_WAY", "FINISHED"]),
    ]});
    let answer = |referral: &str, body: &Value| Delivery::Answer {
        record: case.clone(),
        referral: referral.to_owned(),
        body: body.clone(),
    };
    let standing = || {
        let case = world.sandbox.case(&case).unwrap();
        (case["referrals"][0]["state"].as_str().unwrap().to_owned(), case["referrals"][0]["version"].as_u64().unwrap())
    };
    world.sandbox.fault(Fault::CutAfter);
    assert!(client.deliver(&answer(&referral, &steps)).await.is_err());
    assert_eq!(standing(), ("ACCEPTED".to_owned(), 2), "done, and nobody heard of it");
    world.sandbox.fault(Fault::None);
    for _ in 0..2 {
        client.deliver(&answer(&referral, &steps)).await.unwrap();
        assert_eq!(standing(), ("UNDER_WAY".to_owned(), 3), "each step once");
    }
    let back = json!({"input": {"state": "DECLINED"}});
    assert_eq!(client.deliver(&answer(&referral, &back)).await.unwrap_err(), WireFault::Ignored);
    let told = client.deliver(&answer("never", &steps)).await.unwrap_err();
    assert!(matches!(told, WireFault::Refused { status: 404, .. }), "{told:?}");
    for body in [json!({}), json!({"steps": [{}]}), json!({"steps": "x"})] {
        let told = client.deliver(&answer(&referral, &body)).await.unwrap_err();
        assert!(matches!(told, WireFault::Unexpected { .. }), "{told:?}");
    }
    let many: Vec<Value> = (0..9).map(|_| back.clone()).collect();
    let told = client.deliver(&answer(&referral, &json!({ "steps": many }))).await.unwrap_err();
    assert!(matches!(told, WireFault::TooLarge { unit: "steps", .. }), "{told:?}");
    client.acknowledge(&case, "https://hub.example/hook", true).await.unwrap();
    assert_eq!(client.told(br#"{"caseId":"c1","name":"Asha"}"#).as_deref(), Some("c1"));
    for odd in [&b"[]"[..], b"{", br#"{"caseId":""}"#, br#"{"caseId":{"a":1}}"#] {
        assert_eq!(client.told(odd), None);
    }
}

#[tokio::test]
async fn what_the_file_has_no_operation_for_is_unsupported() {
    let world = world().await;
    let whole = std::fs::read_to_string(partners().join("casebook-lk.toml")).unwrap();
    let begin = whole.find("# What changed: by cursor").unwrap();
    let end = whole.find("[limits]").unwrap();
    let client = world.client_with(&[(&whole[begin..end], "")]);
    let requests = world.sandbox.requests();
    let (record, referral) = ("r".to_owned(), "f".to_owned());
    let answer = Delivery::Answer { record: record.clone(), referral: referral.clone(), body: json!({"input": {}}) };
    let withdrawal = Delivery::Withdrawal { record, referral };
    for delivery in [offer(1), answer, withdrawal] {
        assert_eq!(client.deliver(&delivery).await.unwrap_err(), WireFault::Unsupported);
    }
    assert_eq!(client.fetch(None).await.unwrap_err(), WireFault::Unsupported);
    assert_eq!(client.record("r").await.unwrap_err(), WireFault::Unsupported);
    assert_eq!(client.answers(&[]).await.unwrap_err(), WireFault::Unsupported);
    assert_eq!(client.acknowledge("r", "h", true).await, Ok(()));
    assert_eq!(world.sandbox.requests(), requests, "nothing was sent");
}

/// Answers that are none, or that lead astray, under status 200 and either type.
#[tokio::test]
async fn answers_are_judged_before_they_are_used() {
    let world = world().await;
    world.sandbox.seed_people();
    let client = world.client();
    client.fetch(None).await.unwrap();
    let page = |info: Value| json!({"data": {"cases": {"edges": [], "pageInfo": info}}});
    let error = |path: Value, code: &str| json!([{"message": "Asha", "path": path, "extensions": {"code": code}}]);
    let good = page(json!({"hasNextPage": false, "endCursor": null}));
    let with = |errors: Value| json!({"data": good["data"], "errors": errors});
    let unexpected = |path: &str| format!("unexpected {path}");
    for (body, told) in [
        (json!({}), unexpected("/data")),
        (json!({"data": null}), unexpected("/data")),
        (json!({"data": []}), unexpected("/data")),
        (
            json!({"data": {"cases": {"edges": {}, "pageInfo": {"hasNextPage": false}}}}),
            unexpected("/data/cases/edges"),
        ),
        (
            json!({"data": {"cases": {"edges": [7], "pageInfo": {"hasNextPage": false}}}}),
            unexpected("/data/cases/edges"),
        ),
        (
            json!({"data": {"cases": {"edges": [{}], "pageInfo": {"hasNextPage": false}}}}),
            unexpected("/data/cases/edges"),
        ),
        (json!({"data": {"cases": {"edges": [null], "pageInfo": {"hasNextPage": false}}}}), "fine".to_owned()),
        (
            json!({"data": {"cases": {"edges": [{"node": null}], "pageInfo": {"hasNextPage": false}}}}),
            "fine".to_owned(),
        ),
        (
            json!({"data": {"cases": {"edges": [{"node": {}}], "pageInfo": {"hasNextPage": false}}}}),
            unexpected("/data/cases/edges"),
        ),
        (
            json!({"data": {"cases": {"edges": [{"node": "Asha"}], "pageInfo": {"hasNextPage": false}}}}),
            unexpected("/data/cases/edges"),
        ),
        (page(json!({})), unexpected("/data/cases/pageInfo/hasNextPage")),
        (page(json!({"hasNextPage": "yes"})), unexpected("/data/cases/pageInfo/hasNextPage")),
        (page(json!({"hasNextPage": true})), unexpected("/data/cases/pageInfo/endCursor")),
        (page(json!({"hasNextPage": true, "endCursor": "c".repeat(5_000)})), "too large".to_owned()),
        (with(json!({})), unexpected("/errors")),
        (with(json!(["Asha"])), unexpected("/errors")),
        (with(json!([{}])), "refused 500".to_owned()),
        (with(error(json!(["cases", "pageInfo"]), "FORBIDDEN")), "refused 403".to_owned()),
        (with(error(json!(["cases", "edges", 0]), "FORBIDDEN")), "fine".to_owned()),
        (with(error(json!(["cases", "edges", 0]), "RATE_LIMITED")), "refused 429".to_owned()),
        (with(error(json!(["cases", "edges", -1]), "FORBIDDEN")), "refused 403".to_owned()),
        (with(error(json!("Asha"), "BAD_REQUEST")), "refused 500".to_owned()),
        (with(error(json!([]), "Asha Das, 14 years")), "refused 500".to_owned()),
        (json!({"errors": error(json!([]), "BAD_USER_INPUT")}), "refused 422".to_owned()),
        (good.clone(), "fine".to_owned()),
        // These bytes then answer the sign-in too.
        (json!({"errors": error(json!([]), "UNAUTHENTICATED")}), unexpected("/access_token")),
    ] {
        world.sandbox.fault(Fault::Bytes(body.to_string().into_bytes()));
        let said = match client.fetch(None).await {
            Ok(_) => "fine".to_owned(),
            Err(fault) => {
                assert!(!format!("{fault:?}{fault}").contains("Asha"), "{fault:?}");
                match fault {
                    WireFault::Unexpected { path, .. } => unexpected(&path),
                    WireFault::Refused { status, .. } => format!("refused {status}"),
                    WireFault::TooLarge { .. } => "too large".to_owned(),
                    other => format!("{other:?}"),
                }
            }
        };
        assert_eq!(said, told, "{body}");
    }
    world.sandbox.fault(Fault::None);
    client.fetch(None).await.unwrap();
    let same = page(json!({"hasNextPage": true, "endCursor": "c1"}));
    world.sandbox.fault(Fault::Bytes(same.to_string().into_bytes()));
    let first = client.fetch(None).await.unwrap();
    let told = client.fetch(Some(&first.cursor)).await.unwrap_err();
    assert!(matches!(told, WireFault::Unexpected { .. }), "a cursor that leads nowhere is not followed: {told:?}");
}

/// Null is a word of the system's. What is absent is none: no record is gone by it, none is unmarked, nothing was kept back
/// or refused, and nothing was done.
#[tokio::test]
async fn what_is_absent_is_not_null() {
    let world = world().await;
    let ids = world.sandbox.seed_people();
    let client = world.client();
    client.fetch(None).await.unwrap();
    let whole = |without: &str| {
        let mut case = world.sandbox.case(&ids[0]).unwrap();
        let (above, name) = without.rsplit_once('/').unwrap_or(("", without));
        let of = case.pointer_mut(above).and_then(Value::as_object_mut);
        of.into_iter().for_each(|members| drop(members.remove(name)));
        case
    };
    let answered = async |body: Value| {
        world.sandbox.fault(Fault::Bytes(body.to_string().into_bytes()));
        client.record(&ids[0]).await
    };
    let missing = Err(WireFault::Unexpected { path: "/data/case".to_owned(), kind: UnexpectedKind::Missing });
    assert_eq!(answered(json!({"data": {"case": null}})).await, Ok(Found::Gone));
    for body in [json!({"data": {}}), json!({"data": {"kase": null}})] {
        assert_eq!(answered(body).await, missing);
    }
    let error = |path: Value| json!([{"path": path, "extensions": {"code": "NOT_FOUND"}}]);
    let gone = json!({"data": {"case": null}, "errors": error(json!(["case"]))});
    assert_eq!(answered(gone).await, Ok(Found::Gone));
    let elsewhere = json!({"data": {"case": null}, "errors": error(json!(["viewer"]))});
    assert!(matches!(answered(elsewhere).await, Err(WireFault::Refused { status: 404, .. })));
    assert!(matches!(answered(json!({"data": {"case": whole("/never")}})).await, Ok(Found::Marked(_))));
    for without in [
        "/sharedWithSangam",
        "/keptBack",
        "/healthNotes",
        "/person/names",
        "/person/home",
        "/person/names/0/text",
        "/referrals/0/state",
    ] {
        assert_eq!(answered(json!({"data": {"case": whole(without)}})).await, Ok(Found::Unreadable), "{without}");
        let edges = json!([{"node": whole(without)}, {"node": whole("/never")}]);
        let page = json!({"data": {"cases": {"edges": edges, "pageInfo": {"hasNextPage": false}}}});
        world.sandbox.fault(Fault::Bytes(page.to_string().into_bytes()));
        let page = client.fetch(None).await.unwrap();
        let expected = Listed::Keys { first: true, keys: vec![ids[0].clone()] };
        assert_eq!((page.records.len(), page.rejected, page.listed), (1, 1, expected), "{without}");
    }
    let mut unshared = whole("/never");
    unshared["sharedWithSangam"] = Value::Null;
    assert_eq!(answered(json!({"data": {"case": unshared}})).await, Ok(Found::Unmarked));

    let delivered = Delivered { record: "r".to_owned(), referral: Some("o".to_owned()) };
    let told = async |offer: Value| {
        world.sandbox.fault(Fault::Bytes(json!({"data": {"offers": [offer]}}).to_string().into_bytes()));
        client.answers(std::slice::from_ref(&delivered)).await.map(|told| told.first().map(|answer| answer.state))
    };
    assert_eq!(told(json!({"id": "o", "decision": null, "reason": null})).await, Ok(Some(AnswerState::Waiting)));
    assert_eq!(told(json!({"id": "o", "reason": null})).await, Ok(None), "of it nothing is said");
}

/// A mutation of which nothing is said is not known to be done, with a list of refusals as with a word.
#[tokio::test]
async fn no_refusals_are_said_by_an_empty_list_or_null_and_not_by_nothing() {
    let world = world().await;
    let path = world.folder.0.join("casebook-lk.offer.graphql");
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, with) = ("... on OfferTaken {", "... on OfferTaken { userErrors: offer { id }");
    std::fs::write(&path, text.replace(begin, with)).unwrap();
    let result = "result = \"offerCase.__typename\"\nresults = { OfferTaken = \"done\", NoPlace = \"invalid\" }";
    let client = world.client_with(&[(result, "refusals = \"offerCase.userErrors\"")]);
    client.fetch(None).await.unwrap();
    let told = async |payload: Value| {
        world.sandbox.fault(Fault::Bytes(json!({"data": {"offerCase": payload}}).to_string().into_bytes()));
        client.deliver(&offer(1)).await.map(|delivered| delivered.referral)
    };
    let with = |refusals: Value| json!({"offer": {"id": "o", "case": {"id": "c"}}, "userErrors": refusals});
    for none in [json!([]), Value::Null] {
        assert_eq!(told(with(none)).await, Ok(Some("o".to_owned())));
    }
    let refused = told(with(json!([{"code": "consent", "field": "person", "message": "Asha"}]))).await.unwrap_err();
    assert!(matches!(&refused, WireFault::Refused { status: 422, reasons } if reasons.len() == 1), "{refused:?}");
    assert!(!format!("{refused:?}").contains("Asha"));
    let missing =
        WireFault::Unexpected { path: "/data/offerCase/userErrors".to_owned(), kind: UnexpectedKind::Missing };
    for payload in [json!({"offer": {"id": "o", "case": {"id": "c"}}}), Value::Null, json!({})] {
        assert_eq!(told(payload).await, Err(missing.clone()));
    }
}

/// An operation that does not select what is read of its answer is found when the hub starts, not when somebody is missed.
#[tokio::test]
async fn an_operation_selects_what_is_read_of_its_answer() {
    let world = world().await;
    let faults = |name: &str, from: &str, to: &str| {
        let file = format!("casebook-lk.{name}.graphql");
        let text = std::fs::read_to_string(partners().join(&file)).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(world.folder.0.join(&file), text.replacen(from, to, 1)).unwrap();
        let faults = world.read(&[]).err().unwrap_or_default();
        std::fs::write(world.folder.0.join(&file), text).unwrap();
        faults
    };
    assert_eq!(faults("page", "query Page", "query Page"), Vec::<String>::new());
    for (name, from, to, places) in [
        ("page", "sharedWithSangam", "", &["cases.edges.node.sharedWithSangam"][..]),
        ("page", "keptBack", "kept: keptBack", &["cases.edges.node.keptBack"]),
        ("page", "updatedAt", "", &["cases.edges.node.updatedAt"]),
        ("page", "hasNextPage", "", &["cases.pageInfo.hasNextPage"]),
        ("page", "names { kind text }", "names { kind }", &["cases.edges.node.person.names.text"]),
        ("list", "id sharedWithSangam", "id", &["cases.edges.node.sharedWithSangam"]),
        ("list", "id sharedWithSangam", "sharedWithSangam", &["cases.edges.node.id"]),
        ("record", "sharedWithSangam", "shared: sharedWithSangam", &["case.sharedWithSangam"]),
        ("record", "keptBack", "", &["case.keptBack"]),
        ("offer", "__typename", "", &["offerCase.__typename"]),
        ("offer", "case { id }", "", &["offerCase.offer.case.id"]),
        ("answers", "decision", "", &["offers.decision"]),
        ("standing", "version", "", &["referral.version"]),
        ("withdraw", "__typename", "offer { id }", &["withdrawOffer.__typename"]),
        ("answer", "__typename", "kind: __typename", &["answerReferral.__typename"]),
    ] {
        let told: Vec<String> = places
            .iter()
            .map(|place| format!("casebook-lk.{name}.graphql:1: `graphql.{name}.operation` must select `{place}`, which is read of its answer"))
            .collect();
        assert_eq!(faults(name, from, to), told, "{from}");
    }
    let neither =
        "result = \"withdrawOffer.__typename\"\nresults = { OfferWithdrawn = \"done\", OfferUnknown = \"not_found\" }";
    let found = world.read(&[(neither, "")]).err().unwrap_or_default();
    assert!(
        found.len() == 1 && found[0].contains("`graphql.withdraw.result` must be there, or `refusals`"),
        "{found:?}"
    );
    // A field that is no path is in no answer.
    let found = world.read(&[("\"healthNotes\"", "\"health-notes\"")]).err().unwrap_or_default();
    assert!(found.len() == 2 && found[0].contains("must select `cases.edges.node.health-notes`"), "{found:?}");
}

/// Every fault of the section and of the operation files is told when the hub starts, with file, line and key.
#[tokio::test]
async fn what_is_wrong_in_the_files_is_told_with_its_line() {
    let world = world().await;
    let faults = |changes: &[(&str, &str)]| world.read(changes).err().unwrap_or_default();
    let put = |name: &str, text: &str| std::fs::write(world.folder.0.join(name), text).unwrap();
    put("wrong.graphql", "# a comment\n\nmutation M($first: Int!, $secret: String!) {\n  a(first: $first)\n}\n");
    assert_eq!(
        faults(&[("casebook-lk.page.graphql", "wrong.graphql")]),
        [
            "wrong.graphql:3: `graphql.page.operation` must be a query",
            "wrong.graphql:3: `graphql.page.operation` must declare no variable that must be filled and is none of the hub's",
            "wrong.graphql:3: `graphql.page.operation` must declare the variable `$after`",
        ]
    );
    put("broken.graphql", "query Q(\n  $key: ID!\n) {\n  a(id: $key) {\n");
    assert_eq!(
        faults(&[("casebook-lk.record.graphql", "broken.graphql")]),
        ["broken.graphql:5: `graphql.record.operation` must be GraphQL from here on"]
    );
    put("anybodys.graphql", "query Q($record: ID!) {\n  offer(case: $record) { id }\n}\n");
    for (from, to, told) in [
        (
            "casebook-lk.record.graphql",
            "../x.graphql",
            "`graphql.record.operation` must be the name of a file beside this one",
        ),
        ("casebook-lk.record.graphql", "never.graphql", "`graphql.record.operation` cannot be read"),
        (
            "key = \"id\"",
            "key = \"/id\"",
            "`graphql.key` must be names with dots between, for instance cases.pageInfo.endCursor",
        ),
        ("key = \"id\"\n", "", "`graphql.key` is missing"),
        (
            "NoPlace = \"invalid\"",
            "NoPlace = \"no\"",
            "`graphql.offer.results.NoPlace` must be one of done, unauthenticated, throttled, internal, forbidden, not_found, conflict, invalid, ignored",
        ),
        (
            "OPEN = \"waiting\"",
            "OPEN = \"maybe\"",
            "`graphql.answers.states.OPEN` must be one of waiting, accepted, declined, done, withdrawn",
        ),
        ("result = \"offerCase.__typename\"\n", "", "`graphql.offer.result` must be there beside `results`"),
        (
            "version = \"referral.version\"\n",
            "",
            "`graphql.standing` must be there, with its version, where an answer declares $version or $idempotencyKey",
        ),
        ("per_page = 50", "per_page = 5000", "`graphql.per_page` must be from 1 to 200"),
        ("per_page = 50", "colour = 1", "`graphql.colour` is no key here"),
        ("casebook-lk.offered.graphql", "anybodys.graphql", "`graphql.offered` must declare the variable `$referral`"),
        ("referral = \"offer.id\"\n", "", "`graphql.offered.referral` is missing"),
        (
            "per_page = 50",
            "time_zone = \"Colombo\"",
            "`graphql.time_zone` must be a distance from UTC, for instance +05:45",
        ),
        (
            "per_page = 50",
            "headers = { Cookie = \"a\" }",
            "`graphql.headers.Cookie` must be a header that the hub does not set itself",
        ),
        (
            "per_page = 50",
            "headers = { X-A = \"a\\nb\" }",
            "`graphql.headers.X-A` must be a text that fits in a header",
        ),
        ("changed = \"updatedAt\"\n", "", "`graphql.changed` must be there where the page is asked for by $since"),
    ] {
        let found = faults(&[(from, to)]);
        assert!(found.len() == 1 && found[0].ends_with(&format!(": {told}")), "{found:?} and not {told}");
    }
    let begin = "# All there is, by its keys";
    let whole = std::fs::read_to_string(partners().join("casebook-lk.toml")).unwrap();
    let list = &whole[whole.find(begin).unwrap()..whole.find("[graphql.record]").unwrap()];
    let found = faults(&[(list, "")]);
    assert!(
        found.len() == 1 && found[0].contains("`graphql.list` must be there where the page is asked for"),
        "{found:?}"
    );
}
