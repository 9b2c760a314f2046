//! The FHIR client against the sandbox, which answers as the servers in use do: every trap of the wire.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::sync::Arc;

use sangam_sandbox::fhir::FhirServer;
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::ManualClock;
use sangam_wire::fhir::{Fhir, FhirConfig};
use sangam_wire::{
    AnswerState, Cursor, Delivered, Delivery, Found, Listed, Mark, Narrow, OauthClient, Proof, WebSignIn, Wire,
    WireFault,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{self, anywhere, chance, clock, walk};

const OWN: &str = "https://sangam.example/fhir/id";

struct World {
    sandbox: Sandbox<FhirServer>,
    clock: Arc<ManualClock>,
}

async fn world() -> World {
    let clock = clock();
    let sandbox = FhirServer::start(anywhere(), clock.clone(), chance()).await.unwrap();
    World { sandbox, clock }
}

fn narrow() -> Narrow {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Narrow {
        fields: texts(&["Patient.name.text", "Patient.gender", "Patient.meta.tag"]),
        referral_fields: texts(&["Task.status", "Task.owner", "ServiceRequest.code", "ServiceRequest.priority"]),
        mark: Mark { field: "Patient.meta.tag".to_owned(), value: "https://sangam.example/fhir/share|yes".to_owned() },
    }
}

impl World {
    fn client_with(&self, sign_in: WebSignIn, per_page: u32) -> Fhir {
        let config = FhirConfig {
            base_url: self.sandbox.fhir_base().parse().unwrap(),
            identifier_system: OWN.to_owned(),
            per_page,
            sign_in,
        };
        Fhir::new(&config, narrow(), 4 << 20, self.clock.clone()).unwrap()
    }

    fn oauth(&self, proof: Proof) -> WebSignIn {
        WebSignIn::Client(OauthClient {
            token_url: format!("{}oauth2/token", self.sandbox.base_url()).parse().unwrap(),
            client_id: self.sandbox.client_id().to_owned(),
            scopes: vec!["system/Patient.rs".to_owned(), "system/Task.cruds".to_owned()],
            proof,
        })
    }

    fn signed(&self) -> WebSignIn {
        self.oauth(Proof::key(&self.sandbox.private_key(), self.sandbox.key_id().to_owned()).unwrap())
    }

    fn client(&self) -> Fhir {
        self.client_with(WebSignIn::Token(self.sandbox.made_token().into()), 50)
    }
}

async fn all(client: &Fhir, cursor: Option<Cursor>) -> (Vec<Value>, Cursor) {
    let walk = walk(client, cursor).await;
    (walk.records(), walk.end())
}

fn ids(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["id"].as_str().unwrap()).collect()
}

fn offer(number: u128) -> Delivery {
    let body = json!({
        "Patient": {"name": [{"text": "Tara"}], "gender": "female", "id": "chosen", "identifier": [{"value": "K-1"}]},
        "ServiceRequest": {"priority": "urgent", "code": {"text": "a bed"}},
        "Task": {"owner": {"reference": "Organization/meghna-par"}, "status": "completed"},
    });
    house::offer(number, number + 100, body)
}

#[tokio::test]
async fn a_signed_assertion_and_a_secret_both_bring_a_token() {
    let world = world().await;
    world.sandbox.seed_people();
    for sign_in in [world.signed(), world.oauth(Proof::Secret(world.sandbox.client_secret().into()))] {
        let before = world.sandbox.sign_ins();
        let client = world.client_with(sign_in, 50);
        for _ in 0..3 {
            assert_eq!(client.fetch(None).await.unwrap().records.len(), 2);
        }
        assert_eq!(world.sandbox.sign_ins() - before, 1, "one token serves many calls");
        // The server told how long it lives: it is renewed without a refused call between.
        world.clock.advance(295_000);
        let requests = world.sandbox.requests();
        client.record("nobody").await.unwrap();
        assert_eq!(world.sandbox.requests() - requests, 2, "a token and the question, and no refusal");
        world.sandbox.forget_tokens();
        client.fetch(None).await.unwrap();
        assert_eq!(world.sandbox.sign_ins() - before, 3, "and replaced where the server forgot it");
    }
}

#[tokio::test]
async fn what_is_not_the_hubs_key_or_secret_is_refused_once() {
    let (world, other) = (world().await, self::world().await);
    let foreign = Proof::key(&other.sandbox.private_key(), "hub-1".to_owned()).unwrap();
    let unnamed = Proof::key(&world.sandbox.private_key(), "hub-2".to_owned()).unwrap();
    for proof in [foreign, unnamed, Proof::Secret("not-it".to_owned().into())] {
        let before = world.sandbox.requests();
        let told = world.client_with(world.oauth(proof), 50).fetch(None).await.unwrap_err();
        assert_eq!(told, WireFault::Unauthorized);
        assert_eq!(world.sandbox.requests() - before, 1);
    }
    let made = world.client_with(WebSignIn::Token("not-it".to_owned().into()), 50);
    assert_eq!(made.fetch(None).await.unwrap_err(), WireFault::Unauthorized);
    assert!(Proof::key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "k".to_owned()).is_none());
}

/// Each answer of a token endpoint that is no token is a typed fault without its words.
#[tokio::test]
async fn a_token_endpoints_answer_is_judged() {
    let world = world().await;
    let client = world.client_with(world.signed(), 50);
    let answers = [
        (200, json!({"access_token": "Asha", "token_type": "mac", "expires_in": 5}), None),
        (200, json!({"access_token": "Asha\nX: y", "token_type": "Bearer"}), None),
        (200, json!({"token_type": "Bearer", "note": "Asha"}), None),
        (200, json!(["Asha"]), None),
        (400, json!({"error": "invalid_scope", "error_description": "Asha may not"}), Some(400)),
        (429, json!({"message": "Asha, slower"}), Some(429)),
        (500, json!({"message": "Asha fell"}), Some(500)),
    ];
    for (status, body, refused) in answers {
        world.sandbox.answer_token_with(Some((status, body.clone())));
        let told = client.fetch(None).await.unwrap_err();
        match refused {
            Some(status) => {
                assert!(matches!(told, WireFault::Refused { status: told, .. } if told == status), "{told:?}")
            }
            None => assert!(matches!(told, WireFault::Unexpected { .. }), "{told:?} for {body}"),
        }
        assert!(!format!("{told:?}{told}").contains("Asha"));
    }
    world.sandbox.answer_token_with(None);
    assert!(client.fetch(None).await.is_ok());
    world.sandbox.fault(Fault::Redirect("http://127.0.0.1:9/".to_owned()));
    let told = world.client_with(world.signed(), 50).fetch(None).await.unwrap_err();
    assert_eq!(told, WireFault::RedirectedElsewhere, "nor is a token fetched elsewhere");
}

#[tokio::test]
async fn only_marked_patients_and_named_elements_come() {
    let world = world().await;
    let people = world.sandbox.seed_people();
    let page = world.client().fetch(None).await.unwrap();
    assert_eq!(page.listed, Listed::Keys { first: true, keys: people[..2].to_vec() });
    assert_eq!(ids(&page.records), people[..2]);
    let minor = &page.records[0];
    assert_eq!(minor["Patient"]["name"], json!([{"text": "Rupa Khatun"}]));
    let referral = &minor["referrals"][0];
    assert_eq!(referral["Task"], json!({"status": "requested", "owner": {"reference": "Organization/asha-nivas"}}));
    assert_eq!(referral["ServiceRequest"]["priority"], "urgent");
    assert_eq!(minor["withheld"][0]["classes"], json!(["https://meghna-par.example/records|health"]));
    let text = json!(page.records).to_string();
    for kept_back in ["not-for-the-hub", "Not For The Hub", "birthDate", "address", "restriction", "She asked"] {
        assert!(!text.contains(kept_back), "{kept_back} crossed the border");
    }
    let one = world.client().record(&people[0]).await.unwrap();
    assert_eq!(one, Found::Marked(minor.clone()), "as the list gives it");
    assert_eq!(world.client().record(&people[2]).await.unwrap(), Found::Unmarked);
    assert!(world.sandbox.remove("Patient", &people[1]));
    assert_eq!(world.client().record(&people[1]).await.unwrap(), Found::Gone);
    for never in ["nobody", "../Patient", "a b", ""] {
        assert_eq!(world.client().record(never).await.unwrap(), Found::Gone, "{never}");
    }
}

/// A change of a task, its request or a consent brings the patient again, each once; a deleted patient is in no search for
/// changes and not in the list.
#[tokio::test]
async fn what_changed_about_a_patient_brings_her_again() {
    let world = world().await;
    let people = world.sandbox.seed_people();
    world.sandbox.seed_patients(30);
    let client = world.client_with(WebSignIn::Token(world.sandbox.made_token().into()), 7);
    world.clock.advance(60_000);
    let (first, mut cursor) = all(&client, None).await;
    assert_eq!(first.len(), 29);
    let task = first[0]["referrals"][0]["id"].as_str().unwrap().to_owned();
    let request = world.sandbox.resource("Task", &task).unwrap()["focus"]["reference"].as_str().unwrap().to_owned();
    let request = request.split_once('/').unwrap().1;
    let consent = world.sandbox.all("Consent")[0]["id"].as_str().unwrap().to_owned();
    let changes: [&dyn Fn() -> bool; 6] = [
        &|| world.sandbox.edit("Patient", &people[0], &json!({"gender": "unknown"})),
        &|| world.sandbox.decide(&task, "received", None),
        &|| world.sandbox.edit("ServiceRequest", request, &json!({"priority": "stat"})),
        &|| world.sandbox.edit("Consent", &consent, &json!({"status": "rejected"})),
        &|| !world.sandbox.refer(&people[0], "Organization/asha-nivas", "legal").0.is_empty(),
        &|| {
            world.sandbox.decide(&task, "accepted", None)
                && world.sandbox.edit("Patient", &people[0], &json!({"gender": "female"}))
        },
    ];
    for (number, change) in changes.iter().enumerate() {
        assert!(change());
        let (records, next) = all(&client, Some(cursor)).await;
        assert_eq!(ids(&records), [people[0].as_str()], "change {number}");
        world.clock.advance(60_000);
        // What changed since that walk began is asked for once more, a moment before it included.
        let (_, next) = all(&client, Some(next)).await;
        world.clock.advance(60_000);
        let (quiet, next) = all(&client, Some(next)).await;
        assert!(quiet.is_empty(), "change {number}: {}", quiet.len());
        cursor = next;
    }
    let closed = client.record(&people[0]).await.unwrap();
    let Found::Marked(closed) = closed else { panic!("marked") };
    assert!(closed["withheld"][0].get("classes").is_none(), "a consent that was refused keeps back everything");
    assert!(world.sandbox.remove("Patient", &people[0]));
    let (mut listed, mut at) = (Vec::new(), Some(cursor));
    loop {
        let page = client.fetch(at.as_ref()).await.unwrap();
        assert!(page.records.is_empty());
        if let Listed::Keys { keys, .. } = page.listed {
            listed.extend(keys);
        }
        at = Some(page.cursor);
        if !page.more {
            break;
        }
    }
    assert_eq!(listed.len(), 28);
    assert!(!listed.contains(&people[0]));
}

#[tokio::test]
async fn a_next_page_is_asked_for_on_the_same_server_only() {
    let (world, other) = (world().await, self::world().await);
    world.sandbox.seed_patients(20);
    let client = world.client_with(WebSignIn::Token(world.sandbox.made_token().into()), 5);
    let aways = [
        format!("{}Patient?_getpages=x", other.sandbox.fhir_base()),
        format!("{}admin/fhir", world.sandbox.base_url()),
        world.sandbox.fhir_base().replace("127.0.0.1", "hub@127.0.0.1"),
        world.sandbox.fhir_base().replace("http:", "https:"),
    ];
    for away in &aways {
        world.sandbox.point_next_to(Some(away));
        assert_eq!(client.fetch(None).await.unwrap_err(), WireFault::RedirectedElsewhere, "{away}");
        // Nor is a cursor that somebody wrote into the hub's database followed there.
        let planted = json!({"leg": "patients", "since": 0, "next": away}).to_string();
        let told = client.fetch(Some(&Cursor::from_text(planted))).await;
        assert_eq!(told.unwrap_err(), WireFault::RedirectedElsewhere, "{away}");
    }
    assert_eq!(other.sandbox.requests(), 0, "neither a request nor the token went there");
    world.sandbox.point_next_to(None);
    assert_eq!(all(&client, None).await.0.len(), 18, "the control: its own links are followed");
}

#[tokio::test]
async fn a_search_that_the_server_dropped_is_begun_anew_and_not_for_ever() {
    let world = world().await;
    world.sandbox.seed_patients(20);
    let client = world.client_with(WebSignIn::Token(world.sandbox.made_token().into()), 5);
    let first = client.fetch(None).await.unwrap();
    world.sandbox.drop_pages();
    let (records, _) = all(&client, Some(first.cursor)).await;
    assert_eq!(records.len(), 18, "all of them, from the beginning");
    let (mut cursor, mut tries) = (client.fetch(None).await.unwrap().cursor, 0);
    loop {
        world.sandbox.drop_pages();
        let page = client.fetch(Some(&cursor)).await.unwrap();
        cursor = page.cursor;
        tries += 1;
        assert!(tries < 20, "for ever");
        if !page.more {
            break;
        }
    }
    assert!(tries > 3, "{tries}");
    // The round is over, and nothing was lost: the next one begins where this one did.
    let (records, _) = all(&client, Some(cursor)).await;
    assert_eq!(records.len(), 18, "well again, all of them");
}

#[tokio::test]
async fn an_offer_is_three_resources_together_and_a_repeat_is_the_same() {
    let world = world().await;
    let client = world.client();
    let delivered = client.deliver(&offer(1)).await.unwrap();
    let patient = world.sandbox.resource("Patient", &delivered.record).unwrap();
    let task = world.sandbox.resource("Task", delivered.referral.as_ref().unwrap()).unwrap();
    assert_eq!(
        patient["identifier"],
        json!([{"value": "K-1"}, {"system": OWN, "value": Uuid::from_u128(1).to_string()}])
    );
    assert_eq!((&task["status"], &task["intent"]), (&json!("requested"), &json!("order")), "the wire's to say");
    assert_eq!(task["for"]["reference"], format!("Patient/{}", delivered.record));
    let request = task["focus"]["reference"].as_str().unwrap().split_once('/').unwrap().1.to_owned();
    let request = world.sandbox.resource("ServiceRequest", &request).unwrap();
    assert_eq!((&request["status"], &request["subject"]), (&json!("active"), &task["for"]));
    // The partner's people write in what was put there; a repeat changes nothing of it.
    assert!(world.sandbox.edit("Patient", &delivered.record, &json!({"name": [{"text": "Tara Das"}]})));
    for _ in 0..2 {
        world.sandbox.fault(Fault::CutAfter);
        assert!(client.deliver(&offer(1)).await.is_err(), "nobody heard the answer");
    }
    world.sandbox.fault(Fault::None);
    assert_eq!(client.deliver(&offer(1)).await.unwrap(), delivered);
    assert_eq!(world.sandbox.resource("Patient", &delivered.record).unwrap()["name"][0]["text"], "Tara Das");
    assert_eq!(["Patient", "ServiceRequest", "Task"].map(|kind| world.sandbox.all(kind).len()), [1, 1, 1]);
    // Cut at the very first: nobody heard that it was done.
    world.sandbox.fault(Fault::CutAfter);
    assert!(client.deliver(&offer(2)).await.is_err());
    world.sandbox.fault(Fault::None);
    client.deliver(&offer(2)).await.unwrap();
    assert_eq!(["Patient", "ServiceRequest", "Task"].map(|kind| world.sandbox.all(kind).len()), [2, 2, 2]);
}

#[tokio::test]
async fn an_offer_that_is_refused_leaves_nothing_and_tells_codes_only() {
    let world = world().await;
    let client = world.client();
    let Delivery::Offer { record, referral, mut body } = offer(3) else { panic!() };
    body["Task"]["for"] = Value::Null;
    body["ServiceRequest"]["supportingInfo"] = json!([{"reference": "Task/nowhere"}]);
    let told = client.deliver(&Delivery::Offer { record, referral, body: body.clone() }).await.unwrap_err();
    let WireFault::Refused { status: 400, reasons } = &told else { panic!("{told:?}") };
    assert_eq!(reasons[0].codes, ["processing", "reference.unknown"]);
    assert!(!format!("{told:?}").contains("Tara"));
    assert!(!told.is_of_the_system(), "one refused record says nothing about the next");
    assert_eq!(world.sandbox.all("Patient").len(), 0, "not half");
    let bodiless = Delivery::Offer { record, referral, body: json!({"Patient": {}}) };
    assert!(
        matches!(client.deliver(&bodiless).await.unwrap_err(), WireFault::Unexpected { path, .. } if path == "/ServiceRequest")
    );
    assert!(client.deliver(&offer(3)).await.is_ok(), "the control");
}

#[tokio::test]
async fn two_that_have_the_hubs_identifier_are_refused_and_not_chosen_from() {
    let world = world().await;
    let own = json!({"identifier": [{"system": OWN, "value": Uuid::from_u128(1).to_string()}]});
    world.sandbox.put("Patient", own.clone());
    world.sandbox.put("Patient", own);
    let told = world.client().deliver(&offer(1)).await.unwrap_err();
    assert!(matches!(told, WireFault::Refused { status: 412, .. }), "{told:?}");
    assert_eq!(world.sandbox.all("Task").len(), 0);
}

#[tokio::test]
async fn an_answer_is_written_over_the_version_that_was_read() {
    let world = world().await;
    let people = world.sandbox.seed_people();
    let client = world.client();
    let (task, _) = world.sandbox.refer(&people[0], "Organization/asha-nivas", "safe-stay");
    let state = |body: Value| Delivery::Answer { record: people[0].clone(), referral: task.clone(), body };
    let accepted =
        json!({"status": "accepted", "businessStatus": {"text": "a bed is kept"}, "for": {"reference": "x"}});
    world.clock.advance(60_000);
    world.sandbox.meanwhile(&task, json!({"priority": "stat"}));
    client.deliver(&state(accepted.clone())).await.unwrap();
    let written = world.sandbox.resource("Task", &task).unwrap();
    assert_eq!((&written["status"], &written["priority"]), (&json!("accepted"), &json!("stat")), "both are kept");
    assert_eq!(written["restriction"], json!({"repetitions": 1}), "and what was there");
    assert_eq!(written["for"]["reference"], format!("Patient/{}", people[0]), "an answer writes no reference");
    assert!(written["lastModified"].as_str().unwrap().starts_with("2026-11-24T08:01"));
    let version = written["meta"]["versionId"].clone();
    client.deliver(&state(accepted)).await.unwrap();
    assert_eq!(world.sandbox.resource("Task", &task).unwrap()["meta"]["versionId"], version, "a repeat writes nothing");
    client.deliver(&state(json!({"status": "completed"}))).await.unwrap();
    assert_eq!(client.deliver(&state(json!({"status": "rejected"}))).await.unwrap_err(), WireFault::Ignored);
    for unknown in [json!({"status": "maybe"}), json!({"status": 1}), json!({})] {
        assert!(matches!(client.deliver(&state(unknown)).await.unwrap_err(), WireFault::Unexpected { .. }));
    }
    let gone = Delivery::Answer {
        record: people[0].clone(),
        referral: "gone".to_owned(),
        body: json!({"status": "accepted"}),
    };
    assert!(matches!(client.deliver(&gone).await.unwrap_err(), WireFault::Refused { status: 404, .. }));
}

#[tokio::test]
async fn a_withdrawal_cancels_the_task_and_revokes_the_request() {
    let world = world().await;
    let client = world.client();
    let delivered = client.deliver(&offer(1)).await.unwrap();
    let task = delivered.referral.clone().unwrap();
    let withdrawal = Delivery::Withdrawal { record: delivered.record.clone(), referral: task.clone() };
    world.sandbox.meanwhile(&task, json!({"priority": "stat"}));
    client.deliver(&withdrawal).await.unwrap();
    let request = world.sandbox.all("ServiceRequest").remove(0);
    let written = world.sandbox.resource("Task", &task).unwrap();
    assert_eq!(
        (&written["status"], &written["priority"], &request["status"]),
        (&json!("cancelled"), &json!("stat"), &json!("revoked"))
    );
    let requests = world.sandbox.received().len();
    client.deliver(&withdrawal).await.unwrap();
    assert_eq!(world.sandbox.received().len(), requests, "what is taken back is left as it is");
    assert_eq!(client.answers(std::slice::from_ref(&delivered)).await.unwrap()[0].state, AnswerState::Withdrawn);
    // A repeat of the offer does not revive it.
    assert_eq!(client.deliver(&offer(1)).await.unwrap(), delivered);
    assert_eq!(world.sandbox.resource("Task", &task).unwrap()["status"], "cancelled");
    assert!(world.sandbox.remove("Task", &task));
    client.deliver(&withdrawal).await.unwrap();
    assert_eq!(client.answers(std::slice::from_ref(&delivered)).await.unwrap(), []);
}

#[tokio::test]
async fn every_status_of_a_task_has_its_meaning_and_an_unknown_one_none() {
    let world = world().await;
    let client = world.client();
    let delivered = client.deliver(&offer(1)).await.unwrap();
    let task = delivered.referral.clone().unwrap();
    let asked = [
        Delivered { record: "x".to_owned(), referral: Some("gone".to_owned()) },
        Delivered { record: "x".to_owned(), referral: None },
        Delivered { record: "x".to_owned(), referral: Some("a,b&_count=0".to_owned()) },
        delivered.clone(),
    ];
    use AnswerState::{Accepted, Declined, Done, Waiting, Withdrawn};
    let meanings = [
        ("draft", Waiting),
        ("requested", Waiting),
        ("received", Waiting),
        ("ready", Waiting),
        ("accepted", Accepted),
        ("in-progress", Accepted),
        ("on-hold", Accepted),
        ("rejected", Declined),
        ("failed", Declined),
        ("completed", Done),
        ("cancelled", Withdrawn),
        ("entered-in-error", Withdrawn),
    ];
    for (status, state) in meanings {
        assert!(world.sandbox.decide(&task, status, Some("no bed")));
        let answers = client.answers(&asked).await.unwrap();
        assert_eq!(answers.len(), 1);
        assert_eq!((answers[0].delivered.clone(), answers[0].state), (delivered.clone(), state), "{status}");
        assert_eq!(answers[0].reason.as_deref(), Some("no bed"));
    }
    assert!(world.sandbox.decide(&task, "perhaps", None));
    assert_eq!(client.answers(&asked).await.unwrap()[0].state, Waiting, "a status that the standard does not have");
}

/// Any bytes as an answer: read or refused, and never a panic.
#[test]
fn whatever_comes_is_read_or_refused() {
    use proptest::prelude::*;
    let seed = [
        json!({"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next", "url": "x"}], "entry": [
            {"resource": {"resourceType": "Consent", "id": "a", "status": "active", "provision": {"type": "deny"}}}]}),
        json!({"resourceType": "Task", "id": "a", "status": "on-hold", "statusReason": {"coding": [{"code": "x"}]}}),
        json!({"resourceType": "Bundle", "type": "transaction-response", "entry": [{"response": {"location": "Task/1"}}]}),
    ];
    proptest!(|(which in 0..3_usize, at in 0..400_usize, byte: u8, cut in 0..400_usize)| {
        let mut bytes = seed[which].to_string().into_bytes();
        let (at, cut) = (at % bytes.len(), cut % bytes.len());
        bytes[at] = byte;
        sangam_wire::fhir::fuzz(&bytes);
        sangam_wire::fhir::fuzz(&bytes[..cut]);
    });
}
