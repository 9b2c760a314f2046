//! What the door needs of the hub, and nothing more. The binary composes it of the language's executor and
//! the desk; the door's tests bring a small one of their own.

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use sangam_language::{Caller, Operation, Reply};
use thiserror::Error;

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
    #[error("no bearer token")]
    Missing,
    /// Malformed, expired, revoked, signed by another key, or for another audience.
    #[error("the bearer token is not valid here")]
    Invalid,
    /// Whether it is valid cannot be found out now.
    #[error("tokens cannot be verified now")]
    Unavailable,
}

/// What a client asks of the token endpoint (RFC 6749, section 4.4.2), already out of its form.
pub struct TokenRequest {
    /// `grant_type`, as sent.
    pub grant_type: String,
    /// The client's id, from the `Authorization: Basic` header or the body.
    pub client_id: String,
    /// Its secret, from the same place. It is not printed by `Debug`, because the type has none.
    pub client_secret: String,
    /// `scope`, where it was sent.
    pub scope: Option<String>,
    /// The client certificate of the connection in DER, where there is one.
    pub certificate: Option<Vec<u8>>,
}

/// A token (RFC 6749, section 5.1).
pub struct TokenGranted {
    /// The token. It is not printed by `Debug`, because the type has none.
    pub access_token: String,
    /// For how many seconds.
    pub expires_in: u64,
    /// The scope granted.
    pub scope: String,
}

/// The error codes of RFC 6749, section 5.2, that a client credentials grant can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// A parameter is missing, repeated or not readable.
    InvalidRequest,
    /// Unknown client, wrong secret or suspended: all alike.
    InvalidClient,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// The grant is not one the hub knows.
    UnsupportedGrantType,
    /// The scope is unknown or more than the client may have.
    InvalidScope,
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
        }
    }

    /// What it means and what to do next.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::InvalidRequest => "send grant_type=client_credentials as a form, each parameter once",
            Self::InvalidClient => "the client is not known here or its secret does not fit",
            Self::UnauthorizedClient => "this client may not use this grant",
            Self::UnsupportedGrantType => "the only grant is client_credentials",
            Self::InvalidScope => "the scope is unknown or more than the client may have",
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
    /// Turns a bearer token into a caller. `certificate` is the connection's client certificate in DER.
    ///
    /// # Errors
    /// [`AuthFault::Invalid`] for every token that is not good, whatever the reason; [`AuthFault::Unavailable`]
    /// when that cannot be found out.
    fn authenticate<'a>(
        &'a self,
        bearer: &'a str,
        certificate: Option<&'a [u8]>,
    ) -> BoxFuture<'a, Result<Caller, AuthFault>>;

    /// Gives out a token.
    ///
    /// # Errors
    /// [`TokenFault`].
    fn token(&self, ask: TokenRequest) -> BoxFuture<'_, Result<TokenGranted, TokenFault>>;

    /// Passes the document through the gate and the parser and says what the operation is.
    ///
    /// # Errors
    /// The refusal to send, when it is not an operation or over a limit.
    fn kind(&self, operation: &Operation) -> Result<Kind, Reply>;

    /// Executes a query or a mutation. A subscription is refused here.
    fn execute<'a>(&'a self, caller: &'a Caller, operation: Operation) -> BoxFuture<'a, Reply>;

    /// Opens a subscription. The stream ends with the caller's token, and every item is decided anew.
    fn subscribe(&self, caller: Caller, operation: Operation) -> BoxFuture<'_, Subscribed>;

    /// Whether the hub can serve: every task it needs alive, and a store that answers. In bounded time and at a
    /// cost that no number of askers multiplies: anybody may ask.
    fn ready(&self) -> BoxFuture<'_, bool>;
}
