//! The stop: what is being done is finished, sockets are told, and whoever holds on is cut.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sangam_door::{ConnectionLimits, Drained, Limits, RequestLimits};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::doorstep::Doorstep;
use crate::socket::Socket;

async fn ended(door: Doorstep) -> (Drained, Duration) {
    let started = Instant::now();
    let drained = tokio::time::timeout(Duration::from_secs(10), door.served).await.unwrap();
    (drained.unwrap().unwrap(), started.elapsed())
}

#[tokio::test]
async fn a_request_in_flight_is_answered_and_no_new_one_is_taken() {
    let request = RequestLimits { operation_time: Duration::from_millis(400), ..RequestLimits::default() };
    let door = Doorstep::with(Limits { request, ..Limits::default() }).await;
    let slow = tokio::spawn(door.post().json(&json!({ "query": "{ slow }" })).send());
    while door.hub.executed.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    door.stop.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(tokio::net::TcpStream::connect(door.address).await.is_err(), "the door is closed");
    let response = slow.await.unwrap().unwrap();
    assert_eq!(response.status(), 503, "its own time-out, not a broken line");
    assert_eq!(ended(door).await.0, Drained { cut: 0 });
}

#[tokio::test]
async fn idle_connections_do_not_hold_the_stop_up() {
    let door = Doorstep::open().await;
    assert_eq!(door.client.get(door.url("/health/live")).send().await.unwrap().status(), 200);
    let _silent = tokio::net::TcpStream::connect(door.address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    door.stop.cancel();
    let (drained, took) = ended(door).await;
    assert!(drained.cut == 0 && took < Duration::from_secs(2), "{drained:?} {took:?}");
}

#[tokio::test]
async fn sockets_are_told_and_counted() {
    let door = Doorstep::open().await;
    let mut introduced = Socket::introduced(&door).await;
    introduced.start("s", "subscription { events }").await;
    let mut early = Socket::open(&door).await;
    door.stop.cancel();
    assert_eq!(introduced.closed().await, 1001);
    assert_eq!(early.closed().await, 1001);
    let (drained, took) = ended(door).await;
    assert!(drained.cut == 0 && took < Duration::from_secs(3), "{drained:?} {took:?}");
}

#[tokio::test]
async fn who_holds_on_is_cut_after_the_drain() {
    let drain = Duration::from_millis(300);
    let connection = ConnectionLimits { drain, ..ConnectionLimits::default() };
    let door = Doorstep::with(Limits { connection, ..Limits::default() }).await;
    let mut holding = tokio::net::TcpStream::connect(door.address).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    holding.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    door.stop.cancel();
    let (drained, took) = ended(door).await;
    assert_eq!(drained, Drained { cut: 1 });
    assert!(took >= drain && took < drain + Duration::from_secs(2), "{took:?}");
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(1), holding.read_to_end(&mut rest)).await.unwrap();
}
