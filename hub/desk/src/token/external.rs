//! Tokens of other issuers: a ministry's authorization server may give its systems their access tokens itself.
//!
//! Which issuer it is, is looked up among the configured ones; from there on everything is that entry's: the keys and
//! what they sign with, the audience, the type. Whom the token is of, is a registered client whose credential is that
//! issuer and the token's subject; what it may do is at most what the registration says.

use std::sync::Arc;

use jsonwebtoken::dangerous::insecure_decode_claims;
use sangam_language::{Admission, Caller, ScopeSet};
use sangam_store::{Admitted, ClientCredential};
use sangam_vocabulary::Instant;
use serde::Deserialize;

use super::jwt::{self, Audience, SKEW_MILLIS};
use super::sha256;
use super::verify::{Confirmation, TYPE, TokenFault, TokenUse};
use crate::hub::Desk;
use crate::issuer::{Issuer, KeyFault};

/// How long an issuer's token may live, in milliseconds: an hour. What is longer outlives too much of what may have
/// been taken back there.
const LIFE_MILLIS: i64 = 3_600_000;
/// The longest subject a token may name, in bytes (OpenID Connect Core, section 2).
pub(super) const SUBJECT_BYTES: usize = 255;

/// The type in the header of an issuer's access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// `at+jwt` (RFC 9068, section 2.1).
    AccessToken,
    /// `JWT`, of issuers that know no better. Their identity tokens have it too: the audience keeps them apart.
    Jwt,
}

impl TokenType {
    /// Reads the name in the configuration.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "at+jwt" => Some(Self::AccessToken),
            "JWT" => Some(Self::Jwt),
            _ => None,
        }
    }

    fn fits(self, typ: Option<&str>) -> bool {
        let Some(typ) = typ else { return false };
        // The prefix may be left out (RFC 7515, section 4.1.9).
        let typ = match typ.split_once('/') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application") => rest,
            _ => typ,
        };
        typ.eq_ignore_ascii_case(match self {
            Self::AccessToken => TYPE,
            Self::Jwt => "JWT",
        })
    }
}

/// An issuer whose access tokens are taken.
pub struct TokenIssuer {
    /// The issuer and its keys.
    pub issuer: Arc<Issuer>,
    /// The audience its tokens for this hub name.
    pub audience: String,
    /// The type of its access tokens.
    pub kind: TokenType,
}

/// The claims of an issuer's access token (RFC 9068, section 2.2), those that are looked at.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    jti: Option<String>,
    scope: Option<String>,
    cnf: Option<Confirmation>,
}

impl Claims {
    /// Whether it is of this issuer, for this audience, of now, and short.
    fn stand(&self, of: &TokenIssuer, now: Instant) -> bool {
        let instant = |seconds: i64| Instant::from_millis(seconds.saturating_mul(1000));
        let (issued, until) = (instant(self.iat), instant(self.exp));
        let latest = now.plus_millis(SKEW_MILLIS);
        self.iss == of.issuer.identifier()
            && self.aud.holds(&[&of.audience])
            && now < until
            && issued <= latest
            && self.nbf.is_none_or(|nbf| instant(nbf) <= latest)
            && until <= issued.plus_millis(LIFE_MILLIS)
            && is_subject(&self.sub)
            && self.jti.as_deref().is_none_or(jwt::is_id)
    }

    /// Which token it is: by its id where it has one, by itself otherwise.
    fn id(&self, token: &str) -> [u8; 16] {
        let own = self.jti.as_deref().unwrap_or(token);
        // The subject is part of it: an issuer may count its ids for each client anew.
        let digest = sha256(format!("{}\n{}\n{own}", self.iss, self.sub).as_bytes());
        let mut id = [0; 16];
        id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        id
    }
}

/// Whether a text may be the subject of a token.
pub(crate) fn is_subject(text: &str) -> bool {
    !text.is_empty() && text.len() <= SUBJECT_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl Desk {
    /// The caller a token of a configured issuer stands for. It is verified at each use: a key that the issuer took
    /// out must verify nothing, remembered or not.
    ///
    /// # Errors
    /// [`TokenFault`].
    pub(super) async fn verify_external(&self, used: &TokenUse<'_>) -> Result<Caller, TokenFault> {
        let (of, claims) = self.external_claims(used.token).await?;
        let until = Instant::from_millis(claims.exp.saturating_mul(1000));
        let bound = claims.cnf.as_ref();
        if bound.is_none_or(|bound| *bound == Confirmation::default()) && !self.tokens.settings.sandbox {
            return Err(TokenFault::Invalid);
        }
        self.held(bound, used)?;
        let token = claims.id(used.token);
        let row = self.remembered(token, self.store.admitted_by_issuer(of.issuer.name(), &claims.sub, token)).await?;
        let own = ClientCredential::External { issuer: of.issuer.name().to_owned(), subject: claims.sub.clone() };
        let stands = |row: &Arc<Admitted>| row.client.credential == own && !row.revoked && !row.client.suspended;
        let row = row.filter(stands).ok_or(TokenFault::Invalid)?;
        let may = ScopeSet::read(&row.client.scopes);
        let scopes = claims.scope.as_deref().map_or(may, |scope| ScopeSet::read(scope).and(may));
        // The token knows no generation of ours: it is of the present one, and a socket ends when that moves on.
        let admission = Admission { token, generation: row.client.generation };
        self.caller(&row.client, None, scopes, until, admission).ok_or(TokenFault::Invalid)
    }

    async fn external_claims(&self, token: &str) -> Result<(&TokenIssuer, Claims), TokenFault> {
        #[derive(Deserialize)]
        struct Named {
            iss: String,
        }
        let header = jwt::header(token).ok_or(TokenFault::Invalid)?;
        let named = insecure_decode_claims::<Named>(token).map_err(|_| TokenFault::Invalid)?;
        let of = self.tokens.issuers.iter().find(|known| known.issuer.identifier() == named.iss);
        let of = of.filter(|of| of.kind.fits(header.typ.as_deref())).ok_or(TokenFault::Invalid)?;
        let kid = header.kid.ok_or(TokenFault::Invalid)?;
        let key = of.issuer.key(&kid).await.map_err(|fault| match fault {
            KeyFault::Unknown => TokenFault::Invalid,
            KeyFault::Unavailable => TokenFault::Unavailable,
        })?;
        let claims: Claims = jwt::open(token, &key).ok_or(TokenFault::Invalid)?;
        if claims.stand(of, self.now()) { Ok((of, claims)) } else { Err(TokenFault::Invalid) }
    }
}
