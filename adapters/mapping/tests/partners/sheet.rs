//! The small organization: its folder of sheets.

use sangam_mapping::intake::AgeFact;
use sangam_vocabulary::payload::{Payload, ServiceCode};
use sangam_vocabulary::{Category, Instant};
use sangam_wire::config::{Overrides, PartnerConfig};
use sangam_wire::{AnswerState, Delivery};
use uuid::Uuid;

use crate::house::{Folder, House, clock, partners};
use crate::primero::{answer, offer};

fn spreadsheet(format: &str) -> House<()> {
    let folder = Folder::new();
    sangam_sandbox::write_samples(&folder.0).unwrap();
    let config_folder = folder.0.join("partners");
    std::fs::create_dir_all(&config_folder).unwrap();
    for name in ["small-ngo.toml", "small-ngo.in.jq", "small-ngo.out.jq"] {
        let text = std::fs::read_to_string(partners().join(name)).unwrap();
        std::fs::write(config_folder.join(name), text.replace("xlsx", format)).unwrap();
    }
    let overrides = Overrides { folder: Some(folder.0.clone()), ..Overrides::default() };
    let config = PartnerConfig::read(&config_folder, "small-ngo", &overrides).unwrap();
    House::of(config, clock(), (), folder)
}

#[tokio::test]
async fn the_small_organizations_sheet_comes_in_and_goes_out_in_both_formats() {
    for format in ["xlsx", "csv"] {
        let partner = spreadsheet(format);
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
        let sheet = partner.folder.0.join(format!("referrals.{format}"));
        assert!(sheet.exists());
        let answers = partner.wire.answers(std::slice::from_ref(&delivered)).await.unwrap();
        assert_eq!(answers[0].state, AnswerState::Waiting);
        let body = partner.mapped_out(&answer("SS-001/2026-10-05", "SS-001", "ACCEPTED", None)).await;
        let answered = Delivery::Answer { record: "SS-001".to_owned(), referral: "SS-001/2026-10-05".to_owned(), body };
        partner.wire.deliver(&answered).await.unwrap();
    }
}
