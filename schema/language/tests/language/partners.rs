//! The operations by which another hub is a partner are operations of this one.

use std::path::Path;
use std::sync::Arc;

use sangam_language::{Executor, Limits, Operation, Stage};
use serde_json::json;

use crate::fixture::{World, caller, operation};

#[tokio::test]
async fn the_shipped_operations_of_another_hub_must_be_executed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners");
    let executor = Executor::new(Arc::new(World::new(5)), Limits::standard(), false);
    let referral = "ref_00000000000000000000000000000001";
    for (name, variables) in [
        ("page", json!({"first": 50, "after": null})),
        ("record", json!({"key": referral})),
        ("standing", json!({"record": referral})),
        (
            "answer",
            json!({"record": referral, "version": 1, "input": "ACCEPT", "reason": null, "idempotencyKey": "StepTaken"}),
        ),
    ] {
        let text = std::fs::read_to_string(folder.join(format!("hub-mv.{name}.graphql"))).unwrap();
        let variables = variables.as_object().cloned().unwrap_or_default();
        let reply = executor.execute(&caller(), Operation { variables, ..operation(&text) }).await;
        let body = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(matches!(reply.stage, Stage::Executed), "{name}: {body}");
        assert!(!body.contains("\"errors\""), "{name}: {body}");
    }
}
