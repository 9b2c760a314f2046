//! People sign in with an identity provider of the configuration: OpenID Connect's authorization code flow with PKCE.
//!
//! A sign-in is started ([`flow`]): where to go, and a sealed cookie ([`started`]) with what must come back. What comes
//! back is a code; the provider exchanges it ([`provider`]) for an identity token, which is verified ([`identity`]) with
//! the keys of the configured issuer. Its subject is an account here, or it becomes one by an invitation; then a
//! [`session`] begins. The hub asks the provider for no name and no address, and keeps neither issuer nor subject: an
//! account is found by their digest. Keys of cookies are [`keys`]'s.

mod flow;
mod identity;
mod keys;
mod provider;
mod session;
mod started;

use std::sync::Arc;
use std::time::Duration;

use sangam_store::SessionRow;
use thiserror::Error;

use crate::hub::Desk;
use crate::issuer::Issuer;
use crate::token::sha256;

pub use flow::{Returned, SignedIn, StartedSignIn};
pub use keys::SessionKeys;
pub use provider::{Provider, ProviderSettings};
pub use session::{Session, SessionUse};

/// The door's path that a provider sends a person back to.
const RETURN_PATH: &str = "/signin/return";
/// How many sessions are remembered, with whether they stand.
const REMEMBERED: u64 = 10_000;
/// How long it is remembered that a session stands: suspending a person acts within this time on every process (DESIGN
/// §8: five seconds).
const SESSION_MEMORY: Duration = Duration::from_secs(2);

/// Who people sign in with, and the keys of their cookies.
pub struct SignIn {
    providers: Vec<Provider>,
    keys: SessionKeys,
    standing: moka::sync::Cache<[u8; 16], Option<Arc<SessionRow>>>,
}

/// A provider as a page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderShown {
    /// The name in addresses.
    pub name: String,
    /// What a person reads.
    pub label: String,
    /// The origins its pages lie at, as far as they are known.
    pub origins: Vec<String>,
}

/// A sign-in did not go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignInFault {
    /// No provider of that name.
    #[error("there is no provider of that name")]
    NoProvider,
    /// What came back does not belong to a sign-in that was started in this browser within five minutes, or it came
    /// before.
    #[error("this sign-in was not started here, took too long, or was finished before")]
    NotStarted,
    /// The provider said no, or what it said is not good.
    #[error("the provider did not sign the person in")]
    Declined,
    /// There is no account for it that may act, or the invitation is none.
    #[error("no account here may act with this sign-in")]
    Nobody,
    /// The provider or the store does not answer.
    #[error("the provider or the store does not answer")]
    Unavailable,
}

impl SignIn {
    /// With the providers of the configuration.
    #[must_use]
    pub fn new(providers: Vec<Provider>, keys: SessionKeys) -> Self {
        let standing = moka::sync::Cache::builder().max_capacity(REMEMBERED).time_to_live(SESSION_MEMORY).build();
        Self { providers, keys, standing }
    }

    /// The providers' issuers.
    pub(crate) fn issuers(&self) -> impl Iterator<Item = &Arc<Issuer>> {
        self.providers.iter().map(Provider::issuer)
    }

    fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.issuer().name() == name)
    }
}

/// The digest an account is found by. Neither half can hold the line break between them.
fn login(issuer: &str, subject: &str) -> [u8; 32] {
    sha256(format!("{issuer}\n{subject}").as_bytes())
}

impl Desk {
    /// The same desk, where people sign in.
    #[must_use]
    pub fn signing_in(mut self, signin: SignIn) -> Self {
        self.signin = Some(signin);
        self
    }

    /// Who people sign in with; nobody signs in where there is none.
    #[must_use]
    pub fn providers(&self) -> Vec<ProviderShown> {
        self.signin.iter().flat_map(|signin| signin.providers.iter().map(Provider::shown)).collect()
    }

    /// How the hub is reached from outside, without a path: the origin of its own pages.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.tokens.settings().address
    }
}
