//! The client's half: an assertion (RFC 7523) and a proof of possession (RFC 9449), made with a key as a partner's
//! system makes them. For `sangam token`, which helps whoever writes such a system.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Header, encode};
use sangam_vocabulary::{Chance, Instant, hex};
use serde_json::{Value, json};

use super::key::SigningKey;
use super::sha256;

/// How long an assertion is good for, in seconds: it is used at once.
const ASSERTION_SECONDS: i64 = 60;

/// A key of a client, and what it needs to make something with it.
pub struct Holder<'a> {
    key: SigningKey,
    chance: &'a dyn Chance,
    now: Instant,
}

impl<'a> Holder<'a> {
    /// With an Ed25519 or P-256 key as PKCS#8 in DER; `None` when it is neither.
    #[must_use]
    pub fn new(document: &[u8], chance: &'a dyn Chance, now: Instant) -> Option<Self> {
        Some(Self { key: SigningKey::from_pkcs8(document)?, chance, now })
    }

    /// The public key, with its thumbprint for a name, as a set that `sangam client add --jwks` takes.
    #[must_use]
    pub fn key_set(&self) -> String {
        json!({ "keys": [self.key.published()] }).to_string()
    }

    /// An assertion of a client for a hub. `None` when the random source failed or it cannot be signed.
    #[must_use]
    pub fn assertion(&self, client: &str, kid: Option<&str>, hub: &str) -> Option<String> {
        let mut header = Header::new(self.key.public().algorithm());
        header.kid = Some(kid.unwrap_or_else(|| self.key.kid()).to_owned());
        let now = self.now.millis() / 1000;
        let claims = json!({
            "iss": client, "sub": client, "aud": hub, "iat": now, "exp": now + ASSERTION_SECONDS, "jti": self.id()?,
        });
        encode(&header, &claims, self.key.encoding()).ok()
    }

    /// A proof for one request, and of a token where it is sent with one. `None` as for an assertion.
    #[must_use]
    pub fn proof(&self, method: &str, address: &str, token: Option<&str>) -> Option<String> {
        let mut header = Header::new(self.key.public().algorithm());
        header.typ = Some("dpop+jwt".to_owned());
        header.jwk = Some(serde_json::from_value::<Jwk>(self.key.public().plain().clone()).ok()?);
        let mut claims = json!({ "jti": self.id()?, "htm": method, "htu": address, "iat": self.now.millis() / 1000 });
        if let (Some(token), Some(members)) = (token, claims.as_object_mut()) {
            members.insert("ath".to_owned(), Value::from(URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()))));
        }
        encode(&header, &claims, self.key.encoding()).ok()
    }

    fn id(&self) -> Option<String> {
        let mut bytes = [0; 16];
        self.chance.fill(&mut bytes).then(|| hex(&bytes))
    }
}
