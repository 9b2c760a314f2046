//! The path: a partner's real record becomes a referral, and each caller sees only what it may.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

mod clocks;
mod forged;
mod partners;
mod people;
mod portal;
mod socket;
mod words;

use sangam_kit::database::{Database, Template};
use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use serde_json::json;

use people::{Hub, has_category, outside, withheld};
use words::*;

fn empty() -> Template {
    Template::empty()
}

sangam_kit::both_databases! {
    template = empty;

    /// A Bangladeshi minor's case comes from the Indian shelter's Primero; everyone sees what she or he may, and
    /// no more; consent is withdrawn; the journal says who saw what.
    async fn a_minors_case_crosses_the_border(database: Database) {
        let folder = Folder::new("path");
        let hub = Hub::start(&folder, &database).await;
        let nirapod = hub.sign_in("Nirapod Ghar").await;
        let shelter = hub.sign_in("Asha Nivas").await;

        // The Bangladeshi organization of the referral.
        let received = nirapod.ask(RECEIVED, json!({})).await.complete();
        let referral = people::minors_referral(received.at("/referrals/nodes"));
        assert!(has_category(&referral["canSee"], "DEMOGRAPHICS"));
        assert_eq!(referral["services"]["services"], json!(["SHELTER"]));
        assert!(referral["subject"]["caseReference"]["number"].is_string());
        assert_eq!(referral["subject"]["demographics"]["ageBand"], "AGE_15_17");
        assert!(referral["subject"]["identity"].is_null());
        assert!(referral["subject"]["currentLocation"].is_null());
        assert_eq!(withheld(&referral["subject"], "IDENTITY"), Some("NOT_SHARED"));
        assert_eq!(withheld(&referral["subject"], "CURRENT_LOCATION"), Some("NOT_SHARED"));
        // The shelter is its case desk: country and kind, not a name.
        assert_eq!(referral["sender"], json!({"country": "IN", "role": "SHELTER", "organization": null}));
        assert!(!received.text().contains("Asha Nivas"));
        assert!(received.json().pointer("/extensions/receipts/0").unwrap().is_string());

        // The shelter reads its own, by other ids.
        let sent = shelter.ask(SENT, json!({})).await.complete();
        let own = people::minors_referral(sent.at("/referrals/nodes"));
        assert!(own["subject"]["identity"]["names"][0]["text"].is_string());
        assert!(own["subject"]["currentLocation"]["country"] == "IN");
        assert_ne!(own["id"], referral["id"]);
        assert_ne!(own["subject"]["id"], referral["subject"]["id"]);

        // The shelter's explanation names the clause of each category.
        let explained = shelter
            .ask(EXPLAIN, json!({"subject": own["subject"]["id"], "recipient": hub.organization("Nirapod Ghar").await}))
            .await
            .complete();
        let all = explained.at("/explain").as_array().unwrap();
        assert_eq!(all.len(), 19, "one row a category");
        assert!(all.iter().all(|row| row["clause"].is_string() && row["sentence"].is_string()), "{all:?}");
        let clause = |category: &str| people::clause(explained.at("/explain"), category);
        assert_eq!(clause("DEMOGRAPHICS").0, "RELEASED");
        assert!(clause("DEMOGRAPHICS").1.starts_with("agr_"));
        assert_eq!(clause("IDENTITY"), ("WITHHELD".to_owned(), "IN-JJ-74".to_owned()));
        assert_eq!(clause("CURRENT_LOCATION"), ("WITHHELD".to_owned(), "HUB-LOCATION-ABROAD".to_owned()));
        assert_eq!(clause("FAMILY").0, "WITHHELD");

        // Under the same agreement without a relation, and without an agreement: nothing exists.
        for stranger in ["Alor Pothe", "Nyaya Setu"] {
            let stranger = hub.sign_in(stranger).await;
            assert_eq!(stranger.ask(RECEIVED, json!({})).await.at("/referrals/nodes"), &json!([]));
            for id in [&referral["id"], &own["id"], &referral["subject"]["id"], &own["subject"]["id"]] {
                let node = stranger.ask(NODE, json!({"id": id})).await;
                assert_eq!(node.at("/node"), &json!(null), "{}", node.text());
            }
            let explained = stranger.ask(EXPLAIN, json!({"subject": own["subject"]["id"]})).await;
            assert_eq!(explained.at("/explain"), &json!([]));
        }

        // Consent is withdrawn; the next event of an open subscription shows nothing.
        let mut socket = hub.watch(&nirapod, CHANGED).await;
        let consents = shelter.ask(CONSENTS, json!({"subject": own["subject"]["id"]})).await.complete();
        let grant = consents.at("/consents/nodes").as_array().unwrap().iter().find(|node| node["effect"] == "GRANT");
        let consent = grant.expect("the consent that grants")["id"].clone();
        let withdrawn = shelter.ask(WITHDRAW, json!({"key": "w-1", "consent": consent})).await.complete();
        assert_eq!(withdrawn.at("/withdrawConsent/__typename"), "ConsentWithdrawn");
        // A round of the agency's own system may have changed the referral just before the withdrawal.
        let mut changed = socket.next_of(&referral["id"]).await;
        if !changed["subject"]["demographics"].is_null() {
            changed = socket.next_of(&referral["id"]).await;
        }
        assert!(changed["subject"]["demographics"].is_null(), "{changed}");
        assert!(changed["services"].is_null());
        assert_eq!(withheld(&changed["subject"], "DEMOGRAPHICS"), Some("NOT_SHARED"));
        let after = nirapod.ask(ONE, json!({"id": referral["id"]})).await.complete();
        assert!(after.at("/referral/subject/demographics").is_null());
        // The same withdrawal under the same key is the same.
        let again = shelter.ask(WITHDRAW, json!({"key": "w-1", "consent": consent})).await.complete();
        assert_eq!(again.at("/withdrawConsent/__typename"), "ConsentWithdrawn");

        // The owner lists who saw what, by which receipt.
        let seen = shelter.ask(DISCLOSURES, json!({"subject": own["subject"]["id"]})).await.complete();
        let entries = seen.at("/disclosures/nodes").as_array().unwrap().clone();
        let receipt = received.json().pointer("/extensions/receipts/0").unwrap();
        let entry = entries.iter().find(|entry| &entry["id"] == receipt).expect("the receipt is in the owner's list");
        assert_eq!(entry["recipient"]["name"], "Nirapod Ghar");
        assert_eq!(entry["purpose"], "SERVICE_REFERRAL");
        assert!(has_category(&entry["categories"], "DEMOGRAPHICS") && !has_category(&entry["categories"], "IDENTITY"));
        let others = nirapod.ask(DISCLOSURES, json!({"subject": referral["subject"]["id"]})).await;
        assert_eq!(others.at("/disclosures/nodes"), &json!([]));

        drop(socket);
        hub.stop_and_verify(outside(&database)).await;
    }

    /// A referral is sent, repeated, answered, contradicted and ended through the API.
    async fn a_referral_is_answered(database: Database) {
        let folder = Folder::new("steps");
        let hub = Hub::start(&folder, &database).await;
        let shelter = hub.sign_in("Asha Nivas").await;
        let nirapod = hub.sign_in("Nirapod Ghar").await;
        let alor = hub.organization("Alor Pothe").await;
        let subjects = shelter.ask(SUBJECTS, json!({})).await.complete();
        let subject = subjects.at("/subjects/nodes/0/id").clone();
        let input = |key: &str, services: serde_json::Value| json!({"input": {"idempotencyKey": key, "subject": subject, "recipient": alor, "services": services, "urgency": "URGENT"}});
        let first = shelter.ask(SEND, input("s-1", json!(["EDUCATION"]))).await.complete();
        assert_eq!(first.at("/sendReferral/__typename"), "ReferralSent", "{}", first.text());
        let id = first.at("/sendReferral/referral/id").clone();
        // The same key is the same change; the same referral while open is the same referral; one key for two
        // things is a conflict.
        for same in [input("s-1", json!(["EDUCATION"])), input("s-2", json!(["EDUCATION"]))] {
            let again = shelter.ask(SEND, same).await.complete();
            assert_eq!(again.at("/sendReferral/referral/id"), &id);
        }
        let reused = shelter.ask(SEND, input("s-1", json!(["LIVELIHOOD"]))).await.complete();
        assert_eq!(reused.at("/sendReferral/__typename"), "Conflict");

        let alor_system = hub.sign_in("Alor Pothe").await;
        let seen = alor_system.ask(RECEIVED, json!({})).await.complete();
        let mine = seen.at("/referrals/nodes/0").clone();
        assert_eq!(mine["canDo"], json!(["RECEIVE", "ACCEPT", "DECLINE", "REDIRECT"]));
        let step = |key: &str, version: i64, event: &str, reason: Option<&str>| json!({"input": {"idempotencyKey": key, "referral": mine["id"], "version": version, "event": event, "reason": reason}});
        let illegal = alor_system.ask(STEP, step("t-1", 1, "COMPLETE", None)).await.complete();
        assert_eq!(illegal.at("/stepReferral/legal"), &json!(["RECEIVE", "ACCEPT", "DECLINE", "REDIRECT"]));
        let unreasoned = alor_system.ask(STEP, step("t-2", 1, "DECLINE", None)).await.complete();
        assert_eq!(unreasoned.at("/stepReferral/path"), "/reason");
        let taken = alor_system.ask(STEP, step("t-3", 1, "ACCEPT", None)).await.complete();
        assert_eq!(taken.at("/stepReferral/referral/state"), "ACCEPTED", "{}", taken.text());
        let late = alor_system.ask(STEP, step("t-4", 1, "START", None)).await.complete();
        assert_eq!(late.at("/stepReferral/version"), &json!(2));
        // Somebody else's referral does not exist.
        let other = nirapod.ask(STEP, step("t-5", 2, "START", None)).await.complete();
        assert_eq!(other.at("/stepReferral/__typename"), "NotFound");
        // The sender takes it back: the recipient still sees that it was, and nothing of the person.
        let withdrawn = shelter.ask(STEP, json!({"input": {"idempotencyKey": "t-6", "referral": id, "version": 2, "event": "WITHDRAW"}})).await.complete();
        assert_eq!(withdrawn.at("/stepReferral/referral/state"), "WITHDRAWN");
        let after = alor_system.ask(ONE, json!({"id": mine["id"]})).await.complete();
        assert_eq!(after.at("/referral/state"), "IN_PROGRESS", "the covering word: {}", after.text());
        assert!(after.at("/referral/subject/demographics").is_null());
        assert_eq!(withheld(after.at("/referral/subject"), "DEMOGRAPHICS"), Some("NOT_AVAILABLE_NOW"));
        hub.stop_and_verify(outside(&database)).await;
    }

    /// Who has no purpose, no token or no scope is told so, and what to do.
    async fn strangers_learn_nothing(database: Database) {
        let folder = Folder::new("strangers");
        let hub = Hub::start(&folder, &database).await;
        let stranger = hub.stranger();
        let refused = stranger.ask(RECEIVED, json!({})).await;
        assert_eq!(refused.status(), 401);
        assert!(refused.header("www-authenticate").unwrap().starts_with("Bearer"));
        assert!(!refused.text().contains("referrals"));
        let forged = hub.stranger().with_token("eyJhbGciOiJub25lIn0.e30.").ask(RECEIVED, json!({})).await;
        assert_eq!(forged.status(), 401);
        let nirapod = hub.sign_in_without_purpose("Nirapod Ghar").await;
        let purposeless = nirapod.ask(RECEIVED, json!({})).await;
        assert_eq!((purposeless.status(), purposeless.codes()), (400, vec!["PURPOSE_REQUIRED"]));
        let directory = nirapod.ask("{ organizations(first: 50) { nodes { name country } } }", json!({})).await.complete();
        assert_eq!(directory.at("/organizations/nodes").as_array().unwrap().len(), 15);
        // A purpose that the relation does not carry: nothing exists.
        let statistics = nirapod.for_purpose("STATISTICS").ask(RECEIVED, json!({})).await.complete();
        assert_eq!(statistics.at("/referrals/nodes"), &json!([]));
        hub.stop_and_verify(outside(&database)).await;
    }

    /// Pages follow each other without gap or repetition; a cursor is of no use to another caller or query.
    async fn pages_follow_each_other(database: Database) {
        let folder = Folder::new("pages");
        let hub = Hub::start(&folder, &database).await;
        let shelter = hub.sign_in("Asha Nivas").await;
        let whole = shelter.ask(SUBJECTS, json!({})).await.complete();
        let whole: Vec<_> = whole.at("/subjects/nodes").as_array().unwrap().iter().map(|n| n["id"].clone()).collect();
        assert!(whole.len() > 3, "the demo has {} subjects", whole.len());
        let (mut after, mut walked) = (json!(null), Vec::new());
        loop {
            let page = shelter.ask(PAGED, json!({"first": 2, "after": after})).await.complete();
            walked.extend(page.at("/subjects/edges").as_array().unwrap().iter().map(|e| e["node"]["id"].clone()));
            after = page.at("/subjects/pageInfo/endCursor").clone();
            if page.at("/subjects/pageInfo/hasNextPage") == &json!(false) {
                break;
            }
        }
        assert_eq!(walked, whole);
        let stranger = hub.sign_in("Nirapod Ghar").await;
        let stolen = stranger.ask(PAGED, json!({"first": 2, "after": after})).await;
        assert_eq!(stolen.codes(), vec!["BAD_CURSOR"]);
        let elsewhere = shelter.ask("query($a: String) { referrals(after: $a) { nodes { id } } }", json!({"a": after})).await;
        assert_eq!(elsewhere.codes(), vec!["BAD_CURSOR"]);
        for first in [0, 101, -1] {
            assert_eq!(shelter.ask(PAGED, json!({"first": first})).await.codes(), vec!["LIMIT_PAGE"]);
        }
        hub.stop_and_verify(outside(&database)).await;
    }
}

/// A second start finds the data of the first; a killed hub has lost nothing that it acknowledged.
#[tokio::test]
async fn a_killed_hub_has_lost_nothing() {
    let folder = Folder::new("killed");
    let demo = Demo::start(&folder);
    let hub = Hub::of(demo);
    let shelter = hub.sign_in("Asha Nivas").await;
    let alor = hub.organization("Alor Pothe").await;
    let subjects = shelter.ask(SUBJECTS, json!({})).await.complete();
    let subject = subjects.at("/subjects/nodes/0/id").clone();
    let input = json!({"input": {"idempotencyKey": "k-1", "subject": subject, "recipient": alor, "services": ["HEALTH"], "urgency": "ROUTINE"}});
    let sent = shelter.ask(SEND, input.clone()).await.complete();
    let id = sent.at("/sendReferral/referral/id").clone();
    hub.kill();
    let hub = Hub::of(Demo::start(&folder));
    let shelter = hub.sign_in("Asha Nivas").await;
    let again = shelter.ask(SEND, input).await.complete();
    assert_eq!(again.at("/sendReferral/referral/id"), &id);
    hub.stop_and_verify(None).await;
}
