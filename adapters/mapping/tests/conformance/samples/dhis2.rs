//! DHIS2's own documented samples, served as they are, go through the client.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use sangam_wire::config::{Column, Dhis2Config};
use sangam_wire::dhis2::{AnswerCodes, Dhis2, Dhis2Access, Dhis2Offers, Dhis2Version};
use sangam_wire::{AnswerState, Delivered, Delivery, Found, Listed, Mark, Narrow, Reason, Wire, WireFault, Zone};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Samples;
use super::served::{Answers, hear, serve};

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
    let Some(samples) = Samples::of("dhis2") else { return };
    let person = "GET /api/tracker/trackedEntities/PQfMcpmXeFE";
    let one = samples.sample(Column::Live, "export_tracked_entity.json");
    let page = samples.sample(Column::In, "export_tracked_entities_page.json");
    let events = samples.sample(Column::In, "export_events_page.json");
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
    for text in [
        samples.sample(Column::In, "export_enrollment.json"),
        samples.sample(Column::In, "export_enrollments_page.json"),
    ] {
        let mut enrollment: Value = serde_json::from_str(&text).unwrap();
        if let Some(list) = enrollment.get("enrollments") {
            enrollment = list[0].clone();
        }
        let entity = json!({"trackedEntity": "PQfMcpmXeFE", "enrollments": [enrollment]}).to_string();
        let server = serve(with(&[(person, 200, &entity)])).await;
        assert_eq!(self::client(server).record("PQfMcpmXeFE").await.unwrap(), Found::Unmarked, "{text}");
    }
}

#[tokio::test]
async fn what_an_import_answers_is_judged() {
    let Some(samples) = Samples::of("dhis2") else { return };
    let post = "POST /api/tracker";
    let told =
        async |status: u16, body: &str| client(serve(with(&[(post, status, body)])).await).deliver(&offer()).await;
    let ok = samples.sample(Column::Out, "import_report_ok.json");
    assert!(told(200, &ok).await.is_ok());
    let refused = |status: u16, reasons: Vec<Reason>| Err(WireFault::Refused { status, reasons });
    let reason = Reason { field: Some("tracked_entity".to_owned()), codes: vec!["E1005".to_owned()] };
    let error = samples.sample(Column::Out, "import_report_error_E1005.json");
    assert_eq!(told(409, &error).await, refused(409, vec![reason.clone()]));
    assert_eq!(told(200, &error).await, refused(409, vec![reason]));
    assert_eq!(
        told(422, &samples.sample(Column::Out, "import_422_idscheme_error.json")).await,
        refused(422, Vec::new())
    );
    // Counts without a state, and notifications instead of a report, say nothing.
    for text in [
        samples.sample(Column::Out, "import_report_stats.json"),
        samples.apart("job_notifications.json", "a job's report is asked for, and not how it goes"),
        samples.apart("potential_duplicate.json", "who may be whom is for the server's own people"),
    ] {
        assert!(matches!(told(200, &text).await, Err(WireFault::Unexpected { .. })), "{text}");
    }
    let job = samples.sample(Column::Out, "import_async_job_added.json");
    let report = "GET /api/tracker/jobs/cHh2OCTJvRw/report";
    let server = serve(with(&[(post, 200, &job), (report, 200, &ok)])).await;
    assert!(client(server).deliver(&offer()).await.is_ok());
    let sly = job.replace("cHh2OCTJvRw", "../../../me");
    assert!(matches!(told(200, &sly).await, Err(WireFault::Unexpected { .. })));
}

/// Every member that the client sends stands in a documented payload of its kind.
#[tokio::test]
async fn what_is_sent_has_the_documented_shape() {
    let Some(samples) = Samples::of("dhis2") else { return };
    let kinds = ["trackedEntities", "enrollments", "events", "attributes", "dataValues"];
    let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for text in [
        samples.sample(Column::Out, "import_flat_payload.json"),
        samples.sample(Column::Out, "import_nested_payload.json"),
        samples.sample(Column::Out, "update_attributes.json"),
        samples.sample(Column::Out, "update_datavalues.json"),
        samples.sample(Column::Out, "delete_attribute_null.json"),
    ] {
        members(&serde_json::from_str(&text).unwrap(), &kinds, &mut known);
    }
    let event = samples.sample(Column::Out, "export_event.json").replace("aNLq9ZYoy9W", "ZzYYXq4fJie");
    let answers = with(&[
        ("POST /api/tracker", 200, &samples.sample(Column::Out, "import_report_ok.json")),
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
