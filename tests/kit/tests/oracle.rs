//! The oracle's script: it executes, keeps the SDL between questions, and says what is invalid.
#![cfg(test)]

use sangam_kit::node::Script;
use serde_json::{Value, json};

#[test]
fn the_oracle_executes_over_data_that_is_there() {
    let mut oracle = Script::start("oracle.mjs");
    let first = oracle.ask(&json!({
        "sdl": "type Query { a: Int! of: Kind } union Kind = X | Y type X { n: String! } type Y { m: String }",
        "query": "query Q($s: Boolean!) { b: a of { __typename ... on X { n @skip(if: $s) } } a }",
        "variables": { "s": false },
        "root": { "a": 3, "of": { "__typename": "X", "n": "one" } },
    }));
    assert_eq!(first.to_string(), r#"{"data":{"b":3,"of":{"__typename":"X","n":"one"},"a":3}}"#);
    let null = oracle.ask(&json!({ "query": "{ of { ... on X { n } } }", "root": { "of": { "__typename": "X" } } }));
    assert_eq!(null.get("data"), Some(&json!({ "of": null })));
    assert!(null.get("errors").is_some_and(Value::is_array));
    let invalid = oracle.ask(&json!({ "query": "{ c }", "root": {} }));
    assert_eq!(invalid.get("data"), None);
    assert!(invalid.to_string().contains("Cannot query field"));
}
