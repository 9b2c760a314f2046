//! What the door needs of the hub where people sign in.

use futures_util::future::BoxFuture;
use sangam_language::Caller;
use sangam_vocabulary::Instant;

use crate::hub::AuthFault;

/// A provider as the page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderShown {
    /// The name in addresses: small letters, digits, hyphens.
    pub name: String,
    /// What a person reads.
    pub label: String,
    /// The origins its pages lie at, as far as they are known: the hub's forms may lead there.
    pub origins: Vec<String>,
}

/// A sign-in that was started. It has no `Debug`, because of the cookie.
pub struct Started {
    /// Where the person goes.
    pub address: String,
    /// What the browser keeps until it is back.
    pub cookie: String,
}

/// What a browser comes back with. It has no `Debug`.
pub struct Comeback {
    /// The cookie of the start.
    pub started: String,
    /// `state`.
    pub state: String,
    /// `code`, where there is one.
    pub code: Option<String>,
    /// `iss`, where there is one.
    pub issuer: Option<String>,
    /// The session the browser has, where it has one.
    pub session: Option<String>,
}

/// A session that began. It has no `Debug`, because of the cookie.
pub struct Began {
    /// What the browser keeps.
    pub cookie: String,
}

/// A session that stands. It has no `Debug`, because of the token.
pub struct SessionShown {
    /// The caller it makes.
    pub caller: Caller,
    /// The token that its requests carry beside the cookie.
    pub csrf: String,
    /// Whether the request carried it.
    pub proven: bool,
    /// The organization's id and name.
    pub organization: (String, String),
    /// The person's pseudonym.
    pub pseudonym: String,
    /// Codes of the person's roles.
    pub roles: Vec<&'static str>,
    /// When it ends if it is not used again.
    pub idle: Instant,
    /// When it ends in any case.
    pub until: Instant,
}

/// Why a sign-in did not go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInFault {
    /// No provider of that name.
    NoProvider,
    /// It was not started in this browser, took too long, or was finished before.
    NotStarted,
    /// The provider said no.
    Declined,
    /// There is no account for it that may act, or the invitation is none.
    Nobody,
    /// The provider or the store does not answer.
    Unavailable,
}

/// Where people sign in, as the door sees it. The door may drop any of these futures; a session that was handed to the
/// writer begins or ends all the same.
pub trait SignIn: Send + Sync {
    /// The origin of the hub's own pages, as browsers spell it.
    fn origin(&self) -> &str;

    /// Where a person goes who has just signed in: a path of the hub's own.
    fn home(&self) -> &str {
        "/signin"
    }

    /// The providers.
    fn providers(&self) -> Vec<ProviderShown>;

    /// Starts a sign-in, to take an invitation by its code where one is given.
    ///
    /// # Errors
    /// [`SignInFault`].
    fn start<'a>(
        &'a self,
        provider: &'a str,
        invitation: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Started, SignInFault>>;

    /// Finishes one.
    ///
    /// # Errors
    /// [`SignInFault`].
    fn finish(&self, comeback: Comeback) -> BoxFuture<'_, Result<Began, SignInFault>>;

    /// The session of a cookie, with the token that came beside it.
    ///
    /// # Errors
    /// [`AuthFault::Invalid`] for every session that does not stand.
    fn session<'a>(&'a self, cookie: &'a str, csrf: Option<&'a str>) -> BoxFuture<'a, Result<SessionShown, AuthFault>>;

    /// Ends the session of a cookie, and says where the person signs out of the provider.
    ///
    /// # Errors
    /// [`SignInFault::Unavailable`].
    fn end<'a>(&'a self, cookie: &'a str) -> BoxFuture<'a, Result<Option<String>, SignInFault>>;
}
