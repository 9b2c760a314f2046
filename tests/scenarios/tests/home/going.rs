//! A return as it goes: each organization by its own id of the request, each step on the version that was seen.

use serde_json::{Value, json};

use crate::house::{House, Survivor};
use crate::words;

/// The requests an organization sees.
pub(crate) async fn seen(house: &House, name: &str) -> Vec<Value> {
    let data = house.ask(name, &words::all(), json!({})).await;
    data["repatriations"]["nodes"].as_array().unwrap().clone()
}

/// The one request an organization sees.
pub(crate) async fn look(house: &House, name: &str) -> Value {
    let all = seen(house, name).await;
    assert_eq!(all.len(), 1, "{name} sees {all:?}");
    all.into_iter().next().unwrap()
}

/// Begins a request.
pub(crate) async fn begin(house: &House, home: &str, who: &Survivor, to: &str) -> Value {
    let told = house.change(home, "requestRepatriation", json!({ "subject": who.id, "to": to })).await;
    assert_eq!(told["__typename"], "RepatriationRequested", "{told}");
    told["repatriation"].clone()
}

async fn changed(house: &House, name: &str, field: &str, input: Value) -> Value {
    let known = look(house, name).await;
    let mut whole = json!({ "repatriation": known["id"], "version": known["version"] });
    whole.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    house.change(name, field, whole).await
}

/// Asks for a step, and gives what it came to.
pub(crate) async fn attempt(house: &House, name: &str, input: Value) -> Value {
    changed(house, name, "stepRepatriation", input).await
}

/// Takes a step that must be taken.
pub(crate) async fn step(house: &House, name: &str, input: Value) -> Value {
    let told = attempt(house, name, input.clone()).await;
    assert_eq!(told["__typename"], "RepatriationStepped", "{name} {input}: {told}");
    told["repatriation"].clone()
}

/// A step that must be refused for what is missing.
pub(crate) async fn lacks(house: &House, name: &str, input: Value, needs: &[&str]) {
    let told = attempt(house, name, input.clone()).await;
    assert_eq!(told["__typename"], "IllegalStep", "{name} {input}: {told}");
    let missing: Vec<&str> = told["missing"].as_array().unwrap().iter().map(|need| need.as_str().unwrap()).collect();
    assert_eq!(missing, needs, "{name} {input}: {told}");
}

/// Puts something on record.
pub(crate) async fn note(house: &House, name: &str, input: Value) -> Value {
    let told = changed(house, name, "noteRepatriation", input.clone()).await;
    assert_eq!(told["__typename"], "RepatriationNoted", "{name} {input}: {told}");
    told["repatriation"].clone()
}

/// Asks her, and writes down what she says.
pub(crate) async fn ask_her(house: &House, name: &str, words: &str) -> Value {
    note(house, name, json!({ "note": "WANTS_TO_RETURN", "words": words })).await
}

/// Everything a step may be asked for, with all that any of them brings.
const STEPS: &[(&str, &[&str])] = &[
    (
        "request",
        &[
            "SUBMIT",
            "INVITE_LAWYER",
            "INVITE_AUTHORITY",
            "INVITE_RECEIVER",
            "INVITE_LIAISON",
            "PROPOSE",
            "ARRANGE",
            "CONFIRM",
            "CALL_OFF",
            "DEPART",
            "TURN_BACK",
            "SIGN",
            "RECEIVE",
            "PLACE",
            "FOLLOW_UP",
            "COMPLETE",
            "END",
            "WITHDRAW",
            "REFUSE",
            "APPEAL",
            "FIND_ALTERNATIVE",
            "CANCEL",
        ],
    ),
    ("screening", &["FIND_NONE", "CLAIM", "DEFER", "SETTLE"]),
    ("court", &["ASK_FOR", "RECORD_STATEMENT", "CLEAR", "ORDER", "REFUSE", "APPEAL", "SET_ASIDE"]),
    ("verification", &["ASK", "BEGIN", "REPORT", "CONFIRM", "REFUSE", "APPEAL", "DENY", "LET_STAND"]),
    ("travelDocument", &["ASK_FOR", "APPLY", "ISSUE", "REFUSE", "REVOKE", "EXPIRE"]),
    ("exitClearance", &["ASK_FOR", "APPLY", "ISSUE", "REFUSE", "REVOKE", "EXPIRE"]),
    ("placement", &["AGREE", "ASSESS", "SIGN", "AGREE_PLACE", "STEP_BACK"]),
];

/// What is not offered to an organization is not taken, cell for cell, and what is offered is not refused for what is
/// missing: steps that ask for a reason are asked for without one, which is said only when nothing else is wrong. Steps
/// that ask for none are the scenario's own to take. How many cells were looked at.
pub(crate) async fn offers_what_happens(house: &House, name: &str) -> usize {
    let known = look(house, name).await;
    let mut cells = 0;
    for (part, events) in STEPS {
        let offered = if *part == "request" { &known["canDo"] } else { &known[*part]["canDo"] };
        let offered: Vec<&str> = offered.as_array().unwrap().iter().map(|event| event.as_str().unwrap()).collect();
        for event in *events {
            let mut input = json!({
                "attestedBy": house.second(name).await,
                "organization": house.public_id(crate::house::STRANGER), "apartFromPolice": true,
                "validFrom": house.at(0), "validUntil": house.at(24), "crossing": "HILI",
                "handoverFrom": house.at(1), "handoverUntil": house.at(48), "handoverAt": house.at(2), "escort": "POLICE",
            });
            input[*part] = json!(event);
            if part == &"request" && event.starts_with("INVITE") {
                // Whom it gives a seat is looked at before the table is.
                continue;
            }
            if !offered.contains(event) {
                let told = attempt(house, name, input).await;
                assert_eq!(told["__typename"], "IllegalStep", "{name} is not offered {part} {event}: {told}");
                cells += 1;
            } else if REASONED.contains(&(*part, *event)) {
                let told = attempt(house, name, input).await;
                assert_eq!(told["path"], "/reason", "{name} is offered {part} {event}: {told}");
                cells += 1;
            }
        }
    }
    assert_eq!(look(house, name).await["version"], known["version"], "nothing was taken");
    cells
}

/// The steps that ask for a reason from wherever they are taken.
const REASONED: &[(&str, &str)] = &[
    ("request", "CALL_OFF"),
    ("request", "TURN_BACK"),
    ("request", "REFUSE"),
    ("request", "CANCEL"),
    ("request", "FIND_ALTERNATIVE"),
    ("request", "END"),
    ("screening", "SETTLE"),
    ("court", "CLEAR"),
    ("court", "REFUSE"),
    ("court", "SET_ASIDE"),
    ("verification", "REFUSE"),
    ("verification", "DENY"),
    ("travelDocument", "REFUSE"),
    ("travelDocument", "REVOKE"),
    ("exitClearance", "REFUSE"),
    ("exitClearance", "REVOKE"),
    ("placement", "STEP_BACK"),
];

/// A screened, assessed and open request, with a receiving organization that has agreed.
pub(crate) async fn opened(house: &House, home: &str, receiver: &str, who: &Survivor, to: &str) {
    begin(house, home, who, to).await;
    step(house, home, json!({ "screening": "FIND_NONE", "apartFromPolice": true })).await;
    note(house, home, json!({ "note": "RISK_ASSESSED" })).await;
    note(house, home, json!({ "note": "BEST_INTEREST" })).await;
    step(house, home, json!({ "request": "SUBMIT" })).await;
    step(house, home, json!({ "request": "INVITE_RECEIVER", "organization": house.public_id(receiver) })).await;
    step(house, receiver, json!({ "placement": "AGREE" })).await;
}
