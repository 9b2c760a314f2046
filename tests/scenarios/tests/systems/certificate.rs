//! Client certificates: a system comes with the registered one, or with one that a known authority gave the
//! registered name; and the tokens it gets are good with that certificate only.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, RevokedCertParams, SerialNumber, date_time_ymd,
};
use sangam_kit::folder::Folder;
use serde_json::{Value, json};
use std::fs;

use crate::house::{Answer, House, STRICT};
use crate::keys::{Pair, b64, read, sha256};
use crate::proof::Holder;

type Authority = CertifiedIssuer<'static, KeyPair>;

/// The certificates of one deployment.
pub(crate) struct Papers {
    /// The authority's certificate in PEM: it signed the server's, and vouches for clients.
    pub(crate) authority: String,
    issuer: Authority,
}

/// A certificate with its key.
struct Identity {
    /// Both in PEM.
    whole: String,
    /// The certificate alone in PEM.
    certificate: String,
    /// The certificate in DER.
    der: Vec<u8>,
}

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

impl Papers {
    /// Draws an authority and a server's certificate into a folder.
    pub(crate) fn draw(folder: &Folder) -> Self {
        let issuer = authority();
        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        fs::write(folder.join("server.pem"), server.pem()).unwrap();
        fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
        fs::write(folder.join("authority.pem"), issuer.pem()).unwrap();
        let papers = Self { authority: issuer.pem(), issuer };
        fs::write(folder.join("revoked.pem"), papers.revoked(&[])).unwrap();
        papers
    }

    /// A client's certificate that nobody vouches for: in PEM with its key, and in DER.
    pub(crate) fn stranger() -> (String, Vec<u8>) {
        let identity = signed(client("system.example.org", "Invented"), None);
        (identity.whole, identity.der)
    }
    /// A list of what the authority has revoked, by serial number.
    pub(crate) fn revoked(&self, serials: &[u64]) -> String {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2025, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2025, 1, 1),
            next_update: date_time_ymd(2099, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).unwrap().pem().unwrap()
    }

    /// A certificate of this number that the authority gave to a client, in PEM with its key.
    pub(crate) fn numbered(&self, serial: u64) -> String {
        let mut params = client(NAME, SUBJECT);
        params.serial_number = Some(SerialNumber::from(serial));
        signed(params, Some(&self.issuer)).whole
    }
}

/// A server's certificate and key of an authority that nobody knew before, and that authority, in PEM.
pub(crate) fn elsewhere() -> (String, String, String) {
    let (issuer, key) = (authority(), KeyPair::generate().unwrap());
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    (server.pem(), key.serialize_pem(), issuer.pem())
}

/// What a certificate says: its DNS name and its subject's organization.
fn client(name: &str, subject: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, subject);
    params
}

fn signed(params: CertificateParams, issuer: Option<&Authority>) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = match issuer {
        Some(issuer) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    let pem = certificate.pem();
    Identity { whole: format!("{pem}{}", key.serialize_pem()), certificate: pem, der: certificate.der().to_vec() }
}

async fn token(house: &House, id: &str, identity: Option<&Identity>) -> Answer {
    let http = house.http(identity.map(|identity| identity.whole.as_str()));
    house.post(0, &http, "/oauth/token", &[("grant_type", "client_credentials"), ("client_id", id)], None).await
}

fn registered(house: &House, credential: &[&str]) -> String {
    house.add("asha-nivas", credential)["client_id"].as_str().unwrap().to_owned()
}

fn refused(answer: &Answer) {
    assert_eq!((answer.status, answer.error()), (401, "invalid_client"), "{answer:?}");
}

pub(crate) const NAME: &str = "case.shelter.example";
const SUBJECT: &str = "An Invented Shelter";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registered_certificate_is_the_client_whoever_signed_it() {
    let house = House::of(STRICT);
    let own = signed(client(NAME, SUBJECT), None);
    let next = signed(client(NAME, SUBJECT), None);
    let alike = signed(client(NAME, SUBJECT), None);
    let vouched = signed(client(NAME, SUBJECT), Some(&house.papers.issuer));
    let file = house.write("own.pem", format!("{}{}", own.certificate, next.certificate));
    let id = registered(&house, &["--certificate", file.to_str().unwrap()]);
    for identity in [&own, &next] {
        assert_eq!(token(&house, &id, Some(identity)).await.status, 200);
    }
    // Another certificate that says the same, one that the authority vouches for, and none.
    for identity in [Some(&alike), Some(&vouched), None] {
        refused(&token(&house, &id, identity).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registered_name_is_the_client_where_a_known_authority_wrote_it() {
    let house = House::of(STRICT);
    let own = signed(client(NAME, SUBJECT), Some(&house.papers.issuer));
    let file = house.write("own.pem", &own.certificate);
    let by_name = registered(&house, &["--certificate-name", "Case.Shelter.example"]);
    let by_subject = registered(&house, &["--subject-of", file.to_str().unwrap()]);
    let renewed = signed(client(NAME, SUBJECT), Some(&house.papers.issuer));
    let elsewhere = authority();
    for id in [&by_name, &by_subject] {
        for identity in [&own, &renewed] {
            assert_eq!(token(&house, id, Some(identity)).await.status, 200);
        }
        refused(&token(&house, id, None).await);
        for forged in [
            signed(client(NAME, SUBJECT), None),
            signed(client(NAME, SUBJECT), Some(&elsewhere)),
            signed(client("*.shelter.example", "Another"), Some(&house.papers.issuer)),
            signed(client("case.shelter.example.evil.example", "Another"), Some(&house.papers.issuer)),
        ] {
            refused(&token(&house, id, Some(&forged)).await);
        }
    }
    // One says the name, the other the subject.
    let other_subject = signed(client(NAME, "Another"), Some(&house.papers.issuer));
    assert_eq!(token(&house, &by_name, Some(&other_subject)).await.status, 200);
    refused(&token(&house, &by_subject, Some(&other_subject)).await);
    let other_name = signed(client("other.example", SUBJECT), Some(&house.papers.issuer));
    refused(&token(&house, &by_name, Some(&other_name)).await);
    assert_eq!(token(&house, &by_subject, Some(&other_name)).await.status, 200);
    // A certificate whose time is over was vouched for, and is no more.
    let mut ended = client(NAME, SUBJECT);
    ended.not_after = rcgen::date_time_ymd(2020, 1, 1);
    ended.not_before = rcgen::date_time_ymd(2019, 1, 1);
    refused(&token(&house, &by_name, Some(&signed(ended, Some(&house.papers.issuer)))).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_good_with_its_certificate_only() {
    let house = House::of(STRICT);
    let own = signed(client(NAME, SUBJECT), None);
    let other = signed(client(NAME, SUBJECT), Some(&house.papers.issuer));
    let file = house.write("own.pem", &own.certificate);
    let id = registered(&house, &["--certificate", file.to_str().unwrap()]);
    let answer = token(&house, &id, Some(&own)).await;
    assert_eq!(answer.body["token_type"], "Bearer");
    let claims = read(answer.token(), 1);
    assert_eq!(claims["cnf"], json!({"x5t#S256": b64(sha256(&own.der))}));
    let bearer = format!("Bearer {}", answer.token());
    assert_eq!(house.ask(0, &house.http(Some(&own.whole)), &bearer, None).await, 200);
    assert_eq!(house.ask(0, &house.http(Some(&other.whole)), &bearer, None).await, 401);
    assert_eq!(house.ask(0, &house.http(None), &bearer, None).await, 401);
    assert_eq!(house.ask(0, &house.http(Some(&own.whole)), &bearer, None).await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outside_a_sandbox_every_token_is_bound() {
    let house = House::of(STRICT);
    let system = house.system("asha-nivas", Pair::ed());
    let unbound = house.assert(0, &system.assertion()).await;
    assert_eq!((unbound.status, unbound.error()), (400, "invalid_dpop_proof"));
    // By a proof, by a certificate, by both.
    let (holder, own) = (Holder::new(&house), signed(client(NAME, SUBJECT), None));
    let cnf = |answer: &Answer| -> Value { read(answer.token(), 1)["cnf"].clone() };
    let (plain, shown) = (house.http(None), house.http(Some(&own.whole)));
    for (http, proven) in [(&plain, true), (&shown, false), (&shown, true)] {
        let assertion = system.assertion();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", crate::house::JWT_BEARER),
            ("client_assertion", assertion.as_str()),
        ];
        let proof = proven.then(|| holder.proof("POST", "/oauth/token", None));
        let answer = house.post(0, http, "/oauth/token", &form, proof.as_deref()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(cnf(&answer).get("jkt").is_some(), proven);
        assert_eq!(cnf(&answer).get("x5t#S256").is_some(), std::ptr::eq(http, &shown));
        if proven && std::ptr::eq(http, &shown) {
            // What is bound twice is good with both and not with one.
            let value = format!("DPoP {}", answer.token());
            let proof = || holder.proof("POST", "/graphql", Some(answer.token()));
            assert_eq!(house.ask(0, http, &value, Some(&proof())).await, 200);
            assert_eq!(house.ask(0, &plain, &value, Some(&proof())).await, 401);
            assert_eq!(house.ask(0, http, &value, None).await, 401);
        }
    }
}
