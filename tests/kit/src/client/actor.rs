//! How a system says who in its organization asks: a key of its own, and the statement it signs for one exchange
//! (RFC 8693). Made by hand from the standards, so that it is nobody's code but the test's.

use aws_lc_rs::rand;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// How long a statement is good, in seconds.
const SECONDS: i64 = 60;
/// The name of a key that was made here.
const KID: &str = "staff";

/// A key that names staff.
#[derive(Debug)]
pub struct ActorKey {
    kid: String,
    pair: Ed25519KeyPair,
}

impl ActorKey {
    /// The key of 32 bytes: the same for the same bytes.
    ///
    /// # Panics
    /// Never: any 32 bytes are a key.
    #[must_use]
    pub fn of_seed(seed: &[u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("an Ed25519 key of 32 bytes");
        Self { kid: KID.to_owned(), pair }
    }

    /// A key as it lies in a file (PKCS#8), under its name.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn read(kid: &str, pkcs8: &[u8]) -> Self {
        Self { kid: kid.to_owned(), pair: Ed25519KeyPair::from_pkcs8(pkcs8).expect("an Ed25519 key as PKCS#8") }
    }

    /// Its public half as the key set to register.
    #[must_use]
    pub fn key_set(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": self.kid }] }).to_string()
    }

    /// The statement that this member of staff asks, made at an instant in seconds.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn names(&self, pseudonym: &str, client: &str, audience: &str, at: i64) -> String {
        let mut jti = [0; 16];
        rand::fill(&mut jti).expect("randomness");
        let header = json!({ "typ": "actor+jwt", "alg": "EdDSA", "kid": self.kid });
        let claims = json!({
            "iss": client, "sub": pseudonym, "aud": audience, "iat": at, "exp": at + SECONDS,
            "jti": URL_SAFE_NO_PAD.encode(jti),
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(self.pair.sign(message.as_bytes()).as_ref()))
    }
}

/// When a token was issued, in seconds: a moment ago on the hub's own clock.
pub(super) fn issued(token: &str) -> Option<i64> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Value>(&claims).ok()?.get("iat")?.as_i64()
}
