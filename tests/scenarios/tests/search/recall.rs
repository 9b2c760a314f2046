//! Every cell of the recall's table through the API: what whoever was asked answers, in every state; nobody else answers
//! for it, whatever its seat.

use sangam_kit::database::Database;
use sangam_vocabulary::Code;
use sangam_workflow::flow::{Flow, ready};
use sangam_workflow::recall::{By, Event, Recall, State};
use serde_json::json;

use crate::house::{GIRL, House, OTHER, SHELTER, SOURCE, STRANGER};
use crate::words::WITHDRAW;
use sangam_scenarios::look::migrated;

const ANSWER: &str = "mutation($input: AnswerRecallInput!) { answerRecall(input: $input) { __typename
  ... on RecallAnswered { recall { state version } } ... on IllegalStep { legal missing } ... on NotFound { message }
  ... on InvalidInput { path message } ... on Conflict { version } } }";
const RECALLS: &str = "{ recalls(first: 100) { nodes { subject state reason answeredAt version } } }";

sangam_kit::both_databases! {
    template = migrated;

    async fn what_can_be_answered_is_what_is_taken(database: Database) {
        let house = House::agreed(&database).await;
        house.missing("Asha", &[SHELTER, OTHER]).await;
        let girl = house.girl(SHELTER, "Mina").await;
        let consent = house.says(SHELTER, girl, GIRL, &[SOURCE]).await;
        house.answer(SHELTER, "ACKNOWLEDGE", None).await;
        house.answer(SHELTER, "REPORT_SAFE", Some(girl)).await;
        house.change(SHELTER, WITHDRAW, json!({"consent": consent})).await;
        let (mut cells, mut taken) = (0, 0);
        for state in State::ALL {
            for event in Event::ALL {
                for name in [SOURCE, SHELTER, OTHER, STRANGER] {
                    let put = format!("UPDATE recall SET state = '{state}', is_open = {}, reason = NULL, answered_at = NULL, version = 1", u8::from(state.waits()));
                    house.look.run(&put).await;
                    let before = house.ask(SOURCE, RECALLS, json!({})).await;
                    assert_eq!(before["recalls"]["nodes"][0]["state"], state.code(), "{before}");
                    let row = Recall::STEPS.iter().find(|step| step.event == *event && step.by == By::Recipient);
                    let reason = row.and_then(|row| row.reasons.first()).map(|reason| reason.code());
                    let input = json!({
                        "subject": house.outward(name, girl), "version": 1, "answer": event.code(), "reason": reason,
                    });
                    let told = house.change(name, ANSWER, input).await;
                    let can = ready::<Recall>(*state, By::Recipient, &[]);
                    let did = told["__typename"] == "RecallAnswered";
                    assert_eq!(did, name == SOURCE && can.contains(event), "{state} {event} {name}: {told}");
                    if name != SOURCE {
                        assert_eq!(told["__typename"], "NotFound", "{state} {event} {name}: {told}");
                    } else if !did {
                        let legal: Vec<_> = can.iter().map(|event| event.code()).collect();
                        assert_eq!((&told["__typename"], &told["legal"]), (&json!("IllegalStep"), &json!(legal)), "{state} {event}");
                    }
                    if !did {
                        let after = house.ask(SOURCE, RECALLS, json!({})).await;
                        assert_eq!(after, before, "{state} {event} {name}: what is refused changes nothing");
                    }
                    (cells, taken) = (cells + 1, taken + usize::from(did));
                }
            }
        }
        assert_eq!(taken, Recall::STEPS.iter().filter(|step| step.by == By::Recipient).count());
        eprintln!("recalls: {cells} cells from four seats");
    }
}
