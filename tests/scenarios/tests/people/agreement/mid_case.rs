//! An agreement ended in mid-case: whoever watches the case, or turns its pages, is shown no more from that commit on.

use std::time::Duration;

use futures_util::StreamExt;
use sangam_desk::{GrantRequest, NewClient, NewCredential, TokenUse};
use sangam_kit::database::Database;
use sangam_language::{Caller, Operation, Scope, ScopeSet};
use sangam_vocabulary::{Purpose, PurposeSet};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::{Parties, key};
use sangam_scenarios::look::migrated;

/// How long an event may take that is there already.
const SOON: Duration = Duration::from_secs(5);
const CHANGED: &str =
    "subscription { referralChanged { state subject { demographics { sex } withheld { category reason } } } }";
const PAGE: &str = "query($after: String) { referrals(direction: RECEIVED, first: 1, after: $after) { nodes { subject { demographics { sex } } } pageInfo { endCursor hasNextPage } } }";

/// A registered system of the other party, which may watch.
async fn watcher(parties: &Parties) -> Caller {
    let (scopes, purposes, credential) =
        (ScopeSet::of(Scope::ALL).for_systems(), PurposeSet::all(), NewCredential::Secret);
    let new = NewClient {
        organization: parties.house.other,
        name: "invented watcher".to_owned(),
        scopes,
        purposes,
        credential,
        actor_keys: None,
    };
    let client = parties.house.desk.enrol_client(new).await.unwrap();
    let request = GrantRequest::by_secret(&client.client_id, client.secret.as_deref().unwrap());
    let token = parties.house.desk.grant(&request).await.unwrap().token;
    parties.house.desk.verify(&TokenUse::bearer(&token)).await.unwrap()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_agreement_ended_in_mid_case(database: Database) {
        let parties = Parties::open(&database).await;
        let case = parties.case().await;
        parties.case().await;
        let agreement = parties.in_force(parties.terms(&["DEMOGRAPHICS", "SERVICES"])).await;
        let caller = watcher(&parties).await;
        let operation = Operation { query: CHANGED.to_owned(), name: None, variables: Map::new(), purpose: Some(Purpose::ServiceReferral) };
        let mut events = parties.house.executor.subscribe(caller, operation).await.map_err(|reply| reply.body).unwrap();
        let step = async |event: &str, version: i64, comes_to: &str| {
            let query = "mutation($input: StepReferralInput!) { stepReferral(input: $input) { __typename } }";
            let input = json!({ "idempotencyKey": key(), "referral": case.referral["id"], "version": version, "event": event });
            let told = parties.ask(&parties.other_system(), query, json!({ "input": input })).await;
            assert_eq!(told["stepReferral"]["__typename"], comes_to, "{told}");
        };
        let mut next = async || -> Value {
            let reply = timeout(SOON, events.next()).await.expect("the change was missed").unwrap();
            let event: Value = serde_json::from_slice(&reply.body).unwrap();
            event["data"]["referralChanged"].clone()
        };
        let first = parties.ask(&parties.other_system(), PAGE, json!({})).await["referrals"].clone();
        assert_eq!((&first["nodes"][0]["subject"]["demographics"]["sex"].is_string(), &first["pageInfo"]["hasNextPage"]), (&true, &json!(true)));

        // While it binds, the watcher is shown the person.
        let version = case.referral["version"].as_i64().unwrap();
        step("RECEIVE", version, "StepTaken").await;
        let event = next().await;
        assert!(event["subject"]["demographics"]["sex"].is_string(), "{event}");

        // One person of one party ends it; nothing else happens to the case: it can be answered still.
        parties.step(&parties.of_own(parties.own[0]), "endAgreement", &agreement).await;
        let after = parties.ask(&parties.other_system(), PAGE, json!({ "after": first["pageInfo"]["endCursor"] })).await;
        assert_eq!(after["referrals"]["nodes"], json!([{ "subject": { "demographics": null } }]), "a cursor of before opens nothing");
        step("ACCEPT", version + 1, "StepTaken").await;
        let event = next().await;
        assert_eq!(event["subject"]["demographics"], Value::Null, "{event}");
        assert_eq!(event["subject"]["withheld"], json!([{ "category": "DEMOGRAPHICS", "reason": "NO_AGREEMENT" }]));
        // Who no longer sees what it promised begins nothing: it may still say no, and goes on once it may see again.
        step("START", version + 2, "IllegalStep").await;
        parties.in_force(parties.terms(&["DEMOGRAPHICS", "SERVICES"])).await;
        step("START", version + 2, "StepTaken").await;
    }

    async fn a_suspension_in_mid_case_is_seen_by_another_process(database: Database) {
        let parties = Parties::open(&database).await;
        parties.case().await;
        let agreement = parties.in_force(parties.terms(&["DEMOGRAPHICS"])).await;
        // The other process knows the agreement and shows by it.
        let there = parties.house.beside(&database).await;
        let shown = async || {
            let operation = Operation {
                query: super::SHOWN.to_owned(),
                name: None,
                variables: Map::new(),
                purpose: Some(Purpose::ServiceReferral),
            };
            let body = there.execute(&parties.other_system(), operation).await.body;
            let answer: Value = serde_json::from_slice(&body).unwrap();
            answer["data"]["referrals"]["nodes"][0]["subject"]["demographics"].is_object()
        };
        assert!(shown().await);
        let stopped = parties.step(&parties.of_other(parties.other[2]), "suspendAgreement", &agreement).await;
        assert!(!shown().await, "it is gone with the commit, on every process");
        let once = parties.step(&parties.of_other(parties.other[0]), "resumeAgreement", &stopped).await;
        parties.step(&parties.of_other(parties.other[1]), "resumeAgreement", &once).await;
        assert!(shown().await);
    }
}
