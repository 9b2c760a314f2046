//! The shelter and the agency: two Primero v2 deployments, each with a form of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use sangam_mapping::intake::{AgeFact, ConsentEffect, Urgency};
use sangam_mapping::outgoing::{Outgoing, OutgoingKind};
use sangam_sandbox::Sandbox;
use sangam_sandbox::primero::{Kind, Primero};
use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, Country, Instant, SeededChance};
use sangam_wire::{AnswerState, Delivery};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, clock, mapping, outgoing};

async fn primero(kind: Kind) -> House<Sandbox<Primero>> {
    let (clock, listen) = (clock(), "127.0.0.1:0".parse().unwrap());
    let sandbox = Sandbox::start(kind, listen, clock.clone(), Arc::new(SeededChance::new(7))).await.unwrap();
    House::connect(kind.name(), clock, sandbox, |sandbox, folder| {
        sandbox.write_password(folder).unwrap();
        sandbox.base_url()
    })
}

pub(crate) fn offer(referral: Uuid, subject: Uuid) -> Outgoing {
    let mut offer = outgoing(OutgoingKind::Offer);
    (offer.referral.id, offer.subject.id) = (referral.to_string(), subject.to_string());
    offer.categories = BTreeMap::from([
        ("CASE_REFERENCE", json!({"number": "K-17", "status": "ACTIVE"})),
        ("DEMOGRAPHICS", json!({"ageBand": "AGE_15_17", "sex": "FEMININE"})),
        ("SERVICES", json!({"services": ["SHELTER", "HOME_INVESTIGATION"], "note": "soon"})),
    ]);
    offer
}

pub(crate) fn answer(referral: &str, record: &str, state: &str, reason: Option<&str>) -> Outgoing {
    let mut outgoing = outgoing(OutgoingKind::Answer);
    outgoing.referral.external_id = Some(referral.to_owned());
    outgoing.referral.state = state.to_owned();
    outgoing.referral.decline_reason = reason.map(str::to_owned);
    outgoing.subject.external_id = Some(record.to_owned());
    outgoing
}

#[tokio::test]
async fn the_shelters_minor_comes_in_with_her_referral_and_nothing_more() {
    let partner = primero(Kind::ShelterIn).await;
    let people = partner.sandbox.seed_people();
    let raw = partner.records().await;
    let text = Value::from(raw.clone()).to_string();
    for kept_back in [
        "fingerprint",
        "FP-0001",
        "bank_account",
        "interview_recording",
        "caste",
        "religion",
        "Not For The Hub",
        "record_access_denied",
    ] {
        assert!(!text.contains(kept_back), "{kept_back} crossed the border");
    }
    let intakes = partner.intakes().await;
    assert_eq!(intakes.len(), 2, "the one not marked for the hub stays away");
    let minor = &intakes[0];
    assert_eq!(minor.external_id, people[0]);
    assert_eq!(partner.wire.key(&raw[0]).as_ref(), Some(&people[0]));
    assert!(minor.marked_for_hub);
    assert_eq!(minor.facts.collected_in, Country::India);
    let AgeFact::Minor { until } = minor.facts.age else { panic!("a minor") };
    assert!(
        until > Instant::read("2028-01-01T00:00:00Z").unwrap()
            && until < Instant::read("2030-01-01T00:00:00Z").unwrap()
    );
    let Some(Payload::Demographics(demographics)) = minor.payload(Category::Demographics) else { panic!() };
    assert_eq!(demographics.age_band.to_string(), "AGE_15_17");
    let Some(Payload::Immigration(immigration)) = minor.payload(Category::Immigration) else { panic!() };
    assert_eq!(immigration.nationality, Some(Country::Bangladesh));
    for category in
        [Category::Identity, Category::CurrentLocation, Category::Health, Category::Narrative, Category::Family]
    {
        assert!(minor.payload(category).is_some(), "{category}");
    }
    assert_eq!(minor.consents.len(), 1);
    assert_eq!(minor.consents[0].effect, ConsentEffect::Withhold);
    assert_eq!(minor.consents[0].categories, [Category::Health]);
    assert_eq!(minor.referrals.len(), 1);
    assert_eq!(minor.referrals[0].services, [ServiceCode::Shelter]);
    assert_eq!(minor.referrals[0].urgency, Urgency::Routine);
    assert_eq!(partner.config.organizations[&minor.referrals[0].to], "nirapod-ghar");
    assert_eq!(partner.config.organizations[&intakes[1].referrals[0].to], "sathi-samuha");
    assert_eq!(intakes[1].referrals[0].urgency, Urgency::Urgent);
    assert!(intakes[1].consents[0].categories.contains(&Category::Narrative));
}

#[tokio::test]
async fn the_agencys_own_form_becomes_the_same_shape() {
    let partner = primero(Kind::AgencyBd).await;
    partner.sandbox.seed_people();
    let text = Value::from(partner.records().await).to_string();
    assert!(!text.contains("nid_number") && !text.contains("mobile_banking"));
    let intakes = partner.intakes().await;
    assert_eq!(intakes.len(), 2);
    assert_eq!(intakes[0].facts.age, AgeFact::Adult);
    assert_eq!(intakes[0].facts.collected_in, Country::Bangladesh);
    assert_eq!(intakes[1].facts.age, AgeFact::Unknown);
    let Some(Payload::Identity(identity)) = intakes[0].payload(Category::Identity) else { panic!() };
    assert_eq!(identity.names[0].script.as_deref(), Some("Beng"));
    assert_eq!(intakes[0].referrals[0].services, [ServiceCode::LegalAid]);
    assert_eq!(partner.config.organizations[&intakes[0].referrals[0].to], "asha-nivas");
}

#[tokio::test]
async fn two_hundred_drawn_cases_of_each_deployment_all_come_in() {
    for kind in [Kind::ShelterIn, Kind::AgencyBd] {
        let partner = primero(kind).await;
        partner.sandbox.seed_cases(200);
        let intakes = partner.intakes().await;
        assert!((150..200).contains(&intakes.len()), "{}", intakes.len());
        assert!(intakes.iter().any(|intake| !intake.referrals.is_empty()));
        assert!(intakes.iter().any(|intake| matches!(intake.facts.age, AgeFact::Minor { .. })));
    }
}

#[tokio::test]
async fn a_referral_reaches_the_agency_and_its_answer_the_shelter() {
    let agency = primero(Kind::AgencyBd).await;
    let (record, referral) = (Uuid::from_u128(0x51), Uuid::from_u128(0x52));
    let body = agency.mapped_out(&offer(referral, record)).await;
    let delivery = Delivery::Offer { record, referral, body };
    let delivered = agency.wire.deliver(&delivery).await.unwrap();
    assert_eq!(agency.wire.deliver(&delivery).await.unwrap(), delivered, "a repeated delivery is the same one");
    assert_eq!(agency.sandbox.cases().len(), 1);
    let case = agency.sandbox.case(&record.to_string()).unwrap();
    assert_eq!(case["gender_identity"], "nari");
    assert_eq!(case["sangam_case_number"], "K-17");
    assert_eq!(case["full_name_bn"], "Sangam", "no name was released, none is there");
    assert_eq!(case["seba"].as_array().unwrap().len(), 2);
    let referrals = agency.sandbox.referrals(&record.to_string());
    assert_eq!(referrals.len(), 1);
    let waiting = agency.wire.answers(std::slice::from_ref(&delivered)).await.unwrap();
    assert_eq!(waiting[0].state, AnswerState::Waiting);
    let id = delivered.referral.clone().unwrap();
    assert!(agency.sandbox.decide(&delivered.record, &id, "rejected", Some("lack_of_capacity")));
    let declined = agency.wire.answers(std::slice::from_ref(&delivered)).await.unwrap();
    assert_eq!((declined[0].state, declined[0].reason.as_deref()), (AnswerState::Declined, Some("lack_of_capacity")));
    assert!(agency.intakes().await.is_empty(), "what the hub put there does not come back in");

    let shelter = primero(Kind::ShelterIn).await;
    let people = shelter.sandbox.seed_people();
    let sent = shelter.intakes().await[0].referrals[0].external_id.clone();
    for (state, status) in [("ACCEPTED", "accepted"), ("COMPLETED", "done")] {
        let body = shelter.mapped_out(&answer(&sent, &people[0], state, None)).await;
        let delivery = Delivery::Answer { record: people[0].clone(), referral: sent.clone(), body };
        shelter.wire.deliver(&delivery).await.unwrap();
        assert_eq!(shelter.sandbox.referrals(&people[0])[0]["status"], status);
    }
}

#[tokio::test]
async fn a_second_synchronisation_gives_what_changed() {
    let partner = primero(Kind::ShelterIn).await;
    let people = partner.sandbox.seed_people();
    let first = partner.wire.fetch(None).await.unwrap();
    assert_eq!(first.records.len(), 2);
    partner.clock.advance(60_000);
    assert!(partner.sandbox.edit(&people[1], &json!({"age": 25})));
    let second = partner.wire.fetch(Some(&first.cursor)).await.unwrap();
    let ids: Vec<&Value> = second.records.iter().map(|record| &record["id"]).collect();
    assert!(ids.contains(&&Value::from(people[1].as_str())));
    let third = partner.wire.fetch(Some(&second.cursor)).await.unwrap();
    assert_eq!(third.records.len(), 1, "only the one changed in the last instant seen is given again");
}

#[tokio::test]
async fn an_unknown_code_of_a_deployment_is_refused_with_its_path() {
    let partner = primero(Kind::ShelterIn).await;
    let people = partner.sandbox.seed_people();
    partner.sandbox.set_raw(&people[0], "sex", json!("nonbinary"));
    let mapping = mapping(partner.config.inbound.as_ref());
    let record = partner.records().await.remove(0);
    let odd = partner.pool.map(&mapping, record.to_string().as_bytes()).await.unwrap_err();
    assert_eq!((odd.path.as_str(), odd.kind.code(), odd.length), ("/sex", "UNKNOWN_CODE", 9));
    partner.sandbox.set_raw(&people[0], "sex", json!("female"));
    let record = partner.records().await.remove(0);
    assert!(partner.pool.map(&mapping, record.to_string().as_bytes()).await.is_ok(), "mended and replayed");
}

#[tokio::test]
async fn a_transfer_comes_in_as_one_and_goes_out_as_one() {
    let shelter = primero(Kind::ShelterIn).await;
    let people = shelter.sandbox.seed_people();
    let out = |note| shelter.sandbox.transfer_out(&people[0], "agency-nirapod-ghar", note).unwrap();
    let (first, declined) = (out("All of her case"), out("too early"));
    assert!(shelter.sandbox.decide_transfer(&people[0], &declined, "rejected", None));
    let minor = shelter.intakes().await.remove(0);
    let transfers: Vec<_> = minor.referrals.iter().filter(|referral| referral.transfer).collect();
    let [transfer] = transfers.as_slice() else { panic!("the one that nobody decided on: {transfers:?}") };
    assert_eq!((&transfer.external_id, transfer.note.as_deref()), (&first, Some("All of her case")));
    assert_eq!(transfer.services, [ServiceCode::FamilyReunification, ServiceCode::Shelter], "all that she needs");
    assert_eq!(shelter.config.organizations[&transfer.to], "nirapod-ghar");
    // A no is told; of everything else that comes of it this deployment has no word, and none is made up.
    for (state, told) in [("RECEIVED", "in_progress"), ("IN_PROGRESS", "in_progress"), ("DECLINED", "rejected")] {
        let mut said = answer(&first, &people[0], state, (state == "DECLINED").then_some("NO_CAPACITY"));
        said.referral.transfer = true;
        let body = shelter.mapped_out(&said).await;
        let delivery = Delivery::Answer { record: people[0].clone(), referral: first.clone(), body };
        shelter.wire.deliver(&delivery).await.unwrap();
        assert_eq!(shelter.sandbox.transfers(&people[0])[0]["status"], told, "{state}");
    }
    let mut offered = offer(Uuid::from_u128(0x72), Uuid::from_u128(0x71));
    offered.referral.transfer = true;
    let body = shelter.mapped_out(&offered).await;
    let delivery = Delivery::Offer { record: Uuid::from_u128(0x71), referral: Uuid::from_u128(0x72), body };
    let delivered = shelter.wire.deliver(&delivery).await.unwrap();
    assert!(shelter.sandbox.referrals(&delivered.record).is_empty());
    assert_eq!(shelter.sandbox.transfers(&delivered.record)[0]["transitioned_to"], "asha_case_worker");
}
