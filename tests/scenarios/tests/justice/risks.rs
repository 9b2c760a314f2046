//! What a witness fears is for her lawyer and the holder of her case: for everybody else it did not happen.

use std::time::Duration;

use futures_util::StreamExt;
use sangam_desk::{GrantRequest, NewClient, NewCredential, TokenUse};
use sangam_kit::database::Database;
use sangam_language::{Caller, Operation, Scope, ScopeSet};
use sangam_vocabulary::{CategorySet, Code, Purpose, PurposeSet};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::house::{FRIEND, HOLDER, House, LAWYER, OTHER, STATE};
use crate::words::{END, REFERRALS, REPORT, RISKS, SEND, SUBJECT};
use sangam_scenarios::look::{holds, migrated};

const WHAT: &str = "they waited at the gate zq-5512";
const WATCH: &str = "subscription { riskReported { id reportedAt } }";
/// How long an event may take.
const SOON: Duration = Duration::from_secs(5);

/// A registered system of an organization: one that watches is looked at again before each event.
pub(crate) async fn registered(house: &House, handle: &str) -> Caller {
    let (scopes, purposes) = (ScopeSet::of(Scope::ALL).for_systems(), PurposeSet::all());
    let new = NewClient {
        organization: house.id(handle),
        name: "invented watcher".to_owned(),
        scopes,
        purposes,
        credential: NewCredential::Secret,
        actor_keys: None,
    };
    let client = house.desk.enrol_client(new).await.unwrap();
    let request = GrantRequest::by_secret(&client.client_id, client.secret.as_deref().unwrap());
    let token = house.desk.grant(&request).await.unwrap().token;
    house.desk.verify(&TokenUse::bearer(&token)).await.unwrap()
}

pub(crate) fn watch(query: &str, why: Purpose) -> Operation {
    Operation { query: query.to_owned(), name: None, variables: serde_json::Map::new(), purpose: Some(why) }
}

/// Everything an organization can see of a person for every purpose, and of her risks and referrals.
async fn view(house: &House, handle: &str, subject: &str) -> Vec<Value> {
    let caller = house.caller(handle);
    let mut seen = Vec::new();
    for why in Purpose::ALL {
        for (query, variables) in [(RISKS, json!({})), (REFERRALS, json!({})), (SUBJECT, json!({"id": subject}))] {
            seen.push(house.asked_by(&caller, *why, query, variables).await["data"].clone());
        }
    }
    seen
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_a_witness_fears_alerts_her_lawyer_and_the_holder_alone(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        let every = Purpose::ALL;
        // Everybody has her consent for everything, and an agreement for it.
        for handle in [LAWYER, FRIEND, OTHER, STATE] {
            house.consent(subject, handle, every, CategorySet::all()).await;
        }
        house.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await;
        house.takes_part(subject, (FRIEND, "CONTRIBUTOR", Purpose::Protection)).await;
        house.takes_part(subject, (STATE, "CONTRIBUTOR", Purpose::Prosecution)).await;
        let to = json!({
            "subject": house.outward(HOLDER, subject), "recipient": house.public_id(OTHER), "services": ["HEALTH"], "urgency": "ROUTINE",
        });
        assert_eq!(house.change(HOLDER, Purpose::ServiceReferral, SEND, to).await["__typename"], "ReferralSent");
        let others = [FRIEND, OTHER, STATE];
        let mut before = Vec::new();
        for handle in others {
            before.push(view(&house, handle, &house.outward(handle, subject)).await);
        }
        let mut watching = Vec::new();
        for (handle, why) in [(LAWYER, Purpose::LegalAid), (HOLDER, Purpose::Protection), (FRIEND, Purpose::Protection), (OTHER, Purpose::ServiceReferral), (STATE, Purpose::Prosecution)] {
            let caller = registered(&house, handle).await;
            watching.push((handle, house.executor.subscribe(caller, watch(WATCH, why)).await.map_err(|reply| reply.body).unwrap()));
        }
        let caller = registered(&house, OTHER).await;
        let mut referral = house
            .executor
            .subscribe(caller, watch("subscription { referralChanged { id } }", Purpose::ServiceReferral))
            .await
            .map_err(|reply| reply.body)
            .unwrap();

        let report = json!({"subject": house.outward(LAWYER, subject), "kind": "FOLLOWED_OR_SOUGHT", "note": WHAT});
        let told = house.change(LAWYER, Purpose::LegalAid, REPORT, report).await;
        assert_eq!((&told["__typename"], &told["risk"]["kind"]), (&json!("RiskReported"), &json!("FOLLOWED_OR_SOUGHT")), "{told}");

        // The controls: the two it is for.
        for (handle, why) in [(HOLDER, Purpose::Protection), (LAWYER, Purpose::LegalAid)] {
            let risks = house.nodes(handle, why, RISKS).await;
            assert_eq!(risks.len(), 1, "{handle}");
            assert_eq!((&risks[0]["kind"], &risks[0]["contactSafety"]["instructions"]), (&json!("FOLLOWED_OR_SOUGHT"), &json!(WHAT)));
        }
        for (handle, stream) in &mut watching {
            if others.contains(handle) {
                assert!(timeout(Duration::from_millis(1500), stream.next()).await.is_err(), "{handle} heard of it");
            } else {
                let reply = timeout(SOON, stream.next()).await.expect("nobody was alerted").unwrap();
                let event: Value = serde_json::from_slice(&reply.body).unwrap();
                assert!(event["data"]["riskReported"]["id"].as_str().unwrap().starts_with("rsk_"), "{event}");
            }
        }
        assert!(timeout(Duration::from_millis(1500), referral.next()).await.is_err(), "a referral moved with it");
        // For the others nothing is there and nothing has moved, for any purpose.
        for (handle, before) in others.into_iter().zip(before) {
            let after = view(&house, handle, &house.outward(handle, subject)).await;
            assert_eq!(after, before, "{handle}");
            assert!(after.iter().all(|answer| answer["risks"]["nodes"].as_array().is_none_or(Vec::is_empty)));
            for why in every {
                let report = json!({"subject": house.outward(handle, subject), "kind": "FEAR"});
                let told = house.change(handle, *why, REPORT, report).await;
                assert!(["NotFound", "NotPermitted"].contains(&told["__typename"].as_str().unwrap()), "{handle} {}: {told}", why.code());
            }
        }
        assert!(!holds(&house.look.everything().await, WHAT));
        assert_eq!(house.look.texts("SELECT kind FROM journal_entry WHERE kind = 'RISK_REPORTED'").await.len(), 1);
    }

    /// A lawyer hears of what was feared before it came, and of nothing after it has left.
    async fn a_lawyer_hears_while_it_represents_her(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.consent(subject, LAWYER, &[Purpose::LegalAid], CategorySet::of(&[])).await;
        let report = |kind: &str| json!({"subject": house.outward(HOLDER, subject), "kind": kind, "note": WHAT});
        house.change(HOLDER, Purpose::Protection, REPORT, report("THREATENED")).await;
        assert!(house.nodes(LAWYER, Purpose::LegalAid, RISKS).await.is_empty());
        house.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await;
        let risks = house.nodes(LAWYER, Purpose::LegalAid, RISKS).await;
        assert_eq!(risks.len(), 1);
        // The alert comes whatever was consented to; what it is about does not.
        assert_eq!((&risks[0]["kind"], &risks[0]["contactSafety"]), (&Value::Null, &Value::Null), "{risks:?}");
        assert_eq!(risks[0]["withheld"][0]["reason"], "NOT_SHARED");
        let part = house.part(LAWYER, Purpose::LegalAid).await;
        house.change(LAWYER, Purpose::LegalAid, END, json!({"contribution": part["id"], "version": part["version"]})).await;
        house.change(HOLDER, Purpose::Protection, REPORT, report("FEAR")).await;
        assert!(house.nodes(LAWYER, Purpose::LegalAid, RISKS).await.is_empty());
        assert_eq!(house.nodes(HOLDER, Purpose::Protection, RISKS).await.len(), 2);
        let long = json!({"subject": house.outward(HOLDER, subject), "kind": "FEAR", "note": "x".repeat(4001)});
        assert_eq!(house.change(HOLDER, Purpose::Protection, REPORT, long).await["path"], "/note");
    }
}
