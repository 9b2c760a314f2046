//! Keys and tokens made by hand, so that everything about them can be wrong: any header, any claims, any signature.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    RSA_PKCS1_SHA256 as RSA_PKCS1_SHA256_SIGNING, RSA_PSS_SHA256, RsaEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sangam_vocabulary::{Clock as _, SystemClock};
use serde_json::{Value, json};
use uuid::Uuid;

/// A pair of keys of a client.
pub(crate) enum Pair {
    Ed(Ed25519KeyPair),
    P256(EcdsaKeyPair),
    /// An issuer's; no client may have one.
    Rsa {
        pair: RsaKeyPair,
        /// Whether it signs by PSS.
        pss: bool,
    },
}

impl Pair {
    pub(crate) fn ed() -> Self {
        Self::Ed(Ed25519KeyPair::generate().unwrap())
    }

    pub(crate) fn p256() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn rsa(pss: bool) -> Self {
        Self::Rsa { pair: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(), pss }
    }

    pub(crate) const fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed(_) => "EdDSA",
            Self::P256(_) => "ES256",
            Self::Rsa { pss: false, .. } => "RS256",
            Self::Rsa { pss: true, .. } => "PS256",
        }
    }

    /// The bytes of the public key, as a forger would use them for a secret.
    pub(crate) fn public(&self) -> Vec<u8> {
        match self {
            Self::Ed(pair) => pair.public_key().as_ref().to_vec(),
            Self::P256(pair) => pair.public_key().as_ref().to_vec(),
            Self::Rsa { pair, .. } => pair.public_key().as_ref().to_vec(),
        }
    }

    /// The key's thumbprint (RFC 7638).
    pub(crate) fn thumbprint(&self) -> String {
        let jwk = self.jwk();
        let members = ["crv", "e", "kty", "n", "x", "y"].iter().filter_map(|name| Some((name, jwk.get(*name)?)));
        let members: Vec<String> = members.map(|(name, value)| format!("\"{name}\":{value}")).collect();
        b64(sha256(format!("{{{}}}", members.join(",")).as_bytes()))
    }

    /// The public key as a JSON Web Key without a name.
    pub(crate) fn jwk(&self) -> Value {
        let public = self.public();
        match self {
            Self::Ed(_) => json!({"kty": "OKP", "crv": "Ed25519", "x": b64(&public)}),
            Self::P256(_) => json!({"kty": "EC", "crv": "P-256", "x": b64(&public[1..33]), "y": b64(&public[33..])}),
            // PKCS#1 in DER: the modulus of 2048 bits begins after nine bytes of heads, and 65537 is the exponent.
            Self::Rsa { .. } => {
                json!({"kty": "RSA", "n": b64(&public[9..265]), "e": "AQAB", "alg": self.algorithm(), "use": "sig"})
            }
        }
    }

    /// The public key as a member of a key set.
    pub(crate) fn named(&self, kid: &str) -> Value {
        let mut jwk = self.jwk();
        jwk["kid"] = json!(kid);
        jwk
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Self::P256(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Self::Rsa { pair, pss } => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let padding: &dyn RsaEncoding = if *pss { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256_SIGNING };
                pair.sign(padding, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }

    /// A token of this header and these claims, signed with this key whatever the header says.
    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        with_signature(header, claims, |message| self.sign(message))
    }
}

pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}

fn with_signature(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
    format!("{message}.{}", b64(sign(message.as_bytes())))
}

/// A token with no signature.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    with_signature(header, claims, |_| Vec::new())
}

/// A token signed with a secret.
pub(crate) fn with_secret(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    with_signature(header, claims, |message| hmac::sign(&key, message).as_ref().to_vec())
}

/// A token signed with an RSA key of the forger's own.
pub(crate) fn with_rsa(header: &Value, claims: &Value) -> String {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    with_signature(header, claims, |message| {
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256_SIGNING, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    })
}

/// A token with other claims under the signature it had.
pub(crate) fn edited(token: &str, edit: impl FnOnce(&mut Value)) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims = read(token, 1);
    edit(&mut claims);
    format!("{}.{}.{}", parts[0], b64(claims.to_string()), parts[2])
}

/// A part of a token: 0 its header, 1 its claims.
pub(crate) fn read(token: &str, part: usize) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(part).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// Seconds since the epoch.
pub(crate) fn now() -> i64 {
    SystemClock.now().millis() / 1000
}

/// An id that nobody has used.
pub(crate) fn fresh() -> String {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    Uuid::from_bytes(bytes).to_string()
}
