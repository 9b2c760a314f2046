//! Primero's own documented samples, served as they are, go through the client; where the documentation and
//! the code differ, both are read. The samples lie beside the checkout, not in it; without them their test
//! says so and passes.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use sangam_wire::config::PrimeroConfig;
use sangam_wire::primero::Primero;
use sangam_wire::{AnswerState, Delivered, Delivery, Mark, Narrow, Wire, WireFault};
use serde_json::json;
use uuid::Uuid;

use crate::served::{Answers, serve};

fn client(address: SocketAddr, mark: (&str, &str)) -> Primero {
    let config = PrimeroConfig {
        base_url: format!("http://{address}/").parse().unwrap(),
        user_name: "primero".to_owned(),
        password: "p".to_owned().into(),
        per_page: 20,
        transfers: false,
    };
    let narrow = Narrow {
        fields: ["id", "age", "sex", "registration_date", "created_at"].map(str::to_owned).to_vec(),
        referral_fields: ["id", "status", "record_type", "transitioned_to"].map(str::to_owned).to_vec(),
        mark: Mark { field: mark.0.to_owned(), value: mark.1.to_owned() },
    };
    Primero::new(&config, narrow, 1 << 20).unwrap()
}

fn samples() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/wire/primero");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: Primero's samples are not beside this checkout");
    None
}

const FIRST: &str = "GET /api/v2/cases/b3222e84-a5d7-4692-a643-1ab3d41f17d6/referrals";
const SECOND: &str = "GET /api/v2/cases/442fa6e6-4682-4fdf-b9dc-2cdf51c5e8c3/referrals";

#[tokio::test]
async fn the_documented_samples_pass_without_special_cases() {
    let Some(folder) = samples() else { return };
    let sample = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let answers = Answers::from([
        ("POST /api/v2/tokens", (200, sample("tokens_post.2.json"))),
        ("GET /api/v2/cases", (200, sample("cases_list.1.json"))),
        (FIRST, (200, sample("referrals_list.1.json"))),
        (SECOND, (200, json!({"data": []}).to_string())),
        ("POST /api/v2/cases", (200, sample("case_post.2.json"))),
        ("PATCH /api/v2/cases/00000000-0000-0000-0000-000000000001", (200, sample("case_patch.2.json"))),
        ("GET /api/v2/cases/00000000-0000-0000-0000-000000000001/referrals", (200, sample("referrals_list.1.json"))),
        ("POST /api/v2/cases/00000000-0000-0000-0000-000000000001/referrals", (200, sample("referral_post.2.json"))),
        (
            "DELETE /api/v2/cases/00000000-0000-0000-0000-000000000001/referrals/749e9c6e-60db-45ec-8f5a-69da7c223a79",
            (200, sample("referral_delete.1.json")),
        ),
    ]);
    let client = client(serve(answers).await, ("owned_by", "primero"));
    let page = client.fetch(None).await.unwrap();
    assert!(!page.more);
    assert_eq!(page.records.len(), 2);
    assert_eq!(page.records[0]["age"], 16);
    assert!(page.records[0].get("photos").is_none() && page.records[0].get("name").is_none());
    let referral = &page.records[0]["referrals"][0];
    assert_eq!((&referral["record_type"], &referral["status"]), (&json!("case"), &json!("in_progress")));
    let offer = Delivery::Offer {
        record: Uuid::from_u128(1),
        referral: Uuid::from_u128(2),
        body: json!({"case": {"age": 16}, "referral": {"transitioned_to": "primero_cp"}}),
    };
    let delivered = client.deliver(&offer).await.unwrap();
    assert_eq!(delivered.referral.as_deref(), Some("749e9c6e-60db-45ec-8f5a-69da7c223a79"));
    let withdrawal = Delivery::Withdrawal { record: delivered.record, referral: delivered.referral.unwrap() };
    client.deliver(&withdrawal).await.unwrap();
    for (name, status) in
        [("case_patch.5.json", 422), ("cases_list.2.json", 403), ("case_get.3.json", 404), ("agency_post.3.json", 409)]
    {
        let answers = Answers::from([
            ("POST /api/v2/tokens", (200, sample("tokens_post.2.json"))),
            ("GET /api/v2/cases", (status, sample(name))),
        ]);
        let told = self::client(serve(answers).await, ("owned_by", "primero")).fetch(None).await.unwrap_err();
        let WireFault::Refused { status: given, reasons } = told else { panic!("{told:?}") };
        assert_eq!(given, status);
        assert!(reasons.iter().all(|reason| reason.codes.is_empty()), "sentences are not passed on: {reasons:?}");
    }
    let refused = Answers::from([("POST /api/v2/tokens", (401, sample("tokens_post.3.json")))]);
    let told = self::client(serve(refused).await, ("owned_by", "primero")).fetch(None).await.unwrap_err();
    assert_eq!(told, WireFault::Unauthorized);
}

/// What the documentation prints and the code does not send, and the other way round.
#[tokio::test]
async fn documentation_and_code_are_both_understood() {
    let referral = |id: &str, status: &str, kind: &str| json!({"id": id, "status": status, "record_type": kind});
    let list = json!({"data": [
        referral("a", "inprogress", "Child"), referral("b", "in_progress", "case"), referral("c", "revoked", "Child"),
        {"id": "d", "record_access_denied": true, "user_can_accept_or_reject": false},
    ]});
    let answers = Answers::from([
        ("POST /api/v2/tokens", (200, json!({"user_name": "primero"}).to_string())),
        ("GET /api/v2/cases/1/referrals", (200, list.to_string())),
    ]);
    let client = client(serve(answers).await, ("owned_by", "primero"));
    let offers = ["a", "b", "c", "d"].map(|id| Delivered { record: "1".to_owned(), referral: Some(id.to_owned()) });
    let states: Vec<AnswerState> = client.answers(&offers).await.unwrap().iter().map(|answer| answer.state).collect();
    use AnswerState::{Waiting, Withdrawn};
    assert_eq!(states, [Waiting, Waiting, Withdrawn, Waiting]);
}

#[tokio::test]
async fn an_answer_of_another_shape_says_where() {
    let cases = [
        (json!([]), ""),
        (json!({"metadata": {"total": 0, "per": 20, "page": 1}}), "/data"),
        (json!({"data": {}, "metadata": {"total": 0, "per": 20, "page": 1}}), "/data"),
        (json!({"data": ["x"], "metadata": {"total": 0, "per": 20, "page": 1}}), "/data/0"),
        (json!({"data": [{"id": 7}], "metadata": {"total": 0, "per": 20, "page": 1}}), "/data/0/id"),
        (json!({"data": [{}], "metadata": {"total": 0, "per": 20, "page": 1}}), "/data/0/id"),
        (json!({"data": [], "metadata": {"total": "3", "per": 20, "page": 1}}), "/metadata/total"),
        (json!({"data": []}), "/metadata/total"),
    ];
    for (body, expected) in cases {
        let answers = Answers::from([
            ("POST /api/v2/tokens", (200, json!({"user_name": "primero"}).to_string())),
            ("GET /api/v2/cases", (200, body.to_string())),
        ]);
        let told = client(serve(answers).await, ("owned_by", "primero")).fetch(None).await.unwrap_err();
        let WireFault::Unexpected { path, .. } = told else { panic!("{told:?} for {body}") };
        assert_eq!(path, expected, "{body}");
    }
    let offer = [Delivered { record: "1".to_owned(), referral: Some("a".to_owned()) }];
    let told = async |status: serde_json::Value| {
        let list = json!({"data": [{"id": "a", "status": status}]});
        let answers = Answers::from([
            ("POST /api/v2/tokens", (200, json!({"user_name": "primero"}).to_string())),
            ("GET /api/v2/cases/1/referrals", (200, list.to_string())),
        ]);
        client(serve(answers).await, ("owned_by", "primero")).answers(&offer).await
    };
    assert_eq!(told(json!("pending")).await.unwrap()[0].state, AnswerState::Waiting, "a word that decides nothing");
    let odd = told(json!(7)).await.unwrap_err();
    assert!(matches!(odd, WireFault::Unexpected { path, .. } if path == "/data/0/status"));
}
