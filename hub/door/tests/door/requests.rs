//! Requests as users and attackers send them: who is let in, what is refused, what an answer carries.

use std::sync::atomic::Ordering;

use serde_json::json;

use crate::doorstep::{Doorstep, NEWER, OLDER, answer, code};

const QUERY: &str = "{ __typename }";

#[tokio::test]
async fn a_stranger_is_told_nothing_but_401() {
    let door = Doorstep::open().await;
    let plain = door.client.post(door.url("/graphql")).json(&json!({ "query": "{ __schema { types { name } } }" }));
    let response = plain.send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], r#"Bearer realm="sangam""#);
    let absent = response.text().await.unwrap();
    assert!(absent.contains("UNAUTHENTICATED"), "{absent}");
    for bad in ["Bearer expired", "Bearer forged", "Bearer", "Bearer a b", "Basic Z29vZDpnb29k", "good"] {
        let request = door.client.post(door.url("/graphql")).header("authorization", bad);
        let response = request.json(&json!({ "query": QUERY })).send().await.unwrap();
        assert_eq!(response.status(), 401, "{bad}");
        assert_eq!(response.headers()["www-authenticate"], r#"Bearer realm="sangam", error="invalid_token""#);
        assert_eq!(response.text().await.unwrap(), absent, "all alike: {bad}");
    }
    assert_eq!(door.hub.executed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn two_authorization_headers_are_not_a_token() {
    let door = Doorstep::open().await;
    let request = door.post().header("authorization", "Bearer good").json(&json!({ "query": QUERY }));
    assert_eq!(answer(request).await.0, 401);
}

#[tokio::test]
async fn when_tokens_cannot_be_verified_nobody_is_let_in_and_told_to_come_again() {
    let door = Doorstep::open().await;
    let request = door.client.post(door.url("/graphql")).bearer_auth("down").json(&json!({ "query": QUERY }));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after") && !response.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn bodies_of_other_media_types_are_not_read() {
    let door = Doorstep::open().await;
    let body = json!({ "query": "mutation { step }" }).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/jsonx",
    ] {
        let response = door.post().header("content-type", kind).body(body.clone()).send().await.unwrap();
        assert_eq!(response.status(), 415, "{kind}");
    }
    let packed = door.post().header("content-type", OLDER).header("content-encoding", "gzip").body(body);
    assert_eq!(answer(packed).await.0, 415);
    assert_eq!(door.hub.executed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn nobody_who_accepts_neither_media_type_is_answered() {
    let door = Doorstep::open().await;
    for accept in ["text/html", "application/json;q=0", "multipart/mixed", "text/event-stream"] {
        let (status, body) = door.ask(accept, QUERY).await;
        assert_eq!((status, code(&body)), (406, "NOT_ACCEPTABLE"), "{accept}");
    }
    assert_eq!(door.hub.executed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn other_methods_are_refused_with_those_that_are_not() {
    let door = Doorstep::open().await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let response = door.client.request(method.clone(), door.url("/graphql")).send().await.unwrap();
        assert_eq!((response.status().as_u16(), &response.headers()["allow"].to_str().unwrap()), (405, &"GET, POST"));
    }
}

#[tokio::test]
async fn there_are_no_batches() {
    let door = Doorstep::open().await;
    for body in
        [json!([{ "query": QUERY }]), json!([{ "query": QUERY }, { "query": QUERY }]), json!([]), json!([QUERY])]
    {
        let (status, read) = answer(door.post().json(&body)).await;
        assert_eq!((status, code(&read)), (400, "BAD_REQUEST"), "{body}");
    }
    assert_eq!(door.hub.executed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused() {
    let door = Doorstep::open().await;
    let twice = r#"{"query":"{ __typename }","query":"mutation { step }"}"#;
    assert_eq!(answer(door.post().header("content-type", OLDER).body(twice)).await.0, 400);
    assert_eq!(answer(door.get(&[("query", QUERY), ("query", "mutation { step }")])).await.0, 400);
}

#[tokio::test]
async fn the_purpose_travels_in_its_header() {
    let door = Doorstep::open().await;
    let asked = json!({ "query": "{ echo }" });
    let (_, body) = answer(door.post().header("sangam-purpose", "SERVICE_REFERRAL").json(&asked)).await;
    assert_eq!(body["data"]["purpose"], "SERVICE_REFERRAL");
    let (_, body) = answer(door.get(&[("query", "{ echo }")]).header("Sangam-Purpose", "PROTECTION")).await;
    assert_eq!(body["data"]["purpose"], "PROTECTION");
    let (_, body) = answer(door.post().json(&asked)).await;
    assert_eq!(body["data"]["purpose"], json!(null));
}

#[tokio::test]
async fn a_purpose_that_is_none_is_refused_and_not_repeated() {
    let door = Doorstep::open().await;
    for purpose in ["service_referral", "CURIOSITY", "", "PROTECTION, LEGAL_AID"] {
        let request = door.post().header("sangam-purpose", purpose).json(&json!({ "query": QUERY }));
        let (status, body) = answer(request).await;
        assert_eq!((status, code(&body)), (400, "UNKNOWN_PURPOSE"), "{purpose}");
        assert!(!body.to_string().contains("CURIOSITY"));
    }
    let twice = door.post().header("sangam-purpose", "PROTECTION").header("sangam-purpose", "LEGAL_AID");
    assert_eq!(answer(twice.json(&json!({ "query": QUERY }))).await.0, 400);
}

#[tokio::test]
async fn what_concerns_the_request_keeps_its_status_under_both_media_types() {
    let door = Doorstep::open().await;
    for (failure, status) in [
        ("PURPOSE_REQUIRED", 400),
        ("PURPOSE_NOT_ALLOWED", 400),
        ("SCOPE_MISSING", 403),
        ("LIMIT_COST", 400),
        ("LIMIT_BRACKETS", 400),
        ("UNAVAILABLE", 503),
        ("INTERNAL", 500),
    ] {
        for accept in [NEWER, OLDER] {
            let (got, body) = door.ask(accept, failure).await;
            assert_eq!((got, code(&body)), (status, failure), "{accept}");
        }
    }
}

#[tokio::test]
async fn every_answer_is_not_to_be_stored_or_sniffed_and_names_no_server() {
    let door = Doorstep::open().await;
    let requests = [
        door.post().json(&json!({ "query": QUERY })),
        door.post().json(&json!([])),
        door.client.get(door.url("/graphql")),
        door.client.get(door.url("/nothing/here")),
        door.client.get(door.url("/health/live")),
        door.client.post(door.url("/oauth/token")),
    ];
    for request in requests {
        let response = request.header("origin", "https://elsewhere.example").send().await.unwrap();
        let headers = response.headers();
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(!headers.contains_key("server") && !headers.contains_key("x-powered-by"));
        let opened = headers.keys().any(|name| name.as_str().starts_with("access-control-"));
        assert!(!opened, "pages of other origins stay outside");
    }
}

#[tokio::test]
async fn a_preflight_opens_nothing() {
    let door = Doorstep::open().await;
    let preflight = door
        .client
        .request(reqwest::Method::OPTIONS, door.url("/graphql"))
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "POST");
    let response = preflight.send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert!(!response.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn what_is_not_there_is_404_in_our_words_also_the_stream_that_does_not_exist_yet() {
    let door = Doorstep::open().await;
    for path in ["/", "/graphql/", "/graphql/stream", "/health", "/metrics", "/%2e%2e/etc/passwd"] {
        let (status, body) = answer(door.client.get(door.url(path))).await;
        assert_eq!((status, code(&body)), (404, "NOT_FOUND"), "{path}");
        assert!(!body.to_string().contains("passwd"));
    }
}

#[tokio::test]
async fn a_panic_ends_its_own_request_only() {
    let door = Doorstep::open().await;
    let (status, body) = door.ask(OLDER, "{ panic }").await;
    assert_eq!((status, code(&body)), (500, "INTERNAL"));
    assert!(!body.to_string().contains("asked to"));
    assert_eq!(door.ask(OLDER, QUERY).await.0, 200);
}

#[tokio::test]
async fn health_says_alive_and_ready_and_no_more() {
    let door = Doorstep::open().await;
    let get = |path: &str| door.client.get(door.url(path)).send();
    assert_eq!(get("/health/live").await.unwrap().text().await.unwrap(), "live\n");
    assert_eq!(get("/health/ready").await.unwrap().status(), 200);
    door.hub.ready.store(false, Ordering::SeqCst);
    assert_eq!(get("/health/live").await.unwrap().status(), 200);
    let response = get("/health/ready").await.unwrap();
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (503, "not ready\n"));
}
