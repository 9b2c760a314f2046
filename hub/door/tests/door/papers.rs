//! Certificates for one test: an authority, a server, clients, and what the authority has revoked.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, RevokedCertParams, SerialNumber, date_time_ymd,
};
use reqwest::{Certificate, Identity};
use sangam_door::TlsPapers;
use sangam_vocabulary::{Clock, ManualClock};
use serde_json::json;

use crate::doorstep::Doorstep;
use crate::hub::NOW;

/// Years of a list's `nextUpdate`: after and before the tests take place, which is in January 2027.
pub(crate) const FRESH: i32 = 2030;
pub(crate) const STALE: i32 = 2026;

/// When the tests take place.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::new(NOW))
}

pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A client's certificate with this serial number that is good until 2035, in PEM with its key; in DER; and the key.
    pub(crate) fn client(&self, serial: u64) -> (String, Vec<u8>, KeyPair) {
        let mut params = CertificateParams::new(vec!["shelter.example".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.serial_number = Some(SerialNumber::from(serial));
        params.not_after = date_time_ymd(2035, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        (format!("{}{}", certificate.pem(), key.serialize_pem()), certificate.der().to_vec(), key)
    }

    /// A server's certificate and its key, in PEM.
    pub(crate) fn server(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }

    /// A list in PEM that is good until a year begins.
    pub(crate) fn revoked(&self, serials: &[u64], until: i32) -> String {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2025, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2025, 1, 1),
            next_update: date_time_ymd(until, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.0).unwrap().pem().unwrap()
    }
}

/// A certificate that nobody else signed, in PEM with its key.
pub(crate) fn self_signed() -> String {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["shelter.example".to_owned()]).unwrap();
    params.serial_number = Some(SerialNumber::from(7_u64));
    format!("{}{}", params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

/// The certificates of one test.
pub(crate) struct Papers {
    pub(crate) issuer: Authority,
    pub(crate) authority: String,
    pub(crate) chain: String,
    pub(crate) key: String,
    pub(crate) client: String,
    pub(crate) client_der: Vec<u8>,
    pub(crate) client_key: KeyPair,
    pub(crate) stranger: String,
}

pub(crate) fn papers() -> Papers {
    let issuer = Authority::named("An invented authority");
    let (chain, key) = issuer.server();
    let (client, client_der, client_key) = issuer.client(7);
    let (stranger, ..) = Authority::named("Another authority").client(7);
    Papers { authority: issuer.pem(), issuer, chain, key, client, client_der, client_key, stranger }
}

impl Papers {
    /// What the door is opened with: the authority that signed the server's certificate vouches for clients as well.
    pub(crate) fn papers(&self) -> TlsPapers<'_> {
        TlsPapers {
            chain: self.chain.as_bytes(),
            key: self.key.as_bytes(),
            authorities: Some(self.authority.as_bytes()),
            revocations: None,
        }
    }
}

/// A client that trusts an authority alone, and shows a certificate where one is given.
pub(crate) fn trusting(authority: &str, identity: Option<&str>) -> reqwest::ClientBuilder {
    let root = Certificate::from_pem(authority.as_bytes()).unwrap();
    let builder = reqwest::Client::builder().tls_certs_only([root]).timeout(Duration::from_secs(10));
    match identity {
        Some(pem) => builder.identity(Identity::from_pem(pem.as_bytes()).unwrap()),
        None => builder,
    }
}

pub(crate) fn client(papers: &Papers, identity: Option<&str>) -> reqwest::ClientBuilder {
    trusting(&papers.authority, identity)
}

pub(crate) fn post(door: &Doorstep, client: &reqwest::Client) -> reqwest::RequestBuilder {
    let url = format!("https://{}/graphql", door.address);
    client.post(url).bearer_auth("good").json(&json!({ "query": "{ __typename }" }))
}

impl Doorstep {
    /// The certificate the hub was last given: in DER, and whether it was vouched for.
    pub(crate) fn certificate(&self) -> Option<(Vec<u8>, bool)> {
        self.hub.certificate.lock().unwrap().take().map(|held| (held.der().to_vec(), held.vouched()))
    }
}
