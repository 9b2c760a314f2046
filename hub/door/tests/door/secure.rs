//! TLS, HTTP/2 and client certificates.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use reqwest::{Certificate, Identity, Version};
use sangam_door::{ConnectionLimits, Limits, TlsFault, tls};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::doorstep::{Doorstep, answer};

/// Certificates for one test.
struct Papers {
    authority: String,
    chain: String,
    key: String,
    client: String,
    client_der: Vec<u8>,
    stranger: String,
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn client_of(issuer: &CertifiedIssuer<'static, KeyPair>) -> (String, Vec<u8>) {
    let mut params = CertificateParams::new(vec!["shelter.example".to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    (format!("{}{}", certificate.pem(), key.serialize_pem()), certificate.der().to_vec())
}

fn papers() -> Papers {
    let issuer = authority();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let server = params.signed_by(&key, &issuer).unwrap();
    let (client, client_der) = client_of(&issuer);
    let (stranger, _) = client_of(&authority());
    Papers { authority: issuer.pem(), chain: server.pem(), key: key.serialize_pem(), client, client_der, stranger }
}

async fn open(papers: &Papers, limits: Limits) -> Doorstep {
    let config = tls(papers.chain.as_bytes(), papers.key.as_bytes(), Some(papers.authority.as_bytes())).unwrap();
    Doorstep::over(limits, Some(config)).await
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
        *door.hub.certificate.lock().unwrap() = None;
        assert_eq!(answer(post(&door, &builder.build().unwrap())).await.0, 200);
        assert_eq!(door.hub.certificate.lock().unwrap().as_deref(), Some(papers.client_der.as_slice()));
    }
}

#[tokio::test]
async fn a_client_without_certificate_is_served_and_one_of_another_authority_is_not() {
    let papers = papers();
    let door = open(&papers, Limits::default()).await;
    assert_eq!(answer(post(&door, &client(&papers, None).build().unwrap())).await.0, 200);
    assert_eq!(*door.hub.certificate.lock().unwrap(), None);
    let stranger = client(&papers, Some(&papers.stranger)).build().unwrap();
    assert!(post(&door, &stranger).send().await.is_err());
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
    assert!(matches!(tls(b"secret", key, None), Err(TlsFault::Chain)));
    assert!(matches!(tls(chain, b"secret", None), Err(TlsFault::Key)));
    assert!(matches!(tls(chain, key, Some(b"secret")), Err(TlsFault::Authorities)));
    let other = KeyPair::generate().unwrap().serialize_pem();
    let fault = tls(chain, other.as_bytes(), None).unwrap_err();
    assert!(matches!(fault, TlsFault::Unusable(_)) && !fault.to_string().contains("secret"));
    assert!(Arc::strong_count(&tls(chain, key, None).unwrap()) == 1);
}
