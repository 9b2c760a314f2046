//! For every cell of the table and every kind, what is announced can be done is what happens.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use sangam_vocabulary::Code;
use sangam_workflow::exception::{Event, State};
use serde_json::{Value, json};

use crate::exceptions::staff::Staff;
use crate::house::{HOLDER, OTHER};

/// The verb for an event of a kind; none: nobody asks for it.
fn verb(kind: &str, event: Event) -> Option<&'static str> {
    match (kind, event) {
        ("ORDER", Event::Agree) => Some("attestOrder"),
        ("ORDER", Event::End) => Some("endOrder"),
        ("OVERRIDE", Event::Agree) => Some("approveOverride"),
        ("OVERRIDE", Event::End) => Some("endOverride"),
        ("EMERGENCY", Event::Review) => Some("reviewEmergency"),
        _ => None,
    }
}

/// The states a kind can be in.
fn states(kind: &str) -> &'static [State] {
    if kind == "EMERGENCY" {
        &[State::Declared, State::Reviewed]
    } else {
        &[State::Proposed, State::InForce, State::Lapsed, State::Ended]
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_can_be_done_is_what_happens(database: Database) {
        let staff = Staff::of(&database, Age::MinorUntil(sangam_vocabulary::Instant::NEVER)).await;
        let (first, second) = (staff.holder(staff.first), staff.holder(staff.second));
        let id = staff.house.outward(HOLDER, staff.subject);
        let recipient = staff.house.public_id(OTHER);
        let until = staff.house.desk.now().plus_days(20).rfc3339();
        let order = json!({ "subject": id, "kind": "COURT_ORDER", "categories": ["HEALTH"], "recipients": [recipient], "until": until });
        let overriding = json!({ "subject": id, "basis": "CHILD_PROTECTION", "categories": ["HEALTH"], "purposes": ["PROTECTION"], "recipient": recipient });
        staff.does(&first, "recordOrder", order).await;
        staff.does(&first, "requestOverride", overriding).await;
        let emergency = json!({ "subject": staff.house.outward(OTHER, staff.subject), "reason": "HEALTH" });
        staff.does(&staff.recipient(), "declareEmergency", emergency).await;
        let system = staff.house.caller(HOLDER);
        let mut cells = 0;
        for kind in ["ORDER", "OVERRIDE", "EMERGENCY"] {
            for state in states(kind) {
                for caller in [&first, &second, &system] {
                    for event in Event::ALL {
                        // Stored as it would be: what has lapsed is in force and past its time.
                        let (code, until) = match state {
                            State::Lapsed => ("IN_FORCE", "0"),
                            state => (state.code(), "9000000000000"),
                        };
                        let put = format!("UPDATE exception SET state = '{code}', until_at = {until} WHERE kind = '{kind}'");
                        staff.house.look.run(&put).await;
                        let row = staff.on_record(caller).await.into_iter().find(|one| one["kind"] == kind).unwrap();
                        assert_eq!(row["state"], state.code(), "{row}");
                        let announced = row["canDo"].as_array().unwrap().contains(&json!(event.code()));
                        let Some(verb) = verb(kind, *event) else {
                            assert!(!announced, "{kind} {state} {event}: {row}");
                            continue;
                        };
                        let mut input = json!({ "exception": row["id"], "version": row["version"] });
                        if *event == Event::Review {
                            input["finding"] = json!("JUSTIFIED");
                        }
                        let told: Value = staff.does(caller, verb, input).await;
                        assert_eq!(told["__typename"] == "ExceptionChanged", announced, "{kind} {state} {event}: {told}");
                        cells += 1;
                    }
                }
            }
        }
        assert_eq!(cells, 2 * 4 * 3 * 2 + 2 * 3);
    }
}
