//! How fast anyone may ask. Clients are counted by who they are; strangers by where they come from, in a
//! table that does not grow.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use sangam_language::{Caller, CallerKind};
use sangam_vocabulary::{ClientId, PersonId};

use crate::limits::RequestLimits;
use crate::seats::neighbourhood;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Client {
    System(ClientId),
    Person(PersonId),
}

/// The paces of a door.
pub(crate) struct Pace {
    clients: DefaultKeyedRateLimiter<Client>,
    checks: AtomicU32,
    strangers: Strangers,
    readers: Strangers,
}

/// The pace of whoever is known by an address only.
pub(crate) struct Strangers {
    paces: Vec<DefaultDirectRateLimiter>,
    hasher: RandomState,
}

/// Addresses share this many counters. Who shares one with an attacker has to wait with it, and the secret
/// hash keeps that a matter of luck.
const STRANGERS: u32 = 1_024;
/// After so many checks the clients that are quiet again are forgotten.
const FORGET_EVERY: u32 = 4_096;

impl Pace {
    /// The paces of these limits.
    pub(crate) fn new(limits: &RequestLimits) -> Self {
        let stranger = quota(limits.stranger_rate, limits.stranger_burst);
        Self {
            clients: RateLimiter::keyed(quota(limits.client_rate, limits.client_burst)),
            checks: AtomicU32::new(0),
            strangers: Strangers::new(stranger),
            readers: Strangers::new(quota(limits.reader_rate, limits.reader_burst)),
        }
    }

    /// Whether this client may ask now.
    pub(crate) fn client(&self, caller: &Caller) -> bool {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.clients.retain_recent();
        }
        let client = match caller.kind() {
            CallerKind::System(id) => Client::System(id),
            CallerKind::Person(id) => Client::Person(id),
        };
        self.clients.check_key(&client).is_ok()
    }

    /// Whether a stranger at this address may try now.
    pub(crate) fn stranger(&self, peer: IpAddr) -> bool {
        self.strangers.may(peer)
    }

    /// Whether somebody at this address may read what is for everybody now. Apart from the tries of tokens, so that
    /// neither slows the other down.
    pub(crate) fn reader(&self, peer: IpAddr) -> bool {
        self.readers.may(peer)
    }
}

impl Strangers {
    /// Every address at this pace.
    pub(crate) fn new(pace: Quota) -> Self {
        let paces = (0..STRANGERS).map(|_| RateLimiter::direct(pace)).collect();
        Self { paces, hasher: RandomState::new() }
    }

    /// Whether an address may try now.
    pub(crate) fn may(&self, peer: IpAddr) -> bool {
        let slot = self.hasher.hash_one(neighbourhood(peer)) % u64::from(STRANGERS);
        let slot = usize::try_from(slot).unwrap_or(0);
        self.paces.get(slot).is_some_and(|pace| pace.check().is_ok())
    }
}

/// A lasting rate with a burst; zero would mean "never" and is read as one.
pub(crate) fn quota(rate: u32, burst: u32) -> Quota {
    let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(at_least_one(rate)).allow_burst(at_least_one(burst))
}
