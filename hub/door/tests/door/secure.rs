//! TLS, HTTP/2 and client certificates.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::KeyPair;
use reqwest::Version;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SignatureScheme, SupportedProtocolVersion};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use sangam_door::{ClientCertificates, ConnectionLimits, Limits, OldestTls, Tls, TlsFault, TlsPapers, TlsTerms};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;

use crate::doorstep::{Doorstep, answer};
use crate::papers::{FRESH, Papers, client, clock, papers, post};

async fn open(papers: &Papers, limits: Limits) -> Doorstep {
    asking(papers, limits, ClientCertificates::Optional).await
}

async fn asking(papers: &Papers, limits: Limits, clients: ClientCertificates) -> Doorstep {
    let terms = TlsTerms { clients, ..TlsTerms::default() };
    Doorstep::over(limits, Some(Tls::open(terms, clock(), papers.papers()).unwrap())).await
}

#[tokio::test]
async fn http2_and_http1_are_chosen_by_alpn() {
    let papers = papers();
    let door = open(&papers, Limits::default()).await;
    let response = post(&door, &client(&papers, None).build().unwrap()).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.version()), (200, Version::HTTP_2));
    let response = post(&door, &client(&papers, None).http1_only().build().unwrap()).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.version()), (200, Version::HTTP_11));
}

#[tokio::test]
async fn the_client_certificate_is_handed_on_over_both_protocols() {
    let papers = papers();
    let door = open(&papers, Limits::default()).await;
    for builder in [client(&papers, Some(&papers.client)), client(&papers, Some(&papers.client)).http1_only()] {
        let client = builder.build().unwrap();
        assert_eq!(answer(post(&door, &client)).await.0, 200);
        assert_eq!(door.certificate(), Some((papers.client_der.clone(), true)));
    }
}

#[tokio::test]
async fn a_connection_that_goes_on_from_an_earlier_one_has_its_certificate() {
    let papers = papers();
    let connection = ConnectionLimits { idle: Duration::from_millis(50), ..ConnectionLimits::default() };
    let door = open(&papers, Limits { connection, ..Limits::default() }).await;
    let client = client(&papers, Some(&papers.client)).build().unwrap();
    for _ in 0..3 {
        assert_eq!(answer(post(&door, &client)).await.0, 200);
        assert_eq!(door.certificate(), Some((papers.client_der.clone(), true)));
        // The connection is let go; the next one resumes its session.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_handed_on_as_that() {
    let papers = papers();
    let door = open(&papers, Limits::default()).await;
    assert_eq!(answer(post(&door, &client(&papers, None).build().unwrap())).await.0, 200);
    assert_eq!(door.certificate(), None);
    let stranger = client(&papers, Some(&papers.stranger)).build().unwrap();
    assert_eq!(answer(post(&door, &stranger)).await.0, 200);
    assert_eq!(door.certificate().map(|(_, vouched)| vouched), Some(false));
}

#[tokio::test]
async fn a_listener_asks_for_certificates_not_at_all_or_of_everybody() {
    let papers = papers();
    let off = asking(&papers, Limits::default(), ClientCertificates::Off).await;
    assert_eq!(answer(post(&off, &client(&papers, Some(&papers.client)).build().unwrap())).await.0, 200);
    assert_eq!(off.certificate(), None);
    let required = asking(&papers, Limits::default(), ClientCertificates::Required).await;
    assert!(post(&required, &client(&papers, None).build().unwrap()).send().await.is_err());
    for identity in [&papers.client, &papers.stranger] {
        assert_eq!(answer(post(&required, &client(&papers, Some(identity)).build().unwrap())).await.0, 200);
    }
}

/// Shows a certificate and signs with a key, whether or not they belong together.
#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Asks over a bare connection with this certificate and this key; the beginning of the answer, if one comes.
async fn shown(door: &Doorstep, papers: &Papers, key: &KeyPair) -> String {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let signing = provider.key_provider.load_private_key(PrivatePkcs8KeyDer::from(key.serialize_der()).into()).unwrap();
    let chain = vec![CertificateDer::from(papers.client_der.clone())];
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(papers.authority.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(Shows(Arc::new(CertifiedKey::new(chain, signing)))));
    let socket = tokio::net::TcpStream::connect(door.address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let Ok(mut stream) = TlsConnector::from(Arc::new(config)).connect(name, socket).await else { return String::new() };
    let request = "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\nconnection: close\r\n\r\n";
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).chars().take(12).collect()
}

#[tokio::test]
async fn a_certificate_without_its_key_is_refused() {
    let papers = papers();
    let door = open(&papers, Limits::default()).await;
    assert_eq!(shown(&door, &papers, &papers.client_key).await, "HTTP/1.1 200");
    assert_eq!(door.certificate(), Some((papers.client_der.clone(), true)));
    // Whoever has seen a certificate does not hold its key.
    assert_eq!(shown(&door, &papers, &KeyPair::generate().unwrap()).await, "");
    assert_eq!(door.certificate(), None);
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_let_go_at_the_first_headers_deadline() {
    let papers = papers();
    let first_header = Duration::from_millis(200);
    let connection = ConnectionLimits { first_header, ..ConnectionLimits::default() };
    let door = open(&papers, Limits { connection, ..Limits::default() }).await;
    for said in [&b""[..], b"\x16\x03\x01\x02"] {
        let mut socket = tokio::net::TcpStream::connect(door.address).await.unwrap();
        socket.write_all(said).await.unwrap();
        let started = Instant::now();
        let mut rest = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut rest)).await.unwrap();
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn streams_at_once_on_one_connection_have_a_number() {
    let papers = papers();
    let connection = ConnectionLimits { streams: 4, ..ConnectionLimits::default() };
    let door = open(&papers, Limits { connection, ..Limits::default() }).await;
    let client = client(&papers, None).build().unwrap();
    let url = format!("https://{}/graphql", door.address);
    // The first request makes the connection that the others share.
    assert_eq!(answer(post(&door, &client)).await.0, 200);
    let slow: Vec<_> = (0..12)
        .map(|_| {
            let request = client.post(&url).bearer_auth("good").json(&json!({ "query": "{ slow }" }));
            tokio::spawn(request.send())
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = door.hub.executed.load(std::sync::atomic::Ordering::SeqCst) - 1;
    assert_eq!(begun, 4, "the client has to wait with the rest");
    for request in slow {
        request.abort();
    }
}

#[tokio::test]
async fn a_header_of_http2_has_the_same_limits() {
    let papers = papers();
    let door = open(&papers, Limits::default()).await;
    let client = client(&papers, None).build().unwrap();
    let ConnectionLimits { header_bytes, header_fields, .. } = ConnectionLimits::default();
    let long = |bytes: usize| post(&door, &client).header("x-long", "y".repeat(bytes));
    let many = |fields: usize| (0..fields).fold(post(&door, &client), |ask, n| ask.header(format!("x-{n}"), "y"));
    for request in [long(header_bytes - 1024), many(header_fields - 8)] {
        let response = request.send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.version()), (200, Version::HTTP_2));
    }
    assert_eq!(long(header_bytes + 4 * 1024).send().await.unwrap().status(), 431);
    assert_eq!(many(header_fields + 1).send().await.unwrap().status(), 431);
    assert_eq!(door.hub.executed.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[test]
fn what_is_no_certificate_or_key_is_named_and_not_shown() {
    let papers = papers();
    let terms = TlsTerms { clients: ClientCertificates::Optional, ..TlsTerms::default() };
    let made = |papers: TlsPapers<'_>| Tls::open(terms, clock(), papers).map(drop);
    let good = papers.papers();
    assert!(made(good).is_ok());
    let secret = b"secret".as_slice();
    assert!(matches!(made(TlsPapers { chain: secret, ..good }), Err(TlsFault::Chain)));
    assert!(matches!(made(TlsPapers { key: secret, ..good }), Err(TlsFault::Key)));
    assert!(matches!(made(TlsPapers { authorities: Some(secret), ..good }), Err(TlsFault::Authorities)));
    assert!(matches!(made(TlsPapers { revocations: Some(secret), ..good }), Err(TlsFault::Revocations)));
    let broken = b"-----BEGIN X509 CRL-----\nc2VjcmV0\n-----END X509 CRL-----\n".as_slice();
    assert!(matches!(made(TlsPapers { revocations: Some(broken), ..good }), Err(TlsFault::Revocations)));
    let list = papers.issuer.revoked(&[], FRESH);
    let alone = TlsPapers { authorities: None, revocations: Some(list.as_bytes()), ..good };
    assert!(matches!(made(alone), Err(TlsFault::RevocationsAlone)));
    let other = KeyPair::generate().unwrap().serialize_pem();
    let fault = made(TlsPapers { key: other.as_bytes(), ..good }).unwrap_err();
    assert!(matches!(fault, TlsFault::Unusable(_)) && !fault.to_string().contains("secret"));
}

/// What a client that speaks these versions only agrees on with the door.
async fn agreed(door: &Doorstep, papers: &Papers, versions: &[&'static SupportedProtocolVersion]) -> Option<String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(papers.authority.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let socket = tokio::net::TcpStream::connect(door.address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, socket).await.ok()?;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n").await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    assert!(answer.ends_with("live\n"), "{answer}");
    let (_, session) = stream.get_ref();
    Some(format!("{:?} {:?}", session.protocol_version()?, session.negotiated_cipher_suite()?.suite()))
}

#[tokio::test]
async fn tls_1_2_is_spoken_where_it_was_chosen_and_with_aead_only() {
    let papers = papers();
    let both = TlsTerms { oldest: OldestTls::V1_2, ..TlsTerms::default() };
    let chosen = Doorstep::over(Limits::default(), Some(Tls::open(both, clock(), papers.papers()).unwrap())).await;
    // The control: this client can, where it may.
    let older = agreed(&chosen, &papers, &[&TLS12]).await.unwrap();
    assert!(
        older.starts_with("TLSv1_2 TLS_ECDHE_") && (older.contains("GCM") || older.contains("CHACHA20")),
        "{older}"
    );
    for versions in [&[&TLS13][..], &[&TLS12, &TLS13][..]] {
        assert!(agreed(&chosen, &papers, versions).await.unwrap().starts_with("TLSv1_3 "));
    }
    let usual = asking(&papers, Limits::default(), ClientCertificates::Off).await;
    assert_eq!(agreed(&usual, &papers, &[&TLS12]).await, None);
    assert!(agreed(&usual, &papers, &[&TLS13]).await.unwrap().starts_with("TLSv1_3 "));
    let ends = usual.counted("sangam_door_connection_ends_total{end=\"tls\"}");
    assert_eq!(ends, Some(1));
}
