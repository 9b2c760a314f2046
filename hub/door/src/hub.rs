//! What the door needs of the hub, and nothing more. The binary composes it of the language's executor and
//! the desk; the door's tests bring a small one of their own.

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use sangam_language::{Caller, Operation, Reply};
use thiserror::Error;

use crate::certificate::Certificate;
use crate::documents::Documents;
use crate::hsds::Directory;
use crate::signin::SignIn;

/// What kind of operation a document holds under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It reads.
    Query,
    /// It changes something; never over GET.
    Mutation,
    /// It watches; over a socket only.
    Subscription,
}

/// Why a token made no caller. Outside all of `Missing` and `Invalid` look alike: 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AuthFault {
    /// No token was given.
    #[error("no token")]
    Missing,
    /// Malformed, expired, revoked, signed by another key, for another audience, or without what it is bound to.
    #[error("the token is not valid here")]
    Invalid,
    /// Whether it is valid cannot be found out now.
    #[error("tokens cannot be verified now")]
    Unavailable,
}

/// How a token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// As it is (RFC 6750).
    Bearer,
    /// With a proof of possession (RFC 9449).
    Dpop,
}

impl Scheme {
    /// The scheme as `Authorization` and `token_type` spell it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// A token as it came, with all that may have to fit it. It is not printed by `Debug`, because the type has none.
#[derive(Clone, Copy)]
pub struct TokenSent<'a> {
    /// The token.
    pub token: &'a str,
    /// How it came.
    pub scheme: Scheme,
    /// The header `DPoP`, where there is one.
    pub proof: Option<&'a str>,
    /// The request's method.
    pub method: &'a str,
    /// The request's path, without its query.
    pub path: &'a str,
    /// The connection's client certificate, where there is one.
    pub certificate: Option<&'a Certificate>,
}

/// How a client says who it is. It is not printed by `Debug`, because the type has none.
pub enum ClientSent {
    /// By a secret, from the `Authorization: Basic` header or the body.
    Secret {
        /// The client's id.
        id: String,
        /// Its secret.
        secret: String,
    },
    /// By an assertion (RFC 7523).
    Assertion {
        /// The client's id, where it was sent as well.
        id: Option<String>,
        /// The assertion.
        assertion: String,
    },
    /// By its id alone: the connection's certificate says the rest, where there is one (RFC 8705).
    Certificate {
        /// The client's id.
        id: String,
    },
}

/// Which grant a client asks for. It is not printed by `Debug`, because the type has none.
pub enum GrantSent {
    /// Client credentials (RFC 6749, section 4.4.2).
    ClientCredentials,
    /// To exchange its access token for one that says who in its organization asks (RFC 8693, section 2.1).
    Exchange {
        /// The client's access token.
        subject_token: String,
        /// Who asks, as a JSON Web Token of the client's.
        actor_token: String,
    },
}

/// What a client asks of the token endpoint, already out of its form.
pub struct TokenRequest {
    /// The grant.
    pub grant: GrantSent,
    /// Who asks.
    pub client: ClientSent,
    /// `scope`, where it was sent.
    pub scope: Option<String>,
    /// The header `DPoP`, where there is one.
    pub proof: Option<String>,
    /// The connection's client certificate, where there is one.
    pub certificate: Option<Certificate>,
}

/// What a client asks of the revocation endpoint (RFC 7009, section 2.1).
pub struct RevocationRequest {
    /// Who asks.
    pub client: ClientSent,
    /// The token.
    pub token: String,
    /// The connection's client certificate, where there is one.
    pub certificate: Option<Certificate>,
}

/// What the door shows anyone about tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// The authorization server's metadata (RFC 8414).
    AuthorizationServer,
    /// The protected resource's metadata (RFC 9728).
    ProtectedResource,
    /// The public keys tokens are signed with (RFC 7517).
    Keys,
}

/// A token (RFC 6749, section 5.1).
pub struct TokenGranted {
    /// The token. It is not printed by `Debug`, because the type has none.
    pub access_token: String,
    /// How it is to be sent.
    pub scheme: Scheme,
    /// For how many seconds.
    pub expires_in: u64,
    /// The scope granted.
    pub scope: String,
}

/// The error codes of RFC 6749, section 5.2, RFC 8693, section 2.2.2, and RFC 9449, section 5, that a grant can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// A parameter is missing, repeated or not readable, or a token to exchange is not good.
    InvalidRequest,
    /// Unknown, suspended, another way of saying who it is, or a proof that does not hold: all alike.
    InvalidClient,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// The grant is not one the hub knows.
    UnsupportedGrantType,
    /// The scope is unknown or more than the client may have.
    InvalidScope,
    /// The proof of possession is not good, or there must be one.
    InvalidProof,
}

impl TokenError {
    /// The code as the answer spells it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidProof => "invalid_dpop_proof",
        }
    }

    /// What it means and what to do next.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::InvalidRequest => {
                "send a form with each parameter once, and one way of saying who the client is; to exchange a token, send the client's own and a new actor token"
            }
            Self::InvalidClient => {
                "the client is not known here or did not prove who it is in the way it is registered for"
            }
            Self::UnauthorizedClient => "this client may not use this grant",
            Self::UnsupportedGrantType => "the grants are client_credentials and the exchange of tokens",
            Self::InvalidScope => "the scope is unknown or more than the client may have",
            Self::InvalidProof => {
                "send a new DPoP proof of this request, or come with a client certificate: tokens are bound to one of them"
            }
        }
    }
}

/// Why no token was given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// The client or its request is at fault.
    #[error("{}", .0.code())]
    Refused(TokenError),
    /// The store does not answer.
    #[error("the store does not answer")]
    Unavailable,
}

/// An open subscription, or the reply that says why it is not.
pub type Subscribed = Result<BoxStream<'static, Reply>, Reply>;

/// The hub as the door sees it.
///
/// The door may drop any of these futures at a deadline or when the client leaves. A change that was handed
/// to the writer must be finished all the same.
pub trait Hub: Send + Sync + 'static {
    /// Turns a token into a caller.
    ///
    /// # Errors
    /// [`AuthFault::Invalid`] for every token that is not good, whatever the reason; [`AuthFault::Unavailable`]
    /// when that cannot be found out.
    fn authenticate<'a>(&'a self, sent: TokenSent<'a>) -> BoxFuture<'a, Result<Caller, AuthFault>>;

    /// A caller that was authenticated before, as it stands now; an open socket asks every few seconds.
    ///
    /// # Errors
    /// As for [`authenticate`](Self::authenticate).
    fn readmit<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Caller, AuthFault>>;

    /// Gives out a token.
    ///
    /// # Errors
    /// [`TokenFault`].
    fn token(&self, ask: TokenRequest) -> BoxFuture<'_, Result<TokenGranted, TokenFault>>;

    /// Makes a token of the client that asks void. A token that is not its own, or none, is no fault.
    ///
    /// # Errors
    /// [`TokenFault`].
    fn revoke(&self, ask: RevocationRequest) -> BoxFuture<'_, Result<(), TokenFault>>;

    /// A document as JSON.
    fn published(&self, document: Document) -> String;

    /// Passes the document through the gate and the parser and says what the operation is.
    ///
    /// # Errors
    /// The refusal to send, when it is not an operation or over a limit.
    fn kind(&self, operation: &Operation) -> Result<Kind, Reply>;

    /// Executes a query or a mutation. A subscription is refused here.
    fn execute<'a>(&'a self, caller: &'a Caller, operation: Operation) -> BoxFuture<'a, Reply>;

    /// Opens a subscription. The stream ends with the caller's token, and every item is decided anew.
    fn subscribe(&self, caller: Caller, operation: Operation) -> BoxFuture<'_, Subscribed>;

    /// Where people sign in; `None` where nobody does.
    fn sign_in(&self) -> Option<&dyn SignIn> {
        None
    }

    /// Where documents go up and down; `None` where there are none.
    fn documents(&self) -> Option<&dyn Documents> {
        None
    }

    /// The open directory; `None` where there is none.
    fn directory(&self) -> Option<&dyn Directory> {
        None
    }

    /// Whether the hub can serve: every task it needs alive, and a store that answers. In bounded time and at a
    /// cost that no number of askers multiplies: anybody may ask.
    fn ready(&self) -> BoxFuture<'_, bool>;
}
