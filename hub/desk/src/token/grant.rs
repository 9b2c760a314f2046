//! The grant: client credentials (RFC 6749, section 4.4), answered with a signed access token (RFC 9068) that lives
//! ten minutes and is bound to whatever key the client has shown it holds.

use jsonwebtoken::{Header, encode};
use sangam_language::ScopeSet;
use sangam_store::ClientRow;
use sangam_vocabulary::{Instant, hex};
use thiserror::Error;

use super::TOKEN_PATH;
use super::authenticate::ClientProof;
use super::certificate::ClientCertificate;
use super::proof::{Proof, ProofFault};
use super::verify::{Act, Claims, Confirmation, TYPE};
use crate::hub::Desk;

/// How long a token lives, in milliseconds: ten minutes.
const TOKEN_MILLIS: i64 = 600_000;

/// A request for a token.
#[derive(Clone, Copy)]
pub struct GrantRequest<'a> {
    /// How the client proves who it is.
    pub client: ClientProof<'a>,
    /// The certificate of the connection: the token is bound to it.
    pub certificate: Option<ClientCertificate<'a>>,
    /// A proof of possession of this request, the header `DPoP`: the token is bound to its key.
    pub proof: Option<&'a str>,
    /// The scopes asked for; absent: all it may have.
    pub scope: Option<&'a str>,
}

impl<'a> GrantRequest<'a> {
    /// By a secret, on a connection without certificate, for all scopes: what a sandbox needs.
    #[must_use]
    pub const fn by_secret(client: &'a str, secret: &'a str) -> Self {
        Self { client: ClientProof::Secret { client, secret }, certificate: None, proof: None, scope: None }
    }
}

/// How a token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// As it is (RFC 6750).
    Bearer,
    /// With a proof of possession (RFC 9449).
    Dpop,
}

impl TokenKind {
    /// The scheme in `Authorization`, and `token_type`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// A granted token.
pub struct Grant {
    /// The token. It is not printed by `Debug`, because the type has none.
    pub token: String,
    /// How it is sent.
    pub kind: TokenKind,
    /// For how many seconds.
    pub expires_in: u64,
    /// The scopes it carries.
    pub scope: String,
}

/// A token was not granted, or not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GrantFault {
    /// The client could not prove who it is: all reasons alike.
    #[error("client authentication failed")]
    InvalidClient,
    /// A scope was asked for that the client may not have.
    #[error("the client may not have that scope")]
    InvalidScope,
    /// A token of an exchange is not good, not the client's own, or was used.
    #[error("a token that was sent is not good here")]
    InvalidRequest,
    /// The proof of possession is not good, or there must be one.
    #[error("the proof of possession is not good here")]
    InvalidProof,
    /// The store does not answer.
    #[error("the store does not answer")]
    Unavailable,
}

impl Desk {
    /// Grants a token. Outside a sandbox every token is bound: to the connection's certificate, or to the key of a
    /// proof.
    ///
    /// # Errors
    /// [`GrantFault`].
    pub async fn grant(&self, request: &GrantRequest<'_>) -> Result<Grant, GrantFault> {
        let row = self.authenticate(&request.client, request.certificate).await?;
        let scopes = granted(ScopeSet::read(&row.scopes), request.scope)?;
        let confirmation = self.confirmation(request.certificate, request.proof)?;
        self.sign(&row, Terms { scopes, confirmation, until: Instant::NEVER, act: None })
    }

    /// What the client shows with its request that it holds: a token is bound to it. The proof is used up by being
    /// looked at.
    pub(super) fn confirmation(
        &self,
        certificate: Option<ClientCertificate<'_>>,
        proof: Option<&str>,
    ) -> Result<Confirmation, GrantFault> {
        let jkt = match proof {
            None => None,
            Some(text) => {
                let proof = Proof { text, method: "POST", path: TOKEN_PATH };
                Some(self.tokens.prove(proof, None, self.now()).map_err(|fault| match fault {
                    ProofFault::Invalid => GrantFault::InvalidProof,
                    ProofFault::Full => GrantFault::Unavailable,
                })?)
            }
        };
        let confirmation = Confirmation { x5t: certificate.map(|held| held.confirmation()), jkt };
        if confirmation == Confirmation::default() && !self.tokens.settings.sandbox {
            return Err(GrantFault::InvalidProof);
        }
        Ok(confirmation)
    }

    /// Signs a token of a client, which lives ten minutes and not beyond the end of its terms.
    pub(super) fn sign(&self, row: &ClientRow, terms: Terms) -> Result<Grant, GrantFault> {
        let now = self.now();
        let until = now.plus_millis(TOKEN_MILLIS).min(terms.until);
        let scope = terms.scopes.text();
        let kind = if terms.confirmation.jkt.is_some() { TokenKind::Dpop } else { TokenKind::Bearer };
        let mut jti = [0; 16];
        if !self.chance().fill(&mut jti) {
            return Err(GrantFault::Unavailable);
        }
        let claims = Claims {
            iss: self.tokens.issuer().to_owned(),
            aud: self.tokens.issuer().to_owned(),
            sub: row.id.clone(),
            client_id: row.id.clone(),
            jti: hex(&jti),
            iat: now.millis() / 1000,
            exp: until.millis() / 1000,
            scope: scope.clone(),
            generation: row.generation,
            cnf: (terms.confirmation != Confirmation::default()).then_some(terms.confirmation),
            act: terms.act,
        };
        let keys = self.tokens.keys();
        let signer = &keys.signer;
        let kid = Some(signer.kid().to_owned());
        let header = Header { typ: Some(TYPE.to_owned()), kid, ..Header::new(signer.public().algorithm()) };
        let token = encode(&header, &claims, signer.encoding()).map_err(|error| {
            tracing::error!(%error, "a token could not be signed");
            GrantFault::Unavailable
        })?;
        let expires_in = u64::try_from(claims.exp.saturating_sub(claims.iat)).unwrap_or(0);
        Ok(Grant { token, kind, expires_in, scope })
    }
}

/// What a token carries.
pub(super) struct Terms {
    pub(super) scopes: ScopeSet,
    pub(super) confirmation: Confirmation,
    /// When it ends at the latest.
    pub(super) until: Instant,
    /// For whom the client acts.
    pub(super) act: Option<Act>,
}

/// The scopes of a grant: those asked for, when every one of them may be had.
pub(super) fn granted(may: ScopeSet, asked: Option<&str>) -> Result<ScopeSet, GrantFault> {
    let Some(text) = asked else { return Ok(may) };
    let asked = ScopeSet::read(text);
    let unknown = text.split(' ').filter(|scope| !scope.is_empty()).count() != asked.iter().count();
    if unknown || asked.and(may) != asked { Err(GrantFault::InvalidScope) } else { Ok(asked) }
}
