//! Whether the hub can serve: its tasks are alive and the store answers. Anybody may ask, so the store is asked at
//! most once a second, by one asker at a time, and for a bounded time. Why it does not answer is for the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long the store may take to answer: well under the patience of whoever probes, far over a busy store's time.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long an answer is remembered: probes come every few seconds, and a thousand strangers cost one question.
const REMEMBERED: Duration = Duration::from_secs(1);

/// Asks the store whether it is there.
pub(crate) type Question = Box<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// What is known of the hub's readiness.
pub(crate) struct Readiness {
    alive: Arc<AtomicBool>,
    question: Question,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Readiness {
    /// Of the tasks that are alive while the flag says so, and of a store.
    pub(crate) fn new(alive: Arc<AtomicBool>, question: Question) -> Self {
        Self { alive, question, last: Mutex::new(None) }
    }

    /// Whether the hub can serve now, or could a second ago. Dropped while it waits, the next asker asks anew.
    pub(crate) async fn ready(&self) -> bool {
        self.alive() && self.store().await && self.alive()
    }

    fn alive(&self) -> bool {
        self.alive.load(Ordering::SeqCst)
    }

    async fn store(&self) -> bool {
        let mut last = self.last.lock().await;
        let before = *last;
        if let Some((at, answered)) = before
            && at.elapsed() < REMEMBERED
        {
            return answered;
        }
        let answers = timeout(PATIENCE, (self.question)()).await.unwrap_or(false);
        match (before, answers) {
            (None | Some((_, true)), false) => tracing::error!("the store does not answer; the hub is not ready"),
            (Some((_, false)), true) => tracing::warn!("the store answers again"),
            _ => {}
        }
        *last = Some((Instant::now(), answers));
        answers
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::{PATIENCE, REMEMBERED, Readiness};

    fn alive() -> Arc<AtomicBool> {
        Arc::new(AtomicBool::new(true))
    }

    #[tokio::test]
    async fn a_thousand_probes_are_one_question_and_a_second_later_another() {
        let (asked, there) = (Arc::new(AtomicUsize::new(0)), alive());
        let (count, answer) = (Arc::clone(&asked), Arc::clone(&there));
        let question = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = Arc::clone(&answer);
            async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                answer.load(Ordering::SeqCst)
            }
            .boxed()
        };
        let readiness = Readiness::new(alive(), Box::new(question));
        assert!(join_all((0..1000).map(|_| readiness.ready())).await.iter().all(|ready| *ready));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        there.store(false, Ordering::SeqCst);
        assert!(readiness.ready().await, "remembered");
        tokio::time::sleep(REMEMBERED).await;
        assert!(!readiness.ready().await);
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_store_that_never_answers_is_none_in_bounded_time() {
        let readiness = Readiness::new(alive(), Box::new(|| std::future::pending().boxed()));
        let began = Instant::now();
        assert!(!readiness.ready().await);
        assert!(began.elapsed() < PATIENCE + Duration::from_secs(2), "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn a_hub_whose_task_has_ended_asks_nobody() {
        let alive = alive();
        let readiness = Readiness::new(Arc::clone(&alive), Box::new(|| std::future::ready(true).boxed()));
        assert!(readiness.ready().await);
        alive.store(false, Ordering::SeqCst);
        assert!(!readiness.ready().await, "whatever is remembered of the store");
    }
}
