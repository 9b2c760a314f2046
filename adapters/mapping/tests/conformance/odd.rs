//! One odd thing among many: it waits, and holds up no other.

use sangam_wire::{AnswerState, Found, Listed};
use serde_json::Value;

use super::meaning::{light, offer};
use super::post::{House, Post, as_shipped, name};

/// Takes one record in as the hub does: what its wire or its mapping cannot read is told without a word of it.
async fn waits<P: Post>(house: &House<P>, key: &str, given: Option<&Value>) -> bool {
    match given {
        Some(record) => match house.intake(record).await {
            Ok(_) => false,
            Err(odd) => {
                assert!(!odd.to_string().contains("Rupa"), "{odd}");
                true
            }
        },
        None => house.wire.record(key).await.unwrap() == Found::Unreadable,
    }
}

pub(crate) async fn record<P: Post>() {
    let house = House::<P>::open("odd", as_shipped).await;
    let (odd, well) = (house.post.put("Rupa Das", true), house.post.put("Mina Rai", true));
    house.post.spoil(&odd);
    let (mut given, mut listed, mut rejected, mut cursor) = (Vec::new(), Vec::new(), 0, None);
    loop {
        let page = house.wire.fetch(cursor.as_ref()).await.unwrap();
        given.extend(page.records);
        rejected += page.rejected;
        if let Listed::Keys { keys, .. } = page.listed {
            listed.extend(keys);
        }
        if !page.more {
            break;
        }
        cursor = Some(page.cursor);
    }
    let of = |key: &String| given.iter().find(|record| house.wire.key(record).as_ref() == Some(key));
    let other = house.intake(of(&well).expect("the other is given")).await.unwrap();
    assert!(name(&other).unwrap().contains("Mina"));
    assert!(waits(&house, &odd, of(&odd)).await, "it is not taken in");
    if of(&odd).is_none() {
        assert!(rejected > 0, "what the wire cannot read is counted");
        assert!(!listed.contains(&odd), "and asked for, because it is not listed");
    }
}

pub(crate) async fn decision<P: Post>() {
    let house = House::<P>::open("perhaps", as_shipped).await;
    let mut offers = Vec::new();
    for number in 1..=3 {
        offers.push(house.wire.deliver(&offer(&house, number, light()).await).await.unwrap());
    }
    house.post.decide_oddly(&offers[1]);
    house.post.decide(&offers[0], AnswerState::Declined);
    house.post.decide(&offers[2], AnswerState::Accepted);
    let told = house.wire.answers(&offers).await.unwrap();
    let state = |of: usize| told.iter().find(|answer| answer.delivered == offers[of]).map(|answer| answer.state);
    assert_eq!((state(0), state(2)), (Some(AnswerState::Declined), Some(AnswerState::Accepted)));
    assert!(matches!(state(1), None | Some(AnswerState::Waiting)), "it decides nothing: {:?}", state(1));
}
