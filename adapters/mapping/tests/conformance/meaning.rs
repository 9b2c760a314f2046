//! What is said keeps its meaning: on the way in, out and in again, through a connection that is cut, and back as the
//! partner's decision.

use std::collections::BTreeMap;

use sangam_mapping::intake::Urgency;
use sangam_mapping::outgoing::{Outgoing, OutgoingKind, OutgoingReferral, OutgoingSubject};
use sangam_sandbox::Fault;
use sangam_vocabulary::Code;
use sangam_vocabulary::payload::ServiceCode;
use sangam_wire::{AnswerState, Delivery, Found};
use serde_json::{Value, json};
use uuid::Uuid;

use super::post::{House, Post, as_shipped, name};

fn outgoing(referral: Uuid, subject: Uuid, categories: BTreeMap<&'static str, Value>) -> Outgoing {
    Outgoing {
        kind: OutgoingKind::Offer,
        referral: OutgoingReferral {
            id: referral.to_string(),
            external_id: None,
            state: "SENT".to_owned(),
            services: vec![ServiceCode::Shelter],
            urgency: Urgency::Urgent.code(),
            sent_at: "2026-11-24T08:00:00.000Z".to_owned(),
            transfer: false,
            decline_reason: None,
            counterpart: "case desk, India".to_owned(),
        },
        subject: OutgoingSubject { id: subject.to_string(), external_id: None },
        categories,
    }
}

pub(crate) async fn offer<P: Post>(
    house: &House<P>,
    number: u128,
    categories: BTreeMap<&'static str, Value>,
) -> Delivery {
    let (record, referral) = (Uuid::from_u128(0x4f00_0000 + number), Uuid::from_u128(0x5f00_0000 + number));
    let outgoing = outgoing(referral, record, categories);
    let body = house.pool.map(&house.outbound, &outgoing.to_json().unwrap()).await.unwrap();
    Delivery::Offer { record, referral, body }
}

pub(crate) fn light() -> BTreeMap<&'static str, Value> {
    BTreeMap::from([
        ("CASE_REFERENCE", json!({"number": "K-17", "status": "ACTIVE"})),
        ("DEMOGRAPHICS", json!({"ageBand": "AGE_21_25", "sex": "FEMININE"})),
        ("SERVICES", json!({"services": ["SHELTER"]})),
    ])
}

pub(crate) async fn cut<P: Post>() {
    let house = House::<P>::open("cut", as_shipped).await;
    let delivery = offer(&house, 1, light()).await;
    for _ in 0..2 {
        house.post.fault(Fault::CutAfter);
        assert!(house.wire.deliver(&delivery).await.is_err(), "nobody heard the answer");
    }
    house.post.fault(Fault::None);
    let delivered = house.wire.deliver(&delivery).await.unwrap();
    assert_eq!(house.wire.deliver(&delivery).await.unwrap(), delivered, "a repeated delivery is the same one");
    assert_eq!(house.post.offered(), 1, "one record, however often it was sent");
}

pub(crate) async fn answered<P: Post>() {
    let house = House::<P>::open("answered", as_shipped).await;
    let delivery = offer(&house, 1, light()).await;
    let delivered = house.wire.deliver(&delivery).await.unwrap();
    assert_eq!(house.wire.deliver(&delivery).await.unwrap(), delivered, "a repeated delivery is the same one");
    let other = house.wire.deliver(&offer(&house, 2, light()).await).await.unwrap();
    assert_ne!(delivered, other);
    assert_eq!(house.post.offered(), 2);
    let asked = [delivered.clone(), other.clone()];
    let waiting = house.wire.answers(&asked).await.unwrap();
    assert_eq!(waiting.iter().map(|answer| answer.state).collect::<Vec<_>>(), [AnswerState::Waiting; 2]);
    house.post.decide(&delivered, AnswerState::Accepted);
    house.post.decide(&other, AnswerState::Declined);
    let told = house.wire.answers(&asked).await.unwrap();
    let state = |of| told.iter().find(|answer| answer.delivered == of).map(|answer| answer.state);
    assert_eq!((state(delivered.clone()), state(other)), (Some(AnswerState::Accepted), Some(AnswerState::Declined)));
    house.post.decide(&delivered, AnswerState::Done);
    let told = house.wire.answers(std::slice::from_ref(&delivered)).await.unwrap();
    assert_eq!(told[0].state, AnswerState::Done);
    let (records, _) = house.all(None).await;
    assert!(records.is_empty(), "what the hub put there does not come back in: {records:?}");
}

pub(crate) async fn in_out_in<P: Post>() {
    let house = House::<P>::open("meaning", as_shipped).await;
    house.post.put("Rupa Das", true);
    let (records, _) = house.all(None).await;
    let first = house.intake(&records[0]).await.unwrap();
    let mut categories = light();
    for payload in &first.categories {
        let value: Value = serde_json::from_slice(&payload.to_json().unwrap()).unwrap();
        categories.insert(payload.category().code(), value);
    }
    let delivery = offer(&house, 3, categories).await;
    let delivered = house.wire.deliver(&delivery).await.unwrap();
    house.post.mark(&delivered.record, true);
    let Found::Marked(record) = house.wire.record(&delivered.record).await.unwrap() else { panic!("it is there") };
    let second = house.intake(&record).await.unwrap_or_else(|odd| panic!("{odd} in {record}"));
    assert!(!P::KEEPS.is_empty());
    for category in P::KEEPS {
        assert!(first.payload(*category).is_some(), "{category} came in");
        assert_eq!(second.payload(*category), first.payload(*category), "{category}");
    }
}

pub(crate) async fn unknown_code<P: Post>() {
    let house = House::<P>::open("code", as_shipped).await;
    let (odd, well) = (house.post.put("Rupa Das", true), house.post.put("Mina Rai", true));
    house.post.miscode(&odd, true);
    let record = async |key: &str| match house.wire.record(key).await.unwrap() {
        Found::Marked(record) => record,
        other => panic!("{other:?}"),
    };
    let oddity = house.intake(&record(&odd).await).await.unwrap_err();
    assert_eq!(oddity.kind.code(), "UNKNOWN_CODE", "{oddity}");
    assert!(oddity.path.len() > 1 && oddity.length > 0, "{oddity}");
    assert!(!oddity.to_string().contains("Rupa"));
    let other = house.intake(&record(&well).await).await.unwrap();
    assert!(name(&other).unwrap().contains("Mina"), "the others go on");
    house.post.miscode(&odd, false);
    assert!(house.intake(&record(&odd).await).await.is_ok(), "mended and replayed");
}
