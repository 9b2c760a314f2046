//! Token exchange (RFC 8693): a client that has a token says who in its organization asks, and gets a token that says
//! so too. It may do less than the first one, lives no longer, and is bound to what that is bound to.

use sangam_language::ScopeSet;
use sangam_store::{ClientCredential, ClientRow};

use super::actor;
use super::assertion::Judged;
use super::authenticate::ClientProof;
use super::certificate::ClientCertificate;
use super::grant::{Grant, GrantFault, Terms, granted};
use super::key::KeySet;
use super::verify::{Act, Confirmation, TokenFault};
use crate::hub::Desk;

/// A request to exchange a token.
#[derive(Clone, Copy)]
pub struct ExchangeRequest<'a> {
    /// How the client proves who it is.
    pub client: ClientProof<'a>,
    /// The certificate of the connection.
    pub certificate: Option<ClientCertificate<'a>>,
    /// A proof of possession of this request, the header `DPoP`.
    pub proof: Option<&'a str>,
    /// The scopes asked for; absent: those of the token.
    pub scope: Option<&'a str>,
    /// The client's own access token.
    pub subject_token: &'a str,
    /// Who asks, signed with a key of the client.
    pub actor_token: &'a str,
}

impl Desk {
    /// Gives a token that names who asks. Whatever is wrong with either of the two tokens is `InvalidRequest` (RFC
    /// 8693, section 2.2.2); the actor token is used up last, so that what fails can be sent again.
    ///
    /// # Errors
    /// [`GrantFault`].
    pub async fn exchange(&self, request: &ExchangeRequest<'_>) -> Result<Grant, GrantFault> {
        let row = self.authenticate(&request.client, request.certificate).await?;
        // A token that already names somebody is not passed on to the next.
        let own =
            self.current(request.subject_token).filter(|claims| claims.client_id == row.id && claims.act.is_none());
        let claims = own.ok_or(GrantFault::InvalidRequest)?;
        let admission = claims.admission().ok_or(GrantFault::InvalidRequest)?;
        self.admitted(&row.id, admission).await.map_err(|fault| match fault {
            TokenFault::Invalid => GrantFault::InvalidRequest,
            TokenFault::Unavailable => GrantFault::Unavailable,
        })?;
        let may = ScopeSet::read(&claims.scope).and(ScopeSet::read(&row.scopes));
        let scopes = granted(may, request.scope)?;
        let named = self.actor_named(&row, request.actor_token).ok_or(GrantFault::InvalidRequest)?;
        let confirmation = self.confirmation(request.certificate, request.proof)?;
        if !claims.cnf.as_ref().is_none_or(|bound| holds(&confirmation, bound)) {
            return Err(GrantFault::InvalidProof);
        }
        if !self.use_up(&row, named.unused).await? {
            return Err(GrantFault::InvalidRequest);
        }
        let act = Some(Act { sub: named.pseudonym });
        self.sign(&row, Terms { scopes, confirmation, until: claims.until(), act })
    }

    fn actor_named(&self, row: &ClientRow, token: &str) -> Option<actor::Named> {
        let text = match (&row.actor_keys, &row.credential) {
            (Some(text), _) | (None, ClientCredential::Keys(text)) => text,
            _ => return None,
        };
        let keys = KeySet::read(text).ok()?;
        let (issuer, endpoint) = (self.tokens.issuer(), self.tokens.token_endpoint());
        let audiences = &[issuer, &endpoint];
        let own = self.tokens.keys();
        let decoy = own.signer.public();
        actor::judge(token, &Judged { client: &row.id, keys: Some(&keys), decoy, audiences, now: self.now() })
    }
}

/// Whether whoever holds the one holds all that the other is bound to.
fn holds(held: &Confirmation, bound: &Confirmation) -> bool {
    let same = |bound: &Option<String>, held: &Option<String>| bound.is_none() || bound == held;
    same(&bound.x5t, &held.x5t) && same(&bound.jkt, &held.jkt)
}
