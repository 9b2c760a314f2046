//! HTTP/2 by hand: frames that no library would send.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair};
use rustls::{ClientConfig, RootCertStore};
use sangam_door::{ConnectionLimits, Limits, Tls, TlsPapers, TlsTerms};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::bare;
use crate::doorstep::Doorstep;
use crate::papers::clock;

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:method GET`, `:scheme https`, `:path /`, each by its index in the static table.
const GET: &[u8] = &[0x82, 0x87, 0x84];

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

async fn open(limits: Limits) -> (Doorstep, TlsStream<TcpStream>) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (chain, key) = (certificate.pem(), key.serialize_pem());
    let papers = TlsPapers { chain: chain.as_bytes(), key: key.as_bytes(), authorities: None, revocations: None };
    let config = Tls::open(TlsTerms::default(), clock(), papers).unwrap();
    // The second listener is for those who only want to know how the door is.
    let door = Doorstep::at(limits, vec![Some(config), None]).await;

    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let socket = TcpStream::connect(door.address).await.unwrap();
    let name = "127.0.0.1".try_into().unwrap();
    let mut socket = TlsConnector::from(Arc::new(config)).connect(name, socket).await.unwrap();
    begin(&mut socket).await;
    (door, socket)
}

/// What every connection begins with.
async fn begin(socket: &mut (impl AsyncWrite + Unpin)) {
    socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    socket.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
}

/// A connection to a server without a door.
async fn bare() -> TcpStream {
    let mut socket = bare::connect().await;
    begin(&mut socket).await;
    socket
}

/// Whether a connection is still open after a time in which only the other side speaks.
async fn stays(socket: &mut (impl AsyncRead + Unpin), time: Duration) -> bool {
    tokio::time::timeout(time, socket.read_to_end(&mut Vec::new())).await.is_err()
}

/// Reads to the end and says whether the door said good-bye with an error.
async fn ended_with_an_error(socket: &mut TlsStream<TcpStream>) -> bool {
    let mut said = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut said)).await;
    let _ = read.expect("the door closes");
    let mut rest = said.as_slice();
    let mut error = false;
    while let [a, b, c, kind, tail @ ..] = rest {
        let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap();
        let Some(payload) = tail.get(5..5 + length) else { break };
        error |= *kind == GOAWAY && payload[4..8] != [0; 4];
        rest = &tail[5 + length..];
    }
    error
}

#[tokio::test]
async fn streams_that_are_opened_and_reset_end_the_connection_before_they_are_worked_for() {
    let (door, mut socket) = open(Limits::default()).await;
    // A hundred times PENDING_RESETS.
    let mut flood = Vec::new();
    for number in 0..2_000 {
        flood.extend(frame(HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, GET));
        flood.extend(frame(RST_STREAM, 0, 2 * number + 1, &8_u32.to_be_bytes()));
    }
    // The door may close while the flood is still being written.
    let _ = socket.write_all(&flood).await;
    assert!(ended_with_an_error(&mut socket).await);
    assert_eq!(door.hub.executed.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn streams_that_are_made_faulty_end_the_connection() {
    let (door, mut socket) = open(Limits::default()).await;
    // Requests without a path, each on a stream of its own: five times FAULTY_STREAMS.
    let flood: Vec<u8> =
        (0..500).flat_map(|number| frame(HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, &GET[..2])).collect();
    let mut harmed = bare().await;
    harmed.write_all(&flood).await.unwrap();
    assert!(stays(&mut harmed, Duration::from_secs(1)).await, "void: the bare server ended it");
    let _ = socket.write_all(&flood).await;
    assert!(ended_with_an_error(&mut socket).await);
    assert_eq!(door.counted(r#"sangam_door_requests_total{room="other",status="404"}"#), None);
}

#[tokio::test]
async fn who_answers_no_ping_is_let_go_and_who_does_stays() {
    // `ping`, `pong`: long before the connection would be idle.
    let (ping, pong) = (Duration::from_millis(150), Duration::from_millis(150));
    let connection = ConnectionLimits { ping, pong, ..ConnectionLimits::default() };
    let limits = Limits { connection, ..Limits::default() };
    let mut harmed = bare().await;
    harmed.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, 1, GET)).await.unwrap();
    assert!(stays(&mut harmed, Duration::from_secs(2)).await, "void: the bare server ended it");
    let (_door, mut silent) = open(limits.clone()).await;
    silent.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, 1, GET)).await.unwrap();
    let started = Instant::now();
    ended_with_an_error(&mut silent).await;
    assert!(started.elapsed() >= ping && started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());

    let (door, mut lively) = open(limits).await;
    lively.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, 1, GET)).await.unwrap();
    let mut answered = 0;
    while answered < 5 {
        let (kind, flags, payload) = read_frame(&mut lively).await;
        if kind == PING && flags == 0 {
            lively.write_all(&frame(PING, 1, 0, &payload)).await.unwrap();
            answered += 1;
        }
    }
    assert_eq!(door.counted("sangam_door_connections"), Some(1));
}

/// The next frame: its kind, its flags and its payload.
async fn read_frame(socket: &mut TlsStream<TcpStream>) -> (u8, u8, Vec<u8>) {
    let mut head = [0; 9];
    let read = tokio::time::timeout(Duration::from_secs(5), socket.read_exact(&mut head)).await;
    read.expect("a frame").unwrap();
    let mut payload = vec![0; usize::try_from(u32::from_be_bytes([0, head[0], head[1], head[2]])).unwrap()];
    socket.read_exact(&mut payload).await.unwrap();
    (head[3], head[4], payload)
}

/// Whether the other side has closed the connection, after all it had said.
async fn closed(socket: &mut TcpStream) -> bool {
    let mut said = vec![0; 64 * 1024];
    loop {
        match tokio::time::timeout(Duration::from_millis(200), socket.read(&mut said)).await {
            Ok(Ok(0) | Err(_)) => return true,
            Ok(Ok(_)) => {}
            Err(_) => return false,
        }
    }
}

#[tokio::test]
async fn a_flood_of_what_asks_for_nothing_buys_no_time_and_holds_up_nobody() {
    let first_header = Duration::from_secs(1);
    let connection = ConnectionLimits { first_header, ..ConnectionLimits::default() };
    let empty_settings = frame(SETTINGS, 0, 0, &[]);
    let pings = frame(PING, 0, 0, &[7; 8]);
    let windows = frame(WINDOW_UPDATE, 0, 0, &1_u32.to_be_bytes());
    for what in [pings, empty_settings, windows] {
        let flood = what.repeat(1_000);
        let mut harmed = bare().await;
        // It takes as much as its own answers leave it room for, and lets nobody go.
        let endless = async { while harmed.write_all(&flood).await.is_ok() {} };
        assert!(tokio::time::timeout(2 * first_header, endless).await.is_err(), "void: the bare server ended it");
        assert!(!closed(&mut harmed).await, "void: the bare server ended it");
        let (door, mut socket) = open(Limits { connection: connection.clone(), ..Limits::default() }).await;
        let flooding = tokio::spawn(async move {
            let started = Instant::now();
            // It reads nothing of what it makes the door say.
            let mut sent = 0;
            while started.elapsed() < Duration::from_secs(10) {
                match tokio::time::timeout(Duration::from_secs(5), socket.write_all(&flood)).await {
                    Ok(Ok(())) => sent += flood.len(),
                    _ => break,
                }
            }
            (started.elapsed(), sent)
        });
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let live = door.client.get(format!("http://{}/health/live", door.addresses[1])).send().await.unwrap();
            assert_eq!(live.status(), 200);
        }
        // The other connection is the one that asked how the door is.
        door.until("sangam_door_connections", 1).await;
        let (after, sent) = flooding.await.unwrap();
        assert!(after < Duration::from_secs(9), "{after:?}, {sent} bytes");
    }
}

#[tokio::test]
async fn a_header_that_is_continued_without_end_ends_the_connection() {
    let (_door, mut socket) = open(Limits::default()).await;
    socket.write_all(&frame(HEADERS, END_STREAM, 1, GET)).await.unwrap();
    // A literal field without indexing: name and value of a few bytes each, again and again.
    let field = [&[0x00, 0x01, b'x', 0x7f, 0x81, 0x07][..], &[b'y'; 262]].concat();
    let started = Instant::now();
    let mut sent = 0;
    while socket.write_all(&frame(CONTINUATION, 0, 1, &field)).await.is_ok() {
        sent += field.len();
        assert!(sent < 8 << 20 && started.elapsed() < Duration::from_secs(5), "{sent} bytes were taken");
    }
}

#[tokio::test]
async fn an_idle_http2_connection_is_let_go() {
    let connection = ConnectionLimits {
        first_header: Duration::from_millis(200),
        idle: Duration::from_millis(300),
        ..ConnectionLimits::default()
    };
    // One that never asks, although it answers what the protocol wants of it...
    let (_door, mut socket) = open(Limits { connection: connection.clone(), ..Limits::default() }).await;
    let started = Instant::now();
    ended_with_an_error(&mut socket).await;
    assert!(started.elapsed() < Duration::from_secs(3));
    // ...and one that asked once.
    let (_door, mut socket) = open(Limits { connection, ..Limits::default() }).await;
    socket.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, 1, GET)).await.unwrap();
    let started = Instant::now();
    assert!(!ended_with_an_error(&mut socket).await, "it is asked to leave politely");
    assert!(started.elapsed() < Duration::from_secs(4));
}
