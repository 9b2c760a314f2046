//! The pool of worker processes that run mappings. Whatever a mapping does, the hub's own process only ever
//! waits on pipes, with a deadline.
//!
//! A future of the pool may be dropped at any await: the worker it had is then killed, because a half-sent
//! request or a half-read answer cannot be told from a whole one; its place in the pool is free at once and
//! the next caller starts a new worker. Nothing else is held across an await.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use tokio::time::{Instant as Moment, timeout};

use crate::frame::{self, Answer, ENVELOPE, MAX_MAPPING, Task};
use crate::limits::{Limits, WorkerLimits};
use crate::oddity::{Oddity, OddityKind};

/// Bytes of a dead worker's last words that are looked at: the runtime's own messages are short.
const LAST_WORDS: u64 = 512;
/// How long a worker that closed its pipes may take to die before it is killed.
const DYING: Duration = Duration::from_millis(500);

/// One mapping: its file's name and its jq text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    name: Arc<str>,
    text: Arc<str>,
}

impl Mapping {
    /// Takes the text of a mapping file. Whether it is a program is for [`Pool::check`] to say.
    ///
    /// # Errors
    /// [`OddityKind::TooLong`] where the text is over 256 KiB.
    pub fn new(name: &str, text: &str) -> Result<Self, Oddity> {
        if text.len() as u64 > MAX_MAPPING {
            return Err(Oddity::whole(OddityKind::TooLong, text.len()));
        }
        Ok(Self { name: name.into(), text: text.into() })
    }

    /// The file's name, for messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// Worker processes, at most `size` at a time, started when they are needed and replaced when they die, are
/// killed at a deadline or have run often enough.
#[derive(Debug)]
pub struct Pool {
    program: PathBuf,
    arguments: Vec<String>,
    limits: Limits,
    places: Semaphore,
    idle: Mutex<Vec<Worker>>,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    requests: ChildStdin,
    answers: ChildStdout,
    errors: ChildStderr,
    runs: u32,
    busy: Duration,
}

impl Pool {
    /// A pool that starts `program` with `arguments` and the limits after them; nothing is started yet. The
    /// hub gives its own executable and [`crate::worker::ARGUMENT`].
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<String>, limits: Limits, size: usize) -> Self {
        Self {
            program,
            arguments,
            limits,
            places: Semaphore::new(size.clamp(1, Semaphore::MAX_PERMITS)),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Whether a mapping is a program: parses and compiles it in a worker.
    ///
    /// # Errors
    /// [`OddityKind::MappingInvalid`] with the line as its length; [`OddityKind::TimedOut`] or
    /// [`OddityKind::Crashed`] where the worker did not live to say.
    pub async fn check(&self, mapping: &Mapping) -> Result<(), Oddity> {
        self.ask(Task::Check, mapping, b"").await.map(drop)
    }

    /// The one result of a mapping on a record, given as JSON text.
    ///
    /// # Errors
    /// One oddity: the record is too long, nested too deep or no JSON; the mapping did not end in time, used
    /// up its memory or its stack, or its process died; it gave no result, more than one, or one that is no
    /// JSON; it refused the record or raised an error of its own.
    pub async fn map(&self, mapping: &Mapping, record: &[u8]) -> Result<Value, Oddity> {
        if record.len() as u64 > self.limits.max_input {
            return Err(Oddity::whole(OddityKind::TooLong, record.len()));
        }
        self.ask(Task::Run, mapping, record).await
    }

    async fn ask(&self, task: Task, mapping: &Mapping, record: &[u8]) -> Result<Value, Oddity> {
        let crashed = || Oddity::whole(OddityKind::Crashed, record.len());
        let _place = self.places.acquire().await.map_err(|_| crashed())?;
        let mut worker = match self.take() {
            Some(worker) => worker,
            None => self.start().map_err(|_| crashed())?,
        };
        let began = Moment::now();
        let exchanged = timeout(self.limits.deadline, worker.exchange(task, mapping, record, &self.limits)).await;
        worker.runs += 1;
        worker.busy += began.elapsed();
        match exchanged {
            Ok(Ok(answer)) => {
                self.give_back(worker);
                match answer {
                    Answer::Result(result) => Ok(result),
                    Answer::Oddity(oddity) => Err(oddity),
                }
            }
            Ok(Err(_)) => Err(Oddity::whole(worker.post_mortem().await, record.len())),
            // The worker is dropped here, and killed by that.
            Err(_) => Err(Oddity::whole(OddityKind::TimedOut, record.len())),
        }
    }

    fn take(&self) -> Option<Worker> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // One that died while it was idle is passed over: its death is not this record's fault.
        std::iter::from_fn(|| idle.pop())
            .find_map(|mut worker| matches!(worker.child.try_wait(), Ok(None)).then_some(worker))
    }

    fn give_back(&self, worker: Worker) {
        // A run must never be ended by the processor time of those before it.
        let life = Duration::from_secs(self.limits.cpu_seconds);
        if worker.runs < self.limits.runs && worker.busy + self.limits.deadline < life {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
    }

    fn start(&self) -> std::io::Result<Worker> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .args(WorkerLimits::from(&self.limits).to_arguments())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
            (Some(requests), Some(answers), Some(errors)) => {
                Ok(Worker { child, requests, answers, errors, runs: 0, busy: Duration::ZERO })
            }
            _ => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Worker {
    async fn exchange(
        &mut self,
        task: Task,
        mapping: &Mapping,
        record: &[u8],
        limits: &Limits,
    ) -> std::io::Result<Answer> {
        for part in [&[task.byte()][..], mapping.text.as_bytes(), record] {
            self.requests.write_all(&frame::prefix(part).ok_or(std::io::ErrorKind::InvalidData)?).await?;
            self.requests.write_all(part).await?;
        }
        self.requests.flush().await?;
        let mut bytes = [0_u8; 4];
        self.answers.read_exact(&mut bytes).await?;
        let length = frame::length(bytes, limits.max_output + ENVELOPE).ok_or(std::io::ErrorKind::InvalidData)?;
        let mut text = vec![0; length];
        self.answers.read_exact(&mut text).await?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// What a worker died of, as far as its status and the runtime's last words tell. The words themselves go
    /// nowhere.
    async fn post_mortem(mut self) -> OddityKind {
        let mut words = Vec::new();
        let mut errors = (&mut self.errors).take(LAST_WORDS);
        let _ = timeout(DYING, errors.read_to_end(&mut words)).await;
        let status = timeout(DYING, self.child.wait()).await;
        let said = |text: &str| words.windows(text.len()).any(|window| window == text.as_bytes());
        match status {
            Ok(Ok(status)) if out_of_time(status) => OddityKind::TimedOut,
            Ok(Ok(_)) if said("memory allocation of") => OddityKind::OutOfMemory,
            Ok(Ok(_)) if said("overflowed its stack") => OddityKind::TooDeep,
            _ => OddityKind::Crashed,
        }
    }
}

fn out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}
