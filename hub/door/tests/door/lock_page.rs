//! The page that locks, by a real client: it tells only whether something was locked, and nobody can hammer at it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sangam_door::{CodeSent, CodeTold, Door, Edge, Entrance, Limits, LockPage, Metrics, Shell, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::hub::TestHub;

const RIGHT: &str = "0123456789";
const FORCED: &str = "9876543210";
/// How many tries one address has at once.
const AT_ONCE: usize = 10;

/// A door whose page knows two codes of one organization; its address, and how often it was asked.
async fn open() -> (String, Arc<AtomicUsize>, CancellationToken) {
    let (hub, limits) = (TestHub::new(), Limits::default());
    let metrics = Arc::new(Metrics::register(&mut prometheus_client::registry::Registry::default()));
    let door = Door::new(hub.clone(), Arc::clone(&hub.clock) as _, limits.clone(), Arc::clone(&metrics), Vec::new());
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let shell = Shell::read().unwrap();
    let page = LockPage::new(&door, &shell, move |sent: CodeSent| {
        counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            match (sent.organization.as_str(), sent.code.as_str()) {
                ("Asha Nivas", RIGHT | FORCED) => CodeTold::Locked,
                ("busy", _) => CodeTold::TooOften,
                ("down", _) => CodeTold::Unavailable,
                _ => CodeTold::Nothing,
            }
        })
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/lock", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let edge = Arc::new(Edge::of(&door).with("/lock", page));
    tokio::spawn(serve(vec![Entrance { listener, tls: None }], edge, limits.connection, metrics, stop.clone()));
    (address, asked, stop)
}

async fn post(address: &str, organization: &str, code: &str) -> (u16, String) {
    let body = format!("organization={}&code={code}", organization.replace(' ', "+"));
    let request = reqwest::Client::new().post(address).header("content-type", "application/x-www-form-urlencoded");
    let response = request.body(body).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn either_code_is_answered_alike_and_so_is_everything_that_locks_nothing() {
    let (address, _, _stop) = open().await;
    let locked = post(&address, "Asha Nivas", RIGHT).await;
    assert_eq!(locked.0, 200);
    assert!(locked.1.contains("Locked."));
    assert_eq!(post(&address, "Asha Nivas", FORCED).await, locked);
    let nothing = post(&address, "Asha Nivas", "1111111111").await;
    assert_eq!(nothing.0, 403);
    assert_ne!(nothing, locked);
    for (organization, code) in [("Nobody", RIGHT), ("", ""), ("<b>Asha", "<i>")] {
        assert_eq!(post(&address, organization, code).await, nothing);
    }
    assert_eq!(post(&address, "busy", RIGHT).await.0, 429);
    assert_eq!(post(&address, "down", RIGHT).await.0, 503);
}

#[tokio::test]
async fn the_page_runs_nothing_and_reaches_nobody() {
    let (address, asked, _stop) = open().await;
    let client = reqwest::Client::new();
    let page = client.get(&address).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; form-action 'self'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(page.headers()["cache-control"], "no-store");
    let text = page.text().await.unwrap();
    assert!(text.contains("<form method=\"post\"") && !text.contains("<script") && !text.contains("http"));
    let form = client.post(&address).header("content-type", "application/json").body("{}").send().await.unwrap();
    assert_eq!(form.status(), 415);
    assert_eq!(client.delete(&address).send().await.unwrap().status(), 405);
    assert_eq!(asked.load(Ordering::SeqCst), 0, "none of it was a try");
}

#[tokio::test]
async fn one_address_has_few_tries() {
    let (address, asked, _stop) = open().await;
    let mut slowed = 0;
    for _ in 0..AT_ONCE + 5 {
        slowed += usize::from(post(&address, "Asha Nivas", "1111111111").await.0 == 429);
    }
    assert!(slowed >= 4, "{slowed}");
    assert_eq!(asked.load(Ordering::SeqCst), AT_ONCE + 5 - slowed);
}
