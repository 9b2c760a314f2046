//! The samples of ODK Central's own documentation, served as they are, go through the client.

use std::net::SocketAddr;

use sangam_wire::config::{Column, OdkConfig};
use sangam_wire::odk::{Odk, Takes};
use sangam_wire::{AnswerState, DecisionField, Delivered, Delivery, Found, Mark, Narrow, Reason, Wire, WireFault};
use serde_json::json;
use uuid::Uuid;

use super::{Samples, served};

const ONE: &str = "85cb9aff-005e-4edd-9739-dc9c1a829c44";

fn client(address: SocketAddr, mark: (&str, &str), form: bool) -> Odk {
    let config = OdkConfig {
        base_url: format!("http://{address}/").parse().unwrap(),
        email: "hub@example.org".to_owned(),
        password: "p".to_owned().into(),
        project: 7,
        form: form.then(|| "simple".to_owned()),
        list: (!form).then(|| "people".to_owned()),
        takes: Takes::All,
        per_page: 100,
        decisions: Some(DecisionField {
            field: "age".to_owned(),
            accepted: "88".to_owned(),
            declined: "0".to_owned(),
            done: "1".to_owned(),
            reason_field: None,
        }),
        withdrawn: None,
    };
    let narrow = Narrow {
        fields: ["name", "age", "firstName"].map(str::to_owned).to_vec(),
        referral_fields: Vec::new(),
        mark: Mark { field: mark.0.to_owned(), value: mark.1.to_owned() },
    };
    Odk::new(&config, narrow, 1 << 20).unwrap()
}

fn session() -> (u16, String) {
    (200, json!({"token": "t", "csrf": "c", "expiresAt": "2030-01-01T00:00:00.000Z"}).to_string())
}

const ENTITY: &str = "/v1/projects/7/datasets/people/entities/85cb9aff-005e-4edd-9739-dc9c1a829c44";

/// A client of a server that answers a call with a sample.
async fn told(key: &'static str, status: u16, text: &str) -> Odk {
    let answers = served::Answers::from([("POST /v1/sessions", session()), (key, (status, text.to_owned()))]);
    client(served::serve(answers).await, ("name", "Bob"), true)
}

const TABLE: &str = "GET /v1/projects/7/forms/simple.svc/Submissions";

#[tokio::test]
async fn tables_of_submissions_are_read() {
    let Some(samples) = Samples::of("odk_central") else { return };
    let rows = samples.sample(Column::In, "forms_xmlFormId.svc_table_get.200.json");
    let page = told(TABLE, 200, &rows).await.fetch(None).await.unwrap();
    assert_eq!(page.records, [json!({"__id": ONE, "age": 25, "name": "Bob"})]);
    let refusal = samples.sample(Column::In, "forms_xmlFormId.svc_table_get.406.json");
    let refused = told(TABLE, 406, &refusal).await.fetch(None).await.unwrap_err();
    let reasons = vec![Reason { field: None, codes: vec!["406.1".to_owned()] }];
    assert_eq!(refused, WireFault::Refused { status: 406, reasons });
}

#[tokio::test]
async fn an_entity_is_read_put_there_and_changed() {
    let Some(samples) = Samples::of("odk_central") else { return };
    for text in [
        samples.sample(Column::Live, "datasets_name_entities_uuid_get.200.json"),
        samples.sample(Column::Live, "datasets_name_entities_uuid_get.200.extended.json"),
        samples.sample(Column::Out, "datasets_name_entities_uuid_patch.200.json"),
        samples.sample(Column::Out, "datasets_name_entities_post.200.json"),
    ] {
        let one = |method: &str| -> &'static str { Box::leak(format!("{method} {ENTITY}").into_boxed_str()) };
        let answers = served::Answers::from([
            ("POST /v1/sessions", session()),
            (one("GET"), (200, text.clone())),
            (one("PATCH"), (200, text.clone())),
            ("POST /v1/projects/7/datasets/people/entities", (200, text.clone())),
        ]);
        let client = client(served::serve(answers).await, ("firstName", "John"), false);
        let found = client.record(ONE).await.unwrap();
        assert_eq!(found, Found::Marked(json!({"firstName": "John", "age": "88", "__id": ONE})), "{text}");
        let offer = Delivered { record: ONE.to_owned(), referral: None };
        assert_eq!(client.answers(&[offer]).await.unwrap()[0].state, AnswerState::Accepted);
        let body = json!({"data": {"age": "89"}});
        let said = Delivery::Answer { record: ONE.to_owned(), referral: "r".to_owned(), body };
        client.deliver(&said).await.unwrap();
        let body = json!({"entity": {"label": "John (88)", "data": {"firstName": "John"}}});
        let put = Delivery::Offer { record: Uuid::nil(), referral: Uuid::nil(), body };
        client.deliver(&put).await.unwrap();
    }
}

/// In place of a table they are refused.
#[tokio::test]
async fn what_answers_no_call_is_no_table() {
    let Some(samples) = Samples::of("odk_central") else { return };
    for text in [
        samples.apart("datasets_name_entities_get.200.json", "entities are listed by OData"),
        samples.apart("datasets_name_entities_get.200.extended.json", "entities are listed by OData"),
        samples.apart("datasets_name_entities_post.200.bulk.json", "entities are put there one by one"),
        samples
            .apart("datasets_name_entities_uuid_diffs_get.200.json", "what changed between versions is not asked for"),
        samples.apart("forms_xmlFormId_submissions_get.200.json", "submissions are listed by OData"),
        samples.apart("forms_xmlFormId_submissions_get.200.extended.json", "submissions are listed by OData"),
    ] {
        sangam_wire::odk::fuzz(text.as_bytes());
        let refused = told(TABLE, 200, &text).await.fetch(None).await.unwrap_err();
        assert!(matches!(refused, WireFault::Unexpected { .. }), "{text}: {refused:?}");
    }
}

#[tokio::test]
async fn the_next_page_is_asked_of_the_same_server_whatever_the_link_says() {
    let row = |id: &str| json!({"__id": id, "name": "Bob"});
    let page =
        json!({"value": [row("uuid:a")], "@odata.nextLink": "https://elsewhere.example/v1/x?%24skiptoken=01&key=k"});
    let answers = served::Answers::from([
        ("POST /v1/sessions", session()),
        ("GET /v1/projects/7/forms/simple.svc/Submissions", (200, page.to_string())),
    ]);
    let client = client(served::serve(answers).await, ("name", "Bob"), true);
    let first = client.fetch(None).await.unwrap();
    assert!(first.more && first.cursor.text().contains("skiptoken") && !first.cursor.text().contains("elsewhere"));
    assert_eq!(client.fetch(Some(&first.cursor)).await.unwrap().records.len(), 1);
    for (link, path) in [
        (json!("no address"), "/@odata.nextLink"),
        (json!("https://x/?%24skip=50"), "/@odata.nextLink"),
        (json!(7), "/@odata.nextLink"),
    ] {
        let page = json!({"value": [row("uuid:a")], "@odata.nextLink": link});
        let answers = served::Answers::from([
            ("POST /v1/sessions", session()),
            ("GET /v1/projects/7/forms/simple.svc/Submissions", (200, page.to_string())),
        ]);
        let told = self::client(served::serve(answers).await, ("name", "Bob"), true).fetch(None).await.unwrap_err();
        let WireFault::Unexpected { path: given, .. } = told else { panic!("{told:?}") };
        assert_eq!(given, path);
    }
}
