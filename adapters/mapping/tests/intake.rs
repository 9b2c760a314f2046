//! Strict reading of what a mapping produced: every fault with path, kind and length, and never a value.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use proptest::prelude::*;
use sangam_mapping::intake::{AgeFact, ConsentEffect};
use sangam_mapping::{Intake, OddityKind, Reading};
use sangam_vocabulary::{Category, Code, Country, Instant};
use serde_json::{Value, json};

fn record() -> Value {
    json!({
        "externalId": "case-1",
        "markedForHub": true,
        "updatedAt": "2026-10-01T08:00:00Z",
        "facts": {"collectedIn": "IN", "age": {"kind": "MINOR", "until": "2027-05-14T00:00:00Z"}},
        "categories": {
            "CASE_REFERENCE": {"number": "K-17", "status": "ACTIVE"},
            "DEMOGRAPHICS": {"ageBand": "AGE_15_17", "sex": "FEMININE"},
            "IDENTITY": {
                "names": [{"text": "Asha", "kind": "OFFICIAL"}],
                "birth": {"calendar": "GREGORIAN", "text": "2009-05-14", "precision": "DAY", "gregorian": "2009-05-14"},
            },
            "FAMILY": {"relatives": [{"relationship": "mother", "name": "Mina"}]},
            "TRACING": {"names": [], "yearOfBirth": 2009},
        },
        "consents": [{
            "effect": "WITHHOLD", "givenBy": "OWN", "noConflict": false, "assent": "NOT_ASKED",
            "answers": [true, true, true, true, true, true, false],
            "purposes": ["REPATRIATION"], "categories": ["HEALTH"], "countries": ["BD"],
            "from": "2026-10-01T00:00:00Z", "until": "2027-10-01T00:00:00Z",
        }],
        "referrals": [{
            "externalId": "r-1", "to": "agency-home", "services": ["SHELTER"], "note": "soon",
            "urgency": "URGENT", "sentAt": "2026-10-01T08:00:00Z",
        }],
    })
}

fn faults(value: &Value) -> Vec<(String, OddityKind, usize)> {
    let read = Intake::read(value, &Reading::default()).expect_err("must be refused");
    read.into_iter().map(|oddity| (oddity.path, oddity.kind, oddity.length)).collect()
}

fn with(pointer: &str, value: Value) -> Value {
    let mut record = record();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match record.pointer_mut(parent).unwrap() {
        Value::Object(members) => drop(members.insert(name.to_owned(), value)),
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        _ => panic!("no place"),
    }
    record
}

fn without(pointer: &str) -> Value {
    let mut record = record();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    record.pointer_mut(parent).unwrap().as_object_mut().unwrap().shift_remove(name).unwrap();
    record
}

#[test]
fn a_whole_record_is_read() {
    let intake = Intake::read(&record(), &Reading::default()).unwrap();
    assert_eq!(intake.external_id, "case-1");
    assert_eq!(intake.facts.collected_in, Country::India);
    assert_eq!(intake.facts.age, AgeFact::Minor { until: Instant::read("2027-05-14T00:00:00Z").unwrap() });
    assert_eq!(intake.categories.len(), 5);
    assert!(intake.payload(Category::Identity).is_some() && intake.payload(Category::Health).is_none());
    assert_eq!(intake.consents[0].recipients, None);
    assert_eq!(intake.referrals[0].to, "agency-home");
}

#[test]
fn each_fault_has_its_path_kind_and_length() {
    use OddityKind::{GrantNotRead, Missing, TooLong, UnknownCode, UnknownField, WrongType};
    let long = "x".repeat(20_001);
    let cases = [
        (with("/nickname", json!("Rahima")), "/nickname", UnknownField, 6),
        (with("/facts/religion", json!("x")), "/facts/religion", UnknownField, 1),
        (with("/facts/collectedIn", json!("US")), "/facts/collectedIn", UnknownCode, 2),
        (with("/facts/age", json!({"kind": "MINOR"})), "/facts/age/until", Missing, 0),
        (with("/facts/age", json!({"kind": "ADULT", "until": "2027-05-14T00:00:00Z"})), "/facts/age", WrongType, 2),
        (with("/facts/age/until", json!("soon")), "/facts/age/until", WrongType, 4),
        (without("/facts"), "/facts", Missing, 0),
        (without("/externalId"), "/externalId", Missing, 0),
        (with("/externalId", json!("")), "/externalId", Missing, 0),
        (with("/externalId", json!(17)), "/externalId", WrongType, 2),
        (with("/externalId", json!("9".repeat(201))), "/externalId", TooLong, 201),
        (with("/markedForHub", json!("yes")), "/markedForHub", WrongType, 3),
        (with("/updatedAt", json!("2026-10-01")), "/updatedAt", WrongType, 10),
        (with("/categories/SHOE_SIZE", json!({})), "/categories/SHOE_SIZE", UnknownCode, 9),
        (with("/categories/DEMOGRAPHICS/sex", json!("weiblich")), "/categories/DEMOGRAPHICS/sex", UnknownCode, 8),
        (with("/categories/DEMOGRAPHICS/caste", json!("abc")), "/categories/DEMOGRAPHICS/caste", UnknownField, 3),
        (without("/categories/DEMOGRAPHICS/sex"), "/categories/DEMOGRAPHICS/sex", Missing, 0),
        (with("/categories/IDENTITY/names/0/kind", json!("FUN")), "/categories/IDENTITY/names/0/kind", UnknownCode, 3),
        (with("/categories/IDENTITY/birth/day", json!(1)), "/categories/IDENTITY/birth/day", UnknownField, 1),
        (with("/categories/TRACING/yearOfBirth", json!("2009")), "/categories/TRACING/yearOfBirth", WrongType, 4),
        (with("/categories/TRACING/yearOfBirth", json!(1e12)), "/categories/TRACING/yearOfBirth", WrongType, 15),
        (with("/categories/CASE_REFERENCE/number", json!(long)), "/categories/CASE_REFERENCE/number", TooLong, 20_001),
        (with("/categories/HEALTH", json!("fine")), "/categories/HEALTH", WrongType, 4),
        (with("/categories", json!([])), "/categories", WrongType, 0),
        (with("/consents/0/answers", json!([true])), "/consents/0/answers", WrongType, 1),
        (
            with("/consents/0/answers", json!([true, true, true, true, true, true, true, true])),
            "/consents/0/answers",
            TooLong,
            8,
        ),
        (with("/consents/0/purposes/0", json!("FUN")), "/consents/0/purposes/0", UnknownCode, 3),
        (with("/consents/0/categories", json!([])), "/consents/0/categories", Missing, 0),
        (with("/consents/0/until", json!("2026-01-01T00:00:00Z")), "/consents/0/until", WrongType, 0),
        (with("/consents/0/effect", json!("GRANT")), "/consents/0/effect", GrantNotRead, 0),
        (with("/referrals/0/services", json!([])), "/referrals/0/services", Missing, 0),
        (with("/referrals/0/services/0", json!("SPA")), "/referrals/0/services/0", UnknownCode, 3),
        (with("/referrals/0/to", json!("")), "/referrals/0/to", Missing, 0),
        (with("/referrals", json!({})), "/referrals", WrongType, 0),
        (json!([]), "", WrongType, 0),
        (json!(null), "", Missing, 0),
    ];
    for (value, path, kind, length) in cases {
        let found = faults(&value);
        assert!(found.contains(&(path.to_owned(), kind, length)), "{path} {kind:?} {length}: {found:?}");
    }
}

#[test]
fn all_faults_are_told_at_once_and_no_more_than_a_hundred() {
    let mut value = with("/facts/collectedIn", json!("US"));
    value["categories"]["DEMOGRAPHICS"]["sex"] = json!("other");
    value["referrals"][0]["urgency"] = json!("now");
    assert_eq!(faults(&value).len(), 3);
    for number in 0..500 {
        value[format!("extra{number}")] = json!(number);
    }
    assert_eq!(faults(&value).len(), 100);
}

#[test]
fn a_grant_is_read_only_where_the_form_is_the_hubs_text() {
    let mut value = with("/consents/0/effect", json!("GRANT"));
    let reading = Reading { consent_text: Some("2026-1".to_owned()) };
    let read = Intake::read(&value, &reading).expect_err("a grant to nobody in particular");
    assert_eq!(read[0].path, "/consents/0/recipients");
    value["consents"][0]["recipients"] = json!(["agency-home"]);
    let intake = Intake::read(&value, &reading).unwrap();
    assert_eq!(intake.consents[0].effect, ConsentEffect::Grant);
    assert_eq!(faults(&value), [("/consents/0/effect".to_owned(), OddityKind::GrantNotRead, 0)]);
}

#[test]
fn a_member_name_that_could_be_a_value_is_not_shown() {
    for name in ["Rahima Khatun", "রহিমা", "", &"n".repeat(65), "+8801700000000", "a/b", "a@b.example"] {
        let mut value = record();
        value[name] = json!(1);
        assert_eq!(faults(&value), [("/*".to_owned(), OddityKind::UnknownField, 1)]);
    }
}

#[test]
fn every_category_has_its_own_shape() {
    for category in Category::ALL {
        let found = faults(&with(&format!("/categories/{category}"), json!({"nosuchfield": 1})));
        assert!(found.iter().any(|fault| fault.1 == OddityKind::UnknownField), "{category}: {found:?}");
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(
                prop_oneof![
                    "[a-zA-Z]{1,8}",
                    Just("facts".to_owned()),
                    Just("age".to_owned()),
                    Just("names".to_owned())
                ],
                inner,
                0..6
            )
            .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever stands at whatever place: never a panic, and never a value of the record in what is said.
    #[test]
    fn no_value_is_ever_quoted(
        place in prop::sample::select(vec![
            "/externalId", "/facts", "/facts/age", "/categories", "/categories/IDENTITY", "/categories/IDENTITY/names",
            "/categories/IDENTITY/names/0", "/consents", "/consents/0", "/consents/0/answers", "/referrals", "/referrals/0",
        ]),
        value in anything(),
        secret in "[0-9]{9}",
    ) {
        let _ = Intake::read(&with(place, value), &Reading::default());
        let holding = with(place, json!({"number": secret.clone(), "list": [secret.clone()], "x": {"y": secret.clone()}}));
        let said = Intake::read(&holding, &Reading::default()).expect_err("not a place for this");
        let told = format!("{said:?}");
        prop_assert!(!told.contains(&secret));
    }

    /// Any text in any text's place is read or refused, and what is read is what stood there.
    #[test]
    fn texts_come_through_unchanged(text in "\\PC{0,60}") {
        let value = with("/categories/HEALTH", json!({"notes": text.clone()}));
        let intake = Intake::read(&value, &Reading::default()).unwrap();
        let payload = intake.payload(Category::Health).unwrap().to_json().unwrap();
        prop_assert_eq!(serde_json::from_slice::<Value>(&payload).unwrap(), json!({"notes": text}));
    }
}
