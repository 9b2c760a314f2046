//! Short documents that make much work or a long answer.

use std::fmt::Write as _;
use std::time::Duration;

use crate::server::{Harm, Server, send, try_attack};

#[tokio::test]
async fn a_flat_fragment_bomb_meets_the_limit_of_depth() {
    let mut query = "{ ...f0 }".to_owned();
    for level in 0..25 {
        write!(query, " fragment f{level} on Query {{ ...f{0} ...f{0} }}", level + 1).unwrap();
    }
    query.push_str(" fragment f25 on Query { __typename }");
    try_attack(|server| server.ask(&query), Harm::Stalls, 400, "LIMIT_DEPTH").await;
}

#[tokio::test]
async fn a_wide_fragment_bomb_meets_the_limit_of_cost() {
    let mut query = "{ itself { ...f0 } }".to_owned();
    for level in 0..7 {
        let spreads = format!("...f{} ", level + 1).repeat(20);
        write!(query, " fragment f{level} on Query {{ {spreads} }}").unwrap();
    }
    query.push_str(" fragment f7 on Query { __typename }");
    try_attack(|server| server.ask(&query), Harm::Stalls, 400, "LIMIT_COST").await;
}

#[tokio::test]
async fn many_lists_under_aliases_meet_the_limit_of_aliases() {
    let query = asked_often(1_000, "organizations(first: 200) { nodes { id name } }");
    try_attack(|server| server.ask(&query), Harm::Amplifies(5 << 20), 400, "LIMIT_TOKENS").await;
    let query = asked_often(150, "organizations(first: 200) { nodes { id name } }");
    try_attack(|server| server.ask(&query), Harm::Amplifies(1 << 20), 400, "LIMIT_ALIASES").await;
}

#[tokio::test]
async fn fewer_lists_under_aliases_meet_the_limit_of_root_fields() {
    let query = asked_often(60, "organizations(first: 200) { nodes { id name } }");
    try_attack(|server| server.ask(&query), Harm::Amplifies(400_000), 400, "LIMIT_ROOT_FIELDS").await;
}

#[tokio::test]
async fn long_lists_of_many_fields_meet_the_limit_of_cost() {
    let fields: String = (0..30).fold(String::new(), |mut fields, _| {
        fields.push_str(" id name");
        fields
    });
    let query = asked_often(10, &format!("organizations(first: 100) {{ nodes {{ {fields} }} }}"));
    try_attack(|server| server.ask(&query), Harm::Amplifies(30_000), 400, "LIMIT_COST").await;
}

#[tokio::test]
async fn a_page_longer_than_the_limit_meets_the_limit_of_pages() {
    let query = "{ organizations(first: 500000) { nodes { id name } } }";
    try_attack(|server| server.ask(query), Harm::Amplifies(10 << 20), 400, "LIMIT_PAGE").await;
}

#[tokio::test]
async fn introspection_in_circles_meets_the_limit_of_depth_or_cost() {
    let deep = in_circles(4);
    try_attack(|server| server.ask(&deep), Harm::Amplifies(200_000), 400, "LIMIT_DEPTH").await;

    // What is let through of it is bounded in time and in size.
    let guarded = Server::guarded();
    for circles in 1..4 {
        let answer = send(guarded.ask(&in_circles(circles))).await.unwrap();
        assert!(answer.after < Duration::from_secs(1) && answer.body.len() < 4 << 20);
    }
}

/// The schema's types, their fields' types, and so on.
fn in_circles(circles: usize) -> String {
    let mut query = format!("{{ __schema {{ types {{ ...f{circles} }} }} }} fragment f0 on __Type {{ name }}");
    for circle in 1..=circles {
        let inner = format!("...f{}", circle - 1);
        let types = format!("type {{ {inner} ofType {{ {inner} ofType {{ {inner} ofType {{ {inner} }} }} }} }}");
        write!(query, " fragment f{circle} on __Type {{ name fields {{ name {types} }} }}").unwrap();
    }
    query
}

fn asked_often(times: usize, field: &str) -> String {
    let fields: String = (0..times).fold(String::new(), |mut fields, number| {
        write!(fields, "a{number}: {field} ").unwrap();
        fields
    });
    format!("{{ {fields} }}")
}
