//! The hospital's FHIR server: what comes in of it, what its consents keep back, and that everything the hub writes there is
//! FHIR R4 in the eyes of a validator that others wrote.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use sangam_mapping::Intake;
use sangam_mapping::intake::{AgeFact, ConsentEffect, Urgency};
use sangam_mapping::outgoing::{Outgoing, OutgoingKind};
use sangam_sandbox::Sandbox;
use sangam_sandbox::fhir::FhirServer;
use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, Code, Country, Instant, SeededChance};
use sangam_wire::{Delivered, Delivery, Found};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, clock};

type Hospital = House<Sandbox<FhirServer>>;

async fn house() -> Hospital {
    let (clock, listen) = (clock(), "127.0.0.1:0".parse().unwrap());
    let sandbox = FhirServer::start(listen, clock.clone(), Arc::new(SeededChance::new(5))).await.unwrap();
    House::connect("hospital-bd", clock, sandbox, |sandbox, folder| {
        sandbox.write_key(folder).unwrap();
        sandbox.fhir_base()
    })
}

impl Hospital {
    async fn patient(&self, patient: &str) -> Intake {
        let Found::Marked(record) = self.wire.record(patient).await.unwrap() else { panic!("not marked") };
        self.intake(&record).await
    }

    async fn offer(&self, number: u128, outgoing: &Outgoing) -> Delivered {
        let (record, referral) = (Uuid::from_u128(number), Uuid::from_u128(number + 0x1000));
        let body = self.mapped_out(outgoing).await;
        self.wire.deliver(&Delivery::Offer { record, referral, body }).await.unwrap()
    }

    /// A patient with these provisions of a consent, and the categories that are withheld from everybody.
    async fn withheld(&self, policy: &str, provision: Value) -> Vec<(Vec<Category>, Option<Vec<String>>)> {
        let patient = self.sandbox.admit("Rupa Khatun", "1999-07-02", true);
        self.sandbox.put("Consent", consent(&patient, policy, provision));
        let consents = self.patient(&patient).await.consents;
        assert!(
            consents.iter().all(|consent| consent.effect == ConsentEffect::Withhold),
            "a consent there grants nothing"
        );
        consents.into_iter().map(|consent| (consent.categories, consent.recipients)).collect()
    }
}

fn consent(patient: &str, policy: &str, provision: Value) -> Value {
    json!({
        "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": format!("Patient/{patient}")},
        "policyRule": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": policy}]},
        "provision": provision,
    })
}

fn outgoing(kind: OutgoingKind, state: &str, urgency: Urgency, services: Vec<ServiceCode>) -> Outgoing {
    let mut outgoing = crate::house::outgoing(kind);
    outgoing.referral.state = state.to_owned();
    outgoing.referral.services = services;
    outgoing.referral.urgency = urgency.code();
    outgoing.referral.counterpart = "case desk, shelter, IN".to_owned();
    outgoing
}

#[tokio::test]
async fn patients_come_in_with_their_referrals_and_what_is_kept_back() {
    let house = house().await;
    let people = house.sandbox.seed_people();
    let minor = house.patient(&people[0]).await;
    assert_eq!(minor.external_id, people[0]);
    assert_eq!(minor.facts.collected_in, Country::Bangladesh);
    assert_eq!(minor.facts.age, AgeFact::Minor { until: Instant::read("2029-03-09T00:00:00Z").unwrap() });
    let Some(Payload::Demographics(demographics)) = minor.payload(Category::Demographics) else { panic!() };
    assert_eq!(demographics.age_band.to_string(), "AGE_15_17");
    assert_eq!(minor.consents[0].categories, [Category::Health]);
    assert_eq!(minor.referrals[0].services, [ServiceCode::Shelter]);
    assert_eq!(minor.referrals[0].urgency, Urgency::Urgent);
    assert_eq!(house.config.organizations[&minor.referrals[0].to], "asha-nivas");
    let adult = house.patient(&people[1]).await;
    // Born in a month: of age when the whole month is past.
    assert_eq!(adult.facts.age, AgeFact::Adult);
    assert_eq!(house.config.organizations[&adult.referrals[0].to], "nyaya-setu");
    for (born, until) in
        [("2008-11", "2026-12-01"), ("2008-12", "2027-01-01"), ("2008", "2027-01-01"), ("2008-11-24", "")]
    {
        let patient = house.sandbox.admit("Lata Das", born, true);
        let expected = match until {
            "" => AgeFact::Adult,
            until => AgeFact::Minor { until: Instant::read(&format!("{until}T00:00:00Z")).unwrap() },
        };
        assert_eq!(house.patient(&patient).await.facts.age, expected, "{born}");
    }
}

#[tokio::test]
async fn a_consent_there_keeps_back_and_what_it_names_in_another_way_keeps_back_all() {
    let house = house().await;
    let all = Category::ALL.to_vec();
    let of = |system: &str, code: &str| json!({ "system": system, "code": code });
    let own = |code: &&str| of("https://meghna-par.example/records", code);
    let class = |codes: &[&str]| codes.iter().map(own).collect::<Vec<_>>();
    let actor = |reference: &str| json!([{"reference": {"reference": reference}}]);
    let deny = |classes: &[&str]| json!({"provision": [{"type": "deny", "class": class(classes)}]});
    assert_eq!(house.withheld("OPTIN", json!({})).await, []);
    assert_eq!(house.withheld("OPTIN", deny(&["health"])).await, [(vec![Category::Health], None)]);
    assert_eq!(
        house.withheld("OPTIN", deny(&["health", "blood"])).await,
        [(all.clone(), None)],
        "a class nobody knows"
    );
    // The same word of another system, and of none, is a class nobody knows.
    for other in [of("https://elsewhere.example/records", "health"), json!({"code": "health"})] {
        let denied = house.withheld("OPTIN", json!({"provision": [{"type": "deny", "class": [other.clone()]}]})).await;
        assert_eq!(denied, [(all.clone(), None)], "{other}");
        let but = house.withheld("OPTIN", json!({"type": "permit", "class": [other.clone()]})).await;
        assert_eq!(but, [(all.clone(), None)], "{other}");
    }
    let kind = of("http://hl7.org/fhir/resource-types", "Task");
    let denied = house.withheld("OPTIN", json!({"provision": [{"type": "deny", "class": [kind]}]})).await;
    assert_eq!(denied, [(vec![Category::Services], None)]);
    let but = house.withheld("OPTIN", json!({"type": "permit", "class": class(&["services"])})).await;
    let rest: Vec<Category> = all.iter().copied().filter(|category| *category != Category::Services).collect();
    assert_eq!(but, [(rest.clone(), None)]);
    assert_eq!(
        house.withheld("OPTOUTE", json!({"type": "permit", "class": class(&["services"])})).await,
        [(rest, None)]
    );
    assert_eq!(
        house.withheld("OPTIN", json!({"type": "permit", "class": class(&["blood"])})).await,
        [(all.clone(), None)]
    );
    assert_eq!(house.withheld("OPTOUT", json!({})).await, [(all.clone(), None)]);
    let one = "OrganizationAffiliation/nirapod-ghar-returns";
    let denied = house.withheld("OPTIN", json!({"provision": [{"type": "deny", "actor": actor(one)}]})).await;
    assert_eq!(denied, [(all.clone(), Some(vec![one.to_owned()]))]);
    let somebody =
        house.withheld("OPTIN", json!({"provision": [{"type": "deny", "actor": actor("Practitioner/7")}]})).await;
    assert_eq!(somebody, [(all, None)], "from somebody who is not known is from everybody");
}

/// What the validator says of resources: what is wrong with which.
fn validated(test: &str, resources: &[Value]) -> Option<Vec<(u64, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let scripts = root.join("tests/node");
    if !scripts.join("node_modules/fhir/package.json").is_file() {
        panic!("the packages of tests/node are not installed: `tests/run` does it, or `npm ci` in that folder");
    }
    let file = std::env::temp_dir().join(format!("sangam-fhir-{test}-{}.json", std::process::id()));
    std::fs::write(&file, Value::from(resources).to_string()).unwrap();
    let brought = std::env::current_exe().unwrap().ancestors().nth(3).map(|target| target.join("tools/node/bin/node"));
    let programs = [Some(PathBuf::from("node")), brought];
    let run = |program: &PathBuf| Command::new(program).arg(scripts.join("fhir.mjs")).arg(&file).output().ok();
    let output = programs.iter().flatten().find_map(run);
    drop(std::fs::remove_file(&file));
    let output = output.unwrap_or_else(|| panic!("no Node: `tests/run` brings one"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["checked"], resources.len());
    let faults = told["faults"].as_array()?.iter();
    Some(
        faults
            .map(|fault| (fault["resource"].as_u64().unwrap(), fault["location"].as_str().unwrap().to_owned()))
            .collect(),
    )
}

#[tokio::test]
async fn everything_the_hub_writes_is_fhir_to_others() {
    let house = house().await;
    let people = house.sandbox.seed_people();
    // Offers with everything the mapping carries, with nothing, and each urgency and service.
    let mut number = 1;
    let mut offers = Vec::new();
    for urgency in [Urgency::Routine, Urgency::Urgent, Urgency::Emergency] {
        offers.push(
            house.offer(number, &outgoing(OutgoingKind::Offer, "SENT", urgency, ServiceCode::ALL.to_vec())).await,
        );
        number += 1;
    }
    let intake = house.patient(&people[0]).await;
    let mut full = outgoing(OutgoingKind::Offer, "SENT", Urgency::Urgent, vec![]);
    for payload in &intake.categories {
        full.categories.insert(payload.category().code(), serde_json::from_slice(&payload.to_json().unwrap()).unwrap());
    }
    full.categories.insert("SERVICES", json!({"services": ["SHELTER"], "note": "soon, please"}));
    offers.push(house.offer(number, &full).await);
    for (place, kind) in ["OFFICIAL", "DAKNAM", "ALIAS", "GIVEN_BY_TRAFFICKER", "AS_ON_DOCUMENT"].iter().enumerate() {
        let names = json!({"names": [{"text": "রূপা", "kind": kind, "script": "Beng"}]});
        full.categories.insert("IDENTITY", names);
        offers.push(house.offer(100 + place as u128, &full).await);
    }
    // Every state of the hub's as an answer, each to a task of its own.
    for state in ["SENT", "RECEIVED", "ACCEPTED", "IN_PROGRESS", "ON_HOLD", "DECLINED", "COMPLETED"] {
        let (task, _) = house.sandbox.refer(&people[0], "Organization/asha-nivas", "safe-stay");
        let mut answer = outgoing(OutgoingKind::Answer, state, Urgency::Routine, vec![]);
        answer.referral.decline_reason = (state == "DECLINED").then(|| "NO_CAPACITY".to_owned());
        let body = house.mapped_out(&answer).await;
        let delivery = Delivery::Answer { record: people[0].clone(), referral: task, body };
        house.wire.deliver(&delivery).await.unwrap();
    }
    for offer in &offers {
        let (record, referral) = (offer.record.clone(), offer.referral.clone().unwrap());
        house.wire.deliver(&Delivery::Withdrawal { record, referral }).await.unwrap();
    }
    let received = house.sandbox.received();
    assert_eq!(received.len(), 2 * offers.len() + 7);
    // Each entry of a transaction by itself too, as a resource.
    let entries = received.iter().filter_map(|body| body["entry"].as_array()).flatten();
    let mut resources: Vec<Value> = entries.map(|entry| entry["resource"].clone()).collect();
    resources.extend(received);
    assert_eq!(validated("out", &resources), Some(vec![]));

    // What the sandbox itself holds is what a FHIR server would hold.
    let held = ["Patient", "Task", "ServiceRequest", "Consent"].map(|kind| house.sandbox.all(kind));
    let held: Vec<Value> = held.into_iter().flatten().map(Value::Object).collect();
    assert_eq!(validated("held", &held), Some(vec![]));

    // The control: each kind of thing that could be wrong is noticed, in what was sent.
    let bundle = resources.iter().find(|resource| resource["type"] == "transaction").unwrap();
    let breaks: [(&str, Value); 8] = [
        ("/entry/0/resource/gender", json!("girl")),
        ("/entry/0/resource/birthDate", json!("9 March")),
        ("/entry/0/resource/nickname", json!("Ru")),
        ("/entry/0/request/method", json!("SEND")),
        ("/entry/1/resource/status", json!("open")),
        ("/entry/1/resource/subject", Value::Null),
        ("/entry/2/resource/status", json!("done")),
        ("/entry/2/resource/intent", Value::Null),
    ];
    for (at, value) in breaks {
        let mut broken = bundle.clone();
        let (parent, name) = at.rsplit_once('/').unwrap();
        let members = broken.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Value::Null => drop(members.shift_remove(name)),
            value => drop(members.insert(name.to_owned(), value)),
        }
        let inner = broken.pointer(parent.strip_suffix("/request").unwrap_or(parent)).cloned().unwrap();
        let whole = vec![if inner.get("resourceType").is_some() { inner } else { broken.clone() }, broken];
        let told = validated("broken", &whole).unwrap();
        assert!(!told.is_empty(), "{at} was not noticed");
    }
}

/// Roughly how many records a second go in and out, with everything on this machine: printed for the closing note.
#[tokio::test]
async fn records_per_second_in_and_out() {
    let house = house().await;
    let body = house.mapped_out(&outgoing(OutgoingKind::Offer, "SENT", Urgency::Routine, vec![])).await;
    let began = std::time::Instant::now();
    for number in 0..50 {
        let (record, referral) = (Uuid::from_u128(number), Uuid::from_u128(number + 0x1000));
        house.wire.deliver(&Delivery::Offer { record, referral, body: body.clone() }).await.unwrap();
    }
    let outward = began.elapsed();
    house.sandbox.seed_patients(400);
    let began = std::time::Instant::now();
    let (mut cursor, mut records) = (None, 0);
    loop {
        let page = house.wire.fetch(cursor.as_ref()).await.unwrap();
        records += page.records.len();
        if !page.more {
            break;
        }
        cursor = Some(page.cursor);
    }
    let inward = began.elapsed();
    assert_eq!(records, 360);
    let rate = |count: f64, took: std::time::Duration| count / took.as_secs_f64();
    eprintln!("fhir_r4: {:.0} records a second in, {:.0} out", rate(360.0, inward), rate(50.0, outward));
}
