//! The folder in which cases are exchanged: what comes in, what comes back to whoever wrote it, what goes out and how it is
//! answered.

use sangam_sandbox::{CaseFormat, CaseSystem};
use sangam_wire::config::HtcdsConfig;
use sangam_wire::htcds::{Htcds, HtcdsFormat, read_cases};
use sangam_wire::{AnswerState, Delivery, FileFault, Found, Listed, Mark, Narrow, Returned, Wire, WireFault};
use serde_json::{Value, json};
use uuid::Uuid;

use super::htcds::document;

use crate::house::Folder;

impl Folder {
    fn cases(&self, format: HtcdsFormat) -> Htcds {
        let extension = if format == HtcdsFormat::Csv { "csv" } else { "json" };
        let config = HtcdsConfig {
            folder: self.0.clone(),
            incoming: format!("cases.{extension}"),
            answers: format!("answers.{extension}"),
            outgoing: format!("referrals.{extension}"),
            format,
        };
        let narrow = Narrow {
            fields: ["sangam_record", "prs_Gender", "spl_Type"].map(str::to_owned).to_vec(),
            referral_fields: Vec::new(),
            mark: Mark { field: "sangam_share".to_owned(), value: "true".to_owned() },
        };
        Htcds::new(config, narrow, 1 << 20)
    }
}

#[tokio::test]
async fn marked_cases_come_in_narrow_and_a_report_of_the_others_lies_beside() {
    let folder = Folder::new();
    let wire = folder.cases(HtcdsFormat::Json);
    assert_eq!(wire.fetch(None).await.unwrap_err(), WireFault::File(FileFault::Read));
    let mut cases = json!([
        {
            "sangam_record": "1", "sangam_share": true, "prs_Gender": "Feminine", "prs_FirstName": "Asha",
            "supportPlans": [{"spl_Type": "Legal", "spl_Objectives": "Mina"}, {"spl_Objectives": "Mina"}],
            "caseComments": [{"cco_CaseComment": "Mina"}]
        },
        {"sangam_record": "2", "sangam_share": false, "prs_Gender": "Feminine"},
        {"sangam_record": "3", "sangam_share": true, "prs_gender": "Feminine"},
        {"sangam_record": "4", "sangam_share": true},
        {"sangam_record": "4", "sangam_share": true, "con_Consent": "no"},
        {"sangam_record": "5", "sangam_share": true},
        {"sangam_record": "5"},
    ]);
    folder.put("cases.json", document(&cases));
    let page = wire.fetch(None).await.unwrap();
    let first = json!({"sangam_record": "1", "prs_Gender": "Feminine", "supportPlans": [{"spl_Type": "Legal"}], "sangam_place": 1});
    assert_eq!(page.records, std::slice::from_ref(&first));
    assert_eq!((page.rejected, page.more), (2, false));
    assert_eq!(page.listed, Listed::Keys { first: true, keys: vec!["1".to_owned()] });
    let report = folder.text("cases.errors.json");
    assert!(
        report.contains("UNKNOWN_FIELD") && report.contains("prs_Gender") && report.contains("WRONG_TYPE"),
        "{report}"
    );
    assert!(!report.contains("Mina") && !report.contains("Asha"));

    let returned = Returned { record: first.clone(), path: "/facts/age".to_owned(), kind: "MISSING", length: 0 };
    wire.give_back(&[returned]).await.unwrap();
    let report = folder.text("cases.errors.json");
    assert!(
        report.contains("NOT_TAKEN_IN") && report.contains("/facts/age MISSING") && report.contains("UNKNOWN_FIELD")
    );

    assert_eq!(wire.fetch(Some(&page.cursor)).await.unwrap().listed, Listed::AsBefore);
    for (key, found) in [
        ("1", Found::Marked(first)),
        ("2", Found::Unmarked),
        ("3", Found::Unreadable),
        ("4", Found::Unreadable),
        ("5", Found::Unmarked),
        ("6", Found::Gone),
    ] {
        assert_eq!(wire.record(key).await.unwrap(), found, "case {key}");
    }

    let list = cases.as_array_mut().unwrap();
    list.truncate(2);
    folder.put("cases.json", document(&cases));
    assert_eq!(wire.fetch(Some(&page.cursor)).await.unwrap().rejected, 0);
    assert!(!folder.text("cases.errors.json").contains("UNKNOWN_FIELD"), "mended, and the report says so");
    folder.put("cases.json", vec![b'a'; 2 << 20]);
    assert_eq!(wire.fetch(None).await.unwrap_err(), WireFault::TooLarge { limit: 1 << 20, unit: "bytes" });
}

fn offer(number: u128, case: Value) -> Delivery {
    Delivery::Offer {
        record: Uuid::from_u128(number),
        referral: Uuid::from_u128(number + 100),
        body: json!({"case": case}),
    }
}

#[tokio::test]
async fn referrals_stand_once_each_and_are_answered_in_a_file_of_the_organizations_own() {
    for (format, theirs) in [(HtcdsFormat::Json, CaseFormat::Json), (HtcdsFormat::Csv, CaseFormat::Csv)] {
        let folder = Folder::new();
        let (wire, system) = (folder.cases(format), CaseSystem::open(&folder.0, theirs).unwrap());
        let mut delivered = Vec::new();
        for number in 1..=4 {
            let case = json!({
                "cas_ReferringOrganisation": "case desk, India", "prs_FirstName": format!("=N{number}"), "sangam_state": "SENT",
                "supportPlans": [{"spl_Type": "Legal"}, {"spl_Type": "Health"}], "prs_Gender": null
            });
            delivered.push(wire.deliver(&offer(number, case)).await.unwrap());
        }
        // Another referral of the same person, and the second one again.
        let body = json!({"case": {"prs_FirstName": "again", "sangam_state": "SENT"}});
        let second = Delivery::Offer { record: Uuid::from_u128(1), referral: Uuid::from_u128(900), body };
        delivered.push(wire.deliver(&second).await.unwrap());
        let again =
            wire.deliver(&offer(2, json!({"prs_FirstName": "anew", "cas_ReferringOrganisation": "x"}))).await.unwrap();
        assert_eq!((again, system.offers().len()), (delivered[1].clone(), 5));

        let referral = |place: usize| delivered[place].referral.clone().unwrap();
        system.decide(&referral(0), "ACCEPTED", None).unwrap();
        system.decide(&referral(1), "DECLINED", Some("full")).unwrap();
        system.decide(&referral(2), "DONE", None).unwrap();
        use AnswerState::{Accepted, Declined, Done, Waiting, Withdrawn};
        let states = async || {
            let answers = wire.answers(&delivered).await.unwrap();
            answers.into_iter().map(|answer| (answer.state, answer.reason)).collect::<Vec<_>>()
        };
        let declined = (Declined, Some("full".to_owned()));
        assert_eq!(
            states().await,
            [(Accepted, None), declined.clone(), (Done, None), (Waiting, None), (Waiting, None)]
        );
        assert_eq!(system.work().unwrap(), 1, "the one with a referring organization that nobody answered yet");
        let withdrawal = Delivery::Withdrawal { record: delivered[4].record.clone(), referral: referral(4) };
        wire.deliver(&withdrawal).await.unwrap();
        assert_eq!(states().await, [(Accepted, None), declined, (Done, None), (Accepted, None), (Withdrawn, None)]);
        let name = if format == HtcdsFormat::Csv { "referrals.csv" } else { "referrals.json" };
        let written = folder.text(name);
        assert!(!written.contains("again"), "what was withdrawn is no longer in the file");
        assert!(written.contains("N4") && written.contains("CC BY 4.0"));
        let read = read_cases(written.as_bytes(), format).unwrap();
        assert_eq!(read.cases[0]["prs_FirstName"], "=N1");
        assert_eq!(read.cases[0]["supportPlans"], json!([{"spl_Type": "Legal"}, {"spl_Type": "Health"}]));

        // What is not exactly HTCDS is not written, and what others wrote there is not written over.
        let odd = wire.deliver(&offer(9, json!({"prs_Gender": "FEMININE"}))).await.unwrap_err();
        assert!(matches!(&odd, WireFault::Unexpected { path, .. } if path == "/case/prs_Gender"), "{odd:?}");
        assert_eq!(folder.text(name), written);
        folder.put(name, b"somebody's notes");
        assert!(wire.deliver(&offer(1, json!({}))).await.is_err());
        assert_eq!(folder.text(name), "somebody's notes");
    }
}

/// The day that HTCDS has for it is an acceptance; an answer that cannot be read is none, and is reported.
#[tokio::test]
async fn an_answer_may_be_the_standards_own_day() {
    let folder = Folder::new();
    let wire = folder.cases(HtcdsFormat::Json);
    let one = wire.deliver(&offer(1, json!({}))).await.unwrap();
    let other = wire.deliver(&offer(2, json!({}))).await.unwrap();
    let (first, second) = (one.referral.clone(), other.referral.clone());
    folder.put(
        "answers.json",
        document(&json!([
            {"sangam_record": "x", "sangam_referral": first, "cas_IncomingReferralDate": "2026-11-24"},
            {"sangam_record": "x", "sangam_referral": second, "cas_IncomingReferralDate": "yesterday"},
        ])),
    );
    let answers = wire.answers(&[one, other]).await.unwrap();
    let states: Vec<AnswerState> = answers.iter().map(|answer| answer.state).collect();
    assert_eq!(states, [AnswerState::Accepted, AnswerState::Waiting]);
    assert!(folder.text("answers.errors.json").contains("cas_IncomingReferralDate"));
}

/// Of two shared cases of one key neither is taken, and the report says so.
#[tokio::test]
async fn two_shared_cases_of_one_key_are_unread() {
    let one = |gender: &str| json!({"sangam_record": "1", "sangam_share": true, "prs_Gender": gender});
    let cases = json!([one("Feminine"), {"sangam_record": "2", "sangam_share": true}, one("Masculine")]);
    let table = "sangam_record,sangam_share,prs_Gender,spl_Type\n1,yes,Feminine,\n2,yes,,Legal\n1,yes,Masculine,\n";
    for (format, name, bytes) in
        [(HtcdsFormat::Json, "json", document(&cases)), (HtcdsFormat::Csv, "csv", table.as_bytes().to_vec())]
    {
        let folder = Folder::new();
        let wire = folder.cases(format);
        folder.put(&format!("cases.{name}"), bytes);
        let page = wire.fetch(None).await.unwrap();
        assert_eq!(page.listed, Listed::Keys { first: true, keys: vec!["2".to_owned()] }, "{format:?}");
        assert_eq!((page.records.len(), page.rejected), (1, 2));
        assert_eq!(wire.record("1").await.unwrap(), Found::Unreadable);
        let report = folder.text(&format!("cases.errors.{name}"));
        assert_eq!(report.matches("DUPLICATE_RECORD").count(), 2, "{report}");
        assert!(!report.contains("Masculine"));
    }
}

/// A file that the hub could not read any more is not written: what stands in it is still answered and taken back.
#[tokio::test]
async fn a_full_file_takes_no_more_and_goes_on() {
    for (format, name) in [(HtcdsFormat::Json, "referrals.json"), (HtcdsFormat::Csv, "referrals.csv")] {
        let folder = Folder::new();
        let wire = folder.cases(format);
        let case = || json!({"caseComments": [{"cco_CaseComment": "x".repeat(19_000)}], "sangam_state": "SENT"});
        let mut delivered = Vec::new();
        let told = loop {
            match wire.deliver(&offer(delivered.len() as u128, case())).await {
                Ok(one) => delivered.push(one),
                Err(fault) => break fault,
            }
            assert!(delivered.len() < 200, "for ever");
        };
        assert_eq!(told, WireFault::File(FileFault::Full), "{format:?}");
        assert!(folder.text(name).len() <= 1 << 20 && delivered.len() > 40);
        assert_eq!(wire.answers(&delivered).await.unwrap().len(), delivered.len());
        let first = delivered[0].clone();
        let withdrawal = Delivery::Withdrawal { record: first.record, referral: first.referral.unwrap() };
        wire.deliver(&withdrawal).await.unwrap();
        assert_eq!(wire.answers(&delivered).await.unwrap()[0].state, AnswerState::Withdrawn);
        assert!(wire.deliver(&offer(900, case())).await.is_ok(), "there is room again");
        // Moved away, it is begun anew, and what the organization answers in its own file still counts.
        std::fs::rename(folder.0.join(name), folder.0.join("kept")).unwrap();
        assert!(wire.deliver(&offer(901, case())).await.is_ok());
        let answers = document(
            &json!([{"sangam_record": "r", "sangam_referral": delivered[1].referral, "sangam_answer": "ACCEPTED"}]),
        );
        if format == HtcdsFormat::Json {
            folder.put("answers.json", answers);
            let told = wire.answers(&delivered).await.unwrap();
            assert_eq!(told.iter().map(|answer| answer.state).collect::<Vec<_>>(), [AnswerState::Accepted]);
        }
    }
    // Cases are counted too.
    let folder = Folder::new();
    let wire = folder.cases(HtcdsFormat::Json);
    let many = (0..5_000).map(|number| json!({"sangam_record": "r", "sangam_referral": number.to_string()}));
    folder.put("referrals.json", document(&Value::from_iter(many)));
    assert_eq!(wire.deliver(&offer(1, json!({}))).await.unwrap_err(), WireFault::File(FileFault::Full));
    let withdrawal = Delivery::Withdrawal { record: "r".to_owned(), referral: "17".to_owned() };
    assert!(wire.deliver(&withdrawal).await.is_ok());
}
