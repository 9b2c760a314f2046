//! The client against a server of a few lines: what it sends, and what it does not take for an answer.
#![cfg(test)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use sangam_kit::client::{Addresses, Client, Credentials, Refused};
use serde_json::{Value, json};

/// Answers one connection each with these texts, in turn, and returns what was asked.
fn served(answers: Vec<String>) -> (Addresses, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("its address"));
    let server = thread::spawn(move || {
        answers
            .into_iter()
            .map(|answer| {
                let (stream, _) = listener.accept().expect("a caller");
                let mut reader = BufReader::new(stream);
                let mut asked = String::new();
                while reader.read_line(&mut asked).expect("a header") > 2 {}
                let length = asked
                    .lines()
                    .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
                    .unwrap_or(0);
                let mut body = vec![0; length];
                reader.read_exact(&mut body).expect("the body");
                asked.push_str(&String::from_utf8(body).expect("text"));
                reader.get_mut().write_all(answer.as_bytes()).expect("the answer is sent");
                asked
            })
            .collect()
    });
    (Addresses::of(&origin), server)
}

fn http(status: &str, media_type: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn credentials() -> Credentials {
    Credentials {
        client_id: "kit".to_owned(),
        client_secret: "not a secret".to_owned(),
        scopes: vec!["referral:read".to_owned()],
    }
}

#[tokio::test]
async fn signs_in_and_asks_with_token_and_purpose() {
    let (addresses, server) = served(vec![
        http("200 OK", "application/json", r#"{"access_token":"t0k","token_type":"Bearer","expires_in":300}"#),
        http("200 OK", "application/graphql-response+json; charset=utf-8", r#"{"data":{"a":1}}"#),
    ]);
    let client = Client::signed_in(&addresses, &credentials()).await.expect("a token");
    let answer = client.for_purpose("PROTECTION").ask("query Q($x: Int) { a }", json!({ "x": 1 })).await;
    assert_eq!((answer.status(), answer.at("/a")), (200, &json!(1)));
    let asked = server.join().expect("the server");
    assert!(asked[0].starts_with("POST /oauth/token "), "{}", asked[0]);
    assert!(asked[0].contains("grant_type=client_credentials"), "{}", asked[0]);
    assert!(asked[0].to_ascii_lowercase().contains("authorization: basic "), "{}", asked[0]);
    assert!(asked[1].starts_with("POST /graphql "), "{}", asked[1]);
    let headers = asked[1].to_ascii_lowercase();
    assert!(headers.contains("authorization: bearer t0k"), "{headers}");
    assert!(headers.contains("sangam-purpose: protection"), "{headers}");
    assert!(asked[1].ends_with(r#"{"query":"query Q($x: Int) { a }","variables":{"x":1}}"#), "{}", asked[1]);
}

#[tokio::test]
async fn a_refusal_keeps_its_code() {
    let (addresses, server) =
        served(vec![http("401 Unauthorized", "application/json", r#"{"error":"invalid_client"}"#)]);
    let refused = Client::signed_in(&addresses, &credentials()).await.expect_err("a refusal");
    assert!(matches!(&refused, Refused::Answered { code, .. } if code == "invalid_client"), "{refused}");
    drop(server.join());
}

#[tokio::test]
async fn a_page_is_not_an_answer() {
    let (addresses, server) = served(vec![http("200 OK", "text/html", "<p>welcome</p>")]);
    let client = Client::stranger(&addresses);
    let asked = tokio::spawn(async move { client.ask("{ a }", Value::Null).await.status() }).await;
    assert!(asked.is_err(), "HTML must fail the test");
    drop(server.join());
}

#[tokio::test]
async fn a_strict_client_fails_on_a_missing_key() {
    let (addresses, server) = served(vec![http("200 OK", "application/json", r#"{"data":{}}"#)]);
    let client = Client::stranger(&addresses).strict("type Query { a: Int }");
    let asked = tokio::spawn(async move { client.ask("{ a }", Value::Null).await.status() }).await;
    assert!(asked.is_err(), "a missing key must fail the test");
    drop(server.join());
}
