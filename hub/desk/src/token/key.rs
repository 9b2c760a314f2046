//! Keys: public ones of clients, read strictly; the hub's own, which sign.
//!
//! Of clients two kinds are known, Ed25519 and P-256; of configured issuers RSA as well, since many of them have
//! nothing else. A key of another kind, a symmetric one, or one that comes with its private part is no key.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    ParsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde_json::{Value, json};
use thiserror::Error;

/// The algorithms of assertions, proofs and tokens.
pub(super) const ALGORITHMS: [&str; 2] = ["EdDSA", "ES256"];
/// Members of a JSON Web Key that hold or are its private part (RFC 7518, section 6).
const PRIVATE: [&str; 8] = ["d", "k", "p", "q", "dp", "dq", "qi", "oth"];
/// How many keys a client may have at once: the one it signs with, the next one, and some of its replicas.
const KEYS: usize = 8;
/// The longest key set, in bytes: eight keys with room.
const SET_BYTES: usize = 8 * 1024;
/// The longest key id, in bytes: a thumbprint is 43.
const KID_BYTES: usize = 128;

/// The shortest and the longest modulus of an RSA key, in bytes: 2048 bits, below which nobody should sign, and 4096,
/// above which a check costs more than it is worth.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=512;

/// An algorithm that the keys of a configured issuer may verify (RFC 7518, section 3.1; RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// Ed25519.
    EdDsa,
    /// P-256 with SHA-256.
    Es256,
    /// RSA with SHA-256, PKCS#1 v1.5.
    Rs256,
    /// RSA with SHA-256, PSS.
    Ps256,
}

impl SignatureAlgorithm {
    /// Every algorithm.
    pub const ALL: &'static [Self] = &[Self::EdDsa, Self::Es256, Self::Rs256, Self::Ps256];

    /// The name in a token's header.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }

    const fn of(algorithm: Algorithm) -> Option<Self> {
        match algorithm {
            Algorithm::EdDSA => Some(Self::EdDsa),
            Algorithm::ES256 => Some(Self::Es256),
            Algorithm::RS256 => Some(Self::Rs256),
            Algorithm::PS256 => Some(Self::Ps256),
            _ => None,
        }
    }

    const fn is_rsa(self) -> bool {
        matches!(self, Self::Rs256 | Self::Ps256)
    }
}

/// A public key that verifies signatures of one algorithm.
#[derive(Clone)]
pub(crate) struct PublicKey {
    algorithm: Algorithm,
    decoding: DecodingKey,
    jwk: Value,
    thumbprint: String,
}

impl PublicKey {
    /// Reads a client's JSON Web Key; `None` for whatever is not a public key of the two kinds.
    pub(super) fn of_jwk(value: &Value) -> Option<Self> {
        Self::read(value, None)
    }

    /// Reads a JSON Web Key of an issuer; `None` for whatever does not verify one of the algorithms its entry in the
    /// configuration allows. An RSA key verifies the one it names, or the first of the allowed ones.
    pub(crate) fn of_issuer(value: &Value, allowed: &[SignatureAlgorithm]) -> Option<Self> {
        let named = value.get("alg").and_then(Value::as_str).and_then(SignatureAlgorithm::read);
        let rsa = named.or_else(|| allowed.iter().copied().find(|algorithm| algorithm.is_rsa()));
        let key = Self::read(value, rsa.filter(|algorithm| algorithm.is_rsa()))?;
        SignatureAlgorithm::of(key.algorithm).is_some_and(|algorithm| allowed.contains(&algorithm)).then_some(key)
    }

    /// `rsa`: what an RSA key is good for, where one may be.
    fn read(value: &Value, rsa: Option<SignatureAlgorithm>) -> Option<Self> {
        let members = value.as_object()?;
        if PRIVATE.iter().any(|private| members.contains_key(*private)) {
            return None;
        }
        let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
        let (algorithm, named, public, decoding) = match &jwk.algorithm {
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
                let public = coordinate(&pair.x)?;
                ParsedPublicKey::new(&ED25519, &public).ok()?;
                let plain = json!({ "kty": "OKP", "crv": "Ed25519", "x": pair.x });
                (Algorithm::EdDSA, KeyAlgorithm::EdDSA, plain, DecodingKey::from_ed_der(&public))
            }
            AlgorithmParameters::EllipticCurve(point) if point.curve == EllipticCurve::P256 => {
                let mut public = vec![4];
                public.extend(coordinate(&point.x)?);
                public.extend(coordinate(&point.y)?);
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &public).ok()?;
                let plain = json!({ "kty": "EC", "crv": "P-256", "x": point.x, "y": point.y });
                (Algorithm::ES256, KeyAlgorithm::ES256, plain, DecodingKey::from_ec_der(&public))
            }
            AlgorithmParameters::RSA(key) => {
                let (n, e) = (URL_SAFE_NO_PAD.decode(&key.n).ok()?, URL_SAFE_NO_PAD.decode(&key.e).ok()?);
                let sized = RSA_BYTES.contains(&n.len()) && n.first().is_some_and(|first| *first != 0);
                // The exponent of nearly every key is 65537; a long one only makes the check dear.
                let odd = e.len() <= 4 && e.last().is_some_and(|last| last % 2 == 1) && e != [1];
                if !sized || !odd {
                    return None;
                }
                let plain = json!({ "kty": "RSA", "n": key.n, "e": key.e });
                let decoding = DecodingKey::from_rsa_raw_components(&n, &e);
                match rsa? {
                    SignatureAlgorithm::Ps256 => (Algorithm::PS256, KeyAlgorithm::PS256, plain, decoding),
                    _ => (Algorithm::RS256, KeyAlgorithm::RS256, plain, decoding),
                }
            }
            _ => return None,
        };
        let fits = jwk.common.key_algorithm.is_none_or(|alg| alg == named)
            && jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
        let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
        fits.then_some(Self { algorithm, decoding, jwk: public, thumbprint })
    }

    /// The one algorithm it verifies.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The same, in the configuration's words.
    pub(crate) const fn signs(&self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::of(self.algorithm)
    }

    pub(super) const fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// Its thumbprint (RFC 7638).
    pub(super) fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    const fn algorithm_name(&self) -> &'static str {
        match self.algorithm {
            Algorithm::EdDSA => "EdDSA",
            _ => "ES256",
        }
    }

    /// The key as a JSON Web Key: what verifies, and no name.
    pub(super) const fn plain(&self) -> &Value {
        &self.jwk
    }

    /// The key as a member of a key set, under a name.
    fn named(&self, kid: &str) -> Value {
        let mut jwk = self.jwk.clone();
        if let Some(members) = jwk.as_object_mut() {
            let algorithm = SignatureAlgorithm::of(self.algorithm).map_or("", SignatureAlgorithm::code);
            members.extend([("kid", kid), ("alg", algorithm), ("use", "sig")].map(|(k, v)| (k.to_owned(), json!(v))));
        }
        jwk
    }
}

/// 32 bytes in base64url, in the one way that spells them.
fn coordinate(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == 32)
}

/// The public keys of a client, each by its name.
pub(super) struct KeySet(Vec<(String, PublicKey)>);

/// A key set is not one; what to do is in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeySetFault {
    /// Not JSON of that shape, or too long.
    #[error(
        "the key set is not a JSON object with a list `keys` of at most {KEYS} keys and {SET_BYTES} bytes (RFC 7517, section 5)"
    )]
    Shape,
    /// A key has no name, or two have the same.
    #[error("key {0} of the set needs a `kid` of its own, of at most {KID_BYTES} characters")]
    Name(usize),
    /// A private key was about to be given away.
    #[error(
        "key {0} of the set holds a private or symmetric key; give the public half only, and draw a new pair if this file went anywhere"
    )]
    Private(usize),
    /// A key of another kind.
    #[error(
        "key {0} of the set is neither Ed25519 (`OKP`, for `EdDSA`) nor P-256 (`EC`, for `ES256`), or is not for signatures"
    )]
    Kind(usize),
}

impl KeySet {
    /// Reads a key set strictly: one key that is no good makes the set none.
    ///
    /// # Errors
    /// [`KeySetFault`] says which key and why; keys are counted from 1.
    pub(super) fn read(text: &str) -> Result<Self, KeySetFault> {
        if text.len() > SET_BYTES {
            return Err(KeySetFault::Shape);
        }
        let value: Value = serde_json::from_str(text).map_err(|_| KeySetFault::Shape)?;
        let keys = value.get("keys").and_then(Value::as_array).ok_or(KeySetFault::Shape)?;
        if keys.is_empty() || keys.len() > KEYS {
            return Err(KeySetFault::Shape);
        }
        let mut read: Vec<(String, PublicKey)> = Vec::with_capacity(keys.len());
        for (place, key) in (1..).zip(keys) {
            let members = key.as_object().ok_or(KeySetFault::Kind(place))?;
            if PRIVATE.iter().any(|private| members.contains_key(*private)) {
                return Err(KeySetFault::Private(place));
            }
            let kid = key.get("kid").and_then(Value::as_str).unwrap_or_default();
            if kid.is_empty() || kid.len() > KID_BYTES || read.iter().any(|(known, _)| known == kid) {
                return Err(KeySetFault::Name(place));
            }
            let public = PublicKey::of_jwk(key).ok_or(KeySetFault::Kind(place))?;
            read.push((kid.to_owned(), public));
        }
        Ok(Self(read))
    }

    /// The key of that name.
    pub(super) fn find(&self, kid: &str) -> Option<&PublicKey> {
        self.0.iter().find(|(known, _)| known == kid).map(|(_, key)| key)
    }

    /// The set as it is kept: what verifies, and nothing else that was in the file.
    pub(super) fn text(&self) -> String {
        json!({ "keys": self.0.iter().map(|(kid, key)| key.named(kid)).collect::<Vec<_>>() }).to_string()
    }
}

/// A key tokens are signed with. Its name is its thumbprint, so that it is the same on every process.
pub struct SigningKey {
    encoding: EncodingKey,
    public: PublicKey,
}

impl SigningKey {
    /// From an Ed25519 key (it signs `EdDSA`) or a P-256 key (`ES256`) as PKCS#8; `None` when it is neither.
    #[must_use]
    pub fn from_pkcs8(document: &[u8]) -> Option<Self> {
        Self::ed25519(document).or_else(|| Self::p256(document))
    }

    fn ed25519(document: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(document).ok()?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let public = PublicKey::of_jwk(&json!({ "kty": "OKP", "crv": "Ed25519", "x": x }))?;
        Some(Self { encoding: EncodingKey::from_ed_der(document), public })
    }

    fn p256(document: &[u8]) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document).ok()?;
        // A point in the uncompressed form: 4, then x and y (SEC 1, section 2.3.3).
        let (x, y) = pair.public_key().as_ref().strip_prefix(&[4])?.split_at_checked(32)?;
        let [x, y] = [x, y].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
        let public = PublicKey::of_jwk(&json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }))?;
        Some(Self { encoding: EncodingKey::from_ec_der(document), public })
    }

    /// Its name in the tokens it signs and in the hub's key set: its thumbprint.
    #[must_use]
    pub fn kid(&self) -> &str {
        self.public.thumbprint()
    }

    /// How it signs: `EdDSA` or `ES256`.
    #[must_use]
    pub const fn algorithm(&self) -> &'static str {
        self.public.algorithm_name()
    }

    pub(super) const fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    pub(super) const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Its public half as a key set of its own, which a client may register.
    #[must_use]
    pub fn key_set(&self) -> String {
        json!({ "keys": [self.published()] }).to_string()
    }

    /// Its public half as a member of the hub's key set.
    pub(super) fn published(&self) -> Value {
        self.public.named(self.kid())
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    use serde_json::json;

    use super::{KeySet, KeySetFault, PublicKey, SigningKey};

    /// The key and thumbprint of RFC 8037, appendix A.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    /// The public key of RFC 7517, appendix A.1.
    const P256: (&str, &str) =
        ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");

    #[test]
    fn a_thumbprint_is_the_standards() {
        let key = PublicKey::of_jwk(&json!({"kty": "OKP", "crv": "Ed25519", "x": X, "kid": "any"})).unwrap();
        assert_eq!(key.thumbprint(), THUMBPRINT);
    }

    #[test]
    fn only_public_keys_of_the_two_kinds_are_read() {
        let ed = json!({"kty": "OKP", "crv": "Ed25519", "x": X});
        let ec = json!({"kty": "EC", "crv": "P-256", "x": P256.0, "y": P256.1, "alg": "ES256", "use": "sig"});
        assert!(PublicKey::of_jwk(&ed).is_some() && PublicKey::of_jwk(&ec).is_some());
        let with = |base: &serde_json::Value, name: &str, value: &str| {
            let mut key = base.clone();
            key[name] = json!(value);
            key
        };
        for bad in [
            with(&ed, "d", "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"),
            with(&ed, "alg", "ES256"),
            with(&ec, "alg", "HS256"),
            with(&ed, "use", "enc"),
            with(&ed, "crv", "P-256"),
            with(&ec, "crv", "P-384"),
            with(&ec, "y", P256.0),
            with(&ed, "x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR"),
            json!({"kty": "oct", "k": X}),
            json!({"kty": "RSA", "n": X, "e": "AQAB"}),
            json!("key"),
        ] {
            assert!(PublicKey::of_jwk(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_set_is_good_as_a_whole_or_not_at_all_and_keeps_nothing_else() {
        let good = json!({"kty": "OKP", "crv": "Ed25519", "x": X, "kid": "one", "x5u": "https://elsewhere.example"});
        let other = json!({"kty": "EC", "crv": "P-256", "x": P256.0, "y": P256.1, "kid": "two"});
        let set = KeySet::read(&json!({"keys": [good, other]}).to_string()).unwrap();
        assert!(set.find("one").is_some() && set.find("two").is_some() && set.find("three").is_none());
        let kept = set.text();
        assert!(!kept.contains("elsewhere") && KeySet::read(&kept).is_ok());
        let fault = |keys: serde_json::Value| KeySet::read(&json!({ "keys": keys }).to_string()).err();
        let ninth: Vec<_> =
            (0..9).map(|n| json!({"kty": "OKP", "crv": "Ed25519", "x": X, "kid": n.to_string()})).collect();
        assert_eq!(fault(json!([good, good])), Some(KeySetFault::Name(2)));
        assert_eq!(fault(json!([other, {"kty": "OKP", "crv": "Ed25519", "x": X}])), Some(KeySetFault::Name(2)));
        assert_eq!(fault(json!([{"kty": "oct", "k": X, "kid": "k"}])), Some(KeySetFault::Private(1)));
        assert_eq!(fault(json!([{"kty": "RSA", "n": X, "e": "AQAB", "kid": "k"}])), Some(KeySetFault::Kind(1)));
        assert_eq!(fault(json!([])), Some(KeySetFault::Shape));
        assert_eq!(fault(json!(ninth)), Some(KeySetFault::Shape));
        assert_eq!(KeySet::read("{").err(), Some(KeySetFault::Shape));
        assert_eq!(KeySet::read(&" ".repeat(9_000)).err(), Some(KeySetFault::Shape));
    }

    #[test]
    fn a_p256_key_signs_es256_and_what_is_no_key_signs_nothing() {
        assert!(SigningKey::from_pkcs8(b"a key").is_none());
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let key = SigningKey::from_pkcs8(pair.as_ref()).unwrap();
        assert_eq!((key.algorithm(), key.kid().len()), ("ES256", 43));
        assert_eq!(PublicKey::of_jwk(&key.published()).unwrap().thumbprint(), key.kid());
    }
}
