//! What a partner's system tells of its records, as it is sent over the network.

use std::sync::{Arc, Mutex};

use sangam_door::{Door, Edge, Entrance, HookRoom, HookSent, HookTold, Limits, Metrics, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::hub::TestHub;

type Heard = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A door with the room, whose one partner is `clinic` with the secret `right`.
async fn room() -> (String, Heard, CancellationToken) {
    let (hub, limits) = (TestHub::new(), Limits::default());
    let metrics = Arc::new(Metrics::register(&mut prometheus_client::registry::Registry::default()));
    let door = Door::new(hub.clone(), Arc::clone(&hub.clock) as _, limits.clone(), Arc::clone(&metrics), Vec::new());
    let heard = Heard::default();
    let kept = heard.clone();
    let room = HookRoom::new(&door, move |sent: HookSent| {
        let told = match (sent.partner.as_str(), sent.secret.as_str()) {
            ("clinic", "right") if sent.body.is_empty() => HookTold::NoRecord,
            ("clinic", "right") if sent.body == b"much" => HookTold::Busy,
            ("clinic", "right") => {
                kept.lock().unwrap().push((sent.partner, sent.body));
                HookTold::Heard
            }
            _ => HookTold::NotPermitted,
        };
        Box::pin(std::future::ready(told))
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/partners/", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let edge = Arc::new(Edge::of(&door).with("/partners/:partner/changed", room));
    tokio::spawn(serve(vec![Entrance { listener, tls: None }], edge, limits.connection, metrics, stop.clone()));
    (address, heard, stop)
}

#[tokio::test]
async fn what_a_partner_tells_is_heard_by_its_secret_alone() {
    let (address, heard, stop) = room().await;
    let client = reqwest::Client::new();
    let post = |name: &str| client.post(format!("{address}{name}/changed")).body("{}");
    assert_eq!(post("clinic").bearer_auth("right").send().await.unwrap().status(), 202);
    assert_eq!(post("clinic").basic_auth("anybody", Some("right")).send().await.unwrap().status(), 202);
    assert_eq!(heard.lock().unwrap().len(), 2);
    let mut refusals = Vec::new();
    for request in [
        post("clinic"),
        post("clinic").bearer_auth("wrong"),
        post("clinic").basic_auth("right", Some("wrong")),
        post("clinic").header("authorization", "Digest right"),
        post("nobody").bearer_auth("right"),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        refusals.push(response.text().await.unwrap());
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "a stranger learns no names: {refusals:?}");
    let posted = |body: Vec<u8>| client.post(format!("{address}clinic/changed")).bearer_auth("right").body(body);
    assert_eq!(posted(Vec::new()).send().await.unwrap().status(), 400);
    let busy = posted(b"much".to_vec()).send().await.unwrap();
    assert_eq!((busy.status().as_u16(), busy.headers().contains_key("retry-after")), (503, true));
    // HOOK_BYTES are 64 KiB.
    assert_eq!(posted(vec![b'a'; 64 * 1024]).send().await.unwrap().status(), 202);
    assert_eq!(posted(vec![b'a'; 64 * 1024 + 1]).send().await.unwrap().status(), 413);
    let got = client.get(format!("{address}clinic/changed")).bearer_auth("right").send().await.unwrap();
    assert_eq!((got.status().as_u16(), got.headers()["allow"].to_str().unwrap()), (405, "POST"));
    assert_eq!(heard.lock().unwrap().len(), 3);
    stop.cancel();
}
