//! A client's assertion (RFC 7523; OpenID Connect Core, section 9): signed with a registered key, made for this hub,
//! good for minutes, used once. That it is used once is the store's to say.

use jsonwebtoken::dangerous::insecure_decode_claims;
use sangam_vocabulary::Instant;
use serde::Deserialize;

use super::jwt::{self, Audience, SKEW_MILLIS};
use super::key::{KeySet, PublicKey};
use super::sha256;

/// How far ahead an assertion may end, in milliseconds: five minutes. It is also how long its id is remembered.
const ASSERTION_MILLIS: i64 = 300_000;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: Option<i64>,
    nbf: Option<i64>,
    jti: String,
}

/// An assertion that is good and has to be used up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unused {
    /// SHA-256 of its id.
    pub(super) jti: [u8; 32],
    /// When it ends.
    pub(super) until: Instant,
}

/// Whom an assertion says it is of, to find the keys by. Nothing of it is believed yet.
pub(super) fn named(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        sub: String,
    }
    jwt::header(text)?;
    insecure_decode_claims::<Named>(text).ok().map(|claims| claims.sub)
}

/// Judges an assertion of a client. The signature is verified in any case, under `decoy` when the client has no key
/// of that name, so that a client that is not there takes as long as one that is.
pub(super) fn judge(
    text: &str,
    client: &str,
    keys: Option<&KeySet>,
    decoy: &PublicKey,
    audiences: &[&str],
    now: Instant,
) -> Option<Unused> {
    let header = jwt::header(text)?;
    let key = keys.zip(header.kid.as_deref()).and_then(|(keys, kid)| keys.find(kid));
    let claims: Option<Claims> = jwt::open(text, key.unwrap_or(decoy));
    key?;
    let claims = claims?;
    // An access token or a proof is signed too, and is no assertion (RFC 8725, section 3.11).
    let typed = header
        .typ
        .as_deref()
        .is_none_or(|typ| typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("client-authentication+jwt"));
    let instant = |seconds: i64| Instant::from_millis(seconds.saturating_mul(1000));
    let until = instant(claims.exp);
    let latest = now.plus_millis(SKEW_MILLIS);
    let begun = [claims.iat, claims.nbf].into_iter().flatten().all(|seconds| instant(seconds) <= latest);
    let good = typed
        && claims.iss == client
        && claims.sub == client
        && claims.aud.holds(audiences)
        && now < until
        && until <= now.plus_millis(ASSERTION_MILLIS)
        && begun
        && jwt::is_id(&claims.jti);
    good.then(|| Unused { jti: sha256(claims.jti.as_bytes()), until })
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::Ed25519KeyPair;
    use jsonwebtoken::{Algorithm, Header, encode};
    use sangam_vocabulary::Instant;
    use serde_json::{Value, json};

    use super::{ASSERTION_MILLIS, SKEW_MILLIS, judge};
    use crate::token::key::{KeySet, SigningKey};

    const NOW: Instant = Instant::from_millis(1_800_000_000_000);
    const SECONDS: i64 = NOW.millis() / 1000;
    const HUB: &str = "https://hub.example.org";

    fn key() -> SigningKey {
        let pair = Ed25519KeyPair::generate().unwrap();
        SigningKey::from_pkcs8(pair.to_pkcs8().unwrap().as_ref()).unwrap()
    }

    fn good(change: impl FnOnce(&mut Value)) -> bool {
        let (key, decoy) = (key(), key());
        let set = KeySet::read(&json!({ "keys": [key.published()] }).to_string()).unwrap();
        let mut claims = json!({"iss": "cli_1", "sub": "cli_1", "aud": HUB, "exp": SECONDS + 60, "jti": "1"});
        change(&mut claims);
        let header = Header { kid: Some(key.kid().to_owned()), ..Header::new(Algorithm::EdDSA) };
        let text = encode(&header, &claims, key.encoding()).unwrap();
        judge(&text, "cli_1", Some(&set), decoy.public(), &[HUB], NOW).is_some()
    }

    #[test]
    fn an_assertion_ends_within_five_minutes_and_has_not_ended() {
        for (ahead, taken) in [(-1, false), (0, false), (1, true), (ASSERTION_MILLIS / 1000, true)] {
            assert_eq!(good(|claims| claims["exp"] = json!(SECONDS + ahead)), taken, "{ahead}");
        }
        assert!(!good(|claims| claims["exp"] = json!(SECONDS + ASSERTION_MILLIS / 1000 + 1)));
        for extreme in [i64::MIN, i64::MAX] {
            assert!(!good(|claims| claims["exp"] = json!(extreme)));
        }
    }

    #[test]
    fn a_clock_may_be_ahead_by_the_skew_and_no_more() {
        for claim in ["iat", "nbf"] {
            assert!(good(|claims| claims[claim] = json!(SECONDS + SKEW_MILLIS / 1000)), "{claim}");
            assert!(!good(|claims| claims[claim] = json!(SECONDS + SKEW_MILLIS / 1000 + 1)), "{claim}");
        }
    }

    #[test]
    fn without_a_key_of_that_name_the_right_signature_of_the_decoy_is_nothing() {
        let decoy = key();
        let claims = json!({"iss": "cli_1", "sub": "cli_1", "aud": HUB, "exp": SECONDS + 60, "jti": "1"});
        let header = Header { kid: Some(decoy.kid().to_owned()), ..Header::new(Algorithm::EdDSA) };
        let text = encode(&header, &claims, decoy.encoding()).unwrap();
        assert!(judge(&text, "cli_1", None, decoy.public(), &[HUB], NOW).is_none());
    }
}
