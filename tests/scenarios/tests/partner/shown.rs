//! What a recipient is shown of a record, and what its owner is told about why.

use sangam_kit::database::Database;
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER, nodes};
use crate::words::{EXPLAIN, SHOWN};

/// The shelter's cases in the hub, and the minor's consent to the agency. Gives her subject's id as the shelter sees it.
pub(crate) async fn referred(database: &Database) -> (House, String) {
    let house = House::open(database).await;
    let (shelter, _agency) = (house.connect("shelter-in").await, house.connect("agency-bd").await);
    house.synchronise(&shelter).await;
    let minor = house.subject(SHELTER, "Shiuli Begum").await;
    let light = ["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"];
    house.consent_for_child(SHELTER, &minor, &[house.public_id(AGENCY)], &light, "for the agency").await;
    assert_shown(&house, AGENCY, 1).await;
    (house, minor)
}

/// So many referrals of a recipient are shown, each whole; the others (nobody consented to those) show nothing.
pub(crate) async fn assert_shown(house: &House, recipient: &str, count: usize) {
    let mut referrals = nodes(&house.ask(recipient, SHOWN, json!({})).await, "referrals");
    referrals.retain(|referral| referral["withheld"] == json!([]));
    assert_eq!(referrals.len(), count, "{referrals:?}");
    for referral in &referrals {
        assert!(referral["services"].is_object() && referral["subject"]["caseReference"].is_object(), "{referral}");
        assert!(referral["subject"]["demographics"].is_object(), "{referral}");
    }
}

/// So many of the recipient's referrals are there, and nothing of the person is: each category is not available now.
pub(crate) async fn assert_suspended(house: &House, recipient: &str, count: usize) {
    let (text, answer) = house.answer(recipient, SHOWN, json!({})).await;
    assert!(answer.get("errors").is_none(), "{text}");
    let not_now = |category: &str| json!({"category": category, "reason": "NOT_AVAILABLE_NOW"});
    let mut referrals = nodes(&answer["data"], "referrals");
    referrals.retain(|referral| referral["withheld"] == json!([not_now("SERVICES")]));
    assert_eq!(referrals.len(), count, "{text}");
    for referral in &referrals {
        assert!(referral["services"].is_null() && referral["subject"]["caseReference"].is_null(), "{text}");
        assert!(referral["subject"]["demographics"].is_null(), "{text}");
        let subject = json!([not_now("CASE_REFERENCE"), not_now("DEMOGRAPHICS")]);
        assert_eq!(referral["subject"]["withheld"], subject, "{text}");
    }
}

/// What explain says of a category: the verdict and the clause.
pub(crate) async fn explained(
    house: &House,
    asks: &str,
    subject: &str,
    recipient: &str,
    category: &str,
) -> (Value, Value) {
    let variables = json!({"subject": subject, "recipient": house.public_id(recipient)});
    let told = house.ask(asks, EXPLAIN, variables).await;
    let entry = told["explain"].as_array().unwrap().iter().find(|entry| entry["category"] == category).unwrap();
    (entry["verdict"].clone(), entry["clause"].clone())
}

/// How often the journal has an entry of a kind.
pub(crate) async fn entries(house: &House, kind: &str) -> i64 {
    house.look.number(&format!("SELECT count(*) FROM journal_entry WHERE kind = '{kind}'")).await
}
