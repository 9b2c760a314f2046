//! How often an issuer is asked, and what its keys are good for while it is down.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use serde_json::json;

use super::{Call, Issuer, IssuerSettings, KeyFault, KeysAt, Outside, OutsideAddress, OutsideFault, Pace, Told};
use crate::token::SignatureAlgorithm;

const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
/// The standard pace, a hundred times as fast.
const PACE: Pace = Pace {
    refresh: Duration::from_millis(3_000),
    again: Duration::from_millis(200),
    kept: Duration::from_millis(1_500),
    wait: Duration::from_millis(100),
};

#[derive(Default)]
struct World {
    calls: AtomicU32,
    down: AtomicBool,
    kids: Mutex<Vec<&'static str>>,
}

impl Outside for World {
    fn call(&self, _call: Call) -> BoxFuture<'_, Result<Told, OutsideFault>> {
        Box::pin(async {
            self.calls.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            if self.down.load(Ordering::SeqCst) {
                return Err(OutsideFault::Unreachable);
            }
            let kids = self.kids.lock().unwrap().clone();
            let keys: Vec<_> =
                kids.iter().map(|kid| json!({"kty": "OKP", "crv": "Ed25519", "x": X, "kid": kid})).collect();
            Ok(Told { status: 200, kind: None, body: json!({ "keys": keys }).to_string().into_bytes() })
        })
    }
}

fn issuer(world: &Arc<World>, pace: Pace) -> Arc<Issuer> {
    let address = OutsideAddress::read("https://id.example.org").unwrap();
    let settings = IssuerSettings {
        name: "ministry".to_owned(),
        issuer: address.clone(),
        keys: KeysAt::KeySet(address),
        algorithms: vec![SignatureAlgorithm::EdDsa],
    };
    let issuer = Arc::new(Issuer::paced(settings, Arc::clone(world) as Arc<dyn Outside>, pace));
    let keeping = Arc::clone(&issuer);
    tokio::spawn(async move { keeping.keep().await });
    issuer
}

#[tokio::test]
async fn a_flood_of_unknown_key_ids_is_one_call_in_a_while_and_a_rotation_is_picked_up() {
    let world = Arc::new(World { kids: Mutex::new(vec!["one"]), ..World::default() });
    // A machine that is busy elsewhere takes its time for the first call.
    let issuer = issuer(&world, Pace { wait: Duration::from_secs(2), ..PACE });
    assert!(issuer.key("one").await.is_ok(), "the first caller waits for the first keys");
    let began = tokio::time::Instant::now();
    while began.elapsed() < Duration::from_millis(500) {
        let asked = join_all((0..50).map(|_| issuer.key("two"))).await;
        assert!(asked.iter().all(|asked| matches!(asked, Err(KeyFault::Unknown))));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let calls = world.calls.load(Ordering::SeqCst);
    assert!((2..=4).contains(&calls), "{calls} calls in half a second of flood");
    // The issuer rotates: whoever comes with the new key is let in as soon as the issuer may be asked again.
    *world.kids.lock().unwrap() = vec!["two"];
    tokio::time::sleep(PACE.again).await;
    assert!(issuer.key("two").await.is_ok());
    assert!(matches!(issuer.key("one").await, Err(KeyFault::Unknown)), "what it took out verifies nothing");
}

#[tokio::test]
async fn keys_outlive_their_issuer_for_a_while_and_no_longer() {
    let world = Arc::new(World { kids: Mutex::new(vec!["one"]), ..World::default() });
    let pace = Pace { refresh: Duration::from_millis(200), ..PACE };
    let issuer = issuer(&world, pace);
    assert!(issuer.key("one").await.is_ok());
    world.down.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(world.calls.load(Ordering::SeqCst) > 2, "it was asked while it was down");
    assert!(issuer.key("one").await.is_ok(), "and its keys are good");
    assert!(matches!(issuer.key("two").await, Err(KeyFault::Unknown)));
    tokio::time::sleep(pace.kept).await;
    assert!(matches!(issuer.key("one").await, Err(KeyFault::Unavailable)), "but not for ever");
    world.down.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(issuer.key("one").await.is_ok(), "it is back");
}

#[tokio::test]
async fn a_caller_who_leaves_stops_no_call() {
    let world = Arc::new(World { kids: Mutex::new(vec!["one"]), ..World::default() });
    let issuer = issuer(&world, PACE);
    assert!(issuer.key("one").await.is_ok());
    *world.kids.lock().unwrap() = vec!["two"];
    tokio::time::sleep(PACE.again).await;
    // It asks for a new key and goes away at once, before anything can have come back.
    let left = tokio::time::timeout(Duration::from_millis(1), issuer.key("two")).await;
    assert!(left.is_err());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(issuer.key("two").await.is_ok());
}
