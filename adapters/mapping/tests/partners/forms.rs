//! Forms: a KoboToolbox and an ODK Central server, with the people who are always there.

use std::sync::Arc;

use sangam_mapping::Intake;
use sangam_mapping::intake::{AgeFact, ConsentEffect, Urgency};
use sangam_mapping::outgoing::{Outgoing, OutgoingKind};
use sangam_sandbox::Sandbox;
use sangam_sandbox::kobo::Kobo;
use sangam_sandbox::odk::Central;
use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, SeededChance};
use sangam_wire::Delivery;
use sangam_wire::config::PartnerConfig;
use serde_json::Value;

use crate::house::{House, clock, outgoing};

async fn kobo() -> House<Sandbox<Kobo>> {
    let (clock, listen) = (clock(), "127.0.0.1:0".parse().unwrap());
    let sandbox = Sandbox::start_kobo(listen, clock.clone(), Arc::new(SeededChance::new(7))).await.unwrap();
    House::connect("outreach-np", clock, sandbox, |sandbox, folder| {
        sandbox.write_token(folder).unwrap();
        sandbox.base_url()
    })
}

async fn central() -> House<Sandbox<Central>> {
    let (clock, listen) = (clock(), "127.0.0.1:0".parse().unwrap());
    let sandbox = Sandbox::start_central(listen, clock.clone(), Arc::new(SeededChance::new(7))).await.unwrap();
    House::connect("shelter-pk", clock, sandbox, |sandbox, folder| {
        sandbox.write_password(folder).unwrap();
        sandbox.base_url()
    })
}

fn accepted(external: &str) -> Outgoing {
    let mut answer = outgoing(OutgoingKind::Answer);
    answer.referral.external_id = Some(external.to_owned());
    answer.referral.state = "ACCEPTED".to_owned();
    answer
}

/// What both minors must be: a minor, with her relatives, one refusal and one referral.
fn is_a_referred_minor(minor: &Intake, config: &PartnerConfig, refused: &[Category]) {
    assert!(matches!(minor.facts.age, AgeFact::Minor { .. }));
    let Some(Payload::Family(family)) = minor.payload(Category::Family) else { panic!("relatives") };
    assert_eq!(family.relatives.len(), 2);
    assert!(minor.payload(Category::Narrative).is_some());
    assert_eq!((minor.consents.len(), minor.consents[0].effect), (1, ConsentEffect::Withhold));
    assert_eq!(minor.consents[0].categories, refused);
    let [referral] = minor.referrals.as_slice() else { panic!("one referral") };
    assert_eq!(referral.external_id, format!("{}/r1", minor.external_id));
    assert!(config.organizations.contains_key(&referral.to));
}

#[tokio::test]
async fn the_outreach_teams_minor_comes_in_with_her_referral_and_nothing_more() {
    let partner = kobo().await;
    let people = partner.sandbox.seed_people();
    let text = Value::from(partner.records().await).to_string();
    for kept_back in ["citizenship", "00-00-00", "phone", "geolocation", "27.71", "Not For The Hub", "Not Looked At"] {
        assert!(!text.contains(kept_back), "{kept_back} crossed the border");
    }
    let intakes = partner.intakes().await;
    assert_eq!(intakes.len(), 2);
    assert_eq!(intakes[0].external_id, people[0]);
    is_a_referred_minor(&intakes[0], &partner.config, &[Category::Health]);
    assert_eq!(intakes[0].referrals[0].urgency, Urgency::Urgent);
    assert_eq!(intakes[1].facts.age, AgeFact::Adult);
    // What becomes of her referral is an answer in the submission itself.
    let external = intakes[0].referrals[0].external_id.clone();
    let body = partner.mapped_out(&accepted(&external)).await;
    let answer = Delivery::Answer { record: people[0].clone(), referral: external, body };
    partner.wire.deliver(&answer).await.unwrap();
    assert_eq!(partner.sandbox.submission(&people[0]).unwrap()["referral/state"], "accepted");
}

#[tokio::test]
async fn the_shelters_minor_comes_in_from_a_tablet_and_nothing_more() {
    let partner = central().await;
    let people = partner.sandbox.seed_people();
    let text = Value::from(partner.records().await).to_string();
    for kept_back in ["cnic", "00000-", "phone", "Tablet 2", "Not For The Hub", "A Test Of The Tablet"] {
        assert!(!text.contains(kept_back), "{kept_back} crossed the border");
    }
    let intakes = partner.intakes().await;
    assert_eq!(intakes.len(), 2);
    let minor = intakes.iter().find(|intake| intake.external_id == people[0]).unwrap();
    is_a_referred_minor(minor, &partner.config, &[Category::Family, Category::Health]);
    assert_eq!(minor.referrals[0].services, [ServiceCode::Psychosocial]);
    let external = minor.referrals[0].external_id.clone();
    let body = partner.mapped_out(&accepted(&external)).await;
    let answer = Delivery::Answer { record: people[0].clone(), referral: external.clone(), body };
    partner.wire.deliver(&answer).await.unwrap();
    partner.wire.deliver(&answer).await.unwrap();
    assert_eq!(partner.sandbox.comments(&people[0]), [format!("Sangam, referral {external}: accepted")]);
}

#[tokio::test]
async fn drawn_people_of_both_forms_all_come_in() {
    let (outreach, shelter) = (kobo().await, central().await);
    outreach.sandbox.seed_forms(200);
    shelter.sandbox.seed_forms(200);
    for count in [outreach.intakes().await.len(), shelter.intakes().await.len()] {
        assert!((150..200).contains(&count), "{count}");
    }
}
