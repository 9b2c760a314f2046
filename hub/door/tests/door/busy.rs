//! A hub with more work than it takes: turns, queues, times, paces.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sangam_door::{Limits, RequestLimits};
use serde_json::json;

use crate::doorstep::{Doorstep, NEWER, OLDER, answer, code};

fn limits(request: RequestLimits) -> Limits {
    Limits { request, ..Limits::default() }
}

#[tokio::test]
async fn an_operation_that_takes_too_long_is_ended_with_its_name() {
    let operation_time = Duration::from_millis(100);
    let door = Doorstep::with(limits(RequestLimits { operation_time, ..RequestLimits::default() })).await;
    let started = Instant::now();
    let (status, body) = door.ask(NEWER, "{ slow }").await;
    assert_eq!((status, code(&body)), (503, "TIMED_OUT"));
    assert!(body.get("data").is_none() && started.elapsed() < Duration::from_secs(2));
    assert_eq!(door.hub.dropped.load(Ordering::SeqCst), 1, "the work ended with it");
}

#[tokio::test]
async fn beyond_the_cap_in_flight_one_waits_for_the_queues_deadline_and_no_longer() {
    let request = RequestLimits {
        in_flight: 2,
        queue_time: Duration::from_millis(150),
        operation_time: Duration::from_secs(5),
        ..RequestLimits::default()
    };
    let door = Doorstep::with(limits(request)).await;
    let slow: Vec<_> = (0..2).map(|_| tokio::spawn(door.post().json(&json!({ "query": "{ slow }" })).send())).collect();
    while door.hub.executed.load(Ordering::SeqCst) < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let started = Instant::now();
    let response = door.post().json(&json!({ "query": "{ __typename }" })).send().await.unwrap();
    let waited = started.elapsed();
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "3", "RETRY_AFTER_SECONDS, longer than the queue's time");
    assert!(waited >= Duration::from_millis(150) && waited < Duration::from_secs(2), "{waited:?}");
    assert_eq!(door.hub.executed.load(Ordering::SeqCst), 2, "no work was done for it");

    // When the clients leave, their work ends and the turns are free again.
    for request in slow {
        request.abort();
    }
    let (status, _) = loop {
        let got = door.ask(OLDER, "{ __typename }").await;
        if got.0 == 200 || started.elapsed() > Duration::from_secs(4) {
            break got;
        }
    };
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_client_that_asks_too_fast_waits_and_another_is_told_nothing_of_it() {
    let request = RequestLimits { client_rate: 1, client_burst: 3, ..RequestLimits::default() };
    let door = Doorstep::with(limits(request)).await;
    for _ in 0..3 {
        assert_eq!(door.ask(OLDER, "{ __typename }").await.0, 200);
    }
    let response = door.post().json(&json!({ "query": "{ __typename }" })).send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!(code(&response.json().await.unwrap()), "RATE_LIMITED");
}

#[tokio::test]
async fn an_address_that_tries_tokens_is_slowed_down_and_good_tokens_of_it_are_not() {
    let request = RequestLimits { stranger_rate: 1, stranger_burst: 5, ..RequestLimits::default() };
    let door = Doorstep::with(limits(request)).await;
    let mut seen = Vec::new();
    for _ in 0..7 {
        let request = door.client.post(door.url("/graphql")).bearer_auth("guess").json(&json!({ "query": "{ a }" }));
        seen.push(answer(request).await.0);
    }
    assert_eq!(seen, [401, 401, 401, 401, 401, 429, 429]);
    assert_eq!(door.ask(OLDER, "{ __typename }").await.0, 200);
    let token = door.client.post(door.url("/oauth/token")).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(answer(token.body("grant_type=client_credentials")).await.0, 429);
}

#[tokio::test]
async fn a_token_that_cannot_be_verified_in_time_is_503() {
    let token_time = Duration::from_millis(80);
    let door = Doorstep::with(limits(RequestLimits { token_time, ..RequestLimits::default() })).await;
    let request = door.client.post(door.url("/graphql")).bearer_auth("slow").json(&json!({ "query": "{ a }" }));
    let (status, body) = answer(request).await;
    assert_eq!((status, code(&body)), (503, "UNAVAILABLE"));
}
