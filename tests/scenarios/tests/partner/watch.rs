//! A subscription begins when it is accepted: what changes afterwards comes, however late its stream is first
//! looked at.

use std::time::Duration;

use futures_util::StreamExt;
use sangam_desk::{Enrolled, GrantRequest, NewClient, NewCredential, TokenUse};
use sangam_kit::database::Database;
use sangam_language::{Scope, ScopeSet};
use sangam_vocabulary::PurposeSet;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::house::{AGENCY, House, operation};
use crate::words::STEP;
use sangam_scenarios::look::migrated;

const CHANGED: &str = "subscription { referralChanged { id state version } }";
/// How long an event may take that is there already.
const SOON: Duration = Duration::from_secs(5);

/// A registered system of an organization, and a token of it.
async fn registered(house: &House, handle: &str) -> (Enrolled, String) {
    let (organization, name) = (house.id(handle), "invented watcher".to_owned());
    let (scopes, purposes, credential) =
        (ScopeSet::of(Scope::ALL).for_systems(), PurposeSet::all(), NewCredential::Secret);
    let client = NewClient { organization, name, scopes, purposes, credential, actor_keys: None };
    let client = house.desk.enrol_client(client).await.unwrap();
    let request = GrantRequest::by_secret(&client.client_id, client.secret.as_deref().unwrap());
    let token = house.desk.grant(&request).await.unwrap().token;
    (client, token)
}

/// A token of a registered system of an organization.
pub(crate) async fn token(house: &House, handle: &str) -> String {
    registered(house, handle).await.1
}

async fn step(house: &House, referral: &Value, event: &str) {
    let input =
        json!({"referral": referral["id"], "version": referral["version"], "event": event, "idempotencyKey": event});
    let told = house.ask(AGENCY, STEP, json!({"input": input})).await;
    assert_eq!(told["stepReferral"]["__typename"], "StepTaken", "{told}");
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_change_before_the_first_look_is_not_missed(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let referral = house.referrals(AGENCY, "RECEIVED").await.remove(0);
        // A socket asks before every event whether its client is still registered, so this one is.
        let (client, token) = registered(&house, AGENCY).await;
        let caller = house.desk.verify(&TokenUse::bearer(&token)).await.unwrap();
        let watch = |caller| house.executor.subscribe(caller, operation(CHANGED, json!({})));
        let mut early = watch(caller.clone()).await.map_err(|reply| reply.body).unwrap();
        step(&house, &referral, "RECEIVE").await;
        // Only now is the stream looked at for the first time.
        let reply = timeout(SOON, early.next()).await.expect("the change was missed").unwrap();
        let event: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(event["data"]["referralChanged"]["id"], referral["id"], "{event}");
        // Who begins to watch afterwards is told nothing of what was before.
        let mut late = watch(caller).await.map_err(|reply| reply.body).unwrap();
        assert!(timeout(Duration::from_millis(1500), late.next()).await.is_err(), "an event of the past");
        // A client that is suspended hears no more.
        house.desk.suspend_client(&client.client_id, true).await.unwrap();
        let ended = timeout(SOON, late.next()).await.expect("suspended five seconds ago and still watching");
        assert!(ended.is_none(), "it ends without a word");
        assert!(house.desk.verify(&TokenUse::bearer(&token)).await.is_err());
    }
}
