//! An identity token (OpenID Connect Core, sections 3.1.3.6 and 3.1.3.7): signed with a key of the configured issuer,
//! for this hub, of this sign-in, of now.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sangam_vocabulary::Instant;
use serde::Deserialize;

use super::SignInFault;
use super::provider::{Provider, Tokens};
use crate::issuer::KeyFault;
use crate::token::SignatureAlgorithm;
use crate::token::external::is_subject;
use crate::token::jwt::{self, Audience, SKEW_MILLIS};

/// How long ago an identity token may have been issued, in milliseconds: it was just asked for.
const AGE_MILLIS: i64 = 300_000;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    at_hash: Option<String>,
}

/// The subject of an identity token of this provider and this sign-in.
///
/// # Errors
/// [`SignInFault::Declined`] for whatever is wrong with it, [`SignInFault::Unavailable`] when the issuer's keys cannot
/// be had.
pub(super) async fn subject(
    tokens: &Tokens,
    provider: &Provider,
    nonce: &str,
    now: Instant,
) -> Result<String, SignInFault> {
    let header = jwt::header(&tokens.identity).ok_or(SignInFault::Declined)?;
    let typed = header.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
    let kid = header.kid.filter(|_| typed).ok_or(SignInFault::Declined)?;
    let key = provider.issuer().key(&kid).await.map_err(|fault| match fault {
        KeyFault::Unknown => SignInFault::Declined,
        KeyFault::Unavailable => SignInFault::Unavailable,
    })?;
    let claims: Claims = jwt::open(&tokens.identity, &key).ok_or(SignInFault::Declined)?;
    let client = provider.client_id();
    let instant = |seconds: i64| Instant::from_millis(seconds.saturating_mul(1000));
    let latest = now.plus_millis(SKEW_MILLIS);
    let party = match &claims.azp {
        Some(azp) => azp == client,
        None => !claims.aud.is_many(),
    };
    let access = claims.at_hash.as_ref().is_none_or(|known| *known == half_digest(&tokens.access, key.signs()));
    let good = claims.iss == provider.issuer().identifier()
        && claims.aud.holds(&[client])
        && party
        && now < instant(claims.exp)
        && instant(claims.iat) <= latest
        && now < instant(claims.iat).plus_millis(AGE_MILLIS)
        && claims.nbf.is_none_or(|nbf| instant(nbf) <= latest)
        && claims.nonce.as_deref() == Some(nonce)
        && access
        && is_subject(&claims.sub);
    if good { Ok(claims.sub) } else { Err(SignInFault::Declined) }
}

/// The left half of the digest that belongs to the signature (section 3.1.3.6).
fn half_digest(token: &str, algorithm: Option<SignatureAlgorithm>) -> String {
    let of = if algorithm == Some(SignatureAlgorithm::EdDsa) { &digest::SHA512 } else { &digest::SHA256 };
    let whole = digest::digest(of, token.as_bytes());
    let (half, _) = whole.as_ref().split_at(whole.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(half)
}
