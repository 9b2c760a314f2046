//! The sandbox itself: the same people from the same seed, and the answers that Primero's code gives.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::sync::Arc;

use sangam_sandbox::Sandbox;
use sangam_sandbox::primero::{Kind, Primero};
use sangam_vocabulary::{Instant, ManualClock, SeededChance};
use serde_json::{Value, json};

async fn start(kind: Kind, seed: u64) -> Sandbox<Primero> {
    let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
    let chance = Arc::new(SeededChance::new(seed));
    Sandbox::start(kind, "127.0.0.1:0".parse().unwrap(), clock, chance).await.unwrap()
}

async fn signed_in(sandbox: &Sandbox<Primero>) -> String {
    let body = json!({"user": {"user_name": sandbox.user_name(), "password": sandbox.password()}});
    let url = format!("{}api/v2/tokens", sandbox.base_url());
    let response = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
    let token = response.headers()["authorization"].to_str().unwrap().to_owned();
    assert!(response.json::<Value>().await.unwrap().get("token").is_none(), "the token is in the header only");
    token
}

async fn get(sandbox: &Sandbox<Primero>, token: &str, path: &str) -> (u16, Value) {
    let url = format!("{}api/v2/{path}", sandbox.base_url());
    let response = reqwest::Client::new().get(url).header("authorization", token).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn the_same_seed_gives_the_same_people() {
    for kind in [Kind::ShelterIn, Kind::AgencyBd] {
        let (one, other, third) = (start(kind, 5).await, start(kind, 5).await, start(kind, 6).await);
        for sandbox in [&one, &other, &third] {
            assert_eq!(sandbox.seed_people().len(), 3);
            sandbox.seed_cases(40);
            assert_eq!(sandbox.cases().len(), 43);
        }
        assert_eq!(one.cases(), other.cases());
        assert_ne!(one.cases(), third.cases());
        assert_eq!(one.password(), other.password());
    }
}

#[tokio::test]
async fn lists_are_paged_filtered_and_behind_a_token() {
    let sandbox = start(Kind::ShelterIn, 1).await;
    sandbox.seed_cases(30);
    let (status, refused) = get(&sandbox, "Bearer no", "cases").await;
    assert_eq!((status, &refused["errors"][0]["status"]), (401, &json!(401)));
    let token = signed_in(&sandbox).await;
    let (_, page) = get(&sandbox, &token, "cases").await;
    assert_eq!(page["metadata"], json!({"total": 30, "per": 20, "page": 1}));
    assert_eq!(page["data"].as_array().unwrap().len(), 20);
    let (_, page) = get(&sandbox, &token, "cases?per=5000&sex=female,male&age=10..15&nonsense=1").await;
    assert_eq!(page["metadata"]["per"], 1_000);
    let ages: Vec<u64> = page["data"].as_array().unwrap().iter().map(|case| case["age"].as_u64().unwrap()).collect();
    assert!(!ages.is_empty() && ages.iter().all(|age| (10..=15).contains(age)), "{ages:?}");
}

#[tokio::test]
async fn who_can_be_referred_to_and_which_agencies_there_are() {
    let sandbox = start(Kind::AgencyBd, 1).await;
    let token = signed_in(&sandbox).await;
    let (_, users) = get(&sandbox, &token, "users/refer-to?record_type=case&agency=agency-nirapod-ghar").await;
    assert_eq!(users["data"][0]["user_name"], "nirapod_intake");
    let (_, nobody) = get(&sandbox, &token, "users/refer-to?agency=nobody").await;
    assert_eq!(nobody["data"], json!([]));
    let (_, agencies) = get(&sandbox, &token, "agencies").await;
    assert_eq!(agencies["data"].as_array().unwrap().len(), 2);
    let (status, missing) = get(&sandbox, &token, "cases/nosuch").await;
    assert_eq!((status, &missing["errors"][0]["message"]), (404, &json!("Not Found")));
}

#[tokio::test]
async fn the_password_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = start(Kind::ShelterIn, 1).await;
    let folder = std::env::temp_dir().join(format!("sangam-sandbox-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    sandbox.write_password(&folder).unwrap();
    let path = folder.join("shelter-in.password");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_to_string(&path).unwrap().trim_end(), sandbox.password());
    std::fs::remove_dir_all(&folder).unwrap();
    sandbox.stop().await;
}

/// Primero deletes no case: `DELETE` disables it, and it goes on being listed and shown. What the hub's role may not
/// see is refused, and what is not there is not found.
#[tokio::test]
async fn a_case_is_disabled_closed_or_removed() {
    let sandbox = start(Kind::ShelterIn, 3).await;
    let people = sandbox.seed_people();
    let token = signed_in(&sandbox).await;
    let one = format!("cases/{}", people[0]);
    assert!(sandbox.disable(&people[0]) && !sandbox.disable("nobody"));
    let (status, shown) = get(&sandbox, &token, &one).await;
    assert_eq!((status, &shown["data"]["record_state"]), (200, &json!(false)));
    let total = async || get(&sandbox, &token, "cases").await.1["metadata"]["total"].clone();
    assert_eq!(total().await, 3);
    sandbox.close_to_hub(&people[0], true);
    assert_eq!((get(&sandbox, &token, &one).await.0, total().await), (403, json!(2)));
    sandbox.close_to_hub(&people[0], false);
    sandbox.remove(&people[0]);
    assert_eq!((get(&sandbox, &token, &one).await.0, total().await), (404, json!(2)));
}
