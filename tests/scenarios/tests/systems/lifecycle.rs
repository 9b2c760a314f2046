//! What ends a token before its time: suspension, rotation, revocation; and what does not: a new signing key.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sangam_kit::database::Database;
use serde_json::{Value, json};

use crate::empty;
use crate::house::{House, JWT_BEARER, SANDBOX, System};
use crate::keys::{Pair, read};
use crate::proof::Holder;
use crate::socket::Socket;

/// Within how long suspension and revocation must act on every process (DESIGN §8).
const ACTS_WITHIN: Duration = Duration::from_secs(5);

/// Asks until the token is refused; how long that took.
async fn refused(house: &House, number: usize, token: &str) -> Duration {
    let (since, http) = (Instant::now(), house.http(None));
    while house.ask(number, &http, &format!("Bearer {token}"), None).await == 200 {
        assert!(since.elapsed() < ACTS_WITHIN * 2, "the token is still good");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    since.elapsed()
}

async fn is_good(house: &House, number: usize, token: &str) -> bool {
    house.ask(number, &house.http(None), &format!("Bearer {token}"), None).await == 200
}

async fn revoke(house: &House, number: usize, system: &System, token: &str) -> u16 {
    let assertion = system.assertion();
    let form = [
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion.as_str()),
        ("token", token),
        ("token_type_hint", "access_token"),
    ];
    house.post(number, &house.http(None), "/oauth/revoke", &form, None).await.status
}

sangam_kit::both_databases! {
    template = empty;

    async fn suspension_acts_within_five_seconds_on_every_process(database: Database) {
        let mut house = House::on(&database, SANDBOX);
        let processes = [0, house.start(), house.start()];
        let second = processes[1];
        let (system, other) = (house.system("asha-nivas", Pair::ed()), house.system("nirapod-ghar", Pair::p256()));
        let (token, others) = (system.token(&house, 0).await, other.token(&house, 0).await);
        let mut sockets = Vec::new();
        for number in processes {
            assert!(is_good(&house, number, &token).await);
            sockets.push(Socket::watching(&house, number, &token).await);
        }
        let mut bystander = Socket::watching(&house, second, &others).await;
        let ran = house.client(&["suspend", &system.id, "--json"]);
        assert_eq!(ran.json(), json!({"client_id": system.id, "suspended": true}));
        let (seen, void) = (&house, &token);
        let acts = processes.iter().zip(&mut sockets).map(|(number, socket)| async move {
            tokio::join!(refused(seen, *number, void), socket.forbidden())
        });
        for (number, (requests, socket)) in processes.iter().zip(join_all(acts).await) {
            eprintln!("suspension, process {number}: requests {requests:?}, socket {socket:?}");
            assert!(requests < ACTS_WITHIN && socket < ACTS_WITHIN, "process {number}");
        }
        // No new token; the others are as they were.
        assert_eq!(house.assert(second, &system.assertion()).await.error(), "invalid_client");
        assert!(is_good(&house, 0, &others).await && bystander.lives().await);
        // Resumed, it asks for a new token, and the old one stays void.
        assert_eq!(house.client(&["resume", &system.id]).code, 0);
        let renewed = system.token(&house, second).await;
        assert!(is_good(&house, second, &renewed).await);
        assert!(!is_good(&house, second, &token).await && !is_good(&house, 0, &token).await);
    }

    async fn a_token_that_was_given_back_is_void_everywhere(database: Database) {
        let mut house = House::on(&database, SANDBOX);
        let second = house.start();
        let (system, other) = (house.system("asha-nivas", Pair::ed()), house.system("nirapod-ghar", Pair::p256()));
        let (token, kept) = (system.token(&house, 0).await, system.token(&house, 0).await);
        for number in [0, second] {
            assert!(is_good(&house, number, &token).await && is_good(&house, number, &kept).await);
        }
        let mut socket = Socket::watching(&house, second, &token).await;
        let mut stays = Socket::watching(&house, second, &kept).await;
        // Of another client, of nobody, no token at all: answered alike, and nothing is done.
        assert_eq!(revoke(&house, 0, &other, &token).await, 200);
        assert_eq!(revoke(&house, 0, &system, "nonsense").await, 200);
        assert_eq!(revoke(&house, 0, &system, &Pair::ed().token(&read(&token, 0), &read(&token, 1))).await, 200);
        let stranger = house.system("alor-pothe", Pair::ed());
        let forged = stranger.pair.token(&system.header(), &system.claims());
        let form = [("client_assertion_type", JWT_BEARER), ("client_assertion", forged.as_str()), ("token", token.as_str())];
        assert_eq!(house.post(0, &house.http(None), "/oauth/revoke", &form, None).await.status, 401);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(is_good(&house, 0, &token).await && is_good(&house, second, &token).await);

        assert_eq!(revoke(&house, 0, &system, &token).await, 200);
        // Where it was given back at once, elsewhere within the memory of a token.
        assert!(!is_good(&house, 0, &token).await);
        let (there, of_socket) = tokio::join!(refused(&house, second, &token), socket.forbidden());
        assert!(there < ACTS_WITHIN && of_socket < ACTS_WITHIN, "{there:?} {of_socket:?}");
        eprintln!("revocation: request elsewhere {there:?}, socket elsewhere {of_socket:?}");
        assert_eq!(revoke(&house, 0, &system, &token).await, 200);
        // The client's other token is as it was.
        assert!(is_good(&house, 0, &kept).await && stays.lives().await);
        // A process that begins later knows it too.
        house.restart(second);
        assert!(!is_good(&house, second, &token).await && is_good(&house, second, &kept).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_changes_its_keys() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let token = system.token(&house, 0).await;
    assert!(is_good(&house, 0, &token).await);
    // Two keys at once: the old one and the next.
    let next = Pair::p256();
    let set = json!({"keys": [system.pair.named("one"), next.named("two")]});
    let file = house.write("two.json", set.to_string());
    assert_eq!(house.client(&["rotate", &system.id, "--jwks", file.to_str().unwrap()]).code, 0);
    assert!(refused(&house, 0, &token).await < ACTS_WITHIN, "what it had ends with the change");
    let header = json!({"alg": "ES256", "kid": "two"});
    assert_eq!(house.assert(0, &system.assertion()).await.status, 200);
    assert_eq!(house.assert(0, &next.token(&header, &system.claims())).await.status, 200);
    // One of them under the other's name is no proof.
    let swapped = json!({"alg": "ES256", "kid": "one"});
    assert_eq!(house.assert(0, &next.token(&swapped, &system.claims())).await.status, 401);
    // Then the next alone.
    let file = house.write("next.json", json!({"keys": [next.named("two")]}).to_string());
    assert_eq!(house.client(&["rotate", &system.id, "--jwks", file.to_str().unwrap()]).code, 0);
    assert_eq!(house.assert(0, &system.assertion()).await.status, 401);
    assert_eq!(house.assert(0, &next.token(&header, &system.claims())).await.status, 200);
}

async fn keys(house: &House) -> Vec<String> {
    let response = house.http(None).get(format!("{}/oauth/jwks", house.origin(0))).send().await.unwrap();
    let set: Value = response.json().await.unwrap();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_signing_key_leaves_the_tokens_of_the_old_one_good() {
    let mut house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let kid = |token: &str| read(token, 0)["kid"].as_str().unwrap().to_owned();
    let old = system.token(&house, 0).await;
    assert_eq!(keys(&house).await, [kid(&old)]);
    // A key that does not sign yet is shown, and verifies.
    house.draw_token_key("tokens-next.pk8");
    house.restart(0);
    let still = system.token(&house, 0).await;
    assert_eq!((kid(&still), keys(&house).await.len()), (kid(&old), 2));
    // It signs once it has a place in the order.
    std::fs::rename(house.path("keys/tokens-next.pk8"), house.path("keys/tokens-2026-12.pk8")).unwrap();
    house.restart(0);
    let new = system.token(&house, 0).await;
    assert_ne!(kid(&new), kid(&old));
    assert_eq!(keys(&house).await, [kid(&new), kid(&old)]);
    for token in [&old, &still, &new] {
        assert!(is_good(&house, 0, token).await);
    }
    // Without its key a token is none.
    std::fs::remove_file(house.path("keys/tokens.pk8")).unwrap();
    house.restart(0);
    assert!(!is_good(&house, 0, &old).await && is_good(&house, 0, &new).await);
    assert_eq!(keys(&house).await, [kid(&new)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bound_token_is_void_with_its_client_as_well() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let holder = Holder::new(&house);
    let token = holder.token(&house, 0, &system).await.token().to_owned();
    let (value, http) = (format!("DPoP {token}"), house.http(None));
    let proof = || holder.proof("POST", "/graphql", Some(&token));
    assert_eq!(house.ask(0, &http, &value, Some(&proof())).await, 200);
    assert_eq!(house.client(&["suspend", &system.id]).code, 0);
    let since = Instant::now();
    while house.ask(0, &http, &value, Some(&proof())).await == 200 {
        assert!(since.elapsed() < ACTS_WITHIN, "the token is still good");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
