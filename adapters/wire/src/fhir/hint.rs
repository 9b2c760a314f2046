//! Which patient a notification is about. What it says of her is not used: she is asked for as if nobody had said anything.
//! Two forms are known: a resource alone, and the bundle of a topic-based subscription (HL7 Subscriptions R5 Backport, in
//! R4), whose first entry names what the event is about and whose others may carry it.

use reqwest::Url;
use serde_json::Value;

use super::bundle::{Resource, id, is_id, kind};
use super::reference::{spell, target};

/// The patient's id; `None` where nobody is named.
pub(super) fn patient(base: &Url, mut body: Value) -> Option<String> {
    spell(base, &mut body);
    let Value::Object(told) = body else { return None };
    if kind(&told) != Some("Bundle") {
        return of(&told);
    }
    let entries = told.get("entry")?.as_array()?;
    let resources = || entries.iter().filter_map(|entry| entry.get("resource")?.as_object());
    resources().find_map(of).or_else(|| resources().filter_map(event).next())
}

/// Whose a resource is.
fn of(resource: &Resource) -> Option<String> {
    let id = match kind(resource)? {
        "Patient" => Some(id(resource)).filter(|id| is_id(id)),
        "Task" => target(resource, "for", "Patient"),
        "ServiceRequest" => target(resource, "subject", "Patient"),
        "Consent" => target(resource, "patient", "Patient"),
        _ => None,
    };
    id.map(str::to_owned)
}

/// The patient that the event of a subscription's status names: `notification-event`, its part `focus`.
fn event(status: &Resource) -> Option<String> {
    let named = |list: Option<&Value>, name: &str| {
        let list = list.and_then(Value::as_array)?;
        list.iter().find(|one| one.get("name").and_then(Value::as_str) == Some(name)).cloned()
    };
    let event = named(status.get("parameter"), "notification-event")?;
    let focus = named(event.get("part"), "focus")?;
    let text = focus.pointer("/valueReference/reference")?.as_str()?;
    text.strip_prefix("Patient/").filter(|id| is_id(id)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Url, patient};

    #[test]
    fn a_notification_names_a_patient_or_nobody() {
        let base = Url::parse("https://fhir.example/r4/").unwrap();
        let event = |focus: &str| {
            json!({"resourceType": "Parameters", "parameter": [
                {"name": "subscription", "valueReference": {"reference": "Subscription/1"}},
                {"name": "notification-event", "part": [
                    {"name": "event-number", "valueString": "2"},
                    {"name": "focus", "valueReference": {"reference": focus}},
                ]},
            ]})
        };
        let bundle = |resources: Vec<serde_json::Value>| {
            let entries: Vec<_> = resources.into_iter().map(|resource| json!({ "resource": resource })).collect();
            json!({"resourceType": "Bundle", "type": "history", "entry": entries})
        };
        let task =
            json!({"resourceType": "Task", "id": "t", "for": {"reference": "https://fhir.example/r4/Patient/p1"}});
        for told in [
            json!({"resourceType": "Patient", "id": "p1"}),
            task.clone(),
            bundle(vec![event("https://fhir.example/r4/Patient/p1")]),
            bundle(vec![event("Task/t"), task]),
        ] {
            assert_eq!(patient(&base, told.clone()).as_deref(), Some("p1"), "{told}");
        }
        for told in [
            json!([]),
            json!({}),
            json!({"resourceType": "Patient", "id": "../p1"}),
            json!({"resourceType": "Organization", "id": "p1"}),
            json!({"resourceType": "Task", "for": {"reference": "https://other.example/r4/Patient/p1"}}),
            bundle(vec![event("Task/t")]),
            bundle(vec![]),
        ] {
            assert_eq!(patient(&base, told.clone()), None, "{told}");
        }
    }
}
