//! What a caller is told it can do is what happens: every cell of the table, asked through the API in every situation a
//! referral can be in, from both seats. And where the state is covered, what is told is the covering word's, so that it
//! does not tell the state, and every step is refused.

use sangam_vocabulary::Code;
use sangam_workflow::referral::{Event, State};

use super::*;

/// How a situation comes about: who does what, in order. `answer` answers the first service.
type Way = &'static [(&'static str, &'static str)];

/// A situation: its name, the state it is, whether it begins as a draft, the way to it.
const SITUATIONS: &[(&str, &str, bool, Way)] = &[
    ("a draft", "DRAFT", true, &[]),
    ("a draft given up", "WITHDRAWN", true, &[(SHELTER, "WITHDRAW")]),
    ("sent", "SENT", false, &[]),
    ("sent, and the one service declined", "SENT", false, &[(STRANGER, "answer DECLINE")]),
    ("taken note of", "RECEIVED", false, &[(STRANGER, "RECEIVE")]),
    ("promised", "ACCEPTED", false, &[(STRANGER, "ACCEPT")]),
    ("promised, and cannot be kept", "ACCEPTED", false, &[(STRANGER, "ACCEPT"), (STRANGER, "answer DECLINE")]),
    ("begun", "IN_PROGRESS", false, &[(STRANGER, "ACCEPT"), (STRANGER, "START")]),
    ("given", "IN_PROGRESS", false, &[(STRANGER, "ACCEPT"), (STRANGER, "START"), (STRANGER, "answer GIVE")]),
    (
        "completed",
        "COMPLETED",
        false,
        &[(STRANGER, "ACCEPT"), (STRANGER, "START"), (STRANGER, "answer GIVE"), (STRANGER, "COMPLETE")],
    ),
    ("declined", "DECLINED", false, &[(STRANGER, "DECLINE")]),
    ("redirected", "REDIRECTED", false, &[(STRANGER, "REDIRECT")]),
    ("withdrawn", "WITHDRAWN", false, &[(SHELTER, "WITHDRAW")]),
    ("expired", "EXPIRED", false, &[("clock", "EXPIRE")]),
];

/// The referral as both sides know it.
struct Both {
    sender: Value,
    recipient: Option<Value>,
}

impl Both {
    async fn see(&self, case: &Case, handle: &str) -> Value {
        match (handle, &self.recipient) {
            (SHELTER, _) => case.one(SHELTER, &self.sender["id"]).await,
            (_, Some(referral)) => case.one(STRANGER, &referral["id"]).await,
            (_, None) => Value::Null,
        }
    }
}

fn more(case: &Case, event: &str) -> Value {
    match event {
        "DECLINE" => json!({ "reason": "NO_CAPACITY" }),
        "REDIRECT" => json!({ "proposed": case.house.public_id(AGENCY) }),
        _ => json!({}),
    }
}

async fn arrive(case: &Case, number: &mut u32, draft: bool, way: Way) -> Both {
    *number += 1;
    let key = format!("grid {number}");
    let again = json!({ "reReferral": *number > 1 });
    let written = case.write(if draft { "draftReferral" } else { "sendReferral" }, &key, again).await;
    let sender = written["referral"].clone();
    assert!(sender["id"].is_string(), "{written}");
    let recipient = if draft { None } else { Some(case.latest(STRANGER, "RECEIVED").await) };
    let both = Both { sender, recipient };
    for (who, event) in way {
        let now = both.see(case, who).await;
        match (*who, event.strip_prefix("answer ")) {
            ("clock", _) => {
                let record = case.house.look.newest_referral().await;
                case.house.clock.advance(8 * 24 * 3_600_000);
                let command = case.house.desk.expiry_command(record).await.unwrap().unwrap();
                case.house.desk.writer().submit(command).await.unwrap();
            }
            (_, Some(event)) => {
                let told = case.answer(&now, json!([1]), event).await;
                assert_eq!(told["__typename"], "ServicesAnswered", "{told}");
            }
            (who, None) => {
                case.stepped(who, &now, event, more(case, event)).await;
            }
        }
    }
    both
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_can_be_done_is_what_happens_in_every_cell(database: Database) {
        let case = Case::open(&database).await;
        let (mut number, mut taken, mut refused) = (0, 0, 0);
        // One that was sent comes first, so that the others can be declared the same once more.
        arrive(&case, &mut number, false, &[]).await;
        for (name, state, draft, way) in SITUATIONS {
            for handle in [SHELTER, STRANGER] {
                let mut both = arrive(&case, &mut number, *draft, way).await;
                let told = both.see(&case, handle).await;
                if told.is_null() {
                    assert!(*draft && handle == STRANGER, "{name}");
                    continue;
                }
                let is_covered = told["state"] != *state;
                assert_eq!(is_covered, handle == STRANGER && told["services"].is_null(), "{name}: {told}");
                let can_do = told["canDo"].as_array().unwrap().clone();
                for event in Event::ALL.iter().map(|event| event.code()) {
                    let now = both.see(&case, handle).await;
                    let came = case.step(handle, &now, event, more(&case, event)).await;
                    let is_told = can_do.contains(&json!(event));
                    if is_told && !is_covered {
                        assert_eq!(came["__typename"], "StepTaken", "{name}, {handle}, {event}: {came}");
                        taken += 1;
                        both = arrive(&case, &mut number, *draft, way).await;
                    } else {
                        assert_eq!(came["__typename"], "IllegalStep", "{name}, {handle}, {event}: {came}");
                        let after = both.see(&case, handle).await;
                        assert_eq!(after, now, "{name}, {handle}, {event}: what is refused changes nothing");
                        refused += 1;
                    }
                }
            }
        }
        eprintln!("referrals: {} cells from both seats", taken + refused);
        // Every state was met, and every row of the table that a seat takes was taken, once for each way it can be.
        let met: std::collections::BTreeSet<&str> = SITUATIONS.iter().map(|(_, state, ..)| *state).collect();
        assert_eq!(met.len(), State::ALL.len());
        assert!(taken >= 17 && refused > 150, "{taken} taken, {refused} refused");
    }

    /// To a recipient from whom the services are withheld the state is its covering word, and that is what it goes by: what
    /// the word offers may be taken, nothing else is, and a refusal says no more than the word.
    async fn where_the_state_does_not_show_the_covering_word_is_what_happens(database: Database) {
        let case = Case::open(&database).await;
        let look = &case.house.look;
        look.run("CREATE TABLE kept_span AS SELECT * FROM consent_span").await;
        let (mut number, mut taken, mut refused) = (0, Vec::new(), 0);
        arrive(&case, &mut number, false, &[]).await;
        for (name, state, draft, way) in SITUATIONS.iter().filter(|(_, _, draft, _)| !draft) {
            for event in Event::ALL.iter().map(|event| event.code()) {
                let both = arrive(&case, &mut number, *draft, way).await;
                look.run("DELETE FROM consent_span").await;
                let now = both.see(&case, STRANGER).await;
                assert!(now["services"].is_null(), "{name}: {now}");
                let word = if ["SENT", "RECEIVED"].contains(state) { *state } else { "IN_PROGRESS" };
                assert_eq!(now["state"], word, "{name}");
                let came = case.step(STRANGER, &now, event, more(&case, event)).await;
                if came["__typename"] == "StepTaken" {
                    assert!(now["canDo"].as_array().unwrap().contains(&json!(event)), "{name}, {event}: {came}");
                    taken.push((*state, event));
                } else {
                    assert_eq!(came["__typename"], "IllegalStep", "{name}, {event}: {came}");
                    if now["state"] != *state {
                        assert_eq!((&came["legal"], &came["missing"]), (&now["canDo"], &json!([])), "{name}, {event}");
                    }
                    assert_eq!(both.see(&case, STRANGER).await, now, "{name}, {event}: what is refused changes nothing");
                    refused += 1;
                }
                look.run("INSERT INTO consent_span SELECT * FROM kept_span").await;
            }
        }
        // To say no is offered by the word and legal by the state; to begin is legal by the state and not offered.
        assert!(taken.contains(&("ACCEPTED", "DECLINE")) && !taken.contains(&("ACCEPTED", "START")), "{taken:?}");
        eprintln!("referrals under a covering word: {} cells", taken.len() + refused);
    }
}
