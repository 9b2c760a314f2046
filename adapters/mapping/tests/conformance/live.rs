//! One record asked for by its key is the record as it is at that moment, whatever was fetched before.

use sangam_wire::Found;

use super::post::{House, Post, as_shipped, name};

pub(crate) async fn as_it_is_now<P: Post>() {
    let house = House::<P>::open("live", as_shipped).await;
    let (key, other) = (house.post.put("Rupa Das", true), house.post.put("Mina Rai", false));
    let called = async |key: &str| match house.wire.record(key).await.unwrap() {
        Found::Marked(record) => {
            assert_eq!(house.wire.key(&record).as_deref(), Some(key), "it is the one that was asked for");
            name(&house.intake(&record).await.unwrap()).unwrap().to_owned()
        }
        other => panic!("{other:?}"),
    };
    assert!(called(&key).await.contains("Rupa"));
    assert_eq!(house.wire.record(&other).await.unwrap(), Found::Unmarked);
    // No list is asked for in between, and no clock moves.
    house.post.rename(&key, "Tara Das");
    let now = called(&key).await;
    assert!(now.contains("Tara") && !now.contains("Rupa"), "{now}");
    house.post.mark(&key, false);
    assert_eq!(house.wire.record(&key).await.unwrap(), Found::Unmarked);
    house.post.mark(&key, true);
    assert_eq!(called(&key).await, now);
    house.post.remove(&key);
    assert_eq!(house.wire.record(&key).await.unwrap(), Found::Gone);
}
