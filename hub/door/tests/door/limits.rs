//! The limits of a body.

use std::time::{Duration, Instant};

use sangam_door::{Limits, RequestLimits};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::doorstep::{Doorstep, OLDER, answer, code};

fn padded(bytes: usize) -> Vec<u8> {
    let bare = json!({ "query": "{ __typename }", "extensions": { "pad": "" } }).to_string();
    let pad = "x".repeat(bytes - bare.len());
    json!({ "query": "{ __typename }", "extensions": { "pad": pad } }).to_string().into_bytes()
}

/// An answer to the end of its one error, while the socket stays open.
async fn first_of_the_answer(socket: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let read = async { while !said.ends_with(b"]}") && socket.read_buf(&mut said).await.unwrap() > 0 {} };
    tokio::time::timeout(Duration::from_secs(5), read).await.unwrap();
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn a_body_at_the_limit_is_read_and_one_byte_more_is_413() {
    let door = Doorstep::open().await;
    let limit = RequestLimits::default().body_bytes;
    for (bytes, wanted) in [(limit, 200), (limit + 1, 413)] {
        let request = door.post().header("content-type", OLDER).body(padded(bytes));
        assert_eq!(answer(request).await.0, wanted, "{bytes}");
    }
}

#[tokio::test]
async fn a_body_that_says_how_long_it_is_is_refused_before_it_is_sent() {
    let door = Doorstep::open().await;
    let mut socket = TcpStream::connect(door.address).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ncontent-length: 41943040\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let said = first_of_the_answer(&mut socket).await;
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("LIMIT_BODY"), "{said}");
}

#[tokio::test]
async fn who_sends_nothing_of_a_body_that_is_too_long_is_answered_after_a_moment() {
    let door = Doorstep::open().await;
    let mut socket = TcpStream::connect(door.address).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ncontent-length: 300000\r\n\r\n";
    let started = Instant::now();
    socket.write_all(head.as_bytes()).await.unwrap();
    let said = first_of_the_answer(&mut socket).await;
    let waited = started.elapsed();
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("LIMIT_BODY"), "{said}");
    assert!(waited > Duration::from_millis(900) && waited < Duration::from_secs(4), "{waited:?}");
}

#[tokio::test]
async fn a_body_that_does_not_say_how_long_it_is_is_refused_at_the_limit() {
    let door = Doorstep::open().await;
    let mut socket = TcpStream::connect(door.address).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    let mut sent = 0;
    // The door stops reading; what fits into the socket's buffers may still be written.
    for _ in 0..640 {
        let write = tokio::time::timeout(Duration::from_millis(500), socket.write_all(chunk.as_bytes())).await;
        if !matches!(write, Ok(Ok(()))) {
            break;
        }
        sent += chunk.len();
    }
    assert!(sent < 30 * 1024 * 1024, "{sent}");
    let mut said = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(2), socket.read_to_end(&mut said)).await;
    // The answer may be lost to the reset that follows; the hub is well either way.
    assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 413"));
    assert_eq!(door.ask(OLDER, "{ __typename }").await.0, 200);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_408() {
    let request = RequestLimits { body_time: Duration::from_millis(150), ..RequestLimits::default() };
    let door = Doorstep::with(Limits { request, ..Limits::default() }).await;
    let started = Instant::now();
    let mut socket = begin_body(&door).await;
    let mut said = Vec::new();
    // A byte now and then does not buy more time.
    while said.is_empty() && started.elapsed() < Duration::from_secs(2) {
        let _ = socket.write_all(b"1\r\n \r\n").await;
        let _ = tokio::time::timeout(Duration::from_millis(30), socket.read_buf(&mut said)).await;
    }
    assert!(said.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&said));
    let _ = tokio::time::timeout(Duration::from_millis(500), socket.read_to_end(&mut said)).await;
    assert!(String::from_utf8_lossy(&said).contains("BODY_TIMEOUT"), "{}", String::from_utf8_lossy(&said));
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn bodies_being_read_at_once_have_a_number() {
    let request = RequestLimits {
        bodies: 1,
        queue_time: Duration::from_millis(80),
        body_time: Duration::from_secs(5),
        ..RequestLimits::default()
    };
    let door = Doorstep::with(Limits { request, ..Limits::default() }).await;
    let _holding = begin_body(&door).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (status, body) = door.ask(OLDER, "{ __typename }").await;
    assert_eq!((status, code(&body)), (503, "TOO_BUSY"));
}

#[tokio::test]
async fn variables_nested_without_end_are_not_read() {
    let door = Doorstep::open().await;
    let deep = format!(r#"{{"query":"{{ a }}","variables":{{"v":{}1{}}}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let (status, body) = answer(door.post().header("content-type", OLDER).body(deep)).await;
    assert_eq!((status, code(&body)), (400, "BAD_REQUEST"));
}

/// A request whose body has begun and may take its time.
async fn begin_body(door: &Doorstep) -> TcpStream {
    let mut socket = TcpStream::connect(door.address).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}
