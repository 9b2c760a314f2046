//! Forms: a KoboToolbox and an ODK Central server in their sandboxes, through the shipped configuration and mappings, with
//! the people who are always there. What every kind must keep is tried in `conformance`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sangam_mapping::intake::{AgeFact, ConsentEffect, Urgency};
use sangam_mapping::outgoing::{Outgoing, OutgoingKind, OutgoingReferral, OutgoingSubject};
use sangam_mapping::{Intake, Limits, Mapping, Pool, Reading};
use sangam_sandbox::Sandbox;
use sangam_sandbox::kobo::Kobo;
use sangam_sandbox::odk::Central;
use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, Instant, ManualClock, SeededChance};
use sangam_wire::config::{Overrides, PartnerConfig};
use sangam_wire::{Delivery, Wire};
use serde_json::{Value, json};

/// A folder of this test's own, gone with it.
struct TempFolder(PathBuf);

impl TempFolder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sangam-forms-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

struct Partner<S> {
    sandbox: Sandbox<S>,
    config: PartnerConfig,
    wire: Arc<dyn Wire>,
    pool: Pool,
    _folder: TempFolder,
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()))
}

impl<S> Partner<S> {
    fn connect(sandbox: Sandbox<S>, name: &str, base_url: String, folder: TempFolder) -> Self {
        let partners = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners");
        let overrides = Overrides { base_url: Some(base_url), secrets: Some(folder.0.clone()), ..Overrides::default() };
        let mut config = PartnerConfig::read(&partners, name, &overrides).unwrap();
        config.guard.rate_per_minute = 60_000;
        let wire = config.connect(clock()).unwrap();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
        let pool = Pool::new(program, vec!["mapping-worker".to_owned()], Limits::default(), 2);
        Self { sandbox, config, wire, pool, _folder: folder }
    }

    async fn records(&self) -> Vec<Value> {
        let (mut records, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.wire.fetch(cursor.as_ref()).await.unwrap();
            records.extend(page.records);
            if !page.more {
                return records;
            }
            cursor = Some(page.cursor);
        }
    }

    async fn intakes(&self) -> Vec<Intake> {
        let file = self.config.inbound.as_ref().unwrap();
        let mapping = Mapping::new(&file.name, &file.text).unwrap();
        let mut intakes = Vec::new();
        for record in self.records().await {
            let mapped = self.pool.map(&mapping, record.to_string().as_bytes()).await;
            let mapped = mapped.unwrap_or_else(|odd| panic!("{odd} in {record}"));
            intakes.push(Intake::read(&mapped, &Reading { consent_text: None }).unwrap());
        }
        intakes
    }

    async fn out(&self, outgoing: &Outgoing) -> Value {
        let file = self.config.outbound.as_ref().unwrap();
        let mapping = Mapping::new(&file.name, &file.text).unwrap();
        self.pool.map(&mapping, &outgoing.to_json().unwrap()).await.unwrap()
    }
}

async fn kobo(test: &str) -> Partner<Kobo> {
    let (listen, folder) = ("127.0.0.1:0".parse().unwrap(), TempFolder::new(test));
    let sandbox = Sandbox::start_kobo(listen, clock(), Arc::new(SeededChance::new(7))).await.unwrap();
    sandbox.write_token(&folder.0).unwrap();
    let base_url = sandbox.base_url();
    Partner::connect(sandbox, "outreach-np", base_url, folder)
}

async fn central(test: &str) -> Partner<Central> {
    let (listen, folder) = ("127.0.0.1:0".parse().unwrap(), TempFolder::new(test));
    let sandbox = Sandbox::start_central(listen, clock(), Arc::new(SeededChance::new(7))).await.unwrap();
    sandbox.write_password(&folder.0).unwrap();
    let base_url = sandbox.base_url();
    Partner::connect(sandbox, "shelter-pk", base_url, folder)
}

fn outgoing(kind: OutgoingKind, referral: &str, external: Option<&str>) -> Outgoing {
    Outgoing {
        kind,
        referral: OutgoingReferral {
            id: referral.to_owned(),
            external_id: external.map(str::to_owned),
            state: "ACCEPTED".to_owned(),
            services: vec![ServiceCode::Shelter, ServiceCode::HomeInvestigation],
            urgency: Urgency::Urgent.code(),
            sent_at: "2026-11-24T08:00:00.000Z".to_owned(),
            decline_reason: None,
            counterpart: "case desk, India".to_owned(),
        },
        subject: OutgoingSubject { id: "sub".to_owned(), external_id: None },
        categories: BTreeMap::from([("CASE_REFERENCE", json!({"number": "K-17", "status": "ACTIVE"}))]),
    }
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
    let partner = kobo("kobo").await;
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
    let body = partner.out(&outgoing(OutgoingKind::Answer, "x", Some(&external))).await;
    let answer = Delivery::Answer { record: people[0].clone(), referral: external, body };
    partner.wire.deliver(&answer).await.unwrap();
    assert_eq!(partner.sandbox.submission(&people[0]).unwrap()["referral/state"], "accepted");
}

#[tokio::test]
async fn the_shelters_minor_comes_in_from_a_tablet_and_nothing_more() {
    let partner = central("odk").await;
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
    let body = partner.out(&outgoing(OutgoingKind::Answer, "x", Some(&external))).await;
    let answer = Delivery::Answer { record: people[0].clone(), referral: external.clone(), body };
    partner.wire.deliver(&answer).await.unwrap();
    partner.wire.deliver(&answer).await.unwrap();
    assert_eq!(partner.sandbox.comments(&people[0]), [format!("Sangam, referral {external}: accepted")]);
}

#[tokio::test]
async fn drawn_people_of_both_forms_all_come_in() {
    let (outreach, shelter) = (kobo("kobo-many").await, central("odk-many").await);
    outreach.sandbox.seed_forms(200);
    shelter.sandbox.seed_forms(200);
    for count in [outreach.intakes().await.len(), shelter.intakes().await.len()] {
        assert!((150..200).contains(&count), "{count}");
    }
}
