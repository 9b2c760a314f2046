//! Nothing half alive: every task of the hub is watched; when one ends that should not, readiness is false and
//! the process ends.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The watch over the hub's tasks.
pub(crate) struct Supervisor {
    tasks: JoinSet<(&'static str, Result<(), String>)>,
    stop: CancellationToken,
    alive: Arc<AtomicBool>,
}

impl Supervisor {
    pub(crate) fn new() -> Self {
        Self { tasks: JoinSet::new(), stop: CancellationToken::new(), alive: Arc::new(AtomicBool::new(true)) }
    }

    /// The token that asks every task to end.
    pub(crate) fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Whether every task is alive and nobody asked to stop.
    pub(crate) fn alive(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.alive)
    }

    /// Watches a task that ends only when it is asked to.
    pub(crate) fn watch<E: std::fmt::Display>(
        &mut self,
        name: &'static str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        self.tasks.spawn(async move { (name, task.await.map_err(|error| error.to_string())) });
    }

    /// Waits until somebody asks to stop or a task ends; then asks all to end, and waits for them. `Err` names
    /// the task that ended by itself and why.
    pub(crate) async fn run(mut self, asked: impl Future<Output = ()>) -> Result<(), String> {
        let first = tokio::select! {
            () = asked => None,
            ended = self.tasks.join_next() => ended,
        };
        self.alive.store(false, Ordering::SeqCst);
        self.stop.cancel();
        let mut fault = first.map(|ended| match ended {
            Ok((name, Ok(()))) => format!("the task `{name}` ended; the hub stops"),
            Ok((name, Err(error))) => format!("the task `{name}` failed: {error}; the hub stops"),
            Err(_) => "a task died; the hub stops".to_owned(),
        });
        while let Some(ended) = self.tasks.join_next().await {
            match ended {
                Ok((_, Ok(()))) => {}
                Ok((name, Err(error))) => fault = fault.or_else(|| Some(format!("the task `{name}` failed: {error}"))),
                Err(_) => fault = fault.or_else(|| Some("a task died".to_owned())),
            }
        }
        fault.map_or(Ok(()), Err)
    }
}

/// The operator's wish that the hub end: SIGTERM or SIGINT. Listened for before anything is announced, so that
/// a wish that comes at once is heard.
pub(crate) struct Signals {
    term: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// The system's, when signals cannot be listened for: a hub that could not be ended cleanly does not start.
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self { term: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Ready when the operator asks the hub to end.
    pub(crate) async fn asked(mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The operator's wish that files be read again: SIGHUP, as service managers and tools that renew certificates send
/// it. Unheard it would end the process, so a hub that serves always listens.
///
/// # Errors
/// The system's, when signals cannot be listened for.
pub(crate) fn hangups() -> std::io::Result<Signal> {
    signal(SignalKind::hangup())
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::Ordering;

    use super::Supervisor;

    #[tokio::test]
    async fn a_task_that_ends_by_itself_ends_the_hub() {
        for fails in [false, true] {
            let mut supervisor = Supervisor::new();
            let (alive, stop) = (supervisor.alive(), supervisor.stop());
            supervisor.watch("steady", async move {
                stop.cancelled().await;
                Ok::<(), String>(())
            });
            supervisor.watch("brittle", async move { if fails { Err("broken".to_owned()) } else { Ok(()) } });
            assert!(alive.load(Ordering::SeqCst));
            let fault = supervisor.run(pending()).await.expect_err("the hub stops");
            assert!(fault.contains("`brittle`"), "{fault}");
            assert!(!alive.load(Ordering::SeqCst), "no longer ready");
        }
    }

    #[tokio::test]
    async fn a_task_that_panics_ends_the_hub() {
        let mut supervisor = Supervisor::new();
        let alive = supervisor.alive();
        supervisor
            .watch("brittle", async { if alive_is_a_lie() { panic!("as a bug would") } else { Ok::<(), String>(()) } });
        assert!(supervisor.run(pending()).await.is_err());
        assert!(!alive.load(Ordering::SeqCst));
    }

    fn alive_is_a_lie() -> bool {
        std::hint::black_box(true)
    }

    #[tokio::test]
    async fn a_wish_to_stop_is_a_clean_end() {
        let mut supervisor = Supervisor::new();
        let stop = supervisor.stop();
        supervisor.watch("steady", async move {
            stop.cancelled().await;
            Ok::<(), String>(())
        });
        assert_eq!(supervisor.run(async {}).await, Ok(()));
    }
}
