//! A port that breaks its promises: what the walker does not have leave to write is not written.

use std::sync::Arc;

use sangam_custody::Shown;
use sangam_language::{
    Caller, Cell, Change, ErrorCode, Executor, Limits, Noted, Outcome, Page, PageAsk, Plan, Port, Ported, Watch,
};
use sangam_vocabulary::{CategorySet, Purpose};
use serde_json::Value;

use crate::fixture::{World, caller, json, operation};

/// How the port lies.
#[derive(Clone, Copy)]
enum Lie {
    /// It gives payloads and no mask.
    NoMask,
    /// It gives payloads the mask withholds.
    EmptyMask,
    /// It gives every payload in another category's place.
    Swapped,
    /// It gives numbers where texts are, and texts where codes are.
    WrongCells,
    /// It gives fewer cells and payloads than were asked for.
    Short,
}

struct Liar(World, Lie);

impl Port for Liar {
    fn read<'a>(&'a self, caller: &'a Caller, ask: PageAsk<'a>) -> Ported<'a, Page> {
        Box::pin(async move {
            let mut page = self.0.read(caller, ask).await?;
            for row in &mut page.rows {
                match self.1 {
                    Lie::NoMask => row.shown = None,
                    Lie::EmptyMask => {
                        let none = CategorySet::NONE;
                        row.shown = Some(Shown { released: none, not_shared: none, no_agreement: none, not_now: none });
                    }
                    Lie::Swapped => row.disclosed.reverse(),
                    Lie::WrongCells => {
                        for cell in &mut row.cells {
                            *cell =
                                if matches!(cell, Cell::Text(_)) { Cell::Int(1) } else { Cell::Text("X".to_owned()) };
                        }
                    }
                    Lie::Short => {
                        row.cells.clear();
                        row.disclosed.clear();
                    }
                }
            }
            Ok(page)
        })
    }

    fn change<'a>(
        &'a self,
        caller: &'a Caller,
        purpose: Option<Purpose>,
        change: Change,
        plans: &'a (dyn Fn(&str) -> Plan + Send + Sync),
    ) -> Ported<'a, Outcome> {
        self.0.change(caller, purpose, change, plans)
    }

    fn watch<'a>(
        &'a self,
        caller: Caller,
        field: &'static str,
        plan: Plan,
        purpose: Option<Purpose>,
    ) -> Ported<'a, Watch> {
        self.0.watch(caller, field, plan, purpose)
    }

    fn refused<'a>(&'a self, caller: &'a Caller, purpose: Option<Purpose>, code: ErrorCode) -> Noted<'a> {
        self.0.refused(caller, purpose, code)
    }
}

async fn told(lie: Lie, query: &str) -> Value {
    let executor = Executor::new(Arc::new(Liar(World::new(11), lie)), Limits::standard(), false);
    json(&executor.execute(&caller(), operation(query)).await.body)
}

const SUBJECTS: &str = "{ subjects { nodes { canSee health { notes } narrative { account } withheld { category } } } }";

#[tokio::test]
async fn a_payload_without_its_bit_must_not_be_written() {
    for lie in [Lie::NoMask, Lie::EmptyMask] {
        let said = told(lie, SUBJECTS).await;
        let nodes = said["data"]["subjects"]["nodes"].as_array().unwrap();
        assert!(!nodes.is_empty());
        for node in nodes {
            assert!(node["health"].is_null() && node["narrative"].is_null(), "{node}");
            let told: Vec<&str> =
                node["withheld"].as_array().unwrap().iter().map(|entry| entry["category"].as_str().unwrap()).collect();
            assert_eq!(told, ["HEALTH", "NARRATIVE"]);
        }
    }
}

#[tokio::test]
async fn a_state_without_its_bit_must_be_covered() {
    let said = told(Lie::EmptyMask, "{ referrals { nodes { state declineReason } } }").await;
    for node in said["data"]["referrals"]["nodes"].as_array().unwrap() {
        assert!(["DRAFT", "SENT", "RECEIVED", "IN_PROGRESS"].contains(&node["state"].as_str().unwrap()), "{node}");
        assert!(node["declineReason"].is_null());
    }
}

#[tokio::test]
async fn a_payload_in_another_place_must_be_a_fault_and_null() {
    let said = told(Lie::Swapped, "{ subjects { nodes { health { notes } perpetrator { notes } } } }").await;
    for node in said["data"]["subjects"]["nodes"].as_array().unwrap() {
        assert!(node["health"].is_null() && node["perpetrator"].is_null(), "{node}");
    }
    assert_eq!(said["errors"][0]["extensions"]["code"], "INTERNAL");
}

#[tokio::test]
async fn values_that_do_not_fit_or_are_not_there_must_null_their_parent() {
    for lie in [Lie::WrongCells, Lie::Short] {
        let said = told(lie, "{ organizations { nodes { name } } partners { nodes { synchronisedAt } } }").await;
        assert_eq!(said["data"]["organizations"], Value::Null);
        assert_eq!(said["errors"][0]["path"], serde_json::json!(["organizations", "nodes", 0, "name"]));
        assert!(said["errors"].as_array().unwrap().len() <= Limits::standard().errors);
        // What may be null is null by itself, and its row stands.
        assert!(
            said["data"]["partners"]["nodes"].as_array().unwrap().iter().all(|node| node["synchronisedAt"].is_null())
        );
    }
}
