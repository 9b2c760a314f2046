//! An offer that has ended at the hub: its system is told by the keys that it has and by nothing else, once or again.

use sangam_sandbox::Fault;
use sangam_wire::{AnswerState, Delivered, Delivery};
use uuid::Uuid;

use super::meaning::{light, offer};
use super::post::{House, Post, as_shipped};

/// The word that it has ended.
fn end(of: &Delivered) -> Delivery {
    Delivery::Withdrawal { record: of.record.clone(), referral: of.referral.clone().expect("every kind has one") }
}

/// The identifiers that the hub gave with an offer.
fn own(delivery: &Delivery) -> (Uuid, Uuid) {
    let Delivery::Offer { record, referral, .. } = delivery else { panic!("an offer") };
    (*record, *referral)
}

async fn state<P: Post>(house: &House<P>, of: &Delivered) -> Option<AnswerState> {
    house.wire.answers(std::slice::from_ref(of)).await.unwrap().first().map(|answer| answer.state)
}

pub(crate) async fn told<P: Post>() {
    let house = House::<P>::open("ended", as_shipped).await;
    let first = house.wire.deliver(&offer(&house, 1, light()).await).await.unwrap();
    let other = house.wire.deliver(&offer(&house, 2, light()).await).await.unwrap();
    assert!(!house.post.is_over(&first) && !house.post.is_over(&other), "the control");
    for _ in 0..2 {
        // Said again, also after some time, it changes nothing.
        assert_eq!(house.wire.deliver(&end(&first)).await.unwrap(), first);
        assert!(house.post.is_over(&first), "its people see it");
        assert_eq!(state(&house, &first).await, Some(AnswerState::Withdrawn));
        house.clock.advance(3_600_000);
    }
    assert!(!house.post.is_over(&other), "and of the other nothing");
    assert_eq!(state(&house, &other).await, Some(AnswerState::Waiting));
    assert_eq!(house.post.offered(), 2, "nothing is put there by it");
}

pub(crate) async fn found<P: Post>() {
    let house = House::<P>::open("found", as_shipped).await;
    let (delivery, never) = (offer(&house, 1, light()).await, offer(&house, 2, light()).await);
    let look = async |of: &Delivery| {
        let (record, referral) = own(of);
        house.wire.offered(record, referral).await.unwrap()
    };
    assert_eq!(look(&delivery).await, None, "nothing was sent yet");
    let delivered = house.wire.deliver(&delivery).await.unwrap();
    assert_eq!(look(&delivery).await, Some(delivered.clone()), "what the offer itself would give again");
    assert_eq!(look(&never).await, None);
    house.wire.deliver(&end(&delivered)).await.unwrap();
    assert_eq!(look(&delivery).await, Some(delivered), "it is found when it has ended, too");
    assert_eq!(house.post.offered(), 1, "whoever looks puts nothing there");
}

pub(crate) async fn cut<P: Post>() {
    let house = House::<P>::open("end-cut", as_shipped).await;
    let delivery = offer(&house, 1, light()).await;
    let delivered = house.wire.deliver(&delivery).await.unwrap();
    // Whether that is a fault is the kind's: some answers say all in their status.
    house.post.fault(Fault::CutAfter);
    drop(house.wire.deliver(&delivery).await);
    drop(house.wire.deliver(&end(&delivered)).await);
    house.post.fault(Fault::None);
    let (record, referral) = own(&delivery);
    let there = house.wire.offered(record, referral).await.unwrap();
    assert_eq!(there, Some(delivered.clone()));
    house.wire.deliver(&end(&delivered)).await.unwrap();
    assert!(house.post.is_over(&delivered));
    assert_eq!(state(&house, &delivered).await, Some(AnswerState::Withdrawn));
    assert_eq!(house.post.offered(), 1);
}
