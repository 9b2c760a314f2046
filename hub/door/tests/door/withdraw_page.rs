//! The page that withdraws, by a real client: whoever holds a slip of paper learns nothing by trying it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sangam_door::{Door, Edge, Entrance, Limits, Metrics, Shell, WithdrawPage, WithdrawTold, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::hub::TestHub;

const RIGHT: &str = "7KQ2-M9XA-4TRE";
/// How many tries one address has at once.
const AT_ONCE: usize = 10;

/// A door whose page knows one code; its address, how often it was asked, and how often the code was right.
async fn open() -> (String, Arc<[AtomicUsize; 2]>, CancellationToken) {
    let (hub, limits) = (TestHub::new(), Limits::default());
    let metrics = Arc::new(Metrics::register(&mut prometheus_client::registry::Registry::default()));
    let door = Door::new(hub.clone(), Arc::clone(&hub.clock) as _, limits.clone(), Arc::clone(&metrics), Vec::new());
    let asked = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let counted = Arc::clone(&asked);
    let shell = Shell::read().unwrap();
    let page = WithdrawPage::new(&door, &shell, move |code| {
        counted[0].fetch_add(1, Ordering::SeqCst);
        let told = match code.as_str() {
            "busy" => WithdrawTold::TooOften,
            "down" => WithdrawTold::Unavailable,
            code => {
                counted[1].fetch_add(usize::from(code == RIGHT), Ordering::SeqCst);
                WithdrawTold::Judged
            }
        };
        Box::pin(std::future::ready(told))
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/withdraw", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let edge = Arc::new(Edge::of(&door).with("/withdraw", page));
    tokio::spawn(serve(vec![Entrance { listener, tls: None }], edge, limits.connection, metrics, stop.clone()));
    (address, asked, stop)
}

/// Everything of an answer that does not say when it was given.
async fn post(address: &str, body: &str) -> (u16, Vec<(String, String)>, String) {
    let request = reqwest::Client::new().post(address).header("content-type", "application/x-www-form-urlencoded");
    let response = request.body(body.to_owned()).send().await.unwrap();
    let headers = response.headers().iter().filter(|(name, _)| *name != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (response.status().as_u16(), headers, response.text().await.unwrap())
}

#[tokio::test]
async fn right_and_wrong_are_answered_alike() {
    let (address, asked, _stop) = open().await;
    let right = post(&address, &format!("code={RIGHT}")).await;
    assert_eq!((right.0, asked[1].load(Ordering::SeqCst)), (200, 1), "the right code is handed on");
    for wrong in ["code=7KQ2-M9XA-4TRF", "code=", "", "other=1", "code=%3Cb%3E&code=2"] {
        assert_eq!(post(&address, wrong).await, right, "{wrong}");
    }
    assert_eq!(asked[1].load(Ordering::SeqCst), 1);
    assert!(!right.2.contains(RIGHT), "what was typed is not repeated");
    assert_eq!(post(&address, "code=busy").await.0, 429);
    assert_eq!(post(&address, "code=down").await.0, 503, "what was not done is not told as done");
}

#[tokio::test]
async fn the_page_runs_nothing_and_looking_at_it_takes_nothing_back() {
    let (address, asked, _stop) = open().await;
    let client = reqwest::Client::new();
    for query in ["", "?code=7KQ2-M9XA-4TRE"] {
        let page = client.get(format!("{address}{query}")).send().await.unwrap();
        assert_eq!(
            (page.status(), page.headers()["cache-control"].to_str().unwrap()),
            (reqwest::StatusCode::OK, "no-store")
        );
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; form-action 'self'"), "{policy}");
        let text = page.text().await.unwrap();
        assert!(text.contains("<form method=\"post\"") && !text.contains("<script") && !text.contains("http"));
    }
    let form = client.post(&address).header("content-type", "application/json").body("{}").send().await.unwrap();
    assert_eq!(form.status(), 415);
    assert_eq!(client.delete(&address).send().await.unwrap().status(), 405);
    assert_eq!(asked[0].load(Ordering::SeqCst), 0, "none of it was a try");
}

#[tokio::test]
async fn one_address_has_few_tries() {
    let (address, asked, _stop) = open().await;
    let mut slowed = 0;
    for _ in 0..AT_ONCE + 5 {
        slowed += usize::from(post(&address, "code=1").await.0 == 429);
    }
    assert!(slowed >= 4, "{slowed}");
    assert_eq!(asked[0].load(Ordering::SeqCst), AT_ONCE + 5 - slowed);
}
