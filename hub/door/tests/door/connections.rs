//! Connections by bare sockets: who says nothing, who says it slowly, who takes every seat, who reads nothing.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sangam_door::{ConnectionLimits, Limits};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::doorstep::{Doorstep, OLDER};

fn limits(connection: ConnectionLimits) -> Limits {
    Limits { connection, ..Limits::default() }
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// What the door sends until it closes, and how long that took.
async fn until_closed(socket: &mut TcpStream) -> (String, Duration) {
    let started = Instant::now();
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), socket.read_to_end(&mut bytes)).await;
    // A reset is an end as well.
    let _ = read.expect("the door closes");
    (String::from_utf8_lossy(&bytes).into_owned(), started.elapsed())
}

#[tokio::test]
async fn who_says_nothing_is_let_go_at_the_first_headers_deadline() {
    let first_header = Duration::from_millis(200);
    let door = Doorstep::with(limits(ConnectionLimits { first_header, ..ConnectionLimits::default() })).await;
    let (said, after) = until_closed(&mut connect(door.address).await).await;
    assert_eq!(said, "");
    assert!(after >= first_header && after < Duration::from_secs(2), "{after:?}");
}

#[tokio::test]
async fn who_says_its_header_byte_by_byte_is_let_go_at_the_same_deadline() {
    let first_header = Duration::from_millis(300);
    let door = Doorstep::with(limits(ConnectionLimits { first_header, ..ConnectionLimits::default() })).await;
    let mut socket = connect(door.address).await;
    let started = Instant::now();
    let header = format!("GET /health/live HTTP/1.1\r\nhost: hub\r\nx: {}", "y".repeat(10_000));
    let mut cut = false;
    for byte in header.as_bytes().chunks(1) {
        if socket.write_all(byte).await.is_err() || started.elapsed() > Duration::from_secs(3) {
            cut = true;
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(cut && started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

#[tokio::test]
async fn an_idle_connection_is_let_go_and_a_second_header_has_no_longer() {
    let idle = Duration::from_millis(250);
    let door = Doorstep::with(limits(ConnectionLimits { idle, ..ConnectionLimits::default() })).await;
    for second in ["", "GET /health/live HTTP/1.1\r\nho"] {
        let mut socket = connect(door.address).await;
        socket.write_all(b"GET /health/live HTTP/1.1\r\nhost: hub\r\n\r\n").await.unwrap();
        let mut first = [0_u8; 12];
        socket.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        socket.write_all(second.as_bytes()).await.unwrap();
        let (_, after) = until_closed(&mut socket).await;
        assert!(after >= idle / 2 && after < Duration::from_secs(4), "{after:?}");
    }
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_let_go() {
    let connection = ConnectionLimits {
        idle: Duration::from_millis(300),
        stalled: Duration::from_millis(300),
        ..ConnectionLimits::default()
    };
    let door = Doorstep::with(limits(connection)).await;
    // A small buffer at this end, so that the answers have to wait at the other.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    let mut socket = socket.connect(door.address).await.unwrap();
    let body = json!({ "query": "{ big }" }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    // Eight answers of four megabytes: more than any socket buffer takes.
    for _ in 0..8 {
        socket.write_all(request.as_bytes()).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    let executed = door.hub.executed.load(std::sync::atomic::Ordering::SeqCst);
    assert!(executed <= 4, "what is not read is not worked for: {executed}");
    let (said, _) = until_closed(&mut socket).await;
    assert!(said.len() < 8 * 4 * 1024 * 1024, "the rest was not kept for it: {}", said.len());
}

#[tokio::test]
async fn one_address_has_its_seats_and_gets_them_back() {
    let door = Doorstep::with(limits(ConnectionLimits { per_address: 3, ..ConnectionLimits::default() })).await;
    let mut seated = Vec::new();
    for _ in 0..3 {
        let mut socket = connect(door.address).await;
        socket.write_all(b"GET /health/live HTTP/1.1\r\nhost: hub\r\n\r\n").await.unwrap();
        let mut byte = [0_u8; 1];
        socket.read_exact(&mut byte).await.unwrap();
        seated.push(socket);
    }
    let (said, after) = until_closed(&mut connect(door.address).await).await;
    assert!(said.is_empty() && after < Duration::from_secs(1), "turned away at once");
    drop(seated.pop());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(door.client.get(door.url("/health/live")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_door_has_its_seats() {
    let door = Doorstep::with(limits(ConnectionLimits { total: 1, ..ConnectionLimits::default() })).await;
    let mut seated = connect(door.address).await;
    seated.write_all(b"GET /health/live HTTP/1.1\r\nhost: hub\r\n\r\n").await.unwrap();
    let mut byte = [0_u8; 1];
    seated.read_exact(&mut byte).await.unwrap();
    let (said, _) = until_closed(&mut connect(door.address).await).await;
    assert!(said.is_empty());
}

#[tokio::test]
async fn the_seats_are_counted_over_all_listeners_together() {
    for limits in [
        ConnectionLimits { total: 2, ..ConnectionLimits::default() },
        ConnectionLimits { per_address: 2, ..ConnectionLimits::default() },
    ] {
        let door = Doorstep::at(Limits { connection: limits, ..Limits::default() }, vec![None, None]).await;
        let mut seated = Vec::new();
        for address in &door.addresses {
            let mut socket = connect(*address).await;
            socket.write_all(b"GET /health/live HTTP/1.1\r\nhost: hub\r\n\r\n").await.unwrap();
            let mut byte = [0_u8; 1];
            socket.read_exact(&mut byte).await.unwrap();
            seated.push(socket);
        }
        for address in &door.addresses {
            let (said, after) = until_closed(&mut connect(*address).await).await;
            assert!(said.is_empty() && after < Duration::from_secs(1), "turned away at once");
        }
        // Both close together.
        door.stop.cancel();
        assert_eq!(door.served.await.unwrap().unwrap().cut, 0);
        for address in &door.addresses {
            assert!(TcpStream::connect(*address).await.is_err());
        }
    }
}

#[tokio::test]
async fn a_header_beyond_its_bytes_or_fields_is_431_and_the_end() {
    let door = Doorstep::open().await;
    let ConnectionLimits { header_bytes, header_fields, .. } = ConnectionLimits::default();
    let long = |bytes| format!("x-long: {}\r\n", "y".repeat(bytes));
    let many = |fields| -> String { (0..fields).map(|number| format!("x-{number}: y\r\n")).collect() };
    let uri = format!("GET /graphql?query={} HTTP/1.1\r\nhost: hub\r\n\r\n", "y".repeat(40 * 1024));
    let header = |fields: &str| format!("GET /health/live HTTP/1.1\r\nhost: hub\r\n{fields}\r\n");
    // Somewhat less of either is a request like any other.
    for request in [header(&long(header_bytes - 1024)), header(&many(header_fields - 4))] {
        let mut socket = connect(door.address).await;
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut status = [0; 12];
        socket.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 200");
    }
    for request in [header(&long(header_bytes + 4 * 1024)), header(&many(header_fields + 1)), uri] {
        let mut socket = connect(door.address).await;
        socket.write_all(request.as_bytes()).await.unwrap();
        let (said, _) = until_closed(&mut socket).await;
        let status = said.get(9..12).unwrap_or_default();
        assert!(["431", "414", "400"].contains(&status), "{said}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_not_answered_with_our_words() {
    let door = Doorstep::open().await;
    let mut socket = connect(door.address).await;
    socket.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").await.unwrap();
    let (said, _) = until_closed(&mut socket).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{said}");
    assert_eq!(door.ask(OLDER, "{ __typename }").await.0, 200);
}

#[tokio::test]
async fn a_request_with_two_lengths_is_not_a_request() {
    let door = Doorstep::open().await;
    for lengths in [
        "content-length: 5\r\ncontent-length: 50\r\n",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
    ] {
        let mut socket = connect(door.address).await;
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\n{lengths}\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nhost: hub\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        let (said, _) = until_closed(&mut socket).await;
        assert!(!said.contains("live\n"), "nothing is smuggled behind it: {said}");
    }
}
