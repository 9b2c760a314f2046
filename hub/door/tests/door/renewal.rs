//! New papers under open connections: they go on, new ones see the new papers, and whoever was revoked is out.

use std::sync::Arc;
use std::time::Duration;

use sangam_door::{ClientCertificates, Limits, OldestTls, Tls, TlsFault, TlsPapers, TlsTerms};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use futures_util::{SinkExt as _, StreamExt as _};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::TlsConnector;

use crate::doorstep::{Doorstep, answer};
use crate::papers::{Authority, FRESH, Papers, client, clock, papers, post, trusting};

const OPTIONAL: TlsTerms = TlsTerms { clients: ClientCertificates::Optional, oldest: OldestTls::V1_3 };

async fn door(papers: &Papers) -> (Doorstep, Arc<Tls>) {
    let tls = Tls::open(OPTIONAL, clock(), papers.papers()).unwrap();
    (Doorstep::over(Limits::default(), Some(Arc::clone(&tls))).await, tls)
}

#[tokio::test]
async fn open_connections_go_on_and_new_ones_see_the_new_certificate() {
    let papers = papers();
    let (door, tls) = door(&papers).await;
    let second = client(&papers, None).build().unwrap();
    let first = client(&papers, None).http1_only().build().unwrap();
    for client in [&second, &first] {
        assert_eq!(answer(post(&door, client)).await.0, 200);
    }
    let slow = {
        let url = format!("https://{}/graphql", door.address);
        let ask = second.post(url).bearer_auth("good").json(&json!({ "query": "{ echo }" }));
        tokio::spawn(ask.send())
    };
    let other = Authority::named("The authority of next year");
    let (chain, key) = other.server();
    let next = TlsPapers { chain: chain.as_bytes(), key: key.as_bytes(), ..papers.papers() };
    tls.renew(next).unwrap();
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
    // These trust the old certificate alone: they are answered on the connections that they have.
    for client in [&second, &first] {
        assert_eq!(answer(post(&door, client)).await.0, 200);
    }
    assert_eq!(door.counted("sangam_door_connections"), Some(2));
    let late = client(&papers, None).build().unwrap();
    assert!(post(&door, &late).send().await.is_err(), "a new connection is not made with the old certificate");
    let renewed = trusting(&other.pem(), None).build().unwrap();
    assert_eq!(answer(post(&door, &renewed)).await.0, 200);
}

#[tokio::test]
async fn papers_with_a_fault_are_refused_whole_and_the_old_ones_hold() {
    let papers = papers();
    let (door, tls) = door(&papers).await;
    let (chain, key) = Authority::named("The authority of next year").server();
    let good = TlsPapers { chain: chain.as_bytes(), key: key.as_bytes(), ..papers.papers() };
    // A chain whose key has not come yet, and a good pair beside lists that are none.
    let half = TlsPapers { key: papers.key.as_bytes(), ..good };
    assert!(matches!(tls.renew(half), Err(TlsFault::Unusable(_))));
    let list = papers.issuer.revoked(&[7], FRESH);
    let cut = list.get(..list.len() / 2).unwrap();
    let broken = TlsPapers { revocations: Some(cut.as_bytes()), ..good };
    assert!(matches!(tls.renew(broken), Err(TlsFault::Revocations)));
    assert_eq!(answer(post(&door, &client(&papers, Some(&papers.client)).build().unwrap())).await.0, 200);
    // The control: the same without the fault is taken.
    tls.renew(good).unwrap();
    assert!(post(&door, &client(&papers, None).build().unwrap()).send().await.is_err());
}

#[tokio::test]
async fn a_revoked_client_is_out_at_the_renewal_and_others_go_on() {
    let papers = papers();
    let (door, tls) = door(&papers).await;
    let (other, ..) = papers.issuer.client(8);
    let revoked = client(&papers, Some(&papers.client)).build().unwrap();
    let others = client(&papers, Some(&other)).build().unwrap();
    for client in [&revoked, &others] {
        assert_eq!(answer(post(&door, client)).await.0, 200);
    }
    let mut socket = socket(&door, &papers).await;
    let waiting = {
        let url = format!("https://{}/graphql", door.address);
        tokio::spawn(revoked.post(url).bearer_auth("good").json(&json!({ "query": "{ slow }" })).send())
    };
    while door.hub.executed.load(std::sync::atomic::Ordering::SeqCst) < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let list = papers.issuer.revoked(&[7], FRESH);
    tls.renew(TlsPapers { revocations: Some(list.as_bytes()), ..papers.papers() }).unwrap();
    let soon = Duration::from_secs(2);
    assert!(tokio::time::timeout(soon, waiting).await.unwrap().unwrap().is_err(), "its request is cut");
    let ended = tokio::time::timeout(soon, async { while let Some(Ok(_)) = socket.next().await {} }).await;
    assert!(ended.is_ok(), "and its socket");
    assert!(post(&door, &revoked).send().await.is_err(), "and it does not come in again");
    assert_eq!(answer(post(&door, &others)).await.0, 200);
    assert_eq!(door.counted("sangam_door_connections"), Some(1), "on the connection it had");
    assert!(door.counted(r#"sangam_door_connection_ends_total{end="revoked"}"#).is_some());
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_rustls::client::TlsStream<tokio::net::TcpStream>>;

/// An introduced socket over a connection with the papers' client certificate.
async fn socket(door: &Doorstep, papers: &Papers) -> Socket {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(papers.authority.as_bytes()).unwrap()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(papers.client_key.serialize_pem().as_bytes()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![CertificateDer::from(papers.client_der.clone())], key)
        .unwrap();
    let line = tokio::net::TcpStream::connect(door.address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let line = TlsConnector::from(Arc::new(config)).connect(name, line).await.unwrap();
    let mut request = format!("wss://{}/graphql/ws", door.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::client_async(request, line).await.unwrap();
    let init = json!({"type": "connection_init", "payload": {"authorization": "Bearer good"}});
    socket.send(Message::text(init.to_string())).await.unwrap();
    assert!(socket.next().await.unwrap().unwrap().to_text().unwrap().contains("connection_ack"));
    socket
}

#[tokio::test]
async fn no_session_of_before_is_gone_on_with() {
    let papers = papers();
    let (door, tls) = door(&papers).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(papers.authority.as_bytes()).unwrap()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(papers.client_key.serialize_pem().as_bytes()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![CertificateDer::from(papers.client_der.clone())], key)
        .unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let resumed = async || {
        let line = tokio::net::TcpStream::connect(door.address).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut line = connector.connect(name, line).await.ok()?;
        line.write_all(b"GET /health/live HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n").await.ok()?;
        let mut said = Vec::new();
        line.read_to_end(&mut said).await.ok()?;
        let kind = line.get_ref().1.handshake_kind()?;
        said.starts_with(b"HTTP/1.1 200").then_some(kind == rustls::HandshakeKind::Resumed)
    };
    assert_eq!(resumed().await, Some(false));
    assert_eq!(resumed().await, Some(true), "the control: a session is gone on with");
    tls.renew(papers.papers()).unwrap();
    assert_eq!(resumed().await, Some(false), "a handshake is made anew under new papers");
    let list = papers.issuer.revoked(&[7], FRESH);
    tls.renew(TlsPapers { revocations: Some(list.as_bytes()), ..papers.papers() }).unwrap();
    assert_eq!(resumed().await, None);
}
