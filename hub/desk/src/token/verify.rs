//! Verification: the one place where a token becomes a caller, and where it is looked at again whether one still is.

use std::sync::Arc;

use sangam_custody::{Actor, Party};
use sangam_language::{Admission, Caller, CallerKind, ScopeSet};
use sangam_store::{Admitted, ClientRow, StoreFault};
use sangam_vocabulary::{Instant, unhex};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::certificate::ClientCertificate;
use super::grant::TokenKind;
use super::proof::{Proof, ProofFault};
use super::{Opened, client_id, client_text, jwt, sha256};
use crate::hub::Desk;

/// The type of an access token (RFC 9068, section 2.1): nothing else the hub signs or is sent has it.
pub(super) const TYPE: &str = "at+jwt";
/// The longest token that is looked at, in bytes.
const TOKEN_BYTES: usize = 2048;
/// How far the clocks of two processes of the hub may be apart, in milliseconds: a token that begins later than that
/// was not issued by any of them.
const CLOCKS_MILLIS: i64 = 60_000;

/// What a token is bound to (RFC 7800).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    /// The digest of a client certificate (RFC 8705, section 3.1).
    #[serde(rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    pub(super) x5t: Option<String>,
    /// The thumbprint of a key that must be proven at each use (RFC 9449, section 6.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) jkt: Option<String>,
}

/// For whom the client acts (RFC 8693, section 4.1): a member of its organization's staff, by a pseudonym.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    pub(super) sub: String,
}

/// The claims of an access token (RFC 9068), with the registration's generation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) sub: String,
    pub(super) client_id: String,
    pub(super) jti: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
    pub(super) scope: String,
    pub(super) generation: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cnf: Option<Confirmation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) act: Option<Act>,
}

impl Claims {
    /// When the token ends.
    pub(super) fn until(&self) -> Instant {
        Instant::from_millis(self.exp.saturating_mul(1000))
    }

    /// When the token begins.
    fn from(&self) -> Instant {
        Instant::from_millis(self.iat.saturating_mul(1000))
    }

    /// Which token it is of which registration; the hub's own ids are 16 bytes.
    pub(super) fn admission(&self) -> Option<Admission> {
        let token = unhex(&self.jti)?.try_into().ok()?;
        Some(Admission { token, generation: self.generation })
    }
}

/// A token as it is used.
#[derive(Clone, Copy)]
pub struct TokenUse<'a> {
    /// The token.
    pub token: &'a str,
    /// The scheme it came with.
    pub kind: TokenKind,
    /// The proof that came with it.
    pub proof: Option<Proof<'a>>,
    /// The certificate of the connection.
    pub certificate: Option<ClientCertificate<'a>>,
}

impl<'a> TokenUse<'a> {
    /// A token sent as it is, on a connection without certificate.
    #[must_use]
    pub const fn bearer(token: &'a str) -> Self {
        Self { token, kind: TokenKind::Bearer, proof: None, certificate: None }
    }
}

/// A token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Malformed, forged, expired, revoked, for another audience, without what it is bound to, or of a suspended
    /// client: all alike.
    #[error("the token is not valid")]
    Invalid,
    /// The store does not answer.
    #[error("the store does not answer")]
    Unavailable,
}

impl Desk {
    /// The caller a token stands for.
    ///
    /// # Errors
    /// [`TokenFault`].
    pub async fn verify(&self, used: &TokenUse<'_>) -> Result<Caller, TokenFault> {
        let Some(claims) = self.claims(used.token) else {
            return self.verify_external(used).await;
        };
        if !self.stands(&claims) {
            return Err(TokenFault::Invalid);
        }
        self.held(claims.cnf.as_ref(), used)?;
        let admission = claims.admission().ok_or(TokenFault::Invalid)?;
        let row = self.admitted(&claims.client_id, admission).await?;
        let scopes = ScopeSet::read(&claims.scope).and(ScopeSet::read(&row.client.scopes));
        let actor = claims.act.as_ref().map(|act| Actor::staff(&act.sub));
        self.caller(&row.client, actor, scopes, claims.until(), admission).ok_or(TokenFault::Invalid)
    }

    /// The claims of a token the hub signed for itself that has begun and has not ended.
    pub(super) fn current(&self, token: &str) -> Option<Arc<Claims>> {
        self.claims(token).filter(|claims| self.stands(claims))
    }

    fn stands(&self, claims: &Claims) -> bool {
        let now = self.now();
        now < claims.until() && claims.from() <= now.plus_millis(CLOCKS_MILLIS)
    }

    /// A caller that was verified before, as its registration stands now: an open socket asks every few seconds, and ends
    /// where the organization is locked. What
    /// the token is bound to was shown when the socket was opened, and belongs to the socket.
    ///
    /// # Errors
    /// [`TokenFault::Invalid`] when the token or session has ended or was revoked, or the client or person was
    /// suspended or changed.
    pub async fn readmit(&self, caller: &Caller) -> Result<Caller, TokenFault> {
        let admission = caller.admission().ok_or(TokenFault::Invalid)?;
        if self.now() >= caller.until() || self.is_locked(caller.party().organization) {
            return Err(TokenFault::Invalid);
        }
        let id = match caller.kind() {
            CallerKind::System(id) => id,
            CallerKind::Person(person) => return self.readmit_person(caller, person, admission).await,
        };
        let row = self.admitted(&client_text(id), admission).await?;
        if row.client.organization != caller.party().organization {
            return Err(TokenFault::Invalid);
        }
        let scopes = caller.scopes().and(ScopeSet::read(&row.client.scopes));
        let actor = caller.party().actor.clone();
        self.caller(&row.client, actor, scopes, caller.until(), admission).ok_or(TokenFault::Invalid)
    }

    /// Whether a caller may still be shown something; a subscription asks before every event. What cannot be known is
    /// not admitted.
    pub(crate) async fn still_admitted(&self, caller: &Caller) -> bool {
        self.readmit(caller).await.is_ok()
    }

    /// The claims of a token the hub signed for itself, whether or not it has ended.
    pub(super) fn claims(&self, token: &str) -> Option<Arc<Claims>> {
        if token.len() > TOKEN_BYTES {
            return None;
        }
        let hash = sha256(token.as_bytes());
        let keys = self.tokens.keys();
        if let Some(known) = self.tokens.claims.get(&hash) {
            // A key that was taken away takes what it signed with it.
            return keys.find(&known.kid).map(|_| Arc::clone(&known.claims));
        }
        let header = jwt::header(token)?;
        if header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        let kid = header.kid?;
        let key = keys.find(&kid)?;
        let claims: Claims = jwt::open(token, key.public())?;
        let issuer = self.tokens.issuer();
        if claims.iss != issuer || claims.aud != issuer || claims.sub != claims.client_id {
            return None;
        }
        let claims = Arc::new(claims);
        self.tokens.claims.insert(hash, Arc::new(Opened { claims: Arc::clone(&claims), kid }));
        Some(claims)
    }

    /// Whether whoever uses the token holds what it is bound to. The proof is last: it is used up by being looked at.
    pub(super) fn held(&self, bound: Option<&Confirmation>, used: &TokenUse<'_>) -> Result<(), TokenFault> {
        let unbound = Confirmation::default();
        let bound = bound.unwrap_or(&unbound);
        let certificate = used.certificate.map(|certificate| certificate.confirmation());
        if bound.x5t.is_some() && bound.x5t != certificate {
            return Err(TokenFault::Invalid);
        }
        match (&bound.jkt, used.kind, used.proof) {
            (None, TokenKind::Bearer, _) => Ok(()),
            (Some(key), TokenKind::Dpop, Some(proof)) => match self.tokens.prove(proof, Some(used.token), self.now()) {
                Ok(proven) if proven == *key => Ok(()),
                Ok(_) | Err(ProofFault::Invalid) => Err(TokenFault::Invalid),
                Err(ProofFault::Full) => Err(TokenFault::Unavailable),
            },
            // A bound token sent as it is, or one that is bound to no key sent as if it were (RFC 9449, section 7.1).
            _ => Err(TokenFault::Invalid),
        }
    }

    /// The client a token was given to, if both still stand. Remembered for [`CLIENT_MEMORY`](super::CLIENT_MEMORY).
    pub(super) async fn admitted(&self, client: &str, admission: Admission) -> Result<Arc<Admitted>, TokenFault> {
        let row = self.remembered(admission.token, self.store.admitted(client, admission.token)).await?;
        row.filter(|row| {
            row.client.id == client
                && !row.revoked
                && !row.client.suspended
                && row.client.generation == admission.generation
        })
        .ok_or(TokenFault::Invalid)
    }

    /// What is remembered of a token's client, or what `read` finds now.
    pub(super) async fn remembered(
        &self,
        token: [u8; 16],
        read: impl Future<Output = Result<Option<Admitted>, StoreFault>> + Send,
    ) -> Result<Option<Arc<Admitted>>, TokenFault> {
        if let Some(known) = self.tokens.standing.get(&token) {
            return Ok(known);
        }
        let read = read.await.map_err(|fault| {
            tracing::error!(error = %fault, "a client could not be read");
            TokenFault::Unavailable
        })?;
        let read = read.map(Arc::new);
        self.tokens.standing.insert(token, read.clone());
        Ok(read)
    }

    pub(super) fn caller(
        &self,
        row: &ClientRow,
        actor: Option<Actor>,
        scopes: ScopeSet,
        until: Instant,
        admission: Admission,
    ) -> Option<Caller> {
        let party = Party { actor, ..self.party(row.organization)? };
        let admits = self.admits(row.organization)?;
        let kind = CallerKind::System(client_id(&row.id)?);
        // Whatever is registered: a system is no person.
        let scopes = scopes.for_systems().and(admits);
        Some(Caller::verified(kind, party, scopes, row.purposes, until).admitted_by(admission))
    }
}
