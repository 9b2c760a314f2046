//! The hospital's FHIR server, the whole way in and out: what comes in of it, what its consents keep back, and that
//! everything the hub writes there is FHIR R4 in the eyes of a validator that others wrote.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use sangam_mapping::intake::{AgeFact, ConsentEffect, Urgency};
use sangam_mapping::outgoing::{Outgoing, OutgoingKind, OutgoingReferral, OutgoingSubject};
use sangam_mapping::{Intake, Limits, Mapping, Pool, Reading};
use sangam_sandbox::Sandbox;
use sangam_sandbox::fhir::FhirServer;
use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, Code, Country, Instant, ManualClock, SeededChance};
use sangam_wire::config::{MappingFile, Overrides, PartnerConfig};
use sangam_wire::{Delivered, Delivery, Found, Wire};
use serde_json::{Value, json};
use uuid::Uuid;

struct House {
    sandbox: Sandbox<FhirServer>,
    config: PartnerConfig,
    wire: Arc<dyn Wire>,
    pool: Pool,
    folder: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

async fn house(test: &str) -> House {
    let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
    let listen = "127.0.0.1:0".parse().unwrap();
    let sandbox = FhirServer::start(listen, clock.clone(), Arc::new(SeededChance::new(5))).await.unwrap();
    let folder = std::env::temp_dir().join(format!("sangam-fhir-{test}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    sandbox.write_key(&folder).unwrap();
    let overrides =
        Overrides { base_url: Some(sandbox.fhir_base()), secrets: Some(folder.clone()), ..Overrides::default() };
    let partners = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners");
    let mut config = PartnerConfig::read(&partners, "hospital-bd", &overrides).unwrap();
    config.guard.rate_per_minute = 60_000;
    let wire = config.connect(clock).unwrap();
    let worker = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
    let pool = Pool::new(worker, vec!["mapping-worker".to_owned()], Limits::default(), 2);
    House { sandbox, config, wire, pool, folder }
}

fn mapping(file: &Option<MappingFile>) -> Mapping {
    let file = file.as_ref().unwrap();
    Mapping::new(&file.name, &file.text).unwrap()
}

impl House {
    async fn intake(&self, patient: &str) -> Intake {
        let Found::Marked(record) = self.wire.record(patient).await.unwrap() else { panic!("not marked") };
        let mapped = self.pool.map(&mapping(&self.config.inbound), record.to_string().as_bytes()).await;
        let mapped = mapped.unwrap_or_else(|odd| panic!("{odd} in {record}"));
        Intake::read(&mapped, &Reading { consent_text: None }).unwrap_or_else(|odd| panic!("{odd:?} in {mapped}"))
    }

    async fn mapped_out(&self, outgoing: &Outgoing) -> Value {
        self.pool.map(&mapping(&self.config.outbound), &outgoing.to_json().unwrap()).await.unwrap()
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
        let consents = self.intake(&patient).await.consents;
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
    Outgoing {
        kind,
        referral: OutgoingReferral {
            id: Uuid::nil().to_string(),
            external_id: None,
            state: state.to_owned(),
            services,
            urgency: urgency.code(),
            sent_at: "2026-11-24T08:00:00.000Z".to_owned(),
            decline_reason: None,
            counterpart: "case desk, shelter, IN".to_owned(),
        },
        subject: OutgoingSubject { id: Uuid::nil().to_string(), external_id: None },
        categories: BTreeMap::new(),
    }
}

#[tokio::test]
async fn patients_come_in_with_their_referrals_and_what_is_kept_back() {
    let house = house("in").await;
    let people = house.sandbox.seed_people();
    let minor = house.intake(&people[0]).await;
    assert_eq!(minor.external_id, people[0]);
    assert_eq!(minor.facts.collected_in, Country::Bangladesh);
    assert_eq!(minor.facts.age, AgeFact::Minor { until: Instant::read("2029-03-09T00:00:00Z").unwrap() });
    let Some(Payload::Demographics(demographics)) = minor.payload(Category::Demographics) else { panic!() };
    assert_eq!(demographics.age_band.to_string(), "AGE_15_17");
    assert_eq!(minor.consents[0].categories, [Category::Health]);
    assert_eq!(minor.referrals[0].services, [ServiceCode::Shelter]);
    assert_eq!(minor.referrals[0].urgency, Urgency::Urgent);
    assert_eq!(house.config.organizations[&minor.referrals[0].to], "asha-nivas");
    let adult = house.intake(&people[1]).await;
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
        assert_eq!(house.intake(&patient).await.facts.age, expected, "{born}");
    }
}

#[tokio::test]
async fn a_consent_there_keeps_back_and_what_it_names_in_another_way_keeps_back_all() {
    let house = house("consent").await;
    let all = Category::ALL.to_vec();
    let class = |codes: &[&str]| codes.iter().map(|code| json!({ "code": code })).collect::<Vec<_>>();
    let actor = |reference: &str| json!([{"reference": {"reference": reference}}]);
    let deny = |classes: &[&str]| json!({"provision": [{"type": "deny", "class": class(classes)}]});
    assert_eq!(house.withheld("OPTIN", json!({})).await, []);
    assert_eq!(house.withheld("OPTIN", deny(&["health"])).await, [(vec![Category::Health], None)]);
    assert_eq!(
        house.withheld("OPTIN", deny(&["health", "blood"])).await,
        [(all.clone(), None)],
        "a class nobody knows"
    );
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
    let house = house("out").await;
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
    let intake = house.intake(&people[0]).await;
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
    let house = house("speed").await;
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
