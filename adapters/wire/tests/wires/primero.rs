//! The Primero client against the sandbox, which answers as Primero's code does: every trap of the wire.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use std::sync::Arc;
use std::time::Duration;

use sangam_sandbox::primero::{Kind, Primero as Deployment};
use sangam_sandbox::{Fault, Sandbox};
use sangam_vocabulary::ManualClock;
use sangam_wire::config::PrimeroConfig;
use sangam_wire::primero::Primero;
use sangam_wire::{AnswerState, Cursor, Delivered, Delivery, Found, Listed, Mark, Narrow, Reason, Wire, WireFault};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{self, anywhere, chance, clock};

struct World {
    sandbox: Sandbox<Deployment>,
    clock: Arc<ManualClock>,
}

async fn world(kind: Kind) -> World {
    let clock = clock();
    let sandbox = Sandbox::start(kind, anywhere(), clock.clone(), chance()).await.unwrap();
    World { sandbox, clock }
}

fn narrow(mark: &str) -> Narrow {
    Narrow {
        fields: vec!["id".to_owned(), mark.to_owned(), "age".to_owned()],
        referral_fields: vec!["id".to_owned(), "status".to_owned(), "record_type".to_owned()],
        mark: Mark { field: mark.to_owned(), value: "true".to_owned() },
    }
}

impl World {
    fn client_with(&self, password: &str, per_page: u32, narrow: Narrow) -> Primero {
        let config = PrimeroConfig {
            base_url: self.sandbox.base_url().parse().unwrap(),
            user_name: self.sandbox.user_name().to_owned(),
            password: password.to_owned().into(),
            per_page,
            transfers: true,
        };
        Primero::new(&config, narrow, 4 << 20).unwrap()
    }

    fn client(&self) -> Primero {
        self.client_with(&self.sandbox.password(), 50, narrow("sangam_share"))
    }

    /// A case with a referral of the deployment to the outside: their ids.
    fn referred(&self) -> (String, String) {
        let case = self.sandbox.seed_people().remove(0);
        let referral = self.sandbox.referrals(&case)[0]["id"].as_str().unwrap().to_owned();
        (case, referral)
    }
}

fn offer(fields: Value, referral: Value) -> Delivery {
    house::offer(1, 2, json!({"case": fields, "referral": referral}))
}

fn inside() -> Value {
    json!({"transitioned_to": "asha_case_worker", "consent_overridden": true, "service": "safehouse_service"})
}

#[tokio::test]
async fn the_token_comes_in_a_header_and_serves_many_calls() {
    let world = world(Kind::ShelterIn).await;
    world.sandbox.seed_people();
    let client = world.client();
    for _ in 0..3 {
        assert_eq!(client.fetch(None).await.unwrap().records.len(), 2);
    }
    assert_eq!(world.sandbox.sign_ins(), 1);
    let together = futures_util::future::join_all((0..8).map(|_| client.fetch(None))).await;
    assert!(together.iter().all(Result::is_ok));
    assert_eq!(world.sandbox.sign_ins(), 1);
}

#[tokio::test]
async fn a_token_that_ran_out_or_was_forgotten_is_replaced_once() {
    let world = world(Kind::ShelterIn).await;
    let client = world.client();
    client.fetch(None).await.unwrap();
    world.sandbox.forget_tokens();
    client.fetch(None).await.unwrap();
    assert_eq!(world.sandbox.sign_ins(), 2);
    world.clock.advance(3_600_001);
    let together = futures_util::future::join_all((0..6).map(|_| client.fetch(None))).await;
    assert!(together.iter().all(Result::is_ok));
    assert_eq!(world.sandbox.sign_ins(), 3, "calls at the same time sign in once");
}

#[tokio::test]
async fn refused_credentials_are_not_tried_over_and_over() {
    let world = world(Kind::ShelterIn).await;
    let wrong = world.client_with("not-the-password", 50, narrow("sangam_share"));
    assert_eq!(wrong.fetch(None).await.unwrap_err(), WireFault::Unauthorized);
    assert_eq!(world.sandbox.requests(), 1);
    let client = world.client();
    world.sandbox.fault(Fault::Unauthorized);
    assert_eq!(client.fetch(None).await.unwrap_err(), WireFault::Unauthorized);
    assert_eq!(world.sandbox.requests(), 1 + 4, "sign in, ask, sign in once more, ask once more");
    world.sandbox.fault(Fault::None);
    assert!(client.fetch(None).await.is_ok());
}

#[tokio::test]
async fn pages_follow_the_deployments_own_numbers() {
    let world = world(Kind::ShelterIn).await;
    world.sandbox.seed_cases(53);
    let marked = world.sandbox.cases().iter().filter(|case| case["sangam_share"] == true).count();
    for per in [7, 50, 1_000] {
        let client = world.client_with(&world.sandbox.password(), per, narrow("sangam_share"));
        let (mut cursor, mut records, mut pages) = (None::<Cursor>, Vec::new(), 0);
        loop {
            let page = client.fetch(cursor.as_ref()).await.unwrap();
            records.extend(page.records);
            pages += 1;
            if !page.more {
                break;
            }
            cursor = Some(page.cursor);
        }
        assert_eq!(records.len(), marked);
        assert_eq!(pages, marked.div_ceil(per as usize).max(1));
    }
}

#[tokio::test]
async fn a_mark_that_is_no_permitted_filter_still_keeps_the_others_out() {
    let world = world(Kind::ShelterIn).await;
    world.sandbox.seed_people();
    // The deployment ignores this filter and answers with all three cases.
    let client = world.client_with(&world.sandbox.password(), 50, narrow("consent_for_services"));
    let records = client.fetch(None).await.unwrap().records;
    assert_eq!(records.len(), 2);
    for record in &records {
        let names: Vec<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["id", "age", "consent_for_services", "referrals", "transfers"].to_vec());
    }
}

/// A page lists every marked case, also those that did not change; one record is asked for by its key, in two requests.
#[tokio::test]
async fn what_is_listed_and_what_one_record_is() {
    let world = world(Kind::ShelterIn).await;
    let people = world.sandbox.seed_people();
    let client = world.client();
    let first = client.fetch(None).await.unwrap();
    let all = Listed::Keys { first: true, keys: people[..2].to_vec() };
    assert_eq!(first.listed, all);
    world.clock.advance(60_000);
    assert!(world.sandbox.edit(&people[1], &json!({"age": 30})));
    let since = client.fetch(Some(&client.fetch(None).await.unwrap().cursor)).await.unwrap();
    assert_eq!((since.records.len(), since.listed), (1, all), "only what changed is given, and all is listed");

    let asked = world.sandbox.requests();
    let Found::Marked(record) = client.record(&people[0]).await.unwrap() else { panic!("not marked") };
    assert_eq!(world.sandbox.requests() - asked, 2, "the case, and its referrals and transfers");
    assert_eq!(record, first.records[0], "as the list gives it");
    assert_eq!(client.record(&people[2]).await.unwrap(), Found::Unmarked);
    assert_eq!(client.record("11111111-1111-4111-8111-111111111111").await.unwrap(), Found::Gone);
    world.sandbox.close_to_hub(&people[1], true);
    assert_eq!(client.record(&people[1]).await.unwrap(), Found::Closed);
    world.sandbox.fault(Fault::OneRecord);
    assert!(matches!(client.record(&people[0]).await, Err(WireFault::Refused { status: 500, .. })));
    world.sandbox.fault(Fault::None);
    // A disabled case is still listed by the deployment, with its mark on.
    assert!(world.sandbox.disable(&people[0]));
    assert_eq!(client.record(&people[0]).await.unwrap(), Found::Gone);
    let last = client.fetch(None).await.unwrap();
    assert_eq!((last.records.len(), last.listed), (0, Listed::Keys { first: true, keys: Vec::new() }));
}

#[tokio::test]
async fn only_the_first_page_is_the_first() {
    let world = world(Kind::ShelterIn).await;
    world.sandbox.seed_cases(30);
    let client = world.client_with(&world.sandbox.password(), 7, narrow("sangam_share"));
    let first = client.fetch(None).await.unwrap();
    let second = client.fetch(Some(&first.cursor)).await.unwrap();
    assert!(matches!(first.listed, Listed::Keys { first: true, keys } if keys.len() == 7));
    assert!(matches!(second.listed, Listed::Keys { first: false, keys } if keys.len() == 7));
}

#[tokio::test]
async fn an_offer_is_created_without_a_body_and_merged_the_second_time() {
    let world = world(Kind::ShelterIn).await;
    let client = world.client();
    let first = json!({
        "name": "Tara", "age": 16,
        "services_section": [{"unique_id": "u-1", "service_type": "safehouse_service"}],
    });
    let delivered = client.deliver(&offer(first, inside())).await.unwrap();
    assert_eq!(delivered.record, Uuid::from_u128(1).to_string());
    let second = json!({
        "age": 17,
        "services_section": [
            {"unique_id": "u-1", "service_type": "health_medical_service"},
            {"unique_id": "u-2", "service_type": "education_service"},
        ],
    });
    assert_eq!(client.deliver(&offer(second, inside())).await.unwrap(), delivered);
    let case = world.sandbox.case(&delivered.record).unwrap();
    assert_eq!((&case["name"], &case["age"]), (&json!("Tara"), &json!(17)));
    let rows = case["services_section"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "nested rows merge by unique_id");
    assert_eq!(rows[0]["service_type"], "health_medical_service");
    let third = json!({"services_section": [{"unique_id": "u-2", "_delete": true}]});
    client.deliver(&offer(third, inside())).await.unwrap();
    assert_eq!(world.sandbox.case(&delivered.record).unwrap()["services_section"].as_array().unwrap().len(), 1);
    assert_eq!(world.sandbox.referrals(&delivered.record).len(), 1, "one referral, however often it is delivered");
    assert_eq!(world.sandbox.cases().len(), 1);
}

#[tokio::test]
async fn a_refusal_carries_codes_and_fields_and_no_sentence() {
    let world = world(Kind::ShelterIn).await;
    let client = world.client();
    let refused = |field: &str, code: &str| WireFault::Refused {
        status: 422,
        reasons: vec![Reason { field: Some(field.to_owned()), codes: vec![code.to_owned()] }],
    };
    let unconsented = json!({"transitioned_to": "asha_case_worker"});
    let told = client.deliver(&offer(json!({"name": "Tara"}), unconsented)).await.unwrap_err();
    assert_eq!(told, refused("consent", "transition.errors.consent"));
    let nobody = json!({"transitioned_to": "nobody", "consent_overridden": true});
    let told = client.deliver(&offer(json!({"name": "Tara"}), nobody)).await.unwrap_err();
    assert_eq!(told, refused("transitioned_to", "transition.errors.to_user_can_receive"));
    let slashed = json!({"registration_date": "2005/06/13"});
    let told = client.deliver(&offer(slashed, inside())).await.unwrap_err();
    assert_eq!(told, refused("registration_date", "errors.models.child.invalid_value"));
    assert!(!told.is_of_the_system(), "one refused record says nothing about the next");
    let bodiless = Delivery::Offer { record: Uuid::nil(), referral: Uuid::nil(), body: json!({}) };
    assert!(matches!(client.deliver(&bodiless).await.unwrap_err(), WireFault::Unexpected { .. }));
}

#[tokio::test]
async fn done_goes_by_way_of_accepted_and_a_step_that_is_not_open_is_noticed() {
    let world = world(Kind::ShelterIn).await;
    let client = world.client();
    let (record, referral) = world.referred();
    let state = |body: Value| Delivery::Answer { record: record.clone(), referral: referral.clone(), body };
    let without_success = client.deliver(&state(json!({"status": "done"}))).await.unwrap_err();
    assert!(matches!(without_success, WireFault::Refused { status: 422, .. }));
    assert_eq!(world.sandbox.referrals(&record)[0]["status"], "accepted");
    client.deliver(&state(json!({"status": "done", "success_status": "successful"}))).await.unwrap();
    client.deliver(&state(json!({"status": "done", "success_status": "successful"}))).await.unwrap();
    assert_eq!(world.sandbox.referrals(&record)[0]["status"], "done");
    // Primero answers 200 and does nothing.
    let ignored = client.deliver(&state(json!({"status": "rejected"}))).await.unwrap_err();
    assert_eq!(ignored, WireFault::Ignored);
    for unknown in [json!({"status": "maybe"}), json!({"status": 1}), json!({})] {
        assert!(matches!(client.deliver(&state(unknown)).await.unwrap_err(), WireFault::Unexpected { .. }));
    }
}

#[tokio::test]
async fn a_rejection_carries_its_reason_and_a_withdrawal_revokes() {
    let world = world(Kind::ShelterIn).await;
    let client = world.client();
    let (record, referral) = world.referred();
    let body = json!({"status": "rejected", "rejected_reason": "NO_CAPACITY"});
    client.deliver(&Delivery::Answer { record: record.clone(), referral, body }).await.unwrap();
    assert_eq!(world.sandbox.referrals(&record)[0]["rejected_reason"], "NO_CAPACITY");
    let delivered = client.deliver(&offer(json!({"name": "Tara"}), inside())).await.unwrap();
    let withdrawal =
        Delivery::Withdrawal { record: delivered.record.clone(), referral: delivered.referral.clone().unwrap() };
    client.deliver(&withdrawal).await.unwrap();
    assert_eq!(world.sandbox.referrals(&delivered.record)[0]["status"], "revoked");
    client.deliver(&withdrawal).await.unwrap();
    let answers = client.answers(std::slice::from_ref(&delivered)).await.unwrap();
    assert_eq!(answers[0].state, AnswerState::Withdrawn);
    let gone = Delivery::Withdrawal { record: Uuid::from_u128(9).to_string(), referral: "r".to_owned() };
    client.deliver(&gone).await.unwrap();
}

/// The deployment takes the case and refuses its referral: what is there is known, and that nothing takes it back.
#[tokio::test]
async fn a_case_that_was_put_there_and_referred_to_nobody_is_found_and_cannot_be_taken_back() {
    let world = world(Kind::ShelterIn).await;
    let client = world.client();
    let half = offer(json!({"name": "Tara"}), json!({"transitioned_to": "asha_case_worker"}));
    let Delivery::Offer { record, referral, .. } = &half else { panic!("an offer") };
    assert_eq!(client.offered(*record, *referral).await.unwrap(), None);
    let refused = client.deliver(&half).await.unwrap_err();
    assert!(matches!(refused, WireFault::Refused { status: 422, .. }), "no consent there: {refused:?}");
    let case = record.hyphenated().to_string();
    assert_eq!((world.sandbox.cases().len(), world.sandbox.referrals(&case).len()), (1, 0));
    let found = client.offered(*record, *referral).await.unwrap();
    assert_eq!(found, Some(Delivered { record: case.clone(), referral: None }));
    let back = Delivery::Withdrawal { record: case, referral: String::new() };
    assert_eq!(client.deliver(&back).await.unwrap_err(), WireFault::Unsupported);
    let whole = client.deliver(&offer(json!({"name": "Tara"}), inside())).await.unwrap();
    assert_eq!(client.offered(*record, *referral).await.unwrap(), Some(whole));
    // Of another referral of hers nothing is there, because the case is the first one's.
    assert_eq!(client.offered(*record, Uuid::from_u128(77)).await.unwrap(), None);
}

/// A transfer has no field for the hub's id: its notes have.
#[tokio::test]
async fn a_transfer_is_offered_once_and_decided_by_who_takes_over() {
    let world = world(Kind::ShelterIn).await;
    let client = world.client();
    let to = json!({"transitioned_to": "asha_case_worker", "consent_overridden": true, "notes": "Through Sangam"});
    let transfer = |number: u128, to: &Value| Delivery::Offer {
        record: Uuid::from_u128(number),
        referral: Uuid::from_u128(number + 100),
        body: json!({"case": {"name": "Tara"}, "transfer": to}),
    };
    let delivered = client.deliver(&transfer(1, &to)).await.unwrap();
    assert_eq!(client.deliver(&transfer(1, &to)).await.unwrap(), delivered);
    let looked = async |number: u128| client.offered(Uuid::from_u128(number), Uuid::from_u128(number + 100)).await;
    assert_eq!((looked(1).await.unwrap(), looked(9).await.unwrap()), (Some(delivered.clone()), None));
    let there = world.sandbox.transfers(&delivered.record);
    assert_eq!((there.len(), world.sandbox.referrals(&delivered.record).len()), (1, 0));
    assert_eq!(there[0]["notes"], format!("Through Sangam\nSangam {}", Uuid::from_u128(101)));
    let asked = client.deliver(&transfer(2, &json!({"transitioned_to": "asha_case_worker"}))).await.unwrap_err();
    assert!(matches!(asked, WireFault::Refused { status: 422, .. }), "no consent there: {asked:?}");
    let both = Delivery::Offer {
        record: Uuid::from_u128(1),
        referral: Uuid::from_u128(101),
        body: json!({"case": {}, "transfer": to, "referral": to}),
    };
    assert!(matches!(client.deliver(&both).await.unwrap_err(), WireFault::Unexpected { .. }));

    let (id, state) = (delivered.referral.clone().unwrap(), async |of: &Delivered| {
        client
            .answers(std::slice::from_ref(of))
            .await
            .unwrap()
            .first()
            .map(|answer| (answer.state, answer.reason.clone()))
    });
    assert_eq!(state(&delivered).await, Some((AnswerState::Waiting, None)));
    assert!(world.sandbox.decide_transfer(&delivered.record, &id, "rejected", Some("no bed")));
    assert_eq!(state(&delivered).await, Some((AnswerState::Declined, Some("no bed".to_owned()))));
    let back =
        |of: &Delivered| Delivery::Withdrawal { record: of.record.clone(), referral: of.referral.clone().unwrap() };
    client.deliver(&back(&delivered)).await.unwrap();
    assert_eq!(world.sandbox.transfers(&delivered.record)[0]["status"], "rejected", "it has ended");

    let other = client.deliver(&transfer(3, &to)).await.unwrap();
    client.deliver(&back(&other)).await.unwrap();
    client.deliver(&back(&other)).await.unwrap();
    assert_eq!(state(&other).await, Some((AnswerState::Withdrawn, None)));
    let taken = client.deliver(&transfer(4, &to)).await.unwrap();
    assert!(world.sandbox.decide_transfer(&taken.record, taken.referral.as_ref().unwrap(), "accepted", None));
    assert_eq!(state(&taken).await, Some((AnswerState::Accepted, None)));
    assert_eq!(client.deliver(&back(&taken)).await.unwrap_err(), WireFault::Unsupported, "it has happened");
    assert_eq!(world.sandbox.case(&taken.record).unwrap()["owned_by"], "asha_case_worker");
}

/// What the deployment's people transfer to the outside comes in, and is answered with a no, or with nothing.
#[tokio::test]
async fn a_transfer_to_the_outside_comes_in_and_is_never_accepted_there() {
    let world = world(Kind::ShelterIn).await;
    let people = world.sandbox.seed_people();
    let transfer = world.sandbox.transfer_out(&people[0], "agency-nirapod-ghar", "All of it").unwrap();
    let client = world.client();
    let Found::Marked(record) = client.record(&people[0]).await.unwrap() else { panic!("it is there") };
    let expected = json!([{"id": transfer, "status": "in_progress", "record_type": "case"}]);
    assert_eq!(record["transfers"], expected, "narrowed as referrals are");
    assert_eq!(record["referrals"].as_array().unwrap().len(), 1);
    let say = async |body: Value| {
        let said = Delivery::Answer { record: people[0].clone(), referral: transfer.clone(), body };
        client.deliver(&said).await
    };
    let owner = world.sandbox.case(&people[0]).unwrap()["owned_by"].clone();
    assert!(say(json!({"status": "in_progress"})).await.is_ok());
    for status in ["accepted", "done", "revoked"] {
        assert_eq!(say(json!({ "status": status })).await.unwrap_err(), WireFault::Unsupported, "{status}");
    }
    assert_eq!(world.sandbox.case(&people[0]).unwrap()["owned_by"], owner, "nobody's case has no owner");
    say(json!({"status": "rejected", "rejected_reason": "NO_CAPACITY"})).await.unwrap();
    say(json!({"status": "rejected", "rejected_reason": "NO_CAPACITY"})).await.unwrap();
    let there = &world.sandbox.transfers(&people[0])[0];
    assert_eq!((&there["status"], &there["rejected_reason"]), (&json!("rejected"), &json!("NO_CAPACITY")));
}

/// A transition that does not say what it is may be somebody who is passed on: the case waits, and no other with it.
#[tokio::test]
async fn a_transition_without_a_type_is_not_passed_over() {
    let world = world(Kind::ShelterIn).await;
    let people = world.sandbox.seed_people();
    let client = world.client();
    assert_eq!(client.fetch(None).await.unwrap().records.len(), 2);
    for (kind, read) in [
        (Value::Null, Found::Unreadable),
        (json!(7), Found::Unreadable),
        (json!("Referal"), Found::Unreadable),
        (json!("Assign"), Found::Marked(json!({}))),
        (json!("Referral"), Found::Marked(json!({}))),
    ] {
        assert!(world.sandbox.set_raw_referral(&people[0], "type", kind.clone()));
        let found = client.record(&people[0]).await.unwrap();
        assert_eq!(std::mem::discriminant(&found), std::mem::discriminant(&read), "{kind}: {found:?}");
        let page = client.fetch(None).await.unwrap();
        let unread = usize::from(read == Found::Unreadable);
        assert_eq!((page.records.len(), page.rejected), (2 - unread, unread), "{kind}");
        assert!(!format!("{page:?}").contains("Referal"));
    }
}

#[tokio::test]
async fn answers_come_for_what_is_there() {
    let world = world(Kind::ShelterIn).await;
    let client = world.client();
    let delivered = client.deliver(&offer(json!({"name": "Tara"}), inside())).await.unwrap();
    let referral = delivered.referral.clone().unwrap();
    let gone = Delivered { record: Uuid::from_u128(9).to_string(), referral: Some("r".to_owned()) };
    let without = Delivered { record: delivered.record.clone(), referral: None };
    let asked = [gone, without, delivered.clone()];
    for (status, state) in [("accepted", AnswerState::Accepted), ("done", AnswerState::Done)] {
        assert!(world.sandbox.decide(&delivered.record, &referral, status, None));
        let answers = client.answers(&asked).await.unwrap();
        assert_eq!(answers.len(), 1);
        assert_eq!((answers[0].delivered.clone(), answers[0].state), (delivered.clone(), state));
    }
}

#[tokio::test]
async fn an_identifier_cannot_leave_its_place_in_the_path() {
    let world = world(Kind::ShelterIn).await;
    let client = world.client();
    world.sandbox.seed_people();
    let sly = Delivered { record: "../../agencies?x=".to_owned(), referral: Some("r".to_owned()) };
    assert_eq!(client.answers(&[sly]).await.unwrap(), []);
}

#[tokio::test]
async fn a_dropped_call_leaves_the_client_well() {
    let world = world(Kind::ShelterIn).await;
    world.sandbox.seed_people();
    let client = world.client();
    world.sandbox.fault(Fault::Slow(Duration::from_secs(30)));
    for _ in 0..3 {
        assert!(tokio::time::timeout(Duration::from_millis(50), client.fetch(None)).await.is_err());
    }
    world.sandbox.fault(Fault::None);
    assert_eq!(client.fetch(None).await.unwrap().records.len(), 2);
}
