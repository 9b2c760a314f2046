//! A referral reaches the recipient's own system with what it may know, its people's answer comes back, and
//! each attempt to deliver is decided anew.

use std::time::Duration;

use sangam_kit::database::Database;
use sangam_sandbox::Fault;
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, nodes};
use crate::words::{DISCLOSURES, WITHDRAW};
use sangam_scenarios::look::{holds, migrated};

/// What of the minor must not reach the agency: her, her family's and her house's name, her story and health.
const HERS: [&str; 9] =
    ["Shiuli", "Shiu", "Parul", "Kamal", "Asha Nivas", "beauty parlour", "Recovering", "FIR 77", "Order 12"];

/// Somewhat more than the second within which the journal has the entry of a light disclosure.
pub(crate) const JOURNAL_FOLLOWS: Duration = Duration::from_millis(1_500);

/// The shelter's cases in the hub, the minor's consent to the agency given. Gives her subject's id and the consent's.
async fn referred(database: &Database) -> (House, String, String) {
    let house = House::open(database).await;
    let (shelter, _agency) = (house.connect("shelter-in").await, house.connect("agency-bd").await);
    house.synchronise(&shelter).await;
    let minor = house.subject(SHELTER, "Shiuli Begum").await;
    let light = ["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES", "IDENTITY"];
    let consent = house.consent_for_child(SHELTER, &minor, &[house.public_id(AGENCY)], &light, "for the agency").await;
    (house, minor, consent)
}

/// The case that the hub put into the agency's system.
fn offered(house: &House) -> Option<Value> {
    let cases = house.agency.cases();
    assert!(cases.len() <= 4, "offered more than once");
    cases.into_iter().nth(3).map(Value::Object)
}

/// What the owner's page says that the agency was shown. Entries of light categories follow their answer within
/// a second, so it is waited for as long.
async fn shown_to_agency(house: &House, subject: &str) -> Vec<Value> {
    tokio::time::sleep(JOURNAL_FOLLOWS).await;
    let mut seen = nodes(&house.ask(SHELTER, DISCLOSURES, json!({"subject": subject})).await, "disclosures");
    seen.retain(|one| one["recipient"]["name"] == "Nirapod Ghar");
    seen
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_offer_arrives_and_its_answer_comes_back(database: Database) {
        let (house, minor, _) = referred(&database).await;
        let sent = house.desk.deliver().await.unwrap();
        assert!(sent.delivered >= 1 && sent.failed == 0, "{sent:?}");

        let case = offered(&house).expect("the case in the agency's system");
        let number = house.shelter.case(&house.people[0]).unwrap()["case_id_display"].clone();
        assert_eq!(case["sangam_case_number"], number);
        assert_eq!((&case["gender_identity"], &case["boyosh_group"]), (&json!("nari"), &json!("AGE_15_17")));
        assert_eq!((&case["full_name_bn"], &case["sangam_note"]), (&json!("Sangam"), &json!("She wishes to go home to Satkhira.")));
        assert_eq!((case["seba"].as_array().unwrap().len(), &case["seba"][0]["seba_dhoron"]), (1, &json!("ashroy")));
        for field in ["zila", "shastho_note", "maa", "baba", "bortoman_thikana", "daak_naam", "jonmo_tarikh"] {
            assert!(case[field].is_null(), "{field} is there: {case}");
        }
        let id = case["id"].as_str().unwrap().to_owned();
        let there = house.agency.referrals(&id);
        assert_eq!(there.len(), 1);
        assert_eq!((&there[0]["status"], &there[0]["service"]), (&json!("in_progress"), &json!("ashroy")));
        let text = format!("{case}{there:?}");
        for hers in HERS {
            assert!(!text.contains(hers), "{hers} reached the agency");
        }
        // The case has an id of its own there: neither the shelter's nor the one the shelter knows the subject by.
        assert!(id != house.people[0] && !minor.contains(&id.replace('-', "")));

        // The outbox holds ids and codes, and the disclosure is in the journal and on the owner's page.
        let outbox = house.look.table("delivery").await;
        assert!(outbox.contains("delivered") && HERS.iter().all(|hers| !holds(&outbox, hers)) && !holds(&outbox, "Satkhira"), "{outbox}");
        let to_agency = shown_to_agency(&house, &minor).await;
        assert_eq!(to_agency.len(), 1, "{to_agency:?}");
        assert_eq!(to_agency[0]["categories"], json!(["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"]));
        assert_eq!((&to_agency[0]["purpose"], &to_agency[0]["noun"], &to_agency[0]["seat"]), (&json!("SERVICE_REFERRAL"), &json!("REFERRAL"), &json!("RECIPIENT")));

        // The agency's people accept.
        assert!(house.agency.decide(&id, there[0]["id"].as_str().unwrap(), "accepted", None));
        let answered = house.desk.deliver().await.unwrap();
        assert!(answered.answered >= 1, "{answered:?}");
        let own = house.referrals(SHELTER, "SENT").await;
        let own = own.iter().find(|referral| referral["subject"]["id"] == json!(minor)).unwrap().clone();
        assert_eq!(own["state"], "ACCEPTED", "{own}");
        house.desk.deliver().await.unwrap();
        let told = house.shelter.referrals(&house.people[0]);
        assert_eq!((told.len(), &told[0]["status"]), (1, &json!("accepted")), "{told:?}");
        // Nothing is delivered twice.
        house.clock.advance(60_000);
        house.desk.deliver().await.unwrap();
        assert_eq!((house.agency.cases().len(), house.agency.referrals(&id).len()), (4, 1));
    }

    /// The agency's people decline in their system, in their own words.
    async fn a_decline_comes_back_without_their_words(database: Database) {
        let (house, minor, _) = referred(&database).await;
        house.desk.deliver().await.unwrap();
        let case = offered(&house).unwrap()["id"].as_str().unwrap().to_owned();
        let referral = house.agency.referrals(&case)[0]["id"].as_str().unwrap().to_owned();
        assert!(house.agency.decide(&case, &referral, "rejected", Some("zq-our-own-words")));
        house.desk.deliver().await.unwrap();
        house.desk.deliver().await.unwrap();
        let own = house.referrals(SHELTER, "SENT").await;
        let own = own.iter().find(|one| one["subject"]["id"] == json!(minor)).unwrap();
        assert_eq!(own["state"], "DECLINED");
        assert_eq!(house.shelter.referrals(&house.people[0])[0]["status"], "rejected");
        assert!(!holds(&house.look.everything().await, "zq-our-own-words"));
    }

    /// The agency is down, consent is withdrawn, the agency comes back: the attempt that gets through knows.
    async fn a_retry_after_a_withdrawal_discloses_nothing_of_the_person(database: Database) {
        let (house, minor, consent) = referred(&database).await;
        house.agency.fault(Fault::Down);
        let sent = house.desk.deliver().await.unwrap();
        assert_eq!((sent.delivered, sent.failed), (0, 1), "{sent:?}");
        assert!(offered(&house).is_none());
        // Not due yet: nothing is tried.
        assert_eq!(house.desk.deliver().await.unwrap().failed, 0);

        let told = house.ask(SHELTER, WITHDRAW, json!({"input": {"consent": consent, "idempotencyKey": "no more"}})).await;
        assert_eq!(told["withdrawConsent"]["__typename"], "ConsentWithdrawn", "{told}");
        let before = shown_to_agency(&house, &minor).await;
        assert_eq!(before.len(), 1, "the attempt that failed had been released: {before:?}");
        house.agency.fault(Fault::None);
        house.clock.advance(10_000);
        house.desk.deliver().await.unwrap();
        if let Some(case) = offered(&house) {
            for field in ["sangam_case_number", "gender_identity", "boyosh_group", "sangam_note", "zila", "shastho_note"] {
                assert!(case[field].is_null(), "{field} was disclosed: {case}");
            }
            assert!(case["seba"].as_array().is_none_or(Vec::is_empty), "{case}");
            let text = format!("{case}{:?}", house.agency.referrals(case["id"].as_str().unwrap()));
            assert!(HERS.iter().chain(&["Satkhira", "ashroy"]).all(|hers| !text.contains(hers)), "{text}");
        }
        // The attempt itself may be on the page; what it showed is nothing.
        let mut after = shown_to_agency(&house, &minor).await;
        after.retain(|one| one["categories"] != json!([]));
        assert_eq!(after, before, "a disclosure after the withdrawal");
    }

    /// The referral waits for the agency's system; meanwhile the shelter takes the record back. What is delivered is
    /// decided when it is: nothing, until the record is shared again.
    async fn a_record_that_was_taken_back_is_not_delivered(database: Database) {
        let (house, _, _) = referred(&database).await;
        let shelter = house.desk.connected().into_iter().find(|partner| partner.config.name == "shelter-in").unwrap();
        house.agency.fault(Fault::Down);
        assert_eq!(house.desk.deliver().await.unwrap().failed, 1);
        assert!(house.shelter.edit(&house.people[0], &json!({"sangam_share": false})));
        assert_eq!(house.synchronise(&shelter).await.taken_back, 1);
        house.agency.fault(Fault::None);
        for _ in 0..3 {
            house.clock.advance(60_000);
            let sent = house.desk.deliver().await.unwrap();
            assert_eq!(sent.delivered, 0, "{sent:?}");
            assert!(offered(&house).is_none());
        }
        let faults = house.look.texts("SELECT coalesce(fault, 'none') FROM delivery WHERE state = 'WAITING'").await;
        assert!(faults.contains(&"NOTHING_TO_SEE".to_owned()), "{faults:?}");

        assert!(house.shelter.edit(&house.people[0], &json!({"sangam_share": true})));
        house.synchronise(&shelter).await;
        house.clock.advance(600_000);
        house.desk.deliver().await.unwrap();
        let case = offered(&house).expect("the case in the agency's system");
        assert!(case["sangam_case_number"].is_string(), "{case}");
    }
}
