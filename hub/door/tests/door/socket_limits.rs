//! The limits of a socket.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use sangam_door::{Limits, RequestLimits, SocketLimits};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::doorstep::Doorstep;
use crate::socket::Socket;

async fn door(socket: SocketLimits) -> Doorstep {
    Doorstep::with(Limits { socket, ..Limits::default() }).await
}

#[tokio::test]
async fn who_does_not_introduce_itself_in_time_is_closed_with_4408() {
    let init = Duration::from_millis(200);
    let door = door(SocketLimits { init, ..SocketLimits::default() }).await;
    let mut socket = Socket::open(&door).await;
    let started = Instant::now();
    assert_eq!(socket.closed().await, 4408);
    assert!(started.elapsed() < Duration::from_secs(2));
    // Pings do not buy more time.
    let mut socket = Socket::open(&door).await;
    let started = Instant::now();
    let pings = async {
        loop {
            let ping = Message::text(json!({"type": "ping"}).to_string());
            if socket.0.send(ping).await.is_err() {
                break;
            }
            let _ = tokio::time::timeout(Duration::from_millis(20), socket.0.next()).await;
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), pings).await;
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn operations_on_one_socket_have_a_number() {
    let door = door(SocketLimits { operations: 2, ..SocketLimits::default() }).await;
    let mut socket = Socket::introduced(&door).await;
    for id in ["1", "2", "3"] {
        socket.start(id, "subscription { events }").await;
    }
    let error = socket.hear().await;
    assert_eq!((&error["id"], &error["type"]), (&json!("3"), &json!("error")));
    assert_eq!(error["payload"][0]["extensions"]["code"], "TOO_BUSY");
    socket.say(json!({"id": "1", "type": "complete"})).await;
    socket.start("3", "{ __typename }").await;
    assert_eq!(socket.hear().await["type"], "next");
}

#[tokio::test]
async fn a_message_beyond_its_bytes_closes_with_1009() {
    let door = Doorstep::open().await;
    let mut socket = Socket::introduced(&door).await;
    let most = SocketLimits::default().message_bytes;
    let long = json!({"type": "ping", "payload": {"pad": "x".repeat(most)}}).to_string();
    let _ = socket.0.send(Message::text(long)).await;
    assert_eq!(socket.closed().await, 1009);
}

#[tokio::test]
async fn a_flood_of_messages_closes_with_1008() {
    let door = door(SocketLimits { messages_rate: 10, messages_burst: 50, ..SocketLimits::default() }).await;
    let mut socket = Socket::introduced(&door).await;
    for _ in 0..100 {
        if socket.0.send(Message::text(json!({"type": "pong"}).to_string())).await.is_err() {
            break;
        }
    }
    assert_eq!(socket.closed().await, 1008);
}

#[tokio::test]
async fn a_client_that_does_not_take_its_events_is_let_go() {
    let send = Duration::from_millis(300);
    let door = door(SocketLimits { send, ..SocketLimits::default() }).await;
    let mut socket = Socket::introduced(&door).await;
    socket.start("s", "subscription { flood }").await;
    // The client reads nothing; the hub lets go and the stream is gone with it.
    let started = Instant::now();
    while !metrics(&door).contains("sangam_door_sockets 0") {
        assert!(started.elapsed() < Duration::from_secs(5), "{}", metrics(&door));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(metrics(&door).contains(r#"socket_closes_total{close="1013"} 1"#));
}

#[tokio::test]
async fn a_client_that_gives_no_sign_of_life_is_let_go() {
    let ping_every = Duration::from_millis(100);
    let door = door(SocketLimits { ping_every, ..SocketLimits::default() }).await;
    // Reading answers pings, so this one lives...
    let mut alive = Socket::introduced(&door).await;
    // ...and this one, whose client has stopped reading, does not.
    let _dead = Socket::introduced(&door).await;
    let listening = tokio::time::timeout(Duration::from_millis(900), async {
        while let Some(Ok(Message::Ping(_))) = alive.0.next().await {}
    });
    assert!(listening.await.is_err(), "it was not closed");
    assert!(metrics(&door).contains("sangam_door_sockets 1"), "{}", metrics(&door));
}

#[tokio::test]
async fn operations_on_sockets_keep_the_same_pace_and_time_as_over_http() {
    let request = RequestLimits {
        client_rate: 1,
        client_burst: 2,
        operation_time: Duration::from_millis(100),
        ..RequestLimits::default()
    };
    let door = Doorstep::with(Limits { request, ..Limits::default() }).await;
    let mut socket = Socket::introduced(&door).await;
    socket.start("1", "{ slow }").await;
    let error = socket.hear().await;
    assert_eq!(error["payload"][0]["extensions"]["code"], "TIMED_OUT");
    assert_eq!(door.hub.dropped.load(Ordering::SeqCst), 1);
    socket.start("2", "{ __typename }").await;
    assert_eq!(socket.hear().await["type"], "next");
    assert_eq!(socket.hear().await["type"], "complete");
    socket.start("3", "{ __typename }").await;
    assert_eq!(socket.hear().await["payload"][0]["extensions"]["code"], "RATE_LIMITED");
}

pub(crate) fn metrics(door: &Doorstep) -> String {
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &door.registry).unwrap();
    text
}
