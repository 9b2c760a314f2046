//! What the server takes: the shapes it checks, as servers with a validator do. A fault is told with a sentence that quotes
//! what was sent, which the hub must not pass on.

use serde_json::Value;

use super::{Resource, Shelf, outcome};
use crate::server::Told;

const GENDERS: [&str; 4] = ["male", "female", "other", "unknown"];
const TASKS: [&str; 12] = [
    "draft",
    "requested",
    "received",
    "accepted",
    "rejected",
    "ready",
    "cancelled",
    "in-progress",
    "on-hold",
    "failed",
    "completed",
    "entered-in-error",
];
const REQUESTS: [&str; 7] = ["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"];
const KINDS: [&str; 8] = [
    "Patient",
    "Task",
    "ServiceRequest",
    "Consent",
    "Organization",
    "HealthcareService",
    "Location",
    "OrganizationAffiliation",
];

/// Whether a resource is one of the type.
pub(super) fn checked(kind: &str, resource: &Resource, shelf: &Shelf) -> Result<(), Told> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    let refuse = |status: u16, code: &str, own: &str| {
        let sent = Value::Object(resource.clone()).to_string();
        Err(outcome(status, code, Some(own), &format!("not taken: {sent}")))
    };
    if text("resourceType") != Some(kind) || !KINDS.contains(&kind) {
        return refuse(400, "invalid", "resource_type");
    }
    let coded = |name: &str, list: &[&str]| text(name).is_some_and(|code| list.contains(&code));
    let fits = match kind {
        "Patient" => resource.get("gender").is_none() || coded("gender", &GENDERS),
        "Task" => coded("status", &TASKS) && text("intent").is_some(),
        "ServiceRequest" => coded("status", &REQUESTS) && text("intent").is_some() && resource.contains_key("subject"),
        _ => true,
    };
    if !fits {
        return refuse(422, "code-invalid", "profile.not_met");
    }
    if resource.values().any(|value| dangles(value, shelf)) {
        return refuse(400, "processing", "reference.unknown");
    }
    Ok(())
}

/// Whether a reference leads to nothing here; those to organizations may lead elsewhere.
fn dangles(value: &Value, shelf: &Shelf) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| dangles(item, shelf)),
        Value::Object(members) => members.iter().any(|(name, value)| match value {
            Value::String(text) if name == "reference" => match text.split_once('/') {
                Some((kind @ ("Patient" | "Task" | "ServiceRequest"), id)) => shelf.body(kind, id).is_none(),
                _ => text.starts_with("urn:"),
            },
            value => dangles(value, shelf),
        }),
        _ => false,
    }
}
