//! What stands between the hub and one partner's system: deadline, breaker, concurrency and rate. One
//! partner that hangs, floods or falls over costs the others nothing.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sangam_vocabulary::{Clock, Instant};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::fault::WireFault;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Page, Returned, Wire};

/// The measures of one partner's guard, from its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardLimits {
    /// How long a call may take, waiting for its turn included.
    pub deadline: Duration,
    /// Failures in a row that open the breaker.
    pub failures: u32,
    /// How long it stays open before one call is let through to try.
    pub pause: Duration,
    /// Calls at the same time.
    pub concurrency: usize,
    /// Calls a minute.
    pub rate_per_minute: u32,
}

#[derive(Debug)]
enum Breaker {
    /// Calls pass; so many failed in a row.
    Closed(u32),
    /// Nothing passes until the instant; then one call does.
    Open(Instant),
    /// One call is out to try.
    Trying,
}

/// Deadline, breaker, concurrency and rate of one partner.
pub struct Guard {
    clock: Arc<dyn Clock>,
    limits: GuardLimits,
    places: Semaphore,
    breaker: Mutex<Breaker>,
    next_turn: Mutex<Instant>,
    /// The first of the calls since the last answer that were waited for and got none.
    missing_since: Mutex<Option<Instant>>,
}

impl Guard {
    /// A guard with a closed breaker.
    #[must_use]
    pub fn new(limits: GuardLimits, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            limits,
            places: Semaphore::new(limits.concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            breaker: Mutex::new(Breaker::Closed(0)),
            next_turn: Mutex::new(Instant::ALWAYS),
            missing_since: Mutex::new(None),
        }
    }

    /// Since when the system has not answered; see [`Wire::missing_since`].
    #[must_use]
    pub fn missing_since(&self) -> Option<Instant> {
        *lock(&self.missing_since)
    }

    /// Runs a call under the guard.
    ///
    /// The future may be dropped at any await. A call that nobody waited for says nothing of the system, and neither does
    /// one whose turn did not come: neither counts, for the breaker or for [`Guard::missing_since`]. If it was the one call
    /// that tries a half-open breaker, all may try from then on, and the first of them that fails opens it again: somebody
    /// who does not wait cannot keep those away who do. A turn that was not taken goes back.
    ///
    /// # Errors
    /// [`WireFault::Paused`] while the breaker is open, [`WireFault::TimedOut`] at the deadline, else what the
    /// call itself gives.
    pub async fn run<T>(&self, call: impl Future<Output = Result<T, WireFault>>) -> Result<T, WireFault> {
        let trial = self.enter()?;
        let sent: OnceLock<Instant> = OnceLock::new();
        let bounded = async {
            let _place = self.places.acquire().await.map_err(|_| WireFault::Unreachable)?;
            self.turn().await;
            let _ = sent.set(self.clock.now());
            call.await
        };
        let result = tokio::time::timeout(self.limits.deadline, bounded).await.unwrap_or(Err(WireFault::TimedOut));
        // What this way of talking has no word for was never sent: it says nothing of the system.
        if let Some(at) = sent.get()
            && !matches!(result, Err(WireFault::Unsupported))
        {
            self.note(&result, *at, trial.is_some());
            if let Some(trial) = trial {
                trial.disarm();
            }
        }
        result
    }

    fn enter(&self) -> Result<Option<Trial<'_>>, WireFault> {
        let mut breaker = lock(&self.breaker);
        match *breaker {
            Breaker::Closed(_) => Ok(None),
            Breaker::Open(until) if self.clock.now() < until => Err(WireFault::Paused { until }),
            Breaker::Open(_) => {
                *breaker = Breaker::Trying;
                Ok(Some(Trial { guard: self, armed: true }))
            }
            Breaker::Trying => Err(WireFault::Paused { until: self.after_pause() }),
        }
    }

    /// Notes what came of a call that was sent at an instant, and whether it was the one that tries.
    fn note<T>(&self, result: &Result<T, WireFault>, sent: Instant, tries: bool) {
        let failed = matches!(result, Err(fault) if fault.is_of_the_system());
        let mut missing = lock(&self.missing_since);
        *missing = if failed { missing.or(Some(sent)) } else { None };
        drop(missing);
        let mut breaker = lock(&self.breaker);
        *breaker = match (&*breaker, failed) {
            (Breaker::Trying, false) if tries => Breaker::Closed(0),
            (Breaker::Trying, true) if tries => Breaker::Open(self.after_pause()),
            // A call that began before the breaker opened says nothing new.
            (Breaker::Trying, _) => Breaker::Trying,
            (Breaker::Open(until), _) => Breaker::Open(*until),
            (Breaker::Closed(_), false) => Breaker::Closed(0),
            (Breaker::Closed(before), true) if *before + 1 >= self.limits.failures => Breaker::Open(self.after_pause()),
            (Breaker::Closed(before), true) => Breaker::Closed(*before + 1),
        };
    }

    fn after_pause(&self) -> Instant {
        let pause = i64::try_from(self.limits.pause.as_millis()).unwrap_or(i64::MAX);
        self.clock.now().plus_millis(pause)
    }

    /// Waits for this call's turn: turns are evenly spaced by the rate.
    async fn turn(&self) {
        let spacing = 60_000 / i64::from(self.limits.rate_per_minute.max(1));
        let now = self.clock.now();
        let turn = {
            let mut next = lock(&self.next_turn);
            let turn = (*next).max(now);
            *next = turn.plus_millis(spacing);
            turn
        };
        let wait = turn.millis().saturating_sub(now.millis());
        if let Ok(wait @ 1..) = u64::try_from(wait) {
            // Whoever leaves before its turn gives it back: nobody who asks and goes takes the others' turns.
            let turn = Turn { guard: self, spacing, armed: true };
            tokio::time::sleep(Duration::from_millis(wait)).await;
            turn.disarm();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A turn that is waited for.
struct Turn<'g> {
    guard: &'g Guard,
    spacing: i64,
    armed: bool,
}

impl Turn<'_> {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.armed {
            let mut next = lock(&self.guard.next_turn);
            *next = next.plus_millis(-self.spacing);
        }
    }
}

/// The one call that tries a half-open breaker; nothing but its end changes that breaker.
struct Trial<'g> {
    guard: &'g Guard,
    armed: bool,
}

impl Trial<'_> {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if self.armed {
            // It says nothing: the next failure opens the breaker again, and the next answer closes it.
            *lock(&self.guard.breaker) = Breaker::Closed(self.guard.limits.failures.saturating_sub(1));
        }
    }
}

/// A wire behind its guard.
pub struct Guarded {
    wire: Box<dyn Wire>,
    guard: Guard,
}

impl Guarded {
    /// Puts a wire behind a guard.
    #[must_use]
    pub fn new(wire: Box<dyn Wire>, guard: Guard) -> Self {
        Self { wire, guard }
    }
}

impl Wire for Guarded {
    fn key(&self, record: &serde_json::Value) -> Option<String> {
        self.wire.key(record)
    }

    fn missing_since(&self) -> Option<Instant> {
        self.guard.missing_since()
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        Box::pin(self.guard.run(self.wire.fetch(since)))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        Box::pin(self.guard.run(self.wire.record(key)))
    }

    fn told(&self, body: &[u8]) -> Option<String> {
        self.wire.told(body)
    }

    fn acknowledge<'a>(&'a self, key: &'a str, hook: &'a str, taken: bool) -> BoxFuture<'a, Result<(), WireFault>> {
        Box::pin(self.guard.run(self.wire.acknowledge(key, hook, taken)))
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        Box::pin(self.guard.run(self.wire.deliver(delivery)))
    }

    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        Box::pin(self.guard.run(self.wire.offered(record, referral)))
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        Box::pin(self.guard.run(self.wire.answers(offers)))
    }

    fn give_back<'a>(&'a self, records: &'a [Returned]) -> BoxFuture<'a, Result<(), WireFault>> {
        Box::pin(self.guard.run(self.wire.give_back(records)))
    }
}
