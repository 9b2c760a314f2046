//! HTTP/2 by hand: frames that no library would send.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair};
use rustls::{ClientConfig, RootCertStore};
use sangam_door::{ClientCertificates, ConnectionLimits, Limits, tls};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::doorstep::Doorstep;

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
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
    let config = tls(chain.as_bytes(), key.as_bytes(), ClientCertificates::Off, None).unwrap();
    let door = Doorstep::over(limits, Some(config)).await;

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
    socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    socket.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    (door, socket)
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
