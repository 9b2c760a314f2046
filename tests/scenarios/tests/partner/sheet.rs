//! A small organization with a spreadsheet: its rows become referrals, what is wrong comes back marked, and the
//! answer reaches its sheet under its own key.

use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use sangam_kit::database::Database;
use serde_json::json;

use crate::house::{House, NGO, SHELTER, nodes};
use crate::words::{QUARANTINE, STEP};
use sangam_scenarios::look::{files_hold, holds, migrated};

const HEADER: [&str; 9] = [
    "sangam_record",
    "sangam_share",
    "prs_FirstName",
    "prs_Gender",
    "prs_Citizenship",
    "cas_ReferredOrganisation",
    "cas_OutgoingReferralDate",
    "sangam_services",
    "cas_Status",
];
const GOOD: [&str; 9] = ["SS-101", "yes", "Sita", "Feminine", "NP", "Asha Nivas", "2026-10-05", "LEGAL_AID", "Active"];
/// A code that HTCDS does not have.
const BAD_CODE: [&str; 9] = ["SS-102", "yes", "Gita", "zq-odd-gender", "NP", "", "", "", "Active"];
/// A house that the organization's list does not know: only the hub sees it.
const BAD_HOUSE: [&str; 9] =
    ["SS-103", "yes", "Rita", "Feminine", "NP", "zq-no-such-house", "2026-10-06", "LEGAL_AID", "Active"];

fn register(path: &Path, rows: &[[&str; 9]]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    for (row, cells) in (0_u32..).zip([HEADER].iter().chain(rows)) {
        for (column, text) in (0_u16..).zip(cells) {
            if !text.is_empty() {
                page.write_string(row, column, *text).unwrap();
            }
        }
    }
    book.save(path).unwrap();
}

/// A sheet's rows, each as its cells by the header's names.
fn rows(path: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut book: Xlsx<_> = calamine::open_workbook(path).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let mut rows = range.rows().map(|row| {
        row.iter()
            .map(|cell| match cell {
                Data::String(text) => text.clone(),
                other => other.to_string(),
            })
            .collect::<Vec<_>>()
    });
    let header = rows.next().unwrap();
    rows.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

sangam_kit::both_databases! {
    template = migrated;

    /// The sample register as it ships.
    async fn a_row_becomes_a_referral_and_is_answered_by_its_own_key(database: Database) {
        let house = House::open(&database).await;
        let ngo = house.connect("small-ngo").await;
        let report = house.synchronise(&ngo).await;
        assert_eq!((report.recorded, report.quarantined, report.rejected, report.referrals), (3, 0, 0, 1), "{report:?}");
        // The organization's own numbers lie in the store neither in clear nor as their bytes.
        let everything = house.look.everything().await;
        assert!(!holds(&everything, "SS-001") && !files_hold(&database, "SS-001"));
        assert!(!holds(&everything, "0000001"), "a telephone number stops at the border");

        house.own_consents(NGO, SHELTER).await;
        let received = house.referrals(SHELTER, "RECEIVED").await;
        assert_eq!(received.len(), 1, "{received:?}");
        assert_eq!((&received[0]["state"], &received[0]["services"]["services"]), (&json!("SENT"), &json!(["LEGAL_AID", "PSYCHOSOCIAL"])));
        assert_eq!(received[0]["services"]["note"], "Hearing in Kolkata.");

        for event in ["RECEIVE", "ACCEPT"] {
            let version = house.referrals(SHELTER, "RECEIVED").await[0]["version"].clone();
            let input = json!({"referral": received[0]["id"], "event": event, "version": version, "idempotencyKey": event});
            let told = house.ask(SHELTER, STEP, json!({"input": input})).await;
            assert_eq!(told["stepReferral"]["__typename"], "StepTaken", "{told}");
        }
        let sent = house.desk.deliver().await.unwrap();
        assert_eq!(sent.failed, 0, "{sent:?}");
        let answers = rows(&house.sheet("referrals.xlsx"));
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!((answers[0]["sangam_record"].as_str(), answers[0]["sangam_state"].as_str()), ("SS-001", "ACCEPTED"), "{answers:?}");
        assert_eq!(answers[0]["cas_ReferredOrganisation"], "Asha Nivas");
        // The same register again is nothing new.
        let again = house.synchronise(&ngo).await;
        assert_eq!((again.recorded, again.changed, again.referrals), (0, 0, 0), "{again:?}");
    }

    /// Bad rows come back beside the good ones, each with where and how, and are mended in the same file.
    async fn a_bad_row_comes_back_marked(database: Database) {
        let house = House::open(&database).await;
        register(&house.sheet("register.xlsx"), &[GOOD, BAD_CODE, BAD_HOUSE]);
        let ngo = house.connect("small-ngo").await;
        let report = house.synchronise(&ngo).await;
        assert_eq!((report.recorded, report.rejected, report.quarantined, report.referrals), (1, 1, 1, 1), "{report:?}");

        let back = rows(&house.sheet("register.errors.xlsx"));
        let errors: Vec<&str> = back.iter().map(|row| row["sangam_errors"].as_str()).collect();
        assert_eq!(back.iter().map(|row| row["sangam_record"].as_str()).collect::<Vec<_>>(), ["SS-101", "SS-102", "SS-103"]);
        assert_eq!(errors[0], "");
        assert!(errors[1].contains("column D") && errors[1].contains("UNKNOWN_CODE"), "{errors:?}");
        assert!(errors[2].contains("/referrals UNKNOWN_CODE"), "{errors:?}");
        assert!(errors.iter().all(|error| !error.contains("zq-")), "{errors:?}");
        let everything = house.look.everything().await;
        assert!(["zq-odd-gender", "zq-no-such-house"].iter().all(|odd| !holds(&everything, odd)));
        let waiting = nodes(&house.ask(NGO, QUARANTINE, json!({})).await, "quarantine");
        assert_eq!((waiting.len(), &waiting[0]["path"]), (1, &json!("/referrals")), "{waiting:?}");

        let mended_code = BAD_CODE.map(|cell| if cell == "zq-odd-gender" { "Feminine" } else { cell });
        let mended_house = BAD_HOUSE.map(|cell| if cell == "zq-no-such-house" { "Asha Nivas" } else { cell });
        register(&house.sheet("register.xlsx"), &[GOOD, mended_code, mended_house]);
        let report = house.synchronise(&ngo).await;
        assert_eq!((report.recorded, report.unchanged, report.rejected, report.quarantined, report.referrals), (2, 1, 0, 0, 1), "{report:?}");
        assert!(nodes(&house.ask(NGO, QUARANTINE, json!({})).await, "quarantine").is_empty());
        assert_eq!(house.referrals(SHELTER, "RECEIVED").await.len(), 2);
    }

    /// A row is spoilt and put back as it was: it was read before, and the quarantine empties all the same.
    async fn a_row_put_back_as_it_was_leaves_the_quarantine(database: Database) {
        let house = House::open(&database).await;
        let ngo = house.connect("small-ngo").await;
        let spoilt = GOOD.map(|cell| if cell == "Asha Nivas" { "zq-no-such-house" } else { cell });
        for (row, quarantined) in [(GOOD, 0), (spoilt, 1), (GOOD, 0)] {
            register(&house.sheet("register.xlsx"), &[row]);
            assert_eq!(house.synchronise(&ngo).await.quarantined, quarantined);
        }
        assert!(nodes(&house.ask(NGO, QUARANTINE, json!({})).await, "quarantine").is_empty());
    }

    /// A row that is removed, loses its mark, or is edited into one that cannot be read stops what was shown of it; a
    /// good row shows it again.
    async fn a_row_that_is_taken_back_or_spoilt_is_suspended(database: Database) {
        let house = House::open(&database).await;
        let ngo = house.connect("small-ngo").await;
        let sheet = house.sheet("register.xlsx");
        let second = GOOD.map(|cell| if cell == "SS-101" { "SS-104" } else { cell });
        let mut turn = 0;
        let mut write = |rows: &[[&str; 9]]| {
            turn += 1;
            register(&sheet, rows);
            // The folder's clock may be coarser than the test is fast: a sheet of another time is another sheet.
            let at = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_000 + turn);
            std::fs::File::options().write(true).open(&sheet).unwrap().set_modified(at).unwrap();
        };
        write(&[GOOD, second]);
        assert_eq!(house.synchronise(&ngo).await.recorded, 2);
        // The sheet says no age, so both kinds of consent are needed.
        house.own_consents(NGO, SHELTER).await;
        for subject in house.subjects(NGO).await {
            let (id, to) = (subject["id"].as_str().unwrap(), [house.public_id(SHELTER)]);
            let light = ["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"];
            house.consent_for_child(NGO, id, &to, &light, id).await;
        }
        let shown = async || {
            let received = house.referrals(SHELTER, "RECEIVED").await;
            assert_eq!(received.len(), 2, "{received:?}");
            received.iter().filter(|referral| referral["services"].is_object()).count()
        };
        assert_eq!(shown().await, 2);
        let unmarked = GOOD.map(|cell| if cell == "yes" { "no" } else { cell });
        let unread = GOOD.map(|cell| if cell == "Feminine" { "zq-odd-gender" } else { cell });
        let no_house = GOOD.map(|cell| if cell == "Asha Nivas" { "zq-no-such-house" } else { cell });
        for (rows, taken_back, quarantined) in [
            (vec![second], 1, 0),
            (vec![unmarked, second], 1, 0),
            (vec![unread, second], 0, 1),
            (vec![no_house, second], 0, 1),
            (vec![GOOD, unread, second], 0, 1),
        ] {
            write(&rows);
            let report = house.synchronise(&ngo).await;
            assert_eq!((report.taken_back, report.quarantined), (taken_back, quarantined), "{rows:?}: {report:?}");
            assert_eq!(shown().await, 1, "{rows:?}");
            // The same sheet again changes nothing.
            assert_eq!(house.synchronise(&ngo).await, sangam_desk::SyncReport::default());
            assert_eq!(shown().await, 1, "{rows:?}");
            write(&[GOOD, second]);
            // The other row may stand in another line than before, and is then read anew as well.
            assert!(house.synchronise(&ngo).await.changed >= 1, "{rows:?}");
            assert_eq!(shown().await, 2, "{rows:?}");
            assert!(nodes(&house.ask(NGO, QUARANTINE, json!({})).await, "quarantine").is_empty());
        }
    }

    /// A quarantined row is found in the sheet by its own key, which lies in the store as a digest, and sealed.
    async fn a_row_is_replayed_by_its_own_key(database: Database) {
        let house = House::open(&database).await;
        register(&house.sheet("register.xlsx"), &[GOOD, BAD_HOUSE]);
        let ngo = house.connect("small-ngo").await;
        assert_eq!(house.synchronise(&ngo).await.quarantined, 1);
        assert!(!holds(&house.look.everything().await, "SS-103") && !files_hold(&database, "SS-103"));
        let waiting = nodes(&house.ask(NGO, QUARANTINE, json!({})).await, "quarantine");
        let record = waiting[0]["id"].as_str().unwrap();
        let replay = async |key: &str| crate::quarantine::replay(&house, NGO, record, key).await["__typename"].clone();
        assert_eq!(replay("early").await, "RecordStillQuarantined");
        let spoilt = BAD_HOUSE.map(|cell| if cell == "Feminine" { "zq-odd-gender" } else { cell });
        register(&house.sheet("register.xlsx"), &[GOOD, spoilt]);
        assert_eq!(replay("spoilt").await, "RecordStillQuarantined");
        let mended = BAD_HOUSE.map(|cell| if cell == "zq-no-such-house" { "Asha Nivas" } else { cell });
        register(&house.sheet("register.xlsx"), &[GOOD, mended]);
        assert_eq!(replay("mended").await, "RecordRead");
        assert_eq!(house.referrals(SHELTER, "RECEIVED").await.len(), 2);
    }
}
