//! Admission: how many bodies are read and how many operations are executed at once, and how long one waits
//! for its turn. Whoever cannot have a turn is told so at once, before any work is done for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sangam_language::ErrorCode;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::limits::RequestLimits;
use crate::metrics::{Counted, Metrics};
use crate::refusal::Refusal;

/// The turns of a door.
pub(crate) struct Admission {
    working: Semaphore,
    bodies: Semaphore,
    waiting: AtomicUsize,
    limits: RequestLimits,
    metrics: Arc<Metrics>,
}

/// A turn; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    _permit: SemaphorePermit<'a>,
    _counted: Option<Counted>,
}

impl Admission {
    /// The turns of these limits.
    pub(crate) fn new(limits: &RequestLimits, metrics: Arc<Metrics>) -> Self {
        Self {
            working: Semaphore::new(limits.in_flight),
            bodies: Semaphore::new(limits.bodies),
            waiting: AtomicUsize::new(0),
            limits: limits.clone(),
            metrics,
        }
    }

    /// A turn to execute an operation.
    ///
    /// # Errors
    /// `TOO_BUSY` when the queue is full or the turn does not come in time.
    pub(crate) async fn work(&self) -> Result<Turn<'_>, Refusal> {
        let since = Instant::now();
        let permit = match self.working.try_acquire() {
            Ok(permit) => permit,
            Err(_) => self.wait(&self.working).await?,
        };
        Ok(Turn { _permit: permit, _counted: Some(self.metrics.works(since.elapsed())) })
    }

    /// A turn to read a body.
    ///
    /// # Errors
    /// `TOO_BUSY`, as for [`work`](Self::work).
    pub(crate) async fn body(&self) -> Result<Turn<'_>, Refusal> {
        let permit = match self.bodies.try_acquire() {
            Ok(permit) => permit,
            Err(_) => self.wait(&self.bodies).await?,
        };
        Ok(Turn { _permit: permit, _counted: None })
    }

    async fn wait<'a>(&'a self, turns: &'a Semaphore) -> Result<SemaphorePermit<'a>, Refusal> {
        let busy = || Refusal::language(ErrorCode::TooBusy);
        let place = Place::take(&self.waiting, self.limits.queue).ok_or_else(busy)?;
        let counted = self.metrics.waits();
        let turn = tokio::time::timeout(self.limits.queue_time, turns.acquire()).await;
        drop((place, counted));
        match turn {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(busy()),
        }
    }
}

/// A place in the queue, given back also when the client leaves while it waits.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        waiting
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| (now < most).then_some(now + 1))
            .ok()
            .map(|_| Self(waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use prometheus_client::registry::Registry;

    use super::Admission;
    use crate::limits::RequestLimits;
    use crate::metrics::Metrics;

    const QUEUE_TIME: Duration = Duration::from_millis(60);

    fn admission(in_flight: usize, queue: usize) -> Arc<Admission> {
        let limits = RequestLimits { in_flight, queue, queue_time: QUEUE_TIME, ..RequestLimits::default() };
        Arc::new(Admission::new(&limits, Arc::new(Metrics::register(&mut Registry::default()))))
    }

    #[tokio::test]
    async fn a_turn_that_does_not_come_in_time_is_refused() {
        let admission = admission(1, 1);
        let _turn = admission.work().await.unwrap();
        let started = tokio::time::Instant::now();
        assert_eq!(admission.work().await.unwrap_err().code, "TOO_BUSY");
        assert!(started.elapsed() >= QUEUE_TIME);
    }

    #[tokio::test]
    async fn a_full_queue_is_refused_at_once_and_a_place_is_given_back() {
        let admission = admission(1, 1);
        let turn = admission.work().await.unwrap();
        let waiting = tokio::spawn({
            let admission = Arc::clone(&admission);
            async move { admission.work().await.is_ok() }
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
        let started = tokio::time::Instant::now();
        assert_eq!(admission.work().await.unwrap_err().code, "TOO_BUSY", "one is all that the queue holds");
        assert!(started.elapsed() < QUEUE_TIME / 2);
        drop(turn);
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn a_client_that_leaves_the_queue_gives_its_place_back() {
        let admission = admission(1, 1);
        let _turn = admission.work().await.unwrap();
        let left = tokio::time::timeout(Duration::from_millis(5), admission.work()).await;
        assert!(left.is_err());
        let started = tokio::time::Instant::now();
        assert!(admission.work().await.is_err());
        assert!(started.elapsed() >= QUEUE_TIME, "the place was free, so this one waited");
    }
}
