//! Proof of possession (RFC 9449): that whoever sends a request holds the key a token is bound to. A proof is for one
//! request (its method and address), of about now, and good once in this process.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sangam_vocabulary::Instant;
use serde::Deserialize;
use serde_json::Value;

use super::jwt::{self, SKEW_MILLIS};
use super::key::PublicKey;
use super::seen::Sight;
use super::{Tokens, sha256};

/// How old a proof may be, in milliseconds: a request's way here, on a slow line.
const PROOF_MILLIS: i64 = 60_000;
/// For how long a proof could be accepted from the first moment on: so long its id is remembered.
const WINDOW_MILLIS: i64 = PROOF_MILLIS + SKEW_MILLIS;

/// A proof and the request it came with.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    /// The header `DPoP`.
    pub text: &'a str,
    /// The request's method.
    pub method: &'a str,
    /// The request's path, without its query.
    pub path: &'a str,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: i64,
    ath: Option<String>,
}

/// What is wrong with a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProofFault {
    /// It is not one, not of this request, not of now, or it was there before.
    Invalid,
    /// Nothing more can be remembered, so nothing is accepted.
    Full,
}

impl Tokens {
    /// The thumbprint of the key a proof was made with, once. With a token the proof must be of that token.
    pub(super) fn prove(&self, proof: Proof<'_>, token: Option<&str>, now: Instant) -> Result<String, ProofFault> {
        let (key, claims) = open(proof.text).ok_or(ProofFault::Invalid)?;
        let issued = Instant::from_millis(claims.iat.saturating_mul(1000));
        let of_now = issued <= now.plus_millis(SKEW_MILLIS) && now < issued.plus_millis(PROOF_MILLIS);
        let address = format!("{}{}", self.issuer(), proof.path);
        let of_request = claims.htm == proof.method && same_address(&claims.htu, &address);
        let of_token =
            token.is_none_or(|token| claims.ath.as_deref() == Some(&URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()))));
        if !(of_now && of_request && of_token && jwt::is_id(&claims.jti)) {
            return Err(ProofFault::Invalid);
        }
        let thumbprint = key.thumbprint();
        let id = sha256(format!("{thumbprint}.{}", claims.jti).as_bytes());
        match self.proofs.look(sha256(thumbprint.as_bytes()), id, now, WINDOW_MILLIS) {
            Sight::New => Ok(thumbprint.to_owned()),
            Sight::Old => Err(ProofFault::Invalid),
            Sight::Full => Err(ProofFault::Full),
        }
    }
}

/// The key in a proof's header, and what the proof says, signed with it.
fn open(text: &str) -> Option<(PublicKey, Claims)> {
    let header = jwt::header(text)?;
    if header.typ.as_deref() != Some("dpop+jwt") {
        return None;
    }
    // The library's key type drops what it does not know, a private part among it; so the text is read here.
    let raw = URL_SAFE_NO_PAD.decode(text.split('.').next()?).ok()?;
    let header: Value = serde_json::from_slice(&raw).ok()?;
    let key = PublicKey::of_jwk(header.get("jwk")?)?;
    let claims = jwt::open(text, &key)?;
    Some((key, claims))
}

/// Whether a proof's address is the request's: without query and fragment, scheme and host in either case, the
/// scheme's own port written or not (RFC 9449, section 4.3; RFC 3986, section 6.2).
fn same_address(claimed: &str, address: &str) -> bool {
    let claimed = claimed.split(['?', '#']).next().unwrap_or_default();
    normal(claimed).is_some_and(|claimed| Some(claimed) == normal(address))
}

fn normal(address: &str) -> Option<(String, String, String)> {
    let (scheme, rest) = address.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    let own_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let authority = authority.strip_suffix(own_port).unwrap_or(&authority).to_owned();
    let path = if path.is_empty() { "/" } else { path };
    Some((scheme, authority, path.to_owned()))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::Ed25519KeyPair;
    use jsonwebtoken::{Algorithm, Header, encode};
    use sangam_vocabulary::Instant;
    use serde_json::json;

    use super::{PROOF_MILLIS, Proof, ProofFault, SKEW_MILLIS, same_address};
    use crate::token::{SigningKey, TokenSettings, Tokens};

    const NOW: Instant = Instant::from_millis(1_800_000_000_000);

    fn key() -> SigningKey {
        let pair = Ed25519KeyPair::generate().unwrap();
        SigningKey::from_pkcs8(pair.to_pkcs8().unwrap().as_ref()).unwrap()
    }

    #[test]
    fn a_proof_is_of_now_and_good_once_for_as_long_as_it_is() {
        let settings =
            TokenSettings { address: "https://hub.example.org/".to_owned(), sandbox: false, certificates: false };
        let (tokens, holder) = (Tokens::new(key(), Vec::new(), settings), key());
        let made = |issued: i64, jti: &str| {
            let mut header = Header::new(Algorithm::EdDSA);
            header.typ = Some("dpop+jwt".to_owned());
            header.jwk = serde_json::from_value(holder.published()).ok();
            let claims = json!({
                "htm": "POST", "htu": "https://hub.example.org/graphql", "jti": jti,
                "iat": (NOW.millis() + issued) / 1000,
            });
            encode(&header, &claims, holder.encoding()).unwrap()
        };
        let prove = |text: &str, at: i64| {
            tokens.prove(Proof { text, method: "POST", path: "/graphql" }, None, NOW.plus_millis(at))
        };
        let (skew, life) = (SKEW_MILLIS, PROOF_MILLIS);
        for (number, (issued, taken)) in
            [(0, true), (skew, true), (skew + 1_000, false), (1_000 - life, true), (-life, false)]
                .into_iter()
                .enumerate()
        {
            let proof = made(issued, &format!("age-{number}"));
            assert_eq!(prove(&proof, 0).is_ok(), taken, "{issued}");
        }
        // One that is as far ahead as may be is remembered to its last moment.
        let ahead = made(skew, "ahead");
        assert_eq!(prove(&ahead, 0).as_deref(), Ok(holder.kid()));
        for later in [1, life / 2, life, life + skew - 1, life + skew, life + 2 * skew] {
            assert_eq!(prove(&ahead, later), Err(ProofFault::Invalid), "{later}");
        }
    }

    #[test]
    fn an_address_is_the_same_in_the_ways_the_standard_says_and_no_other() {
        let address = "https://hub.example.org/graphql";
        for same in [
            address,
            "HTTPS://Hub.Example.org/graphql",
            "https://hub.example.org:443/graphql",
            "https://hub.example.org/graphql?query=1#x",
        ] {
            assert!(same_address(same, address), "{same}");
        }
        for other in [
            "",
            "/graphql",
            "http://hub.example.org/graphql",
            "https://hub.example.org:444/graphql",
            "https://hub.example.org/graphql/ws",
            "https://hub.example.org/GraphQL",
            "https://hub.example.org/",
            "https://hub.example.org.evil.example/graphql",
            "https://evil.example/?https://hub.example.org/graphql",
            "wss://hub.example.org/graphql",
        ] {
            assert!(!same_address(other, address), "{other}");
        }
    }
}
