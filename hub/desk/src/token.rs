//! Tokens of systems: granted for a client's secret (RFC 6749, client credentials), signed, short, and
//! remembered by hash with the client's generation, so that suspending acts within seconds.

use std::time::Duration;

use aws_lc_rs::{constant_time, digest};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use sangam_language::{Caller, CallerKind, ScopeSet};
use sangam_store::ClientRow;
use sangam_vocabulary::{ClientId, Instant, OrganizationId};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::hub::Desk;
use crate::read::hex;

/// How long a token lives, in milliseconds: ten minutes.
const TOKEN_MILLIS: i64 = 600_000;
/// How far the clocks of two processes of the hub may be apart, in milliseconds: a token that begins later than that
/// was not issued by any of them.
const CLOCKS_MILLIS: i64 = 60_000;
/// How many tokens and clients are remembered.
const REMEMBERED: u64 = 10_000;
/// How long a client's registration is remembered: suspending acts within this time (DESIGN §8: five seconds).
const CLIENT_MEMORY: Duration = Duration::from_secs(2);
/// The longest token that is looked at, in bytes.
const TOKEN_BYTES: usize = 2048;

/// The key tokens are signed with, who signs and for whom.
pub struct TokenKeys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    issuer: String,
    audience: String,
    remembered: moka::sync::Cache<[u8; 32], Claims>,
    clients: moka::sync::Cache<String, Option<ClientRow>>,
}

impl TokenKeys {
    /// From an Ed25519 key as PKCS#8, its public key, the issuer's address and the audience.
    #[must_use]
    pub fn new(pkcs8: &[u8], public: &[u8], issuer: &str, audience: &str) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[issuer]);
        // The library would ask the machine's clock; instants are checked against ours.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Self {
            encoding: EncodingKey::from_ed_der(pkcs8),
            decoding: DecodingKey::from_ed_der(public),
            validation,
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            remembered: moka::sync::Cache::new(REMEMBERED),
            clients: moka::sync::Cache::builder().max_capacity(REMEMBERED).time_to_live(CLIENT_MEMORY).build(),
        }
    }
}

/// The claims of an access token (RFC 9068, with the client's generation).
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    jti: String,
    iat: i64,
    exp: i64,
    scope: String,
    generation: i64,
}

/// A request for a token.
#[derive(Debug)]
pub struct GrantRequest<'a> {
    /// The client id.
    pub client: &'a str,
    /// Its secret.
    pub secret: &'a str,
    /// The scopes asked for; absent: all it may have.
    pub scope: Option<&'a str>,
}

/// A granted token.
#[derive(Debug)]
pub struct Grant {
    /// The token.
    pub token: String,
    /// For how many seconds.
    pub expires_in: u64,
    /// The scopes it carries.
    pub scope: String,
}

/// A token was not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GrantFault {
    /// Client or secret are wrong, or the client is suspended: all alike.
    #[error("client authentication failed")]
    InvalidClient,
    /// A scope was asked for that the client may not have.
    #[error("the client may not have that scope")]
    InvalidScope,
    /// The store does not answer.
    #[error("the store does not answer")]
    Unavailable,
}

/// A token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Malformed, forged, expired, for another audience, or of a suspended client: all alike.
    #[error("the token is not valid")]
    Invalid,
    /// The store does not answer.
    #[error("the store does not answer")]
    Unavailable,
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

impl Desk {
    async fn client(&self, id: &str) -> Result<Option<ClientRow>, TokenFault> {
        if let Some(known) = self.tokens.clients.get(id) {
            return Ok(known);
        }
        let row = self.store.client(id).await.map_err(|_| TokenFault::Unavailable)?;
        self.tokens.clients.insert(id.to_owned(), row.clone());
        Ok(row)
    }

    /// Grants a token.
    ///
    /// # Errors
    /// [`GrantFault`].
    pub async fn grant(&self, request: &GrantRequest<'_>) -> Result<Grant, GrantFault> {
        let row = self.store.client(request.client).await.map_err(|_| GrantFault::Unavailable)?;
        // A digest is compared for an unknown client too, so that both take the same time.
        let stored = row.as_ref().map_or_else(|| vec![0; 32], |row| row.secret_hash.clone());
        let right = constant_time::verify_slices_are_equal(&sha256(request.secret.as_bytes()), &stored).is_ok();
        let row = row.filter(|row| right && !row.suspended).ok_or(GrantFault::InvalidClient)?;
        let may = ScopeSet::read(&row.scopes);
        let scopes = match request.scope {
            None => may,
            Some(text) => {
                let asked = ScopeSet::read(text);
                let unknown = text.split(' ').filter(|s| !s.is_empty()).count() != asked.iter().count();
                if unknown || asked.and(may) != asked {
                    return Err(GrantFault::InvalidScope);
                }
                asked
            }
        };
        let now = self.now();
        let mut jti = [0; 16];
        if !self.chance().fill(&mut jti) {
            return Err(GrantFault::Unavailable);
        }
        let claims = Claims {
            iss: self.tokens.issuer.clone(),
            aud: self.tokens.audience.clone(),
            sub: row.id.clone(),
            client_id: row.id.clone(),
            jti: hex(&jti),
            iat: now.millis() / 1000,
            exp: now.plus_millis(TOKEN_MILLIS).millis() / 1000,
            scope: scopes.text(),
            generation: row.generation,
        };
        let header = Header { typ: Some("at+jwt".to_owned()), ..Header::new(Algorithm::EdDSA) };
        let token = encode(&header, &claims, &self.tokens.encoding).map_err(|_| GrantFault::Unavailable)?;
        Ok(Grant { token, expires_in: u64::try_from(TOKEN_MILLIS / 1000).unwrap_or(0), scope: claims.scope })
    }

    /// The caller a token stands for: the one place where a caller is made.
    ///
    /// # Errors
    /// [`TokenFault`].
    pub async fn verify(&self, token: &str) -> Result<Caller, TokenFault> {
        if token.len() > TOKEN_BYTES {
            return Err(TokenFault::Invalid);
        }
        let hash = sha256(token.as_bytes());
        let claims = match self.tokens.remembered.get(&hash) {
            Some(claims) => claims,
            None => {
                let data = decode::<Claims>(token, &self.tokens.decoding, &self.tokens.validation)
                    .map_err(|_| TokenFault::Invalid)?;
                if data.header.typ.as_deref() != Some("at+jwt") {
                    return Err(TokenFault::Invalid);
                }
                self.tokens.remembered.insert(hash, data.claims.clone());
                data.claims
            }
        };
        let until = Instant::from_millis(claims.exp.saturating_mul(1000));
        let from = Instant::from_millis(claims.iat.saturating_mul(1000));
        let now = self.now();
        if now >= until || from > now.plus_millis(CLOCKS_MILLIS) {
            return Err(TokenFault::Invalid);
        }
        let row = self.client(&claims.client_id).await?.ok_or(TokenFault::Invalid)?;
        if row.suspended || row.generation != claims.generation {
            return Err(TokenFault::Invalid);
        }
        self.caller(&row, &claims, until).ok_or(TokenFault::Invalid)
    }

    fn caller(&self, row: &ClientRow, claims: &Claims, until: Instant) -> Option<Caller> {
        let party = self.party(row.organization)?;
        let scopes = ScopeSet::read(&claims.scope).and(ScopeSet::read(&row.scopes));
        Some(Caller::verified(CallerKind::System(client_id(&row.id)), party, scopes, row.purposes, until))
    }

    /// Whether a caller's registration still stands; a socket asks before every event.
    pub(crate) async fn still_admitted(&self, caller: &Caller) -> bool {
        let organization: OrganizationId = caller.party().organization;
        match caller.kind() {
            CallerKind::Person(_) => true,
            CallerKind::System(id) => match self.store_client(id).await {
                Ok(Some(row)) => !row.suspended && row.organization == organization,
                // What cannot be known is not admitted.
                Ok(None) | Err(_) => false,
            },
        }
    }

    async fn store_client(&self, id: ClientId) -> Result<Option<ClientRow>, TokenFault> {
        self.client(&client_text(id)).await
    }
}

/// A client id as OAuth spells it is the id's hexadecimal form.
pub(crate) fn client_text(id: ClientId) -> String {
    format!("cli_{}", id.uuid().simple())
}

fn client_id(text: &str) -> ClientId {
    let uuid = text.strip_prefix("cli_").and_then(|digits| Uuid::try_parse(digits).ok());
    ClientId::from_uuid(uuid.unwrap_or(Uuid::nil()))
}
