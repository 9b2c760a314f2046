//! The writer: one task a process, one transaction a batch, one savepoint a command.
//!
//! A command handed over is finished though its caller has gone. Nothing is answered before the batch is
//! committed; when the commit fails everyone is told so and the chain in memory is put back. Receipts come in through
//! `book`; `light` says which of them may follow their answer.

use std::sync::Arc;
use std::time::Duration;

use sangam_custody::{Entry, Fence, NotRecorded};
use sangam_vocabulary::{Clock, Instant};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant as Moment;
use uuid::Uuid;

use crate::command::{Applied, Command, Committed, Idempotency, Refused};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::fence::Seen;
use crate::journal::{Chain, CheckpointSink, JournalSigner};
use crate::order::in_commit_order;
use crate::read::Used;
use crate::write::unreadable;

mod book;
mod light;

pub use book::Book;
use light::Light;

/// How many jobs may wait: beyond it callers wait in front of the queue, where admission counts them.
const QUEUE: usize = 1024;
/// How many jobs one transaction takes at most, so that the first waits no longer than a few milliseconds.
const BATCH: usize = 256;
/// How long an entry that need not be durable at once may wait for company; "within a second" (DESIGN §4).
const LINGER: Duration = Duration::from_millis(250);
/// How long one batch goes on although statements in it wait for locks: each waits as long as the store's lock
/// time-out, and a batch of many must not add that up.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long the writer waits before it tries again to write what it could not.
const AGAIN: Duration = Duration::from_millis(250);
/// How often it tries again when it is asked to end.
const LAST_TRIES: u32 = 8;

enum Job {
    Change(Command, oneshot::Sender<Result<Committed, Refused>>),
    Entry(Entry, Option<oneshot::Sender<Result<(), NotRecorded>>>),
    Stop(oneshot::Sender<()>),
}

/// A handle to the writer.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    store: Store,
    ticks: watch::Receiver<u64>,
    light: Arc<Light>,
    seen: Arc<Seen>,
}

/// The running writer: whoever spawned it watches it. When it ends nothing can be recorded any more.
pub struct WriterTask(pub JoinHandle<Result<(), StoreFault>>);

impl Writer {
    /// Registers this process's chain and starts the writer.
    ///
    /// # Errors
    /// [`StoreFault`] when the chain cannot be registered.
    pub async fn start(
        store: Store,
        process: Uuid,
        signer: JournalSigner,
        sink: Arc<dyn CheckpointSink>,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, WriterTask), StoreFault> {
        let chain = Chain::register(&store, process, &signer, clock.now()).await?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        let (tick, ticks) = watch::channel(0);
        let light = Arc::new(Light::new());
        let seen = Arc::new(Seen::default());
        let running = Running {
            store: store.clone(),
            chain,
            signer,
            sink,
            clock,
            queue,
            tick,
            light: Arc::clone(&light),
            seen: Arc::clone(&seen),
            in_doubt: false,
        };
        let task = tokio::spawn(running.run());
        Ok((Self { jobs, store, ticks, light, seen }, WriterTask(task)))
    }

    /// Hands a command over and waits for its batch. Dropping the wait does not undo the command.
    ///
    /// # Errors
    /// [`Refused`]; then nothing of the command was done.
    pub async fn submit(&self, command: Command) -> Result<Committed, Refused> {
        let (answer, wait) = oneshot::channel();
        self.jobs.send(Job::Change(command, answer)).await.map_err(|_| Refused::Unavailable)?;
        wait.await.map_err(|_| Refused::Unavailable)?
    }

    /// A counter that moves with every committed batch that made events.
    #[must_use]
    pub fn ticks(&self) -> watch::Receiver<u64> {
        self.ticks.clone()
    }

    /// Finishes what was handed over, writes a checkpoint and ends the writer.
    pub async fn stop(&self) {
        let (answer, wait) = oneshot::channel();
        if self.jobs.send(Job::Stop(answer)).await.is_ok() {
            // An error here means the writer has ended already, which is what was asked for.
            let _ = wait.await;
        }
    }

    /// The book receipts go into.
    #[must_use]
    pub fn book(&self) -> Book {
        Book(self.clone())
    }
}

struct Running {
    store: Store,
    chain: Chain,
    signer: JournalSigner,
    sink: Arc<dyn CheckpointSink>,
    clock: Arc<dyn Clock>,
    queue: mpsc::Receiver<Job>,
    tick: watch::Sender<u64>,
    light: Arc<Light>,
    seen: Arc<Seen>,
    /// Whether the last batch failed and its commit may have arrived all the same: the chain's end is read
    /// again before anything is linked to it.
    in_doubt: bool,
}

/// Answers that wait for the commit.
enum Waiting {
    Change(oneshot::Sender<Result<Committed, Refused>>, Result<Committed, Refused>),
    Entry(oneshot::Sender<Result<(), NotRecorded>>),
}

impl Running {
    async fn run(mut self) -> Result<(), StoreFault> {
        let mut jobs = Vec::with_capacity(BATCH);
        // Entries that may wait for company, and until when the oldest may.
        let mut lingering: Vec<Entry> = Vec::new();
        let mut due: Option<Moment> = None;
        loop {
            let received = match due {
                Some(due) => tokio::time::timeout_at(due, self.queue.recv_many(&mut jobs, BATCH)).await.ok(),
                None => Some(self.queue.recv_many(&mut jobs, BATCH).await),
            };
            let closed = received == Some(0);
            if jobs.iter().any(|job| matches!(job, Job::Stop(_))) {
                // What was taken into the queue was promised; from here on nothing more is.
                self.queue.close();
                while let Some(job) = self.queue.recv().await {
                    jobs.push(job);
                }
            }
            let mut stop = Vec::new();
            let mut work = Vec::with_capacity(jobs.len());
            for job in jobs.drain(..) {
                match job {
                    Job::Entry(entry, None) => {
                        lingering.push(entry);
                        due.get_or_insert_with(|| Moment::now() + LINGER);
                    }
                    Job::Stop(answer) => stop.push(answer),
                    other => work.push(other),
                }
            }
            let overdue = due.is_some_and(|due| due <= Moment::now()) || lingering.len() >= BATCH;
            if !work.is_empty() || overdue || closed || !stop.is_empty() {
                let last = closed || !stop.is_empty();
                let mut written = self.batch(work, &lingering, last).await;
                for _ in 0..LAST_TRIES {
                    if written.is_ok() || !last {
                        break;
                    }
                    tokio::time::sleep(AGAIN).await;
                    written = self.batch(Vec::new(), &lingering, last).await;
                }
                match written {
                    Ok(()) => {
                        lingering.clear();
                        due = None;
                        self.light.written();
                    }
                    Err(error) if last => return Err(StoreFault::Database(error)),
                    // What they record was released: they are kept and tried again, and meanwhile nothing more is
                    // released without its entry (see `Light`).
                    Err(_) => due = (!lingering.is_empty()).then(|| Moment::now() + AGAIN),
                }
            }
            if closed || !stop.is_empty() {
                // Whoever asked for the stop and has gone needs no answer.
                for answer in stop {
                    let _ = answer.send(());
                }
                return Ok(());
            }
        }
    }

    /// One transaction. A failed commit answers everyone `Unavailable` and is not the end of the writer.
    async fn batch(&mut self, work: Vec<Job>, lingering: &[Entry], last: bool) -> Result<(), DbErr> {
        let before = self.chain.clone();
        let mut waiting = Vec::with_capacity(work.len());
        match self.transact(work, lingering, last, &mut waiting).await {
            Ok(events) => {
                for answer in waiting {
                    // A caller that has gone is no reason to undo what was committed.
                    match answer {
                        Waiting::Change(answer, outcome) => drop(answer.send(outcome)),
                        Waiting::Entry(answer) => drop(answer.send(Ok(()))),
                    }
                }
                if events {
                    self.tick.send_modify(|tick| *tick += 1);
                }
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "a batch was not committed");
                self.chain = before;
                self.in_doubt = true;
                for answer in waiting {
                    match answer {
                        Waiting::Change(answer, _) => drop(answer.send(Err(Refused::Unavailable))),
                        Waiting::Entry(answer) => drop(answer.send(Err(NotRecorded))),
                    }
                }
                Err(error)
            }
        }
    }

    async fn transact(
        &mut self,
        work: Vec<Job>,
        lingering: &[Entry],
        last: bool,
        waiting: &mut Vec<Waiting>,
    ) -> Result<bool, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let mut changes = Vec::with_capacity(work.len());
        let mut entries = Vec::new();
        // Answers are registered before anything can fail, so that nobody waits for a batch that died.
        for job in work {
            match job {
                Job::Change(command, answer) => {
                    changes.push((waiting.len(), command));
                    waiting.push(Waiting::Change(answer, Err(Refused::Unavailable)));
                }
                Job::Entry(entry, answer) => {
                    entries.push(entry);
                    waiting.extend(answer.map(Waiting::Entry));
                }
                Job::Stop(_) => {}
            }
        }
        let store = self.store.clone();
        let tx = store.writing.begin_with_options(options).await?;
        if self.in_doubt {
            self.chain.resume(&store, &tx).await?;
            self.in_doubt = false;
        }
        if !changes.is_empty() {
            in_commit_order(&self.store, &tx).await?;
        }
        let began = Moment::now();
        let (mut fence, mut rules, mut events) = (false, false, false);
        for (place, command) in changes {
            if began.elapsed() > PATIENCE {
                return Err(DbErr::Custom("the batch waited too long for locks".to_owned()));
            }
            let outcome = self.change(&tx, command).await?;
            let outcome = outcome.map(|(committed, applied)| {
                fence |= applied.fence;
                rules |= applied.rules;
                events |= applied.told || !applied.events.is_empty();
                committed
            });
            if let Some(Waiting::Change(_, slot)) = waiting.get_mut(place) {
                *slot = outcome;
            }
        }
        let entries: Vec<&Entry> = lingering.iter().chain(&entries).collect();
        self.chain.append(&self.store, &tx, &entries).await?;
        self.chain.list(&self.store, &tx, last).await?;
        let mut moved = None;
        if fence || rules {
            let sql = "UPDATE epoch SET fence = fence + 1, rules = rules + $1 WHERE id = 1 RETURNING fence";
            let row = tx.query_one_raw(self.store.statement(sql, vec![i64::from(rules).into()])).await?;
            moved = row.map(|row| row.try_get::<i64>("", "fence")).transpose()?;
        }
        let checkpoint = if self.chain.wants_checkpoint() || (last && self.chain.has_news()) {
            Some(self.chain.checkpoint(&self.store, &tx, &self.signer, self.clock.now()).await?)
        } else {
            None
        };
        tx.commit().await?;
        if let Some(fence) = moved.and_then(|fence| u64::try_from(fence).ok()) {
            self.seen.saw(Fence(fence));
        }
        if let Some(checkpoint) = checkpoint {
            self.sink.take(&checkpoint);
        }
        Ok(events)
    }

    /// One command in its savepoint. The outer error is the transaction's, the inner one the command's.
    async fn change(
        &mut self,
        tx: &DatabaseTransaction,
        command: Command,
    ) -> Result<Result<(Committed, Applied), Refused>, DbErr> {
        let at = self.clock.now();
        let before = self.chain.clone();
        let savepoint = tx.begin().await?;
        match self.attempt(&savepoint, command, at).await {
            Ok(done) => {
                savepoint.commit().await?;
                Ok(Ok(done))
            }
            Err(refused) => {
                savepoint.rollback().await?;
                self.chain = before;
                Ok(Err(refused))
            }
        }
    }

    async fn attempt(
        &mut self,
        tx: &DatabaseTransaction,
        command: Command,
        at: Instant,
    ) -> Result<(Committed, Applied), Refused> {
        let fault = |error: DbErr| {
            tracing::error!(%error, "a command failed");
            Refused::Unavailable
        };
        if let Some(key) = &command.idempotency {
            let look = self.store.statement(Idempotency::LOOK, key.place());
            let row = tx.query_one_raw(look).await.map_err(fault)?;
            match row.map_or(Ok(Used::Never), |row| key.used(&row)).map_err(unreadable)? {
                Used::Never => {}
                Used::Same(record) => return Ok((Committed { record, repeated: true }, Applied::default())),
                Used::Otherwise => return Err(Refused::KeyReused),
            }
        }
        let applied = command.work.run(at, tx).await?;
        if let Some(key) = &command.idempotency {
            // The nil id stands for a command of which no record came.
            let record = applied.record.unwrap_or(Uuid::nil());
            let mut values = key.place();
            values.extend([key.request().to_vec().into(), record.as_bytes().to_vec().into(), at.millis().into()]);
            tx.execute_raw(self.store.statement(
                "INSERT INTO idempotency (organization, idempotency_key, request, record, at) VALUES ($1, $2, $3, $4, $5)",
                values,
            ))
            .await
            .map_err(fault)?;
        }
        let by = command.idempotency.as_ref().and_then(Idempotency::person);
        for event in &applied.events {
            tx.execute_raw(self.store.statement(
                "INSERT INTO event (at, noun, record, subject, kind, by_person) VALUES ($1, $2, $3, $4, $5, $6)",
                vec![
                    at.millis().into(),
                    event.noun.to_string().into(),
                    event.record.uuid().as_bytes().to_vec().into(),
                    event.subject.uuid().as_bytes().to_vec().into(),
                    event.kind.into(),
                    by.map(|person| person.uuid().as_bytes().to_vec()).into(),
                ],
            ))
            .await
            .map_err(fault)?;
        }
        let entries: Vec<&Entry> = command.entries.iter().chain(&applied.entries).collect();
        self.chain.append(&self.store, tx, &entries).await.map_err(fault)?;
        Ok((Committed { record: applied.record, repeated: false }, applied))
    }
}
