//! Primero's own documented samples, served as they are, go through the client; where the documentation and the code
//! differ, both are read. The sandbox takes the documented requests and answers in the documented shapes.

use std::net::SocketAddr;
use std::sync::Arc;

use sangam_sandbox::Sandbox;
use sangam_sandbox::primero::{Kind, Primero as Deployment};
use sangam_vocabulary::{Instant, ManualClock, SeededChance};
use sangam_wire::config::{Column, PrimeroConfig};
use sangam_wire::primero::Primero;
use sangam_wire::{AnswerState, Delivered, Delivery, Found, Mark, Narrow, Wire, WireFault};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::Samples;
use super::served::{Answers, serve};

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

const CASE: &str = "b3222e84-a5d7-4692-a643-1ab3d41f17d6";
const FIRST: &str = "GET /api/v2/cases/b3222e84-a5d7-4692-a643-1ab3d41f17d6/referrals";
const SECOND: &str = "GET /api/v2/cases/442fa6e6-4682-4fdf-b9dc-2cdf51c5e8c3/referrals";

#[tokio::test]
async fn the_documented_samples_pass_without_special_cases() {
    let Some(samples) = Samples::of("primero") else { return };
    let answers = Answers::from([
        ("POST /api/v2/tokens", (200, samples.sample(Column::In, "tokens_post.2.json"))),
        ("GET /api/v2/cases", (200, samples.sample(Column::In, "cases_list.1.json"))),
        (FIRST, (200, samples.sample(Column::In, "referrals_list.1.json"))),
        (SECOND, (200, json!({"data": []}).to_string())),
        ("POST /api/v2/cases", (200, samples.sample(Column::Out, "case_post.2.json"))),
        (
            "PATCH /api/v2/cases/00000000-0000-0000-0000-000000000001",
            (200, samples.sample(Column::Out, "case_patch.2.json")),
        ),
        (
            "GET /api/v2/cases/00000000-0000-0000-0000-000000000001/referrals",
            (200, samples.sample(Column::In, "referrals_list.1.json")),
        ),
        (
            "POST /api/v2/cases/00000000-0000-0000-0000-000000000001/referrals",
            (200, samples.sample(Column::Out, "referral_post.2.json")),
        ),
        (
            "DELETE /api/v2/cases/00000000-0000-0000-0000-000000000001/referrals/749e9c6e-60db-45ec-8f5a-69da7c223a79",
            (200, samples.sample(Column::Ends, "referral_delete.1.json")),
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
    let one = format!("GET /api/v2/cases/{CASE}");
    let answers = Answers::from([
        ("POST /api/v2/tokens", (200, samples.sample(Column::Live, "tokens_post.2.json"))),
        (&*one.leak(), (200, samples.sample(Column::Live, "case_get.1.json"))),
        (FIRST, (200, samples.sample(Column::Live, "referrals_list.1.json"))),
    ]);
    let live = self::client(serve(answers).await, ("owned_by", "primero"));
    let Found::Marked(record) = live.record(CASE).await.unwrap() else { panic!("it is there") };
    assert_eq!((&record["id"], &record["age"], record.get("name")), (&json!(CASE), &json!(16), None));
    for (text, status) in [
        (samples.sample(Column::Out, "case_patch.5.json"), 422),
        (samples.sample(Column::Out, "case_patch.4.json"), 404),
        (samples.sample(Column::In, "cases_list.2.json"), 403),
        (samples.sample(Column::Live, "case_get.3.json"), 404),
        (samples.apart("agency_post.3.json", "agencies are neither asked for nor made"), 409),
        (samples.apart("alerts.3.json", "what a case's people are alerted to stays there"), 404),
    ] {
        let answers = Answers::from([
            ("POST /api/v2/tokens", (200, samples.sample(Column::In, "tokens_post.2.json"))),
            ("GET /api/v2/cases", (status, text)),
        ]);
        let told = self::client(serve(answers).await, ("owned_by", "primero")).fetch(None).await.unwrap_err();
        let WireFault::Refused { status: given, reasons } = told else { panic!("{told:?}") };
        assert_eq!(given, status);
        assert!(reasons.iter().all(|reason| reason.codes.is_empty()), "sentences are not passed on: {reasons:?}");
    }
    let refused = Answers::from([("POST /api/v2/tokens", (401, samples.sample(Column::In, "tokens_post.3.json")))]);
    let told = self::client(serve(refused).await, ("owned_by", "primero")).fetch(None).await.unwrap_err();
    assert_eq!(told, WireFault::Unauthorized);
}

/// In place of a list they are refused, or nothing of them passes.
#[tokio::test]
async fn what_answers_no_call_brings_nothing_in() {
    let Some(samples) = Samples::of("primero") else { return };
    for text in [
        samples.apart("agencies_list.2.json", "agencies are neither asked for nor made"),
        samples.apart("agencies_list.3.json", "agencies are neither asked for nor made"),
        samples.apart("agency_post.1.json", "agencies are neither asked for nor made"),
        samples.apart("agency_post.2.json", "agencies are neither asked for nor made"),
        samples.apart("alerts.1.json", "what a case's people are alerted to stays there"),
        samples.apart("audit_logs.1.json", "who did what there stays there"),
        samples.apart("locations.1.json", "places are in the mapping"),
        samples.apart("locations.2.json", "places are in the mapping"),
        samples.apart("record_history.1.json", "who did what there stays there"),
        samples.apart("referral_bulk.1.json", "referrals are made one by one"),
        samples.apart("referral_bulk.2.json", "referrals are made one by one"),
        samples.apart("roles_list.1.json", "who may do what there stays there"),
    ] {
        sangam_wire::primero::fuzz(text.as_bytes());
        let answers = Answers::from([
            ("POST /api/v2/tokens", (200, json!({"user_name": "primero"}).to_string())),
            ("GET /api/v2/cases", (200, text.clone())),
        ]);
        let told = client(serve(answers).await, ("owned_by", "primero")).fetch(None).await;
        let nothing = match &told {
            Ok(page) => page.records.is_empty(),
            Err(fault) => matches!(fault, WireFault::Unexpected { .. }),
        };
        assert!(nothing, "{text}: {told:?}");
    }
}

/// Asks the sandbox as a client does; gives the token of the answer's head, and its body.
async fn ask(sandbox: &Sandbox<Deployment>, token: &str, call: &str, body: &str) -> (String, Value) {
    let base = sandbox.base_url();
    let address = base.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{call} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 2"), "{call}: {answer}");
    let token = head.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or_default();
    (token.to_owned(), serde_json::from_str(body).unwrap())
}

/// Whether what both have is of the same type, and there is something that both have.
fn same_shape(told: &Value, sample: &Value) -> bool {
    match (told, sample) {
        (Value::Object(told), Value::Object(sample)) => {
            let mut both =
                told.iter().filter_map(|(name, value)| sample.get(name).map(|known| (value, known))).peekable();
            both.peek().is_some() && both.all(|(value, known)| same_shape(value, known))
        }
        (Value::Array(told), Value::Array(sample)) => {
            sample.first().is_none_or(|known| told.iter().all(|value| same_shape(value, known)))
        }
        (Value::Null, _) | (_, Value::Null) => true,
        (told, sample) => std::mem::discriminant(told) == std::mem::discriminant(sample),
    }
}

#[tokio::test]
async fn the_sandbox_takes_what_is_documented_and_answers_in_its_shape() {
    let Some(samples) = Samples::of("primero") else { return };
    let clock = Arc::new(ManualClock::new(Instant::read("2026-11-24T08:00:00Z").unwrap()));
    let listen = "127.0.0.1:0".parse().unwrap();
    let sandbox = Sandbox::start(Kind::ShelterIn, listen, clock, Arc::new(SeededChance::new(7))).await.unwrap();
    let case = sandbox.seed_people().remove(0);
    let sign_in = samples.sample(Column::Out, "tokens_post.1.json");
    let sign_in = sign_in.replace("mysecretpassw0rd", &sandbox.password());
    let sign_in = sign_in.replace("primero", sandbox.user_name());
    let (token, told) = ask(&sandbox, "", "POST /api/v2/tokens", &sign_in).await;
    assert!(same_shape(&told, &json_of(&samples.sample(Column::Out, "tokens_post.2.json"))), "{told}");
    let referral = samples.sample(Column::Out, "referral_post.1.json").replace("primero_cp", "asha_case_worker");
    for (call, sent, documented) in [
        (
            "POST /api/v2/cases".to_owned(),
            samples.sample(Column::Out, "case_post.1.json"),
            samples.sample(Column::Out, "case_post.2.json"),
        ),
        (
            format!("PATCH /api/v2/cases/{case}"),
            samples.sample(Column::Out, "case_patch.1.json"),
            samples.sample(Column::Out, "case_patch.2.json"),
        ),
        (format!("POST /api/v2/cases/{case}/referrals"), referral, samples.sample(Column::Out, "referral_post.2.json")),
        (
            format!("GET /api/v2/cases/{case}/referrals"),
            String::new(),
            samples.sample(Column::Out, "referrals_list.1.json"),
        ),
        (format!("GET /api/v2/cases/{case}"), String::new(), samples.sample(Column::Live, "case_get.1.json")),
        ("GET /api/v2/cases".to_owned(), String::new(), samples.sample(Column::In, "cases_list.1.json")),
        (
            "GET /api/v2/agencies".to_owned(),
            String::new(),
            samples.apart("agencies_list.1.json", "agencies are neither asked for nor made"),
        ),
        (
            "GET /api/v2/users/refer-to".to_owned(),
            String::new(),
            samples.apart("users_refer_to.1.json", "whom a case may be referred to there is in the mapping"),
        ),
    ] {
        let (_, told) = ask(&sandbox, &token, &call, &sent).await;
        assert!(same_shape(&told, &json_of(&documented)), "{call}: {told} is not like {documented}");
    }
    // The control: another shape is noticed.
    assert!(!same_shape(&json!({"data": {"age": "16"}}), &json!({"data": {"age": 16}})));
    assert!(!same_shape(&json!({"cases": []}), &json!({"data": []})));
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
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
    let told = async |status: Value| {
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
