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

/// What is claimed by an assertion, or by an actor token, which is made like one.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: String,
    pub(super) sub: String,
    aud: Audience,
    exp: i64,
    pub(super) iat: Option<i64>,
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

/// What a signed statement of a client is judged by.
pub(super) struct Judged<'a> {
    /// The client's id: the issuer it must name.
    pub(super) client: &'a str,
    /// The client's keys.
    pub(super) keys: Option<&'a KeySet>,
    /// What the signature is verified under when the client has no key of that name, so that a client that is not
    /// there takes as long as one that is.
    pub(super) decoy: &'a PublicKey,
    /// Whom it may be for.
    pub(super) audiences: &'a [&'a str],
    /// The instant.
    pub(super) now: Instant,
}

/// Judges an assertion of a client. The signature is verified in any case.
pub(super) fn judge(text: &str, by: &Judged<'_>) -> Option<Unused> {
    // An access token, a proof or an actor token is signed too, and is no assertion (RFC 8725, section 3.11).
    let typed = |typ: Option<&str>| {
        typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("client-authentication+jwt"))
    };
    let claims = read(text, by, typed)?;
    (claims.sub == by.client).then(|| claims.unused(""))
}

/// Reads what a client signed for this hub, of a type, within minutes. About whom it speaks is not looked at, and that
/// it is used once is still to be seen to.
pub(super) fn read(text: &str, by: &Judged<'_>, typed: impl Fn(Option<&str>) -> bool) -> Option<Claims> {
    let header = jwt::header(text)?;
    let key = by.keys.zip(header.kid.as_deref()).and_then(|(keys, kid)| keys.find(kid));
    let claims: Option<Claims> = jwt::open(text, key.unwrap_or(by.decoy));
    key?;
    let claims = claims?;
    let instant = |seconds: i64| Instant::from_millis(seconds.saturating_mul(1000));
    let until = claims.until();
    let latest = by.now.plus_millis(SKEW_MILLIS);
    let begun = [claims.iat, claims.nbf].into_iter().flatten().all(|seconds| instant(seconds) <= latest);
    let good = typed(header.typ.as_deref())
        && claims.iss == by.client
        && claims.aud.holds(by.audiences)
        && by.now < until
        && until <= by.now.plus_millis(ASSERTION_MILLIS)
        && begun
        && jwt::is_id(&claims.jti);
    good.then_some(claims)
}

impl Claims {
    fn until(&self) -> Instant {
        Instant::from_millis(self.exp.saturating_mul(1000))
    }

    /// What has to be used up of it. Ids of statements of another kind are others.
    pub(super) fn unused(&self, kind: &str) -> Unused {
        Unused { jti: sha256(format!("{kind}{}", self.jti).as_bytes()), until: self.until() }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::Ed25519KeyPair;
    use jsonwebtoken::{Algorithm, Header, encode};
    use sangam_vocabulary::Instant;
    use serde_json::{Value, json};

    use super::{ASSERTION_MILLIS, Judged, SKEW_MILLIS, judge};
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
        let by = Judged { client: "cli_1", keys: Some(&set), decoy: decoy.public(), audiences: &[HUB], now: NOW };
        judge(&text, &by).is_some()
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
        let by = Judged { client: "cli_1", keys: None, decoy: decoy.public(), audiences: &[HUB], now: NOW };
        assert!(judge(&text, &by).is_none());
    }
}
