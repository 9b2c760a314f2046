//! TLS, HTTP/2 and client certificates.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use reqwest::{Certificate, Identity, Version};
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use sangam_door::{ClientCertificates, ConnectionLimits, Limits, TlsFault, tls};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;

use crate::doorstep::{Doorstep, answer};

/// Certificates for one test.
struct Papers {
    authority: String,
    chain: String,
    key: String,
    client: String,
    client_der: Vec<u8>,
    client_key: KeyPair,
    stranger: String,
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn client_of(issuer: &CertifiedIssuer<'static, KeyPair>) -> (String, Vec<u8>, KeyPair) {
    let mut params = CertificateParams::new(vec!["shelter.example".to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    (format!("{}{}", certificate.pem(), key.serialize_pem()), certificate.der().to_vec(), key)
}

fn papers() -> Papers {
    let issuer = authority();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let server = params.signed_by(&key, &issuer).unwrap();
    let (client, client_der, client_key) = client_of(&issuer);
    let (stranger, ..) = client_of(&authority());
    let (authority, chain, key) = (issuer.pem(), server.pem(), key.serialize_pem());
    Papers { authority, chain, key, client, client_der, client_key, stranger }
}

async fn open(papers: &Papers, limits: Limits) -> Doorstep {
    asking(papers, limits, ClientCertificates::Optional).await
}

async fn asking(papers: &Papers, limits: Limits, clients: ClientCertificates) -> Doorstep {
    let authority = Some(papers.authority.as_bytes());
    let tls = tls(papers.chain.as_bytes(), papers.key.as_bytes(), clients, authority).unwrap();
    Doorstep::over(limits, Some(tls)).await
}

impl Doorstep {
    /// The certificate the hub was last given: in DER, and whether it was vouched for.
    fn certificate(&self) -> Option<(Vec<u8>, bool)> {
        self.hub.certificate.lock().unwrap().take().map(|held| (held.der().to_vec(), held.vouched()))
    }
}

fn client(papers: &Papers, identity: Option<&str>) -> reqwest::ClientBuilder {
    let root = Certificate::from_pem(papers.authority.as_bytes()).unwrap();
    let builder = reqwest::Client::builder().tls_certs_only([root]).timeout(Duration::from_secs(10));
    match identity {
        Some(pem) => builder.identity(Identity::from_pem(pem.as_bytes()).unwrap()),
        None => builder,
    }
}

fn post(door: &Doorstep, client: &reqwest::Client) -> reqwest::RequestBuilder {
    let url = format!("https://{}/graphql", door.address);
    client.post(url).bearer_auth("good").json(&json!({ "query": "{ __typename }" }))
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

#[test]
fn what_is_no_certificate_or_key_is_named_and_not_shown() {
    let papers = papers();
    let (chain, key) = (papers.chain.as_bytes(), papers.key.as_bytes());
    let off = ClientCertificates::Off;
    assert!(matches!(tls(b"secret", key, off, None), Err(TlsFault::Chain)));
    assert!(matches!(tls(chain, b"secret", off, None), Err(TlsFault::Key)));
    assert!(matches!(tls(chain, key, ClientCertificates::Optional, Some(b"secret")), Err(TlsFault::Authorities)));
    let other = KeyPair::generate().unwrap().serialize_pem();
    let fault = tls(chain, other.as_bytes(), off, None).unwrap_err();
    assert!(matches!(fault, TlsFault::Unusable(_)) && !fault.to_string().contains("secret"));
    assert!(Arc::strong_count(&tls(chain, key, off, None).unwrap()) == 1);
}
