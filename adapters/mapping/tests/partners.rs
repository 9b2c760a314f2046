//! The whole way in and out for the three configured partners: sandbox, wire, mapping in a worker, strict
//! reading; and back. The configuration read is the one that is shipped.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sangam_mapping::intake::{AgeFact, ConsentEffect, Urgency};
use sangam_mapping::outgoing::{Outgoing, OutgoingKind, OutgoingReferral, OutgoingSubject};
use sangam_mapping::{Intake, Limits, Mapping, Pool, Reading};
use sangam_sandbox::primero::{Kind, Primero};
use sangam_sandbox::{CaseFormat, CaseSystem, Sandbox};
use sangam_vocabulary::payload::{Payload, ServiceCode, SupportType};
use sangam_vocabulary::{Category, Country, Instant, ManualClock, SeededChance};
use sangam_wire::config::{MappingFile, Overrides, PartnerConfig};
use sangam_wire::{AnswerState, Delivery, Wire};
use serde_json::{Value, json};
use uuid::Uuid;

fn partners() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners")
}

fn pool() -> Pool {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
    Pool::new(program, vec!["mapping-worker".to_owned()], Limits::default(), 2)
}

fn mapping(file: Option<&MappingFile>) -> Mapping {
    let file = file.unwrap();
    Mapping::new(&file.name, &file.text).unwrap()
}

struct Partner {
    sandbox: Option<Sandbox<Primero>>,
    config: PartnerConfig,
    wire: Arc<dyn Wire>,
    clock: Arc<ManualClock>,
    pool: Pool,
    _folder: TempFolder,
}

/// A folder of this test's own, gone with it.
struct TempFolder(PathBuf);

impl TempFolder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sangam-partners-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

async fn primero(kind: Kind, test: &str) -> Partner {
    let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
    let chance = Arc::new(SeededChance::new(7));
    let sandbox = Sandbox::start(kind, "127.0.0.1:0".parse().unwrap(), clock.clone(), chance).await.unwrap();
    let folder = TempFolder::new(test);
    sandbox.write_password(&folder.0).unwrap();
    let overrides =
        Overrides { base_url: Some(sandbox.base_url()), secrets: Some(folder.0.clone()), ..Overrides::default() };
    let config = PartnerConfig::read(&partners(), kind.name(), &overrides).unwrap();
    let wire = config.connect(clock.clone()).unwrap();
    Partner { sandbox: Some(sandbox), config, wire, clock, pool: pool(), _folder: folder }
}

impl Partner {
    async fn records(&self) -> Vec<Value> {
        let mut records = Vec::new();
        let mut cursor = None;
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
        let mapping = mapping(self.config.inbound.as_ref());
        self.pool.check(&mapping).await.unwrap();
        let mut intakes = Vec::new();
        for record in self.records().await {
            let mapped = self.pool.map(&mapping, record.to_string().as_bytes()).await.unwrap();
            let reading = Reading { consent_text: self.config.consent_text.clone() };
            intakes.push(Intake::read(&mapped, &reading).unwrap());
        }
        intakes
    }

    async fn mapped_out(&self, outgoing: &Outgoing) -> Value {
        let mapping = mapping(self.config.outbound.as_ref());
        self.pool.check(&mapping).await.unwrap();
        self.pool.map(&mapping, &outgoing.to_json().unwrap()).await.unwrap()
    }

    fn sandbox(&self) -> &Sandbox<Primero> {
        self.sandbox.as_ref().unwrap()
    }
}

fn offer(referral: Uuid, subject: Uuid) -> Outgoing {
    let categories = BTreeMap::from([
        ("CASE_REFERENCE", json!({"number": "K-17", "status": "ACTIVE"})),
        ("DEMOGRAPHICS", json!({"ageBand": "AGE_15_17", "sex": "FEMININE"})),
        ("SERVICES", json!({"services": ["SHELTER", "HOME_INVESTIGATION"], "note": "soon"})),
    ]);
    Outgoing {
        kind: OutgoingKind::Offer,
        referral: OutgoingReferral {
            id: referral.to_string(),
            external_id: None,
            state: "SENT".to_owned(),
            services: vec![ServiceCode::Shelter, ServiceCode::HomeInvestigation],
            urgency: Urgency::Urgent.code(),
            sent_at: "2026-11-24T08:00:00.000Z".to_owned(),
            decline_reason: None,
            counterpart: "case desk, India".to_owned(),
        },
        subject: OutgoingSubject { id: subject.to_string(), external_id: None },
        categories,
    }
}

fn answer(referral: &str, record: &str, state: &str, reason: Option<&str>) -> Outgoing {
    let mut outgoing = offer(Uuid::nil(), Uuid::nil());
    outgoing.kind = OutgoingKind::Answer;
    outgoing.categories.clear();
    outgoing.referral.external_id = Some(referral.to_owned());
    outgoing.referral.state = state.to_owned();
    outgoing.referral.decline_reason = reason.map(str::to_owned);
    outgoing.subject.external_id = Some(record.to_owned());
    outgoing
}

#[tokio::test]
async fn the_shelters_minor_comes_in_with_her_referral_and_nothing_more() {
    let partner = primero(Kind::ShelterIn, "minor").await;
    let people = partner.sandbox().seed_people();
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
    let partner = primero(Kind::AgencyBd, "agency").await;
    partner.sandbox().seed_people();
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
    for (kind, test) in [(Kind::ShelterIn, "many-in"), (Kind::AgencyBd, "many-bd")] {
        let partner = primero(kind, test).await;
        partner.sandbox().seed_cases(200);
        let intakes = partner.intakes().await;
        assert!((150..200).contains(&intakes.len()), "{}", intakes.len());
        assert!(intakes.iter().any(|intake| !intake.referrals.is_empty()));
        assert!(intakes.iter().any(|intake| matches!(intake.facts.age, AgeFact::Minor { .. })));
    }
}

#[tokio::test]
async fn a_referral_reaches_the_agency_and_its_answer_the_shelter() {
    let agency = primero(Kind::AgencyBd, "offer").await;
    let (record, referral) = (Uuid::from_u128(0x51), Uuid::from_u128(0x52));
    let body = agency.mapped_out(&offer(referral, record)).await;
    let delivery = Delivery::Offer { record, referral, body };
    let delivered = agency.wire.deliver(&delivery).await.unwrap();
    assert_eq!(agency.wire.deliver(&delivery).await.unwrap(), delivered, "a repeated delivery is the same one");
    assert_eq!(agency.sandbox().cases().len(), 1);
    let case = agency.sandbox().case(&record.to_string()).unwrap();
    assert_eq!(case["gender_identity"], "nari");
    assert_eq!(case["sangam_case_number"], "K-17");
    assert_eq!(case["full_name_bn"], "Sangam", "no name was released, none is there");
    assert_eq!(case["seba"].as_array().unwrap().len(), 2);
    let referrals = agency.sandbox().referrals(&record.to_string());
    assert_eq!(referrals.len(), 1);
    let waiting = agency.wire.answers(std::slice::from_ref(&delivered)).await.unwrap();
    assert_eq!(waiting[0].state, AnswerState::Waiting);
    let id = delivered.referral.clone().unwrap();
    assert!(agency.sandbox().decide(&delivered.record, &id, "rejected", Some("lack_of_capacity")));
    let declined = agency.wire.answers(std::slice::from_ref(&delivered)).await.unwrap();
    assert_eq!((declined[0].state, declined[0].reason.as_deref()), (AnswerState::Declined, Some("lack_of_capacity")));
    assert!(agency.intakes().await.is_empty(), "what the hub put there does not come back in");

    let shelter = primero(Kind::ShelterIn, "answer").await;
    let people = shelter.sandbox().seed_people();
    let sent = shelter.intakes().await[0].referrals[0].external_id.clone();
    for (state, status) in [("ACCEPTED", "accepted"), ("COMPLETED", "done")] {
        let body = shelter.mapped_out(&answer(&sent, &people[0], state, None)).await;
        let delivery = Delivery::Answer { record: people[0].clone(), referral: sent.clone(), body };
        shelter.wire.deliver(&delivery).await.unwrap();
        assert_eq!(shelter.sandbox().referrals(&people[0])[0]["status"], status);
    }
}

#[tokio::test]
async fn a_second_synchronisation_gives_what_changed() {
    let partner = primero(Kind::ShelterIn, "since").await;
    let people = partner.sandbox().seed_people();
    let first = partner.wire.fetch(None).await.unwrap();
    assert_eq!(first.records.len(), 2);
    partner.clock.advance(60_000);
    assert!(partner.sandbox().edit(&people[1], &json!({"age": 25})));
    let second = partner.wire.fetch(Some(&first.cursor)).await.unwrap();
    let ids: Vec<&Value> = second.records.iter().map(|record| &record["id"]).collect();
    assert!(ids.contains(&&Value::from(people[1].as_str())));
    let third = partner.wire.fetch(Some(&second.cursor)).await.unwrap();
    assert_eq!(third.records.len(), 1, "only the one changed in the last instant seen is given again");
}

#[tokio::test]
async fn an_unknown_code_of_a_deployment_is_refused_with_its_path() {
    let partner = primero(Kind::ShelterIn, "code").await;
    let people = partner.sandbox().seed_people();
    partner.sandbox().set_raw(&people[0], "sex", json!("nonbinary"));
    let mapping = mapping(partner.config.inbound.as_ref());
    let record = partner.records().await.remove(0);
    let odd = partner.pool.map(&mapping, record.to_string().as_bytes()).await.unwrap_err();
    assert_eq!((odd.path.as_str(), odd.kind.code(), odd.length), ("/sex", "UNKNOWN_CODE", 9));
    partner.sandbox().set_raw(&people[0], "sex", json!("female"));
    let record = partner.records().await.remove(0);
    assert!(partner.pool.map(&mapping, record.to_string().as_bytes()).await.is_ok(), "mended and replayed");
}

fn spreadsheet(test: &str, format: &str) -> (Partner, PathBuf) {
    let folder = TempFolder::new(test);
    sangam_sandbox::write_samples(&folder.0).unwrap();
    let config_folder = folder.0.join("partners");
    std::fs::create_dir_all(&config_folder).unwrap();
    for name in ["small-ngo.toml", "small-ngo.in.jq", "small-ngo.out.jq"] {
        let text = std::fs::read_to_string(partners().join(name)).unwrap();
        std::fs::write(config_folder.join(name), text.replace("xlsx", format)).unwrap();
    }
    let overrides = Overrides { folder: Some(folder.0.clone()), ..Overrides::default() };
    let config = PartnerConfig::read(&config_folder, "small-ngo", &overrides).unwrap();
    let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
    let wire = config.connect(clock.clone()).unwrap();
    let path = folder.0.clone();
    (Partner { sandbox: None, config, wire, clock, pool: pool(), _folder: folder }, path)
}

#[tokio::test]
async fn the_small_organizations_sheet_comes_in_and_goes_out_in_both_formats() {
    for format in ["xlsx", "csv"] {
        let (partner, folder) = spreadsheet(&format!("sheet-{format}"), format);
        let keys: Vec<_> = partner.records().await.iter().map(|record| partner.wire.key(record)).collect();
        assert_eq!(keys, ["SS-001", "SS-002", "SS-003"].map(|key| Some(key.to_owned())));
        let intakes = partner.intakes().await;
        assert_eq!(intakes.len(), 3, "{format}: the row that is not shared stays away");
        assert_eq!(intakes[0].referrals[0].services, [ServiceCode::LegalAid, ServiceCode::Psychosocial]);
        assert_eq!(partner.config.organizations[&intakes[0].referrals[0].to], "asha-nivas");
        let Some(Payload::Identity(identity)) = intakes[1].payload(Category::Identity) else { panic!() };
        assert_eq!(identity.names[0].text, "Gopal", "nobody is required to have a second name");
        assert_eq!(intakes[1].facts.age, AgeFact::Minor { until: Instant::read("2029-07-30T00:00:00Z").unwrap() });
        assert_eq!(intakes[2].facts.age, AgeFact::Unknown);
        assert_eq!(intakes[2].consents[0].categories.len(), 19, "a consent refused withholds everything");
        let (record, referral) = (Uuid::from_u128(0x61), Uuid::from_u128(0x62));
        let body = partner.mapped_out(&offer(referral, record)).await;
        let delivered = partner.wire.deliver(&Delivery::Offer { record, referral, body }).await.unwrap();
        let sheet = folder.join(format!("referrals.{format}"));
        assert!(sheet.exists());
        let answers = partner.wire.answers(std::slice::from_ref(&delivered)).await.unwrap();
        assert_eq!(answers[0].state, AnswerState::Waiting);
        let body = partner.mapped_out(&answer("SS-001/2026-10-05", "SS-001", "ACCEPTED", None)).await;
        let answered = Delivery::Answer { record: "SS-001".to_owned(), referral: "SS-001/2026-10-05".to_owned(), body };
        partner.wire.deliver(&answered).await.unwrap();
    }
}

/// The training centre's HTCDS files, in both formats: what its people wrote, and what is told them.
#[tokio::test]
async fn the_training_centres_cases_come_in_and_go_out_in_both_formats() {
    for (format, theirs) in [("json", CaseFormat::Json), ("csv", CaseFormat::Csv)] {
        let folder = TempFolder::new(&format!("centre-{format}"));
        let files = folder.0.join("files");
        let config_folder = folder.0.join("partners");
        std::fs::create_dir_all(&files).unwrap();
        std::fs::create_dir_all(&config_folder).unwrap();
        for name in ["centre-bd.toml", "centre-bd.in.jq", "centre-bd.out.jq"] {
            let text = std::fs::read_to_string(partners().join(name)).unwrap();
            std::fs::write(config_folder.join(name), text.replace("json", format)).unwrap();
        }
        let system = CaseSystem::open(&files, theirs).unwrap();
        system.seed().unwrap();
        let overrides = Overrides { folder: Some(files.clone()), ..Overrides::default() };
        let config = PartnerConfig::read(&config_folder, "centre-bd", &overrides).unwrap();
        let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
        let wire = config.connect(clock.clone()).unwrap();
        let partner = Partner { sandbox: None, config, wire, clock, pool: pool(), _folder: folder };

        let text = Value::from(partner.records().await).to_string();
        assert!(
            !text.contains("hte_") && !text.contains("Transit"),
            "what the mapping does not take stops at the border"
        );
        let intakes = partner.intakes().await;
        assert_eq!(intakes.len(), 2);
        let AgeFact::Minor { until } = intakes[0].facts.age else { panic!() };
        assert!(until > Instant::read("2017-03-08T00:00:00Z").unwrap(), "her birthday itself is not said in clear");
        assert_eq!(intakes[0].referrals[0].external_id, "AP-001-1");
        assert_eq!(partner.config.organizations[&intakes[0].referrals[0].to], "asha-nivas");
        assert_eq!(intakes[0].consents[0].categories, [Category::Health], "what she keeps back");
        assert_eq!(intakes[1].consents[0].categories.len(), 19, "a consent refused withholds everything");
        let Some(Payload::Narrative(told)) = intakes[0].payload(Category::Narrative) else { panic!() };
        assert_eq!(told.support_types, [SupportType::Livelihood, SupportType::Education]);
        assert_eq!(told.objectives.as_deref(), Some("A shop of her own."));

        let (record, referral) = (Uuid::from_u128(0x71), Uuid::from_u128(0x72));
        let body = partner.mapped_out(&offer(referral, record)).await;
        partner.wire.deliver(&Delivery::Offer { record, referral, body }).await.unwrap();
        let offered = &system.offers()[0];
        assert_eq!(
            (&offered["prs_Gender"], &offered["cas_ReferringOrganisation"]),
            (&json!("Feminine"), &json!("case desk, India"))
        );
        assert!(!offered.contains_key("prs_FirstName"), "no name was released, none is there");
        let body = partner.mapped_out(&answer("AP-001-1", "AP-001", "ACCEPTED", None)).await;
        let told = Delivery::Answer { record: "AP-001".to_owned(), referral: "AP-001-1".to_owned(), body };
        partner.wire.deliver(&told).await.unwrap();
        let told = &system.offers()[1];
        assert_eq!((&told["sangam_record"], &told["sangam_state"]), (&json!("AP-001"), &json!("ACCEPTED")));
        assert_eq!(told["outgoingReferrals"][0]["sangam_outgoing_referral"], "AP-001-1");
        assert_eq!(system.work().unwrap(), 1, "an answer is no offer");
    }
}
