//! The strict client: it keeps quiet about a true answer and names each broken promise.
#![cfg(test)]

use sangam_kit::client::Promises;
use serde_json::{Value, json};

const SDL: &str = "
    type Query { referral(id: ID!): Referral page: [Referral!]! outcome: Outcome! }
    interface Node { id: ID! }
    type Referral implements Node { id: ID! state: State! count: Int note: String }
    type Refused { code: String! }
    union Outcome = Referral | Refused
    enum State { SENT ACCEPTED }
";

fn broken(query: &str, variables: &Value, data: &Value) -> Vec<String> {
    Promises::read(SDL).broken_by(query, variables, &json!({ "data": data }))
}

#[test]
fn a_true_answer_breaks_nothing() {
    let query = "query Q($no: Boolean = false) {
        one: referral(id: 1) { __typename ...Base count @include(if: $no) id }
        page { id note }
        outcome { __typename ... on Node { id } ... on Refused { code } }
    } fragment Base on Node { id ... on Referral { state } }";
    let data = json!({
        "one": { "__typename": "Referral", "id": "1", "state": "SENT" },
        "page": [{ "id": "2", "note": null }],
        "outcome": { "__typename": "Refused", "code": "X" },
    });
    assert_eq!(broken(query, &Value::Null, &data), Vec::<String>::new());
    let with_count = broken(query, &json!({ "no": true }), &data);
    assert_eq!(with_count.len(), 1, "the variable asks for `count`, and it is not there: {with_count:?}");
}

#[test]
fn an_answer_without_data_breaks_nothing() {
    let answer = json!({ "data": null, "errors": [{ "message": "no" }] });
    assert!(Promises::read(SDL).broken_by("{ page { id } }", &Value::Null, &answer).is_empty());
}

#[test]
fn each_broken_promise_is_named() {
    let cases = [
        ("a missing key", "{ page { id note } }", json!({ "page": [{ "id": "1" }] })),
        ("a key nobody asked for", "{ page { id } }", json!({ "page": [{ "id": "1", "note": "x" }] })),
        ("another order", "{ page { id note } }", json!({ "page": [{ "note": null, "id": "1" }] })),
        ("a null that may not be", "{ page { id } }", json!({ "page": [{ "id": null }] })),
        ("a null in a list that may hold none", "{ page { id } }", json!({ "page": [null] })),
        ("an object for a list", "{ page { id } }", json!({ "page": { "id": "1" } })),
        ("a state that is none", "{ page { state } }", json!({ "page": [{ "state": "LOST" }] })),
        ("a number for an id", "{ page { id } }", json!({ "page": [{ "id": 1 }] })),
        ("a number beyond 32 bits", "{ page { count } }", json!({ "page": [{ "count": 3_000_000_000_u64 }] })),
        ("another type's name", "{ page { __typename } }", json!({ "page": [{ "__typename": "Refused" }] })),
        ("a stranger to the union", "{ outcome { __typename } }", json!({ "outcome": { "__typename": "Query" } })),
    ];
    for (name, query, data) in cases {
        let broken = broken(query, &Value::Null, &data);
        assert_eq!(broken.len(), 1, "{name}: {broken:?}");
    }
}
