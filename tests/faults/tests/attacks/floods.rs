//! Documents with very many of something.

use std::fmt::Write as _;

use serde_json::Value;

use crate::server::{Harm, Server, send, try_attack};

fn many(times: usize, what: impl Fn(usize) -> String) -> String {
    (0..times).fold(String::new(), |mut all, number| {
        write!(all, "{} ", what(number)).unwrap();
        all
    })
}

fn executed(answer: &Value) -> bool {
    answer["data"].is_object()
}

#[tokio::test]
async fn many_aliases_meet_the_limit_of_aliases() {
    let query = format!("{{ {} }}", many(1_000, |number| format!("a{number}: __typename")));
    try_attack(|server| server.ask(&query), Harm::Amplifies(10_000), 400, "LIMIT_ALIASES").await;
}

#[tokio::test]
async fn very_many_aliases_meet_the_limit_of_length() {
    let query = format!("{{ {} }}", many(10_000, |number| format!("a{number}: __typename")));
    try_attack(|server| server.ask(&query), Harm::Amplifies(100_000), 400, "LIMIT_LENGTH").await;
}

#[tokio::test]
async fn the_same_field_very_often_meets_the_limit_of_root_fields() {
    let query = format!("{{ {} }}", many(3_900, |_| "__typename".to_owned()));
    try_attack(|server| server.ask(&query), Harm::Obeys(executed), 400, "LIMIT_ROOT_FIELDS").await;
    let query = format!("{{ {} }}", many(5_000, |_| "__typename".to_owned()));
    try_attack(|server| server.ask(&query), Harm::Obeys(executed), 400, "LIMIT_TOKENS").await;
}

#[tokio::test]
async fn many_directives_on_a_field_meet_the_limit_of_directives() {
    let query = format!("{{ __typename {} }}", many(600, |_| "@skip(if: false)".to_owned()));
    try_attack(|server| server.ask(&query), Harm::Obeys(executed), 400, "LIMIT_DIRECTIVES").await;
}

#[tokio::test]
async fn many_directives_on_an_operation_or_fragment_meet_the_limit_of_directives() {
    let on_operation = format!("query {} {{ __typename }}", many(1_900, |_| "@unknown".to_owned()));
    try_attack(|server| server.ask(&on_operation), Harm::Amplifies(100_000), 400, "LIMIT_DIRECTIVES").await;
    let on_fragment = format!("{{ ... {} {{ __typename }} }}", many(1_900, |_| "@unknown".to_owned()));
    try_attack(|server| server.ask(&on_fragment), Harm::Amplifies(100_000), 400, "LIMIT_DIRECTIVES").await;
}

#[tokio::test]
async fn many_fragments_meet_the_limit_of_fragments() {
    let fragments = many(200, |number| format!("fragment f{number} on Query {{ __typename }}"));
    let query = format!("{{ {} }} {fragments}", many(200, |number| format!("...f{number}")));
    try_attack(|server| server.ask(&query), Harm::Obeys(executed), 400, "LIMIT_FRAGMENTS").await;
}

#[tokio::test]
async fn many_unknown_fields_make_a_short_list_of_errors() {
    let unknown = |times| format!("{{ {} }}", many(times, |number| format!("u{number}")));
    try_attack(|server| server.ask(&unknown(3_900)), Harm::Amplifies(300_000), 400, "LIMIT_ROOT_FIELDS").await;

    let guarded = Server::guarded();
    let nested = format!("{{ organizations {{ nodes {} }} }}", unknown(1_500));
    let answer = send(guarded.ask(&nested)).await.unwrap();
    assert_eq!(answer.code(), "VALIDATION_FAILED");
    assert!(answer.json()["errors"].as_array().unwrap().len() <= 21 && answer.body.len() < 16 * 1024);
}

#[tokio::test]
async fn many_operations_in_one_document_meet_the_limit_of_length() {
    let query = many(2_500, |number| format!("query q{number} {{ __typename }}"));
    let attack = |server: &Server| server.post().json(&serde_json::json!({ "query": query, "operationName": "q1" }));
    try_attack(attack, Harm::Obeys(executed), 400, "LIMIT_LENGTH").await;
}
