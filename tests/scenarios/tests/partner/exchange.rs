//! A training centre whose own system exchanges HTCDS files: its cases become referrals, a code that it made up waits in the
//! quarantine, and a referral to it stands in the hub's file with what was released, until its people answer.

use std::time::Duration;

use sangam_kit::database::Database;
use sangam_sandbox::{CaseFormat, CaseSystem};
use serde_json::json;

use crate::house::{House, SHELTER, STRANGER, nodes};
use crate::words::{DISCLOSURES, QUARANTINE, SEND};
use sangam_scenarios::look::{files_hold, holds, migrated};

/// Somewhat more than the second within which the journal has the entry of a light disclosure.
const JOURNAL_FOLLOWS: Duration = Duration::from_millis(1_500);

/// Here the centre is one of the organizations that this house has.
fn centre(house: &House) -> CaseSystem {
    let file = house.folder.join("partners/centre-bd.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("notun-alo", STRANGER)).unwrap();
    let system = CaseSystem::open(&house.folder.join("sheets"), CaseFormat::Json).unwrap();
    system.seed().unwrap();
    system
}

sangam_kit::both_databases! {
    template = migrated;

    async fn cases_become_referrals_and_an_odd_code_waits(database: Database) {
        let house = House::open(&database).await;
        let system = centre(&house);
        let partner = house.connect("centre-bd").await;
        let report = house.synchronise(&partner).await;
        assert_eq!((report.recorded, report.quarantined, report.rejected, report.referrals), (2, 0, 0, 1), "{report:?}");
        let everything = house.look.everything().await;
        for hers in ["AP-001", "Rokeya", "Jashore", "left papers", "A shop of her own"] {
            assert!(!holds(&everything, hers) && !files_hold(&database, hers), "{hers} lies in clear");
        }
        let received = house.referrals(SHELTER, "RECEIVED").await;
        assert_eq!(received.len(), 1, "{received:?}");
        assert!(received[0]["services"].is_null(), "without her consent nothing shows");

        system.write("AP-002", json!({"prs_Gender": "zq-odd-gender"})).unwrap();
        system.write("AP-003", json!({"sangam_share": true, "prs_Firstname": "zq-odd-name"})).unwrap();
        let report = house.synchronise(&partner).await;
        assert_eq!((report.quarantined, report.rejected), (1, 1), "{report:?}");
        let waiting = nodes(&house.ask(STRANGER, QUARANTINE, json!({})).await, "quarantine");
        assert_eq!((waiting.len(), &waiting[0]["path"], &waiting[0]["kind"]), (1, &json!("/prs_Gender"), &json!("UNKNOWN_CODE")));
        let told = std::fs::read_to_string(house.sheet("cases.errors.json")).unwrap();
        assert!(told.contains("UNKNOWN_FIELD") && told.contains("/prs_Gender UNKNOWN_CODE"), "{told}");
        assert!(!told.contains("zq-") && !holds(&house.look.everything().await, "zq-odd"));

        system.write("AP-002", json!({"prs_Gender": "NonConforming"})).unwrap();
        system.remove("AP-003").unwrap();
        let report = house.synchronise(&partner).await;
        assert_eq!((report.quarantined, report.rejected), (0, 0), "{report:?}");
        assert!(nodes(&house.ask(STRANGER, QUARANTINE, json!({})).await, "quarantine").is_empty());
    }

    async fn a_referral_stands_in_the_file_as_it_was_released_and_is_answered(database: Database) {
        let house = House::open(&database).await;
        let system = centre(&house);
        let (shelter, _centre) = (house.connect("shelter-in").await, house.connect("centre-bd").await);
        house.synchronise(&shelter).await;
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        let light = ["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES", "IDENTITY"];
        house.consent_for_child(SHELTER, &minor, &[house.public_id(STRANGER)], &light, "for the centre").await;
        let input = json!({"subject": minor, "recipient": house.public_id(STRANGER), "services": ["EDUCATION"], "urgency": "URGENT", "idempotencyKey": "to the centre"});
        let told = house.ask(SHELTER, SEND, json!({"input": input})).await;
        assert_eq!(told["sendReferral"]["__typename"], "ReferralSent", "{told}");

        let sent = house.desk.deliver().await.unwrap();
        assert!(sent.delivered >= 1, "{sent:?}");
        let offers = system.offers();
        assert_eq!(offers.len(), 1, "{offers:?}");
        let case = &offers[0];
        assert_eq!((&case["prs_Gender"], &case["sangam_age_band"]), (&json!("Feminine"), &json!("AGE_15_17")));
        assert_eq!((&case["sangam_incoming_services"], &case["sangam_incoming_urgency"]), (&json!(["EDUCATION"]), &json!("URGENT")));
        let file = std::fs::read_to_string(house.sheet("referrals.json")).unwrap();
        assert!(file.contains("Human Trafficking Case Data Standard") && file.contains("CC BY 4.0"));
        // She agreed to her name; the agreement with the centre has no place for it.
        for hers in ["Shiuli", "Shiu", "Parul", "Asha Nivas", "beauty parlour", "Recovering", "FIR 77"] {
            assert!(!file.contains(hers), "{hers} reached the centre");
        }
        tokio::time::sleep(JOURNAL_FOLLOWS).await;
        let seen = nodes(&house.ask(SHELTER, DISCLOSURES, json!({"subject": minor})).await, "disclosures");
        let seen: Vec<_> = seen.iter().filter(|one| one["recipient"]["name"] == "Alor Pothe").collect();
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(seen[0]["categories"], json!(["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"]));

        assert_eq!(system.work().unwrap(), 1);
        assert!(house.desk.deliver().await.unwrap().answered >= 1);
        let own = house.referrals(SHELTER, "SENT").await;
        let own = own.iter().find(|referral| referral["recipient"]["name"] == "Alor Pothe").unwrap();
        assert_eq!(own["state"], "ACCEPTED", "{own}");
        assert_eq!(system.offers().len(), 1, "nothing is delivered twice");
    }
}
