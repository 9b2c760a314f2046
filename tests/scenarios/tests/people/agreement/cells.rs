//! What an agreement says that somebody can do is what happens: every state, every step, everybody.

use sangam_kit::database::Database;
use sangam_language::Caller;
use sangam_vocabulary::Code;
use sangam_workflow::agreement::{AgreementFlow, Event, State};
use sangam_workflow::flow::Flow;
use serde_json::{Value, json};

use super::{OF_OFFICERS, Parties, public};
use sangam_scenarios::look::migrated;

/// The step and the mutation that asks for it; what only the hub and the clock do has none.
const ASKED: [(Event, &str); 8] = [
    (Event::Propose, "proposeAgreement"),
    (Event::Approve, "approveAgreement"),
    (Event::Reject, "rejectAgreement"),
    (Event::Withdraw, "withdrawAgreement"),
    (Event::Suspend, "suspendAgreement"),
    (Event::Resume, "resumeAgreement"),
    (Event::End, "endAgreement"),
    (Event::Supersede, "supersedeAgreement"),
];

impl Parties {
    fn everybody(&self) -> Vec<(&'static str, Caller)> {
        let admin =
            |organization, number: usize| self.house.person(organization, self.administrators[number], OF_OFFICERS);
        vec![
            ("who drafted it", self.of_own(self.own[0])),
            ("another officer of the drafter's", self.of_own(self.own[1])),
            ("an administrator of the drafter's", admin(self.house.own, 0)),
            ("an officer of the other party", self.of_other(self.other[0])),
            ("another officer of the other party", self.of_other(self.other[1])),
            ("an administrator of the other party", admin(self.house.other, 1)),
            ("a case worker of the other party", self.of_other(self.worker)),
            ("an officer of nobody's", self.outsider()),
        ]
    }

    /// An agreement in a state, anew.
    async fn in_state(&self, state: State) -> Value {
        let terms = || self.terms(&["SERVICES"]);
        let (own, other) = (self.of_own(self.own[1]), self.of_other(self.other[0]));
        match state {
            State::Draft => self.draft(terms()).await,
            State::Proposed => {
                // One has spoken already, so that it is seen that nobody speaks twice.
                let proposed = self.proposed(terms()).await;
                self.step(&other, "approveAgreement", &proposed).await
            }
            State::InForce => self.in_force(terms()).await,
            State::Suspended => {
                let agreement = self.in_force(terms()).await;
                let stopped = self.step(&other, "suspendAgreement", &agreement).await;
                self.step(&other, "resumeAgreement", &stopped).await
            }
            State::Ended => {
                let agreement = self.in_force(terms()).await;
                self.step(&own, "endAgreement", &agreement).await
            }
            State::Rejected => {
                let proposed = self.proposed(terms()).await;
                self.step(&other, "rejectAgreement", &proposed).await
            }
            State::Withdrawn => {
                let proposed = self.proposed(terms()).await;
                self.step(&own, "withdrawAgreement", &proposed).await
            }
            State::Superseded => {
                let agreement = self.in_force(terms()).await;
                let input = json!({ "agreement": agreement["id"], "version": agreement["version"], "terms": terms() });
                let newer = self.change(&self.of_own(self.own[0]), "supersedeAgreement", input).await;
                let newer = self.step(&own, "proposeAgreement", &newer["agreement"]).await;
                self.approved(&newer).await;
                self.seen(&own, &agreement["id"]).await
            }
            // By the clock alone; no step leads there, so the database is told.
            State::Expired => {
                let agreement = self.in_force(terms()).await;
                self.house.run("UPDATE agreement SET until_at = 1 WHERE state = 'IN_FORCE'", Vec::new()).await;
                self.seen(&own, &agreement["id"]).await
            }
        }
    }

    async fn asks(&self, caller: &Caller, event: Event, field: &str, seen: &Value) -> Value {
        if event == Event::Supersede {
            let mut terms = self.terms(&["SERVICES"]);
            if caller.party().organization == self.third {
                // Its own terms are good; what they would follow does not exist for it.
                terms["disclosers"] = json!([public(self.third)]);
            }
            let input = json!({ "agreement": seen["id"], "version": seen["version"], "terms": terms });
            return self.change(caller, field, input).await;
        }
        self.act(caller, field, seen).await
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_can_be_done_is_what_happens(database: Database) {
        let parties = Parties::open(&database).await;
        let (mut taken, mut met) = (0, Vec::new());
        for state in State::ALL {
            let mut agreement = parties.in_state(*state).await;
            assert_eq!(agreement["state"], state.code(), "{agreement}");
            for (name, caller) in parties.everybody() {
                for (event, field) in ASKED {
                    let cell = format!("{} {} {name}", state.code(), event.code());
                    let seen = parties.seen(&caller, &agreement["id"]).await;
                    let can = seen["canDo"].as_array().is_some_and(|can| can.contains(&json!(event.code())));
                    let asked = if seen.is_null() { &agreement } else { &seen };
                    let told = parties.asks(&caller, event, field, asked).await;
                    let done = matches!(told["__typename"].as_str(), Some("AgreementStepped" | "AgreementDrafted"));
                    assert_eq!(done, can, "{cell}: {told}");
                    if seen.is_null() {
                        assert_eq!(told["__typename"], "NotFound", "{cell}: it does not exist");
                    } else if !done {
                        assert_eq!(told["__typename"], "IllegalStep", "{cell}: {told}");
                        // What is legal instead is what the agreement says can be done, where the step is none at all.
                        if told["missing"] == json!([]) {
                            assert_eq!(told["legal"], seen["canDo"], "{cell}");
                        }
                    }
                    if done {
                        taken += 1;
                        met.push((*state, event));
                        // Proposals and drafts that nobody goes on with would fill the room for others.
                        parties.house.run("UPDATE agreement SET state = 'WITHDRAWN' WHERE state IN ('DRAFT', 'PROPOSED')", Vec::new()).await;
                        agreement = parties.in_state(*state).await;
                    }
                }
            }
        }
        // Every line of the table that a person can take was taken by somebody.
        for step in AgreementFlow::STEPS.iter().filter(|step| ASKED.iter().any(|(event, _)| *event == step.event)) {
            assert!(met.contains(&(step.from, step.event)), "{} {} was never taken", step.from.code(), step.event.code());
        }
        assert!(taken > 30, "{taken}");
    }
}
