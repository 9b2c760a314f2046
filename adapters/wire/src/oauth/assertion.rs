//! The assertion by which the hub shows that it is the client: a JWT that it signs, as SMART Backend Services
//! (HL7 SMART App Launch 2.2, "Client Authentication: Asymmetric") and RFC 7523 have it.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use sangam_vocabulary::{Chance, Instant};
use serde_json::json;

/// The type of an assertion in a token request (RFC 7523, 2.2).
pub(super) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion is good for, in seconds: the most that SMART allows.
const LIVES: i64 = 300;

/// How a key is made of its bytes.
type Made = fn(&[u8]) -> EncodingKey;

/// A private key from PKCS#8 in PEM, and what it signs with: ES384 is one of the two algorithms that every server of SMART
/// takes, and ES256 and EdDSA are those of other hubs.
pub(super) fn key(pem: &str) -> Option<(EncodingKey, Algorithm)> {
    let document = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).ok()?;
    let bytes = document.secret_pkcs8_der();
    let kinds: [(Made, Algorithm); 3] = [
        (EncodingKey::from_ec_der, Algorithm::ES384),
        (EncodingKey::from_ec_der, Algorithm::ES256),
        (EncodingKey::from_ed_der, Algorithm::EdDSA),
    ];
    // Which key it is shows when it signs.
    let mut signing = kinds.into_iter().map(|(key, algorithm)| (key(bytes), algorithm));
    signing.find(|(key, algorithm)| encode(&Header::new(*algorithm), &json!({}), key).is_ok())
}

/// An assertion for a token endpoint; each has a name of its own (`jti`), so that a server can refuse a second use.
pub(super) fn made(
    (key, algorithm): (&EncodingKey, Algorithm),
    id: &str,
    client: &str,
    audience: &str,
    now: Instant,
    chance: &dyn Chance,
) -> Option<String> {
    let mut header = Header::new(algorithm);
    header.kid = Some(id.to_owned());
    let seconds = now.millis().div_euclid(1_000);
    let mut name = [0; 16];
    if !chance.fill(&mut name) {
        return None;
    }
    let claims = json!({
        "iss": client, "sub": client, "aud": audience, "iat": seconds, "exp": seconds + LIVES,
        "jti": uuid::Builder::from_random_bytes(name).into_uuid().to_string(),
    });
    encode(&header, &claims, key).ok()
}
