//! Bodies that are long, or that come back.

use std::time::Instant;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::{AT_ONCE, Harm, Server, must_harm, send, try_attack};

#[tokio::test]
async fn a_comment_of_forty_megabytes_meets_the_limit_of_the_body() {
    let query = format!("{{ __typename }} #{}", "x".repeat(40 << 20));
    let body = json!({ "query": query }).to_string();
    let attack = |server: &Server| server.post().header("content-type", "application/json").body(body.clone());
    must_harm(&attack, &Harm::Swallows).await;

    // Our door answers at the header, so the rest of the body is never sent: a bare socket shows it best.
    let guarded = Server::guarded();
    let started = Instant::now();
    let mut socket = TcpStream::connect(guarded.address).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("LIMIT_BODY"), "{answer}");
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    assert_eq!(send(guarded.ask("{ __typename }")).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_comment_that_fits_into_the_body_meets_the_limit_of_length() {
    let query = format!("{{ __typename }} #{}", "x".repeat(200 << 10));
    let obeyed = Harm::Obeys(|answer| answer["data"].is_object());
    try_attack(|server| server.ask(&query), obeyed, 400, "LIMIT_LENGTH").await;
}

#[tokio::test]
async fn a_syntax_error_does_not_come_back_with_its_line() {
    let line = |length: usize| format!("{{ __typename( {} }}", "x".repeat(length));
    let long = line(1_800_000);
    try_attack(|server| server.ask(&long), Harm::Amplifies(1_800_000), 413, "LIMIT_BODY").await;
    let fits = line(60_000);
    let attack = |server: &Server| server.ask(&fits).header("accept", "application/graphql-response+json");
    try_attack(attack, Harm::Amplifies(60_000), 400, "SYNTAX_ERROR").await;
    let answer = send(attack(&Server::guarded())).await.unwrap();
    assert!(answer.body.len() < 500 && !String::from_utf8_lossy(&answer.body).contains("xxx"));
}

#[tokio::test]
async fn a_batch_is_no_request() {
    let one = json!({ "query": "{ organizations(first: 50) { nodes { id name } } }" });
    let batch = Value::Array(vec![one; 1_000]);
    let attack = |server: &Server| server.post().json(&batch);
    let obeyed = Harm::Obeys(|answer| answer.as_array().is_some_and(|answers| answers.len() == 1_000));
    try_attack(attack, obeyed, 400, "BAD_REQUEST").await;
}
