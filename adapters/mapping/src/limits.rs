//! The limits of a mapping's run, and how they reach the worker: as its arguments, since its environment is
//! empty and nothing it reads from a pipe should decide what it may do.

use std::time::Duration;

/// The limits of one worker and of each run in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Address space of the worker in bytes (RLIMIT_AS): the program itself and what a record needs.
    pub memory: u64,
    /// Processor seconds of the worker's whole life (RLIMIT_CPU): what ends an orphan in an endless loop.
    pub cpu_seconds: u64,
    /// Stack of the interpreter in bytes: deep recursion ends here and not in the hub.
    pub stack: u64,
    /// How long one run may take before the worker is killed.
    pub deadline: Duration,
    /// Bytes of a record.
    pub max_input: u64,
    /// Bytes of a result.
    pub max_output: u64,
    /// Runs after which a worker is replaced, so that what a run leaves behind does not pile up.
    pub runs: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 512 << 20,
            cpu_seconds: 120,
            stack: 16 << 20,
            deadline: Duration::from_secs(2),
            max_input: 4 << 20,
            max_output: 1 << 20,
            runs: 1_000,
        }
    }
}

/// What the worker is told of the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WorkerLimits {
    pub(crate) memory: u64,
    pub(crate) cpu_seconds: u64,
    pub(crate) stack: u64,
    pub(crate) max_input: u64,
    pub(crate) max_output: u64,
}

impl From<&Limits> for WorkerLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            memory: limits.memory,
            cpu_seconds: limits.cpu_seconds,
            stack: limits.stack,
            max_input: limits.max_input,
            max_output: limits.max_output,
        }
    }
}

impl WorkerLimits {
    pub(crate) fn to_arguments(self) -> [String; 5] {
        [self.memory, self.cpu_seconds, self.stack, self.max_input, self.max_output].map(|limit| limit.to_string())
    }

    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut next = || arguments.next()?.parse().ok();
        Some(Self { memory: next()?, cpu_seconds: next()?, stack: next()?, max_input: next()?, max_output: next()? })
    }
}
