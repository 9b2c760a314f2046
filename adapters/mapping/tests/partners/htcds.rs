//! The training centre: its folder of HTCDS files.

use sangam_mapping::intake::AgeFact;
use sangam_sandbox::{CaseFormat, CaseSystem};
use sangam_vocabulary::payload::{Payload, SupportType};
use sangam_vocabulary::{Category, Instant};
use sangam_wire::Delivery;
use sangam_wire::config::{Overrides, PartnerConfig};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{Folder, House, clock, partners};
use crate::primero::{answer, offer};

/// The training centre's HTCDS files, in both formats: what its people wrote, and what is told them.
#[tokio::test]
async fn the_training_centres_cases_come_in_and_go_out_in_both_formats() {
    for (format, theirs) in [("json", CaseFormat::Json), ("csv", CaseFormat::Csv)] {
        let folder = Folder::new();
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
        let partner = House::of(config, clock(), (), folder);

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
