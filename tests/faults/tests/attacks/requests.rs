//! Requests that a page of another origin, or a link, could make a browser send.

use serde_json::{Value, json};

use crate::server::{Harm, Server, try_attack};

fn stepped(answer: &Value) -> bool {
    answer["data"]["step"] == 1
}

#[tokio::test]
async fn a_mutation_over_get_is_405() {
    let attack = |server: &Server| {
        // The bare schema and ours have different mutations; each is a valid one.
        let ours = "mutation { withdrawConsent(input: {consent: \"x\", idempotencyKey: \"k\"}) { __typename } }";
        let bare = "mutation { step }";
        let query = if server.is_bare() { bare } else { ours };
        let url = reqwest::Url::parse_with_params(&server.url(), [("query", query)]).unwrap();
        server.request(reqwest::Method::GET, url.as_str())
    };
    try_attack(attack, Harm::Obeys(stepped), 405, "METHOD_NOT_ALLOWED").await;
}

#[tokio::test]
async fn a_mutation_as_plain_text_or_without_a_type_is_415() {
    let body = json!({ "query": "mutation { step }" }).to_string();
    for kind in [Some("text/plain"), Some("application/x-www-form-urlencoded"), None] {
        let attack = |server: &Server| match kind {
            Some(kind) => server.post().header("content-type", kind).body(body.clone()),
            None => server.post().body(body.clone()),
        };
        try_attack(attack, Harm::Obeys(stepped), 415, "UNSUPPORTED_MEDIA_TYPE").await;
    }
}

#[tokio::test]
async fn a_mutation_as_an_upload_is_415() {
    let operations = json!({ "query": "mutation { step }" });
    let part = |name: &str, value: &str| {
        format!("--sea\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = format!("{}{}--sea--\r\n", part("operations", &operations.to_string()), part("map", "{}"));
    let attack =
        |server: &Server| server.post().header("content-type", "multipart/form-data; boundary=sea").body(body.clone());
    try_attack(attack, Harm::Obeys(stepped), 415, "UNSUPPORTED_MEDIA_TYPE").await;
}
