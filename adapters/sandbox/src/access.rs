//! An authorization server beside a partner's system: client credentials by a secret or a signed assertion, tokens that live
//! five minutes, and one token that a person made.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use sangam_vocabulary::Instant;
use serde_json::{Value, json};

use crate::draw::Draw;
use crate::server::{Asked, Told};

/// How long a token lives, in seconds: what SMART Backend Services recommends as the most.
const LIVES: i64 = 300;
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The hub's client id.
pub(crate) const CLIENT: &str = "sangam-hub";
/// The name of the hub's key.
pub(crate) const KEY: &str = "hub-1";

/// Who may come in, and with what.
pub(crate) struct Access {
    pub(crate) secret: String,
    /// A token that a person made for the hub, without an end.
    pub(crate) made: String,
    /// The hub's private key, as PKCS#8.
    document: Vec<u8>,
    public: Vec<u8>,
    tokens: Vec<(String, Instant)>,
    used: Vec<String>,
    /// How every scope begins.
    scopes: &'static str,
    /// What the token endpoint answers instead of a token.
    pub(crate) told: Option<(u16, Value)>,
}

impl Access {
    pub(crate) fn new(draw: &Draw<'_>, scopes: &'static str) -> Self {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &SystemRandom::new());
        let document = document.map(|document| document.as_ref().to_vec()).unwrap_or_default();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &document).ok();
        let public = pair.map(|pair| pair.public_key().as_ref().to_vec()).unwrap_or_default();
        let (secret, made) = (draw.secret(), draw.secret());
        Self { secret, made, document, public, tokens: Vec::new(), used: Vec::new(), scopes, told: None }
    }

    /// The private key in PEM.
    pub(crate) fn pem(&self) -> String {
        let text = BASE64_STANDARD.encode(&self.document);
        let lines: Vec<String> =
            text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
    }

    /// Whether an assertion is the hub's, for this endpoint, in time, and was not used before.
    fn takes(&mut self, assertion: &str, audience: &str, now: Instant) -> bool {
        let parts: Vec<&str> = assertion.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else { return false };
        let json = |part: &str| -> Value {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
            serde_json::from_slice(&bytes).unwrap_or_default()
        };
        let Ok(signature) = BASE64_URL_SAFE_NO_PAD.decode(signature) else { return false };
        let signed = format!("{header}.{claims}");
        let key = UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, &self.public);
        let (header, claims) = (json(header), json(claims));
        let is = |value: &Value, name: &str, wanted: &str| value.get(name).and_then(Value::as_str) == Some(wanted);
        let ends = claims.get("exp").and_then(Value::as_i64).unwrap_or(0) * 1_000;
        let in_time = (now.millis()..=now.millis() + LIVES * 1_000).contains(&ends);
        let id = claims.get("jti").and_then(Value::as_str).unwrap_or_default().to_owned();
        let good = is(&header, "alg", "ES384")
            && is(&header, "kid", KEY)
            && is(&claims, "iss", CLIENT)
            && is(&claims, "sub", CLIENT)
            && is(&claims, "aud", audience)
            && in_time
            && !id.is_empty()
            && !self.used.contains(&id)
            && key.verify(signed.as_bytes(), &signature).is_ok();
        if good {
            self.used.push(id);
        }
        good
    }

    /// Answers a request for a token.
    pub(crate) fn token(&mut self, asked: &Asked, now: Instant, draw: &Draw<'_>) -> Told {
        if let Some((status, body)) = self.told.clone() {
            return Told::json(status, body);
        }
        let form = form(&asked.bytes);
        let given = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let refused = |status, error: &str| {
            Told::json(status, json!({"error": error, "error_description": "the client Asha Das is not known"}))
        };
        if given("grant_type") != Some("client_credentials") {
            return refused(400, "unsupported_grant_type");
        }
        let audience = format!("http://{}/oauth2/token", asked.header("host").unwrap_or_default());
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{CLIENT}:{}", self.secret)));
        let known = match given("client_assertion") {
            Some(signed) => given("client_assertion_type") == Some(ASSERTION) && self.takes(signed, &audience, now),
            None => asked.authorization() == Some(basic.as_str()),
        };
        if !known {
            return refused(401, "invalid_client");
        }
        if given("scope").is_some_and(|scope| !scope.split(' ').all(|one| one.starts_with(self.scopes))) {
            return refused(400, "invalid_scope");
        }
        let token = draw.secret();
        self.tokens.retain(|(_, until)| *until > now);
        self.tokens.push((token.clone(), now.plus_millis(LIVES * 1_000)));
        Told::json(200, json!({"access_token": token, "token_type": "bearer", "expires_in": LIVES}))
    }

    /// Whether a request carries a token that is good.
    pub(crate) fn is_signed_in(&self, authorization: Option<&str>, now: Instant) -> bool {
        let Some(token) = authorization.and_then(|text| text.strip_prefix("Bearer ")) else { return false };
        token == self.made || self.tokens.iter().any(|(known, until)| known == token && *until > now)
    }

    /// Forgets every token that it gave.
    pub(crate) fn forget(&mut self) {
        self.tokens.clear();
    }
}

/// The pairs of a form.
pub(crate) fn form(bytes: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(bytes);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| {
            (crate::server::decoded(&name.replace('+', " ")), crate::server::decoded(&value.replace('+', " ")))
        })
        .collect()
}
