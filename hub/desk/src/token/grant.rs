//! The grant: client credentials (RFC 6749, section 4.4), answered with a signed access token (RFC 9068) that lives
//! ten minutes and is bound to whatever key the client has shown it holds.

use jsonwebtoken::{Header, encode};
use sangam_language::ScopeSet;
use sangam_store::ClientRow;
use thiserror::Error;

use super::TOKEN_PATH;
use super::authenticate::ClientProof;
use super::certificate::ClientCertificate;
use super::proof::{Proof, ProofFault};
use super::verify::{Claims, Confirmation, TYPE};
use crate::hub::Desk;
use crate::read::hex;

/// How long a token lives, in milliseconds: ten minutes.
const TOKEN_MILLIS: i64 = 600_000;

/// A request for a token.
#[derive(Debug, Clone, Copy)]
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
        let scopes = granted(&row, request.scope)?;
        let jkt = match request.proof {
            None => None,
            Some(text) => {
                let proof = Proof { text, method: "POST", path: TOKEN_PATH };
                Some(self.tokens.prove(proof, None, self.now()).map_err(|fault| match fault {
                    ProofFault::Invalid => GrantFault::InvalidProof,
                    ProofFault::Full => GrantFault::Unavailable,
                })?)
            }
        };
        let kind = if jkt.is_some() { TokenKind::Dpop } else { TokenKind::Bearer };
        let confirmation = Confirmation { x5t: request.certificate.map(|held| held.confirmation()), jkt };
        if confirmation == Confirmation::default() && !self.tokens.settings.sandbox {
            return Err(GrantFault::InvalidProof);
        }
        let token = self.sign(&row, scopes.text(), confirmation)?;
        let expires_in = u64::try_from(TOKEN_MILLIS / 1000).unwrap_or(0);
        Ok(Grant { token, kind, expires_in, scope: scopes.text() })
    }

    fn sign(&self, row: &ClientRow, scope: String, confirmation: Confirmation) -> Result<String, GrantFault> {
        let now = self.now();
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
            exp: now.plus_millis(TOKEN_MILLIS).millis() / 1000,
            scope,
            generation: row.generation,
            cnf: (confirmation != Confirmation::default()).then_some(confirmation),
        };
        let keys = self.tokens.keys();
        let signer = &keys.signer;
        let kid = Some(signer.kid().to_owned());
        let header = Header { typ: Some(TYPE.to_owned()), kid, ..Header::new(signer.public().algorithm()) };
        encode(&header, &claims, signer.encoding()).map_err(|error| {
            tracing::error!(%error, "a token could not be signed");
            GrantFault::Unavailable
        })
    }
}

/// The scopes of a grant: those asked for, when the client may have every one of them.
fn granted(row: &ClientRow, asked: Option<&str>) -> Result<ScopeSet, GrantFault> {
    let may = ScopeSet::read(&row.scopes);
    let Some(text) = asked else { return Ok(may) };
    let asked = ScopeSet::read(text);
    let unknown = text.split(' ').filter(|scope| !scope.is_empty()).count() != asked.iter().count();
    if unknown || asked.and(may) != asked { Err(GrantFault::InvalidScope) } else { Ok(asked) }
}
