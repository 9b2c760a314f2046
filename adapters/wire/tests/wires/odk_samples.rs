//! The samples of ODK Central's own documentation, served as they are, go through the client. They lie beside the
//! checkout, not in it; without them their test says so and passes.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::net::SocketAddr;
use std::path::Path;

use sangam_wire::config::OdkConfig;
use sangam_wire::odk::{Odk, Takes};
use sangam_wire::{AnswerState, DecisionField, Delivered, Delivery, Found, Mark, Narrow, Reason, Wire, WireFault};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::served;

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

#[tokio::test]
async fn every_sample_of_the_system_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/wire/odk_central");
    if !folder.is_dir() {
        println!("no samples beside the checkout: nothing was tried");
        return;
    }
    let mut read = Vec::new();
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let with = |key: &'static str, status: u16| {
            served::Answers::from([("POST /v1/sessions", session()), (key, (status, text.clone()))])
        };
        match name.as_str() {
            "forms_xmlFormId.svc_table_get.200.json" => {
                let answers = with("GET /v1/projects/7/forms/simple.svc/Submissions", 200);
                let page = client(served::serve(answers).await, ("name", "Bob"), true).fetch(None).await.unwrap();
                assert_eq!(page.records, [json!({"__id": ONE, "age": 25, "name": "Bob"})]);
            }
            "forms_xmlFormId.svc_table_get.406.json" => {
                let answers = with("GET /v1/projects/7/forms/simple.svc/Submissions", 406);
                let told = client(served::serve(answers).await, ("name", "Bob"), true).fetch(None).await.unwrap_err();
                let reasons = vec![Reason { field: None, codes: vec!["406.1".to_owned()] }];
                assert_eq!(told, WireFault::Refused { status: 406, reasons });
            }
            "datasets_name_entities_uuid_get.200.json"
            | "datasets_name_entities_uuid_get.200.extended.json"
            | "datasets_name_entities_uuid_patch.200.json"
            | "datasets_name_entities_post.200.json" => {
                let mut answers = with(Box::leak(format!("GET {ENTITY}").into_boxed_str()), 200);
                answers.insert(Box::leak(format!("PATCH {ENTITY}").into_boxed_str()), (200, text.clone()));
                answers.insert("POST /v1/projects/7/datasets/people/entities", (200, text.clone()));
                let client = client(served::serve(answers).await, ("firstName", "John"), false);
                let found = client.record(ONE).await.unwrap();
                assert_eq!(found, Found::Marked(json!({"firstName": "John", "age": "88", "__id": ONE})), "{name}");
                let offer = Delivered { record: ONE.to_owned(), referral: None };
                assert_eq!(client.answers(&[offer]).await.unwrap()[0].state, AnswerState::Accepted);
                let body = json!({"data": {"age": "89"}});
                let said = Delivery::Answer { record: ONE.to_owned(), referral: "r".to_owned(), body };
                client.deliver(&said).await.unwrap();
                let body = json!({"entity": {"label": "John (88)", "data": {"firstName": "John"}}});
                let put = Delivery::Offer { record: Uuid::nil(), referral: Uuid::nil(), body };
                client.deliver(&put).await.unwrap();
            }
            // Lists that the client asks OData for, and answers to calls it does not make: they are JSON that the reader
            // takes, and no table.
            _ => {
                sangam_wire::odk::fuzz(text.as_bytes());
                let answers = with("GET /v1/projects/7/forms/simple.svc/Submissions", 200);
                let told = client(served::serve(answers).await, ("name", "Bob"), true).fetch(None).await.unwrap_err();
                assert!(matches!(told, WireFault::Unexpected { .. }), "{name}: {told:?}");
            }
        }
        let _: Value = serde_json::from_str(&text).unwrap();
        read.push(name);
    }
    assert!(read.len() >= 12, "{read:?}");
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
