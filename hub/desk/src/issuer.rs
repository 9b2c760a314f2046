//! Issuers of the configuration: identity providers and authorization servers that are not the hub, and the keys they
//! sign with.
//!
//! Which issuers there are, what each may sign with and where its keys are had stands in the configuration; a token
//! chooses none of it. Keys are fetched through a port ([`outside`]) by a task of its own for each issuer, so that no
//! caller who leaves can stop it: regularly, and when a token names a key that is not known, but then at most once in
//! ten seconds however many such tokens come. While an issuer is down its keys are good for a day.

mod address;
mod keys;
mod outside;
mod published;

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::{Notify, watch};
use tokio::time::Instant as Moment;

use crate::hub::Desk;
use crate::signin::SignIn;
use crate::token::SignatureAlgorithm;
use crate::token::key::PublicKey;
use futures_util::future::join_all;

pub use address::{AddressFault, OutsideAddress};
pub use outside::{Call, Outside, OutsideFault, Told};
pub(crate) use published::{Endpoints, Published};

/// When an issuer is asked again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// After how long keys are fetched anew though none is missing.
    pub(crate) refresh: Duration,
    /// The least time between two attempts.
    pub(crate) again: Duration,
    /// For how long keys are good when they cannot be fetched anew.
    pub(crate) kept: Duration,
    /// How long a caller waits for keys that are being fetched.
    pub(crate) wait: Duration,
}

impl Pace {
    /// Five minutes: a key that an issuer took out verifies nothing after that. Ten seconds: a rotation is seen
    /// soon, and a flood of unknown key ids is six calls a minute. A day: an issuer's outage over night ends nobody's
    /// work, and a stolen key that the issuer cannot take out, because it is down, ends with it. Three seconds: less
    /// than the door gives to a token.
    pub(crate) const STANDARD: Self = Self {
        refresh: Duration::from_secs(5 * 60),
        again: Duration::from_secs(10),
        kept: Duration::from_secs(24 * 60 * 60),
        wait: Duration::from_secs(3),
    };
}

/// Where an issuer's keys are had.
#[derive(Debug, Clone)]
pub enum KeysAt {
    /// At this address.
    KeySet(OutsideAddress),
    /// At the address that its discovery document names, which must name the issuer as well (OpenID Connect
    /// Discovery, section 4.3).
    Discovery,
}

/// An issuer as the configuration has it.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// The name in the configuration.
    pub name: String,
    /// The issuer's identifier, exactly as it stands in `iss`.
    pub issuer: OutsideAddress,
    /// Where its keys are had.
    pub keys: KeysAt,
    /// What its keys may verify.
    pub algorithms: Vec<SignatureAlgorithm>,
}

/// An issuer and what is known of its keys.
pub struct Issuer {
    settings: IssuerSettings,
    outside: Arc<dyn Outside>,
    pace: Pace,
    known: watch::Sender<Known>,
    ring: Notify,
}

/// What is known of an issuer, and when it was asked.
#[derive(Clone, Default)]
struct Known {
    /// What it last published, and when that was read.
    published: Option<(Arc<Published>, Moment)>,
    /// When the last attempt began.
    began: Option<Moment>,
    /// How many attempts have ended.
    ended: u64,
    /// How many have begun.
    begun: u64,
}

impl Known {
    fn live(&self, pace: &Pace) -> Option<Arc<Published>> {
        let (published, read) = self.published.as_ref()?;
        (read.elapsed() < pace.kept).then(|| Arc::clone(published))
    }

    /// Whether asking now would be too soon after an attempt that has ended.
    fn just_asked(&self, pace: &Pace) -> bool {
        self.begun == self.ended && self.began.is_some_and(|began| began.elapsed() < pace.again)
    }
}

/// A key cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum KeyFault {
    /// The issuer has no key of that name.
    #[error("the issuer has no key of that name")]
    Unknown,
    /// The issuer does not answer, and nothing is known of it.
    #[error("the issuer does not answer")]
    Unavailable,
}

impl Issuer {
    /// An issuer of which nothing is known yet. [`Desk::keep_keys`] fetches.
    #[must_use]
    pub fn new(settings: IssuerSettings, outside: Arc<dyn Outside>) -> Arc<Self> {
        Arc::new(Self::paced(settings, outside, Pace::STANDARD))
    }

    fn paced(settings: IssuerSettings, outside: Arc<dyn Outside>, pace: Pace) -> Self {
        let known = watch::Sender::new(Known::default());
        Self { settings, outside, pace, known, ring: Notify::new() }
    }

    /// The name in the configuration.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// The identifier, as it stands in `iss`.
    pub(crate) fn identifier(&self) -> &str {
        self.settings.issuer.as_str()
    }

    pub(crate) fn outside(&self) -> &Arc<dyn Outside> {
        &self.outside
    }

    /// The key of that name.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub(crate) async fn key(&self, kid: &str) -> Result<PublicKey, KeyFault> {
        let find = |known: &Known| known.live(&self.pace).and_then(|published| published.key(kid).cloned());
        let known = self.waited(|known| find(known).is_some()).await;
        match find(&known) {
            Some(key) => Ok(key),
            None if known.live(&self.pace).is_some() => Err(KeyFault::Unknown),
            None => Err(KeyFault::Unavailable),
        }
    }

    /// What the issuer publishes.
    ///
    /// # Errors
    /// [`KeyFault::Unavailable`].
    pub(crate) async fn published(&self) -> Result<Arc<Published>, KeyFault> {
        let known = self.waited(|known| known.live(&self.pace).is_some()).await;
        known.live(&self.pace).ok_or(KeyFault::Unavailable)
    }

    /// What is known of it without asking.
    pub(crate) fn at_hand(&self) -> Option<Arc<Published>> {
        self.known.borrow().live(&self.pace)
    }

    /// What is known, at once if it is enough or if it is too soon to ask; after an attempt otherwise.
    async fn waited(&self, enough: impl Fn(&Known) -> bool + Send + Sync) -> Known {
        let mut seen = self.known.subscribe();
        let known = seen.borrow_and_update().clone();
        if enough(&known) || known.just_asked(&self.pace) {
            return known;
        }
        self.ring.notify_one();
        let next = seen.wait_for(|now| now.ended > known.ended);
        let after = tokio::time::timeout(self.pace.wait, next).await.map(|now| now.map(|now| now.clone()));
        match after {
            Ok(Ok(now)) => now,
            // Nobody fetches, or not in time.
            Ok(Err(_)) | Err(_) => known,
        }
    }

    /// Fetches for as long as it is polled. It may be dropped at any await: what was read stays.
    async fn keep(&self) {
        let mut due = Moment::now();
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(due) => {}
                () = self.ring.notified() => {}
            }
            // However often it is rung, the least time between two attempts passes.
            let began = self.known.borrow().began;
            if let Some(began) = began {
                tokio::time::sleep_until(began + self.pace.again).await;
            }
            let began = Moment::now();
            self.known.send_modify(|known| {
                known.began = Some(began);
                known.begun = known.ended + 1;
            });
            let read = published::fetch(&self.settings, self.outside.as_ref()).await;
            let fetched = match read {
                Ok(published) => Some((Arc::new(published), Moment::now())),
                Err(fault) => {
                    tracing::warn!(issuer = self.name(), %fault, "an issuer's keys could not be fetched");
                    None
                }
            };
            due = began + if fetched.is_some() { self.pace.refresh } else { self.pace.again };
            self.known.send_modify(|known| {
                known.ended = known.begun;
                known.published = fetched.or_else(|| known.published.take());
            });
        }
    }
}

impl Desk {
    /// Keeps the keys of every issuer of the configuration fresh for as long as it is polled; a hub that serves gives
    /// it a task.
    pub async fn keep_keys(&self) {
        let systems = self.tokens.issuers().iter().map(|issuer| &issuer.issuer);
        let people = self.signin.iter().flat_map(SignIn::issuers);
        join_all(systems.chain(people).map(|issuer| issuer.keep())).await;
        // Without issuers the task has nothing to do, and still ends only when it is asked to.
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests;
