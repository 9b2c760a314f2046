//! The samples of a KoboToolbox server's own tests, served as they are, go through the client. They lie beside the
//! checkout, not in it; without them their test says so and passes.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::path::Path;

use sangam_wire::config::KoboConfig;
use sangam_wire::kobo::{Decisions, Kobo};
use sangam_wire::{Found, Mark, Narrow, Wire, Zone};
use serde_json::json;

use crate::served;

fn client(address: std::net::SocketAddr, mark: (&str, &str)) -> Kobo {
    let config = KoboConfig {
        base_url: format!("http://{address}/").parse().unwrap(),
        token: "t".to_owned().into(),
        asset: "a1".to_owned(),
        form_uuid: None,
        zone: Zone::read("+00:00").unwrap(),
        approved_only: false,
        per_page: 100,
        decisions: Decisions::ValidationStatus,
        withdrawn: None,
    };
    let fields = [
        "_submission_time",
        "external_characteristics/What_kind_of_symmetry_do_you_have",
        "external_characteristics/How_many_segments_does_your_body_have",
    ];
    let narrow = Narrow {
        fields: fields.map(str::to_owned).to_vec(),
        referral_fields: Vec::new(),
        mark: Mark { field: mark.0.to_owned(), value: mark.1.to_owned() },
    };
    Kobo::new(&config, narrow, 1 << 20).unwrap()
}

#[tokio::test]
async fn every_sample_of_the_system_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/wire/kobotoolbox");
    if !folder.is_dir() {
        println!("no samples beside the checkout: nothing was tried");
        return;
    }
    let mut read = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let answers = served::Answers::from([("GET /api/v2/assets/a1/data/", (200, text))]);
        let address = served::serve(answers).await;
        let of_all = client(address, ("_status", "submitted_via_web"));
        let page = of_all.fetch(None).await.unwrap();
        assert_eq!(page.records.len(), 2, "the first of the three has no status of its own");
        let expected = json!({
            "external_characteristics": {
                "How_many_segments_does_your_body_have": "6", "What_kind_of_symmetry_do_you_have": "spherical radial bilateral",
            },
            "_submission_time": "2017-10-23T09:41:19.000Z",
            "meta": {"rootUuid": "48583952-1892-4931-8d9c-869e7b49bafb"},
        });
        let mut first = page.records[0].clone();
        first.as_object_mut().unwrap().shift_remove("_id");
        assert_eq!(first, expected);
        assert!(!page.records[0].to_string().contains("_geolocation"));
        assert_eq!(of_all.key(&page.records[1]).as_deref(), Some("317ba7b7-bea4-4a8c-8620-a483c3079c4b"));
        let found = client(address, ("q", "123")).record("2206").await.unwrap();
        let Found::Marked(record) = found else { panic!("{found:?}") };
        assert_eq!(record, json!({"_submission_time": "2017-10-23T09:41:19.000Z", "_id": 2206}));
        read += 1;
    }
    assert!(read > 0);
}
