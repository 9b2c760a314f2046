//! The return desk in Dhaka: its DHIS2 server.

use std::collections::BTreeMap;
use std::sync::Arc;

use sangam_mapping::intake::{AgeFact, Urgency};
use sangam_mapping::outgoing::{Outgoing, OutgoingKind};
use sangam_sandbox::Sandbox;
use sangam_sandbox::dhis2::{Dhis2, Version};
use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, Country, Instant, SeededChance};
use sangam_wire::Delivery;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, clock};

async fn desk() -> House<Sandbox<Dhis2>> {
    let (clock, listen) = (clock(), "127.0.0.1:0".parse().unwrap());
    let server = Dhis2::start(Version::V41, listen, clock.clone(), Arc::new(SeededChance::new(7))).await.unwrap();
    House::connect("return-desk-bd", clock, server, |server, folder| {
        server.write_token(folder).unwrap();
        server.base_url()
    })
}

fn outgoing(kind: OutgoingKind, state: &str, reason: Option<&str>) -> Outgoing {
    let mut outgoing = crate::house::outgoing(kind);
    outgoing.referral.state = state.to_owned();
    outgoing.referral.services = vec![ServiceCode::HomeInvestigation, ServiceCode::FamilyReunification];
    outgoing.referral.sent_at = "2026-11-24T20:00:00.000Z".to_owned();
    outgoing.referral.decline_reason = reason.map(str::to_owned);
    outgoing.referral.counterpart = "case desk, SHELTER, IN".to_owned();
    outgoing.categories.insert("DEMOGRAPHICS", json!({"ageBand": "AGE_15_17", "sex": "FEMININE"}));
    outgoing
}

fn values(event: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let pairs = event["dataValues"].as_array().unwrap().iter();
    pairs.map(|pair| (text(&pair["dataElement"]), text(&pair["value"]))).collect()
}

#[tokio::test]
async fn a_minor_comes_in_with_her_referral_and_nothing_more() {
    let desk = desk().await;
    let people = desk.sandbox.seed_people();
    let text = Value::from(desk.records().await).to_string();
    for kept_back in ["SgNidNumbe1", "0000000001", "SgMobileNo1", "Not For The Hub", "SgDeOutcome", "Shown to people"] {
        assert!(!text.contains(kept_back), "{kept_back} crossed the border");
    }
    let all = desk.intakes().await;
    assert_eq!(all.len(), 2);
    let of = |uid: &String| all.iter().find(|intake| intake.external_id == *uid).unwrap();
    let (minor, adult) = (of(&people[0]), of(&people[1]));
    assert_eq!(minor.facts.collected_in, Country::Bangladesh);
    assert_eq!(minor.facts.age, AgeFact::Minor { until: Instant::read("2029-02-03T00:00:00Z").unwrap() });
    assert_eq!(adult.facts.age, AgeFact::Adult);
    let Some(Payload::Identity(identity)) = adult.payload(Category::Identity) else { panic!() };
    assert_eq!(identity.names[0].script.as_deref(), Some("Beng"));
    assert_eq!(minor.referrals.len(), 1);
    assert_eq!(
        (minor.referrals[0].services.as_slice(), minor.referrals[0].urgency),
        (&[ServiceCode::Shelter][..], Urgency::Urgent)
    );
    assert_eq!(minor.referrals[0].sent_at, Instant::read("2026-11-24T08:00:00Z").unwrap(), "read in the server's zone");
    assert_eq!(desk.config.organizations[&minor.referrals[0].to], "asha-nivas");
    assert!(minor.consents.is_empty() && adult.referrals.is_empty());
}

#[tokio::test]
async fn two_hundred_drawn_people_all_come_in() {
    let desk = desk().await;
    desk.sandbox.seed_cases(200);
    let all = desk.intakes().await;
    assert!((150..200).contains(&all.len()), "{}", all.len());
}

#[tokio::test]
async fn what_is_offered_and_answered_stands_in_the_desks_own_codes() {
    let desk = desk().await;
    let body = desk.mapped_out(&outgoing(OutgoingKind::Offer, "SENT", None)).await;
    let delivery = Delivery::Offer { record: Uuid::from_u128(1), referral: Uuid::from_u128(2), body };
    let delivered = desk.wire.deliver(&delivery).await.unwrap();
    let event = desk.sandbox.event(delivered.referral.as_ref().unwrap()).unwrap();
    let expected = [
        ("SgDeFromDsk", "case desk, SHELTER, IN"),
        ("SgDeNotes01", "FREU"),
        ("SgDeService", "HINV"),
        ("SgDeUrgency", "URGE"),
    ];
    assert_eq!(values(&event), expected.map(|(uid, value)| (uid.to_owned(), value.to_owned())).into());
    assert_eq!(event["occurredAt"], "2026-11-25T02:00:00.000", "on the server's clock it is the next day");
    assert!(desk.intakes().await.is_empty(), "what the hub put there does not come back in");

    let person = desk.sandbox.seed_people().remove(0);
    let minor = desk.intakes().await.into_iter().find(|intake| intake.external_id == person).unwrap();
    let referral = minor.referrals[0].external_id.clone();
    for (state, reason, code) in
        [("ACCEPTED", None, "ACCEPTED"), ("DECLINED", Some("NO_CAPACITY"), "DECLINED"), ("COMPLETED", None, "DONE")]
    {
        let body = desk.mapped_out(&outgoing(OutgoingKind::Answer, state, reason)).await;
        let answer = Delivery::Answer { record: person.clone(), referral: referral.clone(), body };
        desk.wire.deliver(&answer).await.unwrap();
        let values = values(&desk.sandbox.event(&referral).unwrap());
        assert_eq!((values["SgDeOutcome"].as_str(), values.get("SgDeBecause").map(String::as_str)), (code, reason));
        assert_eq!(values["SgDeService"], "SHEL");
    }
}
