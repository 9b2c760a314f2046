//! Every cell of the two tables through the API: what a caller is told it can do is what happens when it does it, and
//! nothing else happens.

use sangam_kit::database::Database;
use sangam_vocabulary::{Category, CategorySet, Code, Purpose, SubjectId};
use sangam_workflow::{contribution, hearing};
use serde_json::{Value, json};

use crate::house::{FRIEND, HOLDER, House, LAWYER};
use crate::words::{ACCEPT, CONTRIBUTION, CONTRIBUTIONS, DECLINE, END, HEARING, HEARINGS, RECORD, STEP};
use sangam_scenarios::look::migrated;

const ANSWERS: [(&str, &str); 3] = [("ACCEPT", ACCEPT), ("DECLINE", DECLINE), ("END", END)];
/// Who sits in a hearing, and for what it asks.
const IN_COURT: [(&str, Purpose); 2] = [(HOLDER, Purpose::Protection), (LAWYER, Purpose::LegalAid)];

/// Who is invited, as what, and why.
const GUESTS: [(&str, &str, Purpose); 2] =
    [(FRIEND, "CONTRIBUTOR", Purpose::Protection), (LAWYER, "LAWYER", Purpose::LegalAid)];

impl House {
    /// A part in a new case that stands so; both see it under ids of their own.
    async fn part_in(&self, state: contribution::State, guest: (&str, &str, Purpose)) -> SubjectId {
        use contribution::State;
        let (handle, _, why) = guest;
        let subject = self.subject().await;
        self.invite(subject, guest, 60).await;
        let newest = self.nodes(handle, why, CONTRIBUTIONS).await.remove(0);
        let step = json!({"contribution": newest["id"], "version": newest["version"]});
        match state {
            State::Invited => {}
            State::Active => drop(self.change(handle, why, ACCEPT, step).await),
            State::Declined => drop(self.change(handle, why, DECLINE, step).await),
            State::Ended => {
                let own = self.nodes(HOLDER, why, CONTRIBUTIONS).await.remove(0);
                self.change(HOLDER, why, END, json!({"contribution": own["id"], "version": own["version"]})).await;
            }
            State::Expired => self.days(31),
        }
        subject
    }

    /// A new hearing in a case that stands so, with a hold on the return or without; as one side sees it.
    async fn hearing_in(
        &self,
        subject: SubjectId,
        state: hearing::State,
        holds: bool,
        (handle, why): (&str, Purpose),
    ) -> Value {
        let date = json!({
            "subject": self.outward(HOLDER, subject), "kind": "EVIDENCE", "takesPlaceAt": "2026-12-01T04:00:00Z", "holdsReturn": holds,
        });
        let made = self.change(HOLDER, Purpose::Protection, RECORD, date).await["hearing"].clone();
        let event = match state {
            hearing::State::Scheduled => None,
            hearing::State::Held => Some(json!({"event": "HEAR"})),
            hearing::State::Adjourned => Some(json!({"event": "ADJOURN", "reason": "NOT_SAID"})),
            hearing::State::Cancelled => Some(json!({"event": "CANCEL"})),
        };
        if let Some(mut step) = event {
            (step["hearing"], step["version"]) = (made["id"].clone(), made["version"].clone());
            let told = self.change(HOLDER, Purpose::Protection, STEP, step).await;
            assert_eq!(told["__typename"], "HearingStepped", "{told}");
        }
        self.nodes(handle, why, HEARINGS).await.remove(0)
    }
}

/// Whether a step happened, or what can be done instead.
fn outcome(told: &Value, done: &str, can_do: &Value) -> bool {
    match told["__typename"].as_str().unwrap() {
        "IllegalStep" => {
            assert_eq!(&told["legal"], can_do, "told what can be done instead: {told}");
            false
        }
        other => {
            assert_eq!(other, done, "{told}");
            true
        }
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_can_be_done_of_a_contribution_is_what_happens(database: Database) {
        let house = House::open(&database).await;
        let (mut cells, mut taken) = (0, 0);
        for guest in GUESTS {
            for state in contribution::State::ALL {
                for (event, mutation) in ANSWERS {
                    for (handle, why) in [(HOLDER, guest.2), (guest.0, guest.2)] {
                        house.part_in(*state, guest).await;
                        let part = house.nodes(handle, why, CONTRIBUTIONS).await.remove(0);
                        assert_eq!(part["state"], state.code());
                        let step = json!({"contribution": part["id"], "version": part["version"]});
                        let told = house.change(handle, why, mutation, step).await;
                        let could = part["canDo"].as_array().unwrap().contains(&json!(event));
                        let did = outcome(&told, "ContributionChanged", &part["canDo"]);
                        assert_eq!(did, could, "{handle} {event} in {}: {told}", state.code());
                        let after = house.ask(handle, why, CONTRIBUTION, json!({"id": part["id"]})).await;
                        assert_eq!(after["contribution"]["version"] != part["version"], did, "{after}");
                        (cells, taken) = (cells + 1, taken + usize::from(did));
                    }
                }
            }
        }
        // Accept, decline and end of an invitation, end from either side: five of thirty, for each kind of guest.
        assert_eq!((cells, taken), (60, 10));
    }

    async fn what_can_be_done_of_a_hearing_is_what_happens(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.consent(subject, LAWYER, &[Purpose::LegalAid], CategorySet::of(&[Category::Legal])).await;
        house.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await;
        let (mut cells, mut taken) = (0, 0);
        for (handle, why) in IN_COURT {
            for state in hearing::State::ALL {
                for holds in [false, true] {
                    for event in hearing::Event::ALL {
                        let before = house.hearing_in(subject, *state, holds, (handle, why)).await;
                        assert_eq!(before["state"], state.code());
                        let date = (*event == hearing::Event::Reschedule).then_some("2027-01-01T04:00:00Z");
                        let reason = (*event == hearing::Event::Adjourn).then_some("NO_CONNECTION");
                        let step = json!({
                            "hearing": before["id"], "version": before["version"], "event": event.code(), "reason": reason, "takesPlaceAt": date,
                        });
                        let told = house.change(handle, why, STEP, step).await;
                        let could = before["canDo"].as_array().unwrap().contains(&json!(event.code()));
                        // A step that is legal here and lacks the hold names what is missing.
                        let lacking = told["missing"] == json!(["HOLD"]);
                        let did = !lacking && outcome(&told, "HearingStepped", &before["canDo"]);
                        assert_eq!(did, could, "{handle} {} in {} {holds}: {told}", event.code(), state.code());
                        let after = house.ask(handle, why, HEARING, json!({"id": before["id"]})).await;
                        assert_eq!(after["hearing"]["version"] != before["version"], did, "{after}");
                        (cells, taken) = (cells + 1, taken + usize::from(did));
                    }
                }
            }
        }
        // Scheduled: hear, adjourn, cancel; adjourned: set anew, cancel; and wherever a hold is, lift it: with a hold 3,
        // without 0, for each side. What was called off holds nobody.
        assert_eq!((cells, taken), (80, 2 * (5 + 5 + 3)));
    }

    /// To a lawyer who may not see court matters every hearing is a date that was set: that is what it goes by, and what it
    /// tries tells it nothing.
    async fn where_a_hearing_does_not_show_the_covering_word_is_what_happens(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.takes_part(subject, (LAWYER, "LAWYER", Purpose::LegalAid)).await;
        let (mut cells, mut taken) = (0, Vec::new());
        for state in hearing::State::ALL {
            for holds in [false, true] {
                for event in hearing::Event::ALL {
                    let before = house.hearing_in(subject, *state, holds, (LAWYER, Purpose::LegalAid)).await;
                    assert_eq!((&before["state"], &before["canDo"]), (&json!("SCHEDULED"), &json!(["HEAR", "ADJOURN", "CANCEL"])));
                    let date = (*event == hearing::Event::Reschedule).then_some("2027-01-01T04:00:00Z");
                    let reason = (*event == hearing::Event::Adjourn).then_some("NO_CONNECTION");
                    let step = json!({
                        "hearing": before["id"], "version": before["version"], "event": event.code(), "reason": reason, "takesPlaceAt": date,
                    });
                    let told = house.change(LAWYER, Purpose::LegalAid, STEP, step).await;
                    if told["__typename"] == "HearingStepped" {
                        assert!(before["canDo"].as_array().unwrap().contains(&json!(event.code())), "{event} in {state}: {told}");
                        taken.push((state.code(), event.code()));
                    } else {
                        let said = (&told["__typename"], &told["legal"], &told["missing"]);
                        assert_eq!(said, (&json!("IllegalStep"), &before["canDo"], &json!([])), "{event} in {state} {holds}: {told}");
                    }
                    cells += 1;
                }
            }
        }
        assert!(taken.contains(&("ADJOURNED", "CANCEL")) && !taken.contains(&("ADJOURNED", "RESCHEDULE")), "{taken:?}");
        eprintln!("hearings under a covering word: {cells} cells");
    }
}
