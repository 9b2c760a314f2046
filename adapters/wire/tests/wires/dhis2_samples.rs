//! DHIS2's own documented samples, served as they are, go through the client. The samples lie beside the checkout, not
//! in it; without them their test says so and passes.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use sangam_wire::config::Dhis2Config;
use sangam_wire::dhis2::{AnswerCodes, Dhis2, Dhis2Access, Dhis2Offers, Dhis2Version};
use sangam_wire::{AnswerState, Delivered, Delivery, Found, Listed, Mark, Narrow, Reason, Wire, WireFault, Zone};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::served::{Answers, hear, serve};

/// A client for the program that the samples are of, marked by a man's sex.
fn client(address: SocketAddr) -> Dhis2 {
    let codes = ["Male", "Female", "Done", "Back"].map(str::to_owned);
    let [accepted, declined, done, withdrawn] = codes;
    let config = Dhis2Config {
        base_url: format!("http://{address}/").parse().unwrap(),
        version: Dhis2Version::V41,
        access: Dhis2Access::Token("t".to_owned().into()),
        time_zone: Zone::read("+00:00").unwrap(),
        program: "IpHINAT79UW".to_owned(),
        tracked_entity_type: "nEenWmSyUEp".to_owned(),
        org_unit: "DiszpKrYNg8".to_owned(),
        sent_stage: Some("ZzYYXq4fJie".to_owned()),
        offers: Some(Dhis2Offers {
            stage: "A03MvHHogjR".to_owned(),
            answer: "oZg33kd9taw".to_owned(),
            reason: None,
            codes: AnswerCodes { accepted, declined, done, withdrawn },
        }),
        options: BTreeMap::new(),
        per_page: 1,
        overlap: 0,
    };
    let narrow = Narrow {
        fields: ["updatedAt", "attributes/w75KJ2mc4zz"].map(str::to_owned).to_vec(),
        referral_fields: ["event", "status", "scheduledAt"].map(str::to_owned).to_vec(),
        mark: Mark { field: "attributes/cejWyOfXge6".to_owned(), value: "Male".to_owned() },
    };
    Dhis2::new(&config, narrow, 1 << 20).unwrap()
}

fn samples() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/wire/dhis2");
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/wire/dhis2");
    let found = [folder, beside].into_iter().find(|folder| folder.is_dir());
    if found.is_none() {
        println!("skipped: DHIS2's samples are not beside this checkout");
    }
    found
}

const INFO: (&str, (u16, &str)) = ("GET /api/system/info", (200, r#"{"serverDate":"2024-03-19T13:18:16.370"}"#));

fn with(answers: &[(&'static str, u16, &str)]) -> Answers {
    let own = answers.iter().map(|(key, status, body)| (*key, (*status, (*body).to_owned())));
    own.chain([(INFO.0, (INFO.1.0, INFO.1.1.to_owned()))]).collect()
}

fn offer() -> Delivery {
    Delivery::Offer {
        record: Uuid::from_u128(1),
        referral: Uuid::from_u128(2),
        body: json!({
            "occurredAt": "2019-08-19T00:00:00.000", "attributes": {"w75KJ2mc4zz": "Johnny"},
            "dataValues": {"bx6fsa0t90x": true, "UXz7xuGCEhU": 5.7},
        }),
    }
}

#[tokio::test]
async fn what_is_exported_is_read() {
    let Some(folder) = samples() else { return };
    let sample = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let person = "GET /api/tracker/trackedEntities/PQfMcpmXeFE";
    let one = sample("export_tracked_entity.json");
    let page = sample("export_tracked_entities_page.json");
    let events = sample("export_events_page.json");
    let list = ("GET /api/tracker/trackedEntities", 200, page.as_str());
    let server = serve(with(&[(person, 200, &one), list, ("GET /api/tracker/events", 200, &events)])).await;
    let client = client(server);
    // Nobody of the page is in the program; a page that is full and counts nothing may be followed by another.
    let page = client.fetch(None).await.unwrap();
    assert_eq!((page.records.len(), page.more), (0, true));
    assert_eq!(page.listed, Listed::Keys { first: true, keys: Vec::new() });
    let Found::Marked(record) = client.record("PQfMcpmXeFE").await.unwrap() else { panic!("not marked") };
    assert_eq!(
        record,
        json!({
            "trackedEntity": "PQfMcpmXeFE", "updatedAt": "2016-08-03T23:49:43.309+00:00",
            "attributes": {"w75KJ2mc4zz": "John"},
            "referrals": [{"event": "Zq2dg6pTNoj", "status": "ACTIVE", "scheduledAt": "2023-03-10T00:00:00.000+00:00"}],
        })
    );
    let offered = |event: &str| Delivered { record: "PQfMcpmXeFE".to_owned(), referral: Some(event.to_owned()) };
    let answers = client.answers(&[offered("A7rzcnZTe2T"), offered("Zq2dg6pTNoj")]).await.unwrap();
    assert_eq!((answers.len(), answers[0].state), (1, AnswerState::Accepted));
    // Enrollments alone are in no list that is asked for; inside an entity they are read.
    for name in ["export_enrollment.json", "export_enrollments_page.json"] {
        let mut enrollment: Value = serde_json::from_str(&sample(name)).unwrap();
        if let Some(list) = enrollment.get("enrollments") {
            enrollment = list[0].clone();
        }
        let entity = json!({"trackedEntity": "PQfMcpmXeFE", "enrollments": [enrollment]}).to_string();
        let server = serve(with(&[(person, 200, &entity)])).await;
        assert_eq!(self::client(server).record("PQfMcpmXeFE").await.unwrap(), Found::Unmarked, "{name}");
    }
}

#[tokio::test]
async fn what_an_import_answers_is_judged() {
    let Some(folder) = samples() else { return };
    let sample = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let post = "POST /api/tracker";
    let told =
        async |status: u16, body: &str| client(serve(with(&[(post, status, body)])).await).deliver(&offer()).await;
    let ok = sample("import_report_ok.json");
    assert!(told(200, &ok).await.is_ok());
    let refused = |status: u16, reasons: Vec<Reason>| Err(WireFault::Refused { status, reasons });
    let reason = Reason { field: Some("tracked_entity".to_owned()), codes: vec!["E1005".to_owned()] };
    let error = sample("import_report_error_E1005.json");
    assert_eq!(told(409, &error).await, refused(409, vec![reason.clone()]));
    assert_eq!(told(200, &error).await, refused(409, vec![reason]));
    assert_eq!(told(422, &sample("import_422_idscheme_error.json")).await, refused(422, Vec::new()));
    // Counts without a state, and notifications instead of a report, say nothing.
    for name in ["import_report_stats.json", "job_notifications.json", "potential_duplicate.json"] {
        assert!(matches!(told(200, &sample(name)).await, Err(WireFault::Unexpected { .. })), "{name}");
    }
    let job = sample("import_async_job_added.json");
    let report = "GET /api/tracker/jobs/cHh2OCTJvRw/report";
    let server = serve(with(&[(post, 200, &job), (report, 200, &ok)])).await;
    assert!(client(server).deliver(&offer()).await.is_ok());
    let sly = job.replace("cHh2OCTJvRw", "../../../me");
    assert!(matches!(told(200, &sly).await, Err(WireFault::Unexpected { .. })));
}

/// Every member that the client sends stands in a documented payload of its kind.
#[tokio::test]
async fn what_is_sent_has_the_documented_shape() {
    let Some(folder) = samples() else { return };
    let sample = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let kinds = ["trackedEntities", "enrollments", "events", "attributes", "dataValues"];
    let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let names = [
        "import_flat_payload.json",
        "import_nested_payload.json",
        "update_attributes.json",
        "update_datavalues.json",
        "delete_attribute_null.json",
    ];
    for name in names {
        members(&serde_json::from_str(&sample(name)).unwrap(), &kinds, &mut known);
    }
    let event = sample("export_event.json").replace("aNLq9ZYoy9W", "ZzYYXq4fJie");
    let answers = with(&[
        ("POST /api/tracker", 200, &sample("import_report_ok.json")),
        ("GET /api/tracker/events/rgWr86qs0sI", 200, &event),
    ]);
    let (server, heard) = hear(answers).await;
    let client = client(server);
    client.deliver(&offer()).await.unwrap();
    let body = json!({"dataValues": {"HyJL2Lt37jN": "13"}});
    let answer = Delivery::Answer { record: "PQfMcpmXeFE".to_owned(), referral: "rgWr86qs0sI".to_owned(), body };
    client.deliver(&answer).await.unwrap();
    let posted = heard.all().into_iter().filter(|(_, body)| !body.is_empty());
    let posted: Vec<Value> = posted.map(|(_, body)| serde_json::from_str(&body).unwrap()).collect();
    assert_eq!(posted.len(), 4, "each is tried before it is done");
    assert_eq!(posted[0], posted[1]);
    let mut sent = BTreeMap::new();
    posted.iter().for_each(|body| members(body, &kinds, &mut sent));
    for (kind, names) in &sent {
        let odd: Vec<&String> = names.difference(&known[kind]).collect();
        assert!(odd.is_empty(), "{kind}: {odd:?}");
    }
    assert_eq!(sent.len(), kinds.len());
    let values = &posted[0]["events"][0]["dataValues"];
    assert_eq!(
        values,
        &json!([{"dataElement": "UXz7xuGCEhU", "value": "5.7"}, {"dataElement": "bx6fsa0t90x", "value": "true"}])
    );
    // The event goes back as it is, with the one value that changes.
    let mut whole: Value = serde_json::from_str(&event).unwrap();
    whole["dataValues"] = json!([{"dataElement": "HyJL2Lt37jN", "value": "13"}]);
    assert_eq!(posted[3]["events"][0]["dataValues"], whole["dataValues"]);
    assert_eq!(posted[3]["events"][0]["attributeOptionCombo"], whole["attributeOptionCombo"]);
}

/// The names of the members of objects in the lists of these names, wherever those are.
fn members<'k>(value: &Value, kinds: &[&'k str], all: &mut BTreeMap<&'k str, BTreeSet<String>>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                if let Some(kind) = kinds.iter().find(|kind| *kind == name) {
                    let items = inner.as_array().into_iter().flatten().filter_map(Value::as_object);
                    all.entry(kind).or_default().extend(items.flat_map(|item| item.keys().cloned()));
                }
                members(inner, kinds, all);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, kinds, all)),
        _ => {}
    }
}

#[test]
fn every_sample_goes_through_the_parser() {
    let Some(folder) = samples() else { return };
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        sangam_wire::dhis2::fuzz(&bytes);
        assert!(serde_json::from_slice::<Value>(&bytes).is_ok());
        read += 1;
    }
    assert_eq!(read, 18);
}

#[tokio::test]
async fn an_answer_of_another_shape_says_where() {
    let entity = json!({"trackedEntity": "PQfMcpmXeFE", "updatedAt": "2024-03-19T13:18:16.370"});
    let one = |change: Value| {
        let mut entity = entity.clone();
        entity.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({"trackedEntities": [entity]})
    };
    let earlier = json!({"trackedEntities": [entity, one(json!({"updatedAt": "2024-03-19T13:18:16.369"}))["trackedEntities"][0]]});
    let cases = [
        (json!([]), ""),
        (json!({"pager": {}}), "/trackedEntities"),
        (json!({"trackedEntities": {}}), "/trackedEntities"),
        (json!({"trackedEntities": ["x"]}), "/trackedEntities/0"),
        (json!({"trackedEntities": [{}]}), "/trackedEntities/0/trackedEntity"),
        (json!({"trackedEntities": [], "pager": 1}), "/pager"),
        (json!({"trackedEntities": [], "pager": {"total": "3"}}), "/pager/total"),
        (one(json!({"trackedEntity": "../../../me"})), "/trackedEntities/0/trackedEntity"),
        (one(json!({"updatedAt": "yesterday"})), "/trackedEntities/0/updatedAt"),
        (one(json!({"attributes": {}})), "/trackedEntities/0/attributes"),
        (one(json!({"attributes": [{"value": "x"}]})), "/trackedEntities/0/attributes/0/attribute"),
        (one(json!({"enrollments": [{}]})), "/trackedEntities/0/enrollments/0/program"),
        (earlier, "/trackedEntities/1/updatedAt"),
    ];
    for (body, expected) in cases {
        let server = serve(with(&[("GET /api/tracker/trackedEntities", 200, &body.to_string())])).await;
        // What is of one record holds up no other: its key alone goes on.
        let told = match client(server).fetch(None).await {
            Ok(page) => {
                let alone = |record: &Value| record.as_object().unwrap().keys().eq(["trackedEntity"]);
                assert!(
                    page.rejected == 1 && page.records.iter().filter(|record| alone(record)).count() == 1,
                    "{body}"
                );
                assert!(expected.starts_with("/trackedEntities/0/") && !expected.ends_with("/trackedEntity"), "{body}");
                continue;
            }
            Err(told) => told,
        };
        let WireFault::Unexpected { path, .. } = told else { panic!("{told:?} for {body}") };
        assert_eq!(path, expected, "{body}");
    }
}
