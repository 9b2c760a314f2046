//! What a system tells without being asked is a record's key and nothing more: the record is then asked for, and a word that
//! is lost costs time alone.

use sangam_wire::Found;

use super::post::{House, Post, as_shipped, name};

pub(crate) async fn asked_for<P: Post>() {
    let house = House::<P>::open("told", as_shipped).await;
    let (key, other) = (house.post.put("Rupa Das", true), house.post.put("Mina Rai", true));
    let (_, cursor) = house.all(None).await;
    house.clock.advance(3_600_000);
    house.post.rename(&key, "Tara Das");
    let word = |key: &str| house.post.word(key).expect("its webhook sends something").to_string();
    let told = |word: &str| house.wire.told(word.as_bytes());
    assert_eq!((told(&word(&key)), told(&word(&other))), (Some(key.clone()), Some(other)));
    // What it says of her is not looked at.
    assert_eq!(told(&word(&key).replace("Tara Das", "Somebody Else")).as_deref(), Some(key.as_str()));
    let Found::Marked(record) = house.wire.record(&key).await.unwrap() else { panic!("it is there") };
    assert!(name(&house.intake(&record).await.unwrap()).unwrap().contains("Tara"));
    house.wire.acknowledge(&key, "https://hub.example/partners/x/changed", true).await.unwrap();
    // Lost, it is found by the next walk.
    let (changed, _) = house.all(Some(cursor)).await;
    assert!(changed.iter().any(|record| house.wire.key(record).as_deref() == Some(key.as_str())), "{changed:?}");
    for odd in ["", "{", "[]", "{}", "null", "7", "\"x\"", "{\"data\":{\"record_id\":7}}", "\u{0}"] {
        assert_eq!(told(odd), None, "{odd}");
    }
}
