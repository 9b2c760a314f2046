//! Whoever routes requests asks whether the hub can serve, and is told so while its store is gone.

use std::time::{Duration, Instant};

use sangam_kit::database::Template;
use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use sangam_kit::postgres::{Durability, PrivateServer};

/// How long it may take until a probe says that the store is gone: its patience and its memory, a second each, with
/// room for a busy machine.
const GONE: Duration = Duration::from_secs(10);
/// How long it may take until it says that the store is back: the server's recovery is in it.
const BACK: Duration = Duration::from_secs(60);

#[expect(clippy::unwrap_used, reason = "a door that does not answer fails the test")]
async fn probe(demo: &Demo, which: &str) -> (u16, String) {
    let url = demo.card().graphql.replace("/graphql", which);
    let response = reqwest::get(url).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn until(demo: &Demo, wanted: u16, within: Duration) -> String {
    let began = Instant::now();
    loop {
        let (status, text) = probe(demo, "/health/ready").await;
        if status == wanted {
            return text;
        }
        assert!(began.elapsed() < within, "still {status} after {:?}", began.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_whose_store_is_gone_is_not_ready_and_is_again_when_it_is_back() {
    let folder = Folder::new("readiness");
    let private = PrivateServer::start(Durability::Durable).await;
    let database = private.server().fresh_database(&Template::empty()).await;
    let demo = Demo::start_with(&folder, Some(database.url()), 1);
    assert_eq!(probe(&demo, "/health/ready").await, (200, "ready\n".to_owned()));
    private.crash();
    assert_eq!(until(&demo, 503, GONE).await, "not ready\n", "and not a word of why");
    assert_eq!(probe(&demo, "/health/live").await, (200, "live\n".to_owned()), "the process itself is well");
    private.start_again();
    assert_eq!(until(&demo, 200, BACK).await, "ready\n");
}
