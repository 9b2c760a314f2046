//! The return desk in Dhaka, with the configuration and mappings that are shipped: its DHIS2 server, wire, mapping in a
//! worker, strict reading; and back.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sangam_mapping::intake::{AgeFact, Urgency};
use sangam_mapping::outgoing::{Outgoing, OutgoingKind, OutgoingReferral, OutgoingSubject};
use sangam_mapping::{Intake, Limits, Mapping, Pool, Reading};
use sangam_sandbox::Sandbox;
use sangam_sandbox::dhis2::{Dhis2, Version};
use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, Country, Instant, ManualClock, SeededChance};
use sangam_wire::config::{MappingFile, Overrides, PartnerConfig};
use sangam_wire::{Delivery, Wire};
use serde_json::{Value, json};
use uuid::Uuid;

struct Desk {
    server: Sandbox<Dhis2>,
    config: PartnerConfig,
    wire: Arc<dyn Wire>,
    pool: Pool,
    folder: PathBuf,
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

async fn desk(test: &str) -> Desk {
    let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
    let listen = "127.0.0.1:0".parse().unwrap();
    let chance = Arc::new(SeededChance::new(7));
    let server = Dhis2::start(Version::V41, listen, clock.clone(), chance).await.unwrap();
    let folder = std::env::temp_dir().join(format!("sangam-return-desk-{test}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    server.write_token(&folder).unwrap();
    let overrides =
        Overrides { base_url: Some(server.base_url()), secrets: Some(folder.clone()), ..Overrides::default() };
    let partners = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners");
    let mut config = PartnerConfig::read(&partners, "return-desk-bd", &overrides).unwrap();
    config.guard.rate_per_minute = 60_000;
    let wire = config.connect(clock).unwrap();
    let worker = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
    let pool = Pool::new(worker, vec!["mapping-worker".to_owned()], Limits::default(), 2);
    Desk { server, config, wire, pool, folder }
}

impl Desk {
    async fn mapped(&self, file: Option<&MappingFile>, bytes: &[u8]) -> Value {
        let file = file.unwrap();
        let mapping = Mapping::new(&file.name, &file.text).unwrap();
        self.pool.check(&mapping).await.unwrap();
        self.pool.map(&mapping, bytes).await.unwrap()
    }

    async fn intakes(&self) -> Vec<(Value, Intake)> {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.wire.fetch(cursor.as_ref()).await.unwrap();
            for record in page.records {
                let mapped = self.mapped(self.config.inbound.as_ref(), record.to_string().as_bytes()).await;
                all.push((record, Intake::read(&mapped, &Reading::default()).unwrap()));
            }
            if !page.more {
                return all;
            }
            cursor = Some(page.cursor);
        }
    }

    async fn body(&self, outgoing: &Outgoing) -> Value {
        self.mapped(self.config.outbound.as_ref(), &outgoing.to_json().unwrap()).await
    }
}

fn outgoing(kind: OutgoingKind, state: &str, reason: Option<&str>) -> Outgoing {
    Outgoing {
        kind,
        referral: OutgoingReferral {
            id: Uuid::from_u128(2).to_string(),
            external_id: None,
            state: state.to_owned(),
            services: vec![ServiceCode::HomeInvestigation, ServiceCode::FamilyReunification],
            urgency: Urgency::Urgent.code(),
            sent_at: "2026-11-24T20:00:00.000Z".to_owned(),
            decline_reason: reason.map(str::to_owned),
            counterpart: "case desk, SHELTER, IN".to_owned(),
        },
        subject: OutgoingSubject { id: Uuid::from_u128(1).to_string(), external_id: None },
        categories: BTreeMap::from([("DEMOGRAPHICS", json!({"ageBand": "AGE_15_17", "sex": "FEMININE"}))]),
    }
}

fn values(event: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let pairs = event["dataValues"].as_array().unwrap().iter();
    pairs.map(|pair| (text(&pair["dataElement"]), text(&pair["value"]))).collect()
}

#[tokio::test]
async fn a_minor_comes_in_with_her_referral_and_nothing_more() {
    let desk = desk("minor").await;
    let people = desk.server.seed_people();
    let all = desk.intakes().await;
    let text = all.iter().map(|(record, _)| record.to_string()).collect::<String>();
    for kept_back in ["SgNidNumbe1", "0000000001", "SgMobileNo1", "Not For The Hub", "SgDeOutcome", "Shown to people"] {
        assert!(!text.contains(kept_back), "{kept_back} crossed the border");
    }
    assert_eq!(all.len(), 2);
    let of = |uid: &String| &all.iter().find(|(_, intake)| intake.external_id == *uid).unwrap().1;
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
    let desk = desk("many").await;
    desk.server.seed_cases(200);
    let all = desk.intakes().await;
    assert!((150..200).contains(&all.len()), "{}", all.len());
}

#[tokio::test]
async fn what_is_offered_and_answered_stands_in_the_desks_own_codes() {
    let desk = desk("out").await;
    let body = desk.body(&outgoing(OutgoingKind::Offer, "SENT", None)).await;
    let delivery = Delivery::Offer { record: Uuid::from_u128(1), referral: Uuid::from_u128(2), body };
    let delivered = desk.wire.deliver(&delivery).await.unwrap();
    let event = desk.server.event(delivered.referral.as_ref().unwrap()).unwrap();
    let expected = [
        ("SgDeFromDsk", "case desk, SHELTER, IN"),
        ("SgDeNotes01", "FREU"),
        ("SgDeService", "HINV"),
        ("SgDeUrgency", "URGE"),
    ];
    assert_eq!(values(&event), expected.map(|(uid, value)| (uid.to_owned(), value.to_owned())).into());
    assert_eq!(event["occurredAt"], "2026-11-25T02:00:00.000", "on the server's clock it is the next day");
    assert!(desk.intakes().await.is_empty(), "what the hub put there does not come back in");

    let person = desk.server.seed_people().remove(0);
    let (_, minor) = desk.intakes().await.into_iter().find(|(_, intake)| intake.external_id == person).unwrap();
    let referral = minor.referrals[0].external_id.clone();
    for (state, reason, code) in
        [("ACCEPTED", None, "ACCEPTED"), ("DECLINED", Some("NO_CAPACITY"), "DECLINED"), ("COMPLETED", None, "DONE")]
    {
        let body = desk.body(&outgoing(OutgoingKind::Answer, state, reason)).await;
        let answer = Delivery::Answer { record: person.clone(), referral: referral.clone(), body };
        desk.wire.deliver(&answer).await.unwrap();
        let values = values(&desk.server.event(&referral).unwrap());
        assert_eq!((values["SgDeOutcome"].as_str(), values.get("SgDeBecause").map(String::as_str)), (code, reason));
        assert_eq!(values["SgDeService"], "SHEL");
    }
}
