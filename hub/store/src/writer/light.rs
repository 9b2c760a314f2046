//! Which entries may follow their answer, and until when.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant as Moment;

/// How long an entry of light categories may be unwritten before nothing more is released without its own entry
/// on disk.
const LIGHT: Duration = Duration::from_secs(1);

/// Since when the oldest entry that may follow its answer is unwritten. While it is older than a second, every
/// entry is waited for: a store that takes nothing cannot let disclosures pile up unrecorded.
pub(super) struct Light {
    born: Moment,
    /// Milliseconds since `born` and one more; 0: none is unwritten.
    since: AtomicU64,
}

impl Light {
    pub(super) fn new() -> Self {
        Self { born: Moment::now(), since: AtomicU64::new(0) }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1
    }

    /// Whether an entry that is handed over now may follow its answer.
    pub(super) fn may_follow(&self) -> bool {
        let now = self.now();
        match self.since.compare_exchange(0, now, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => true,
            Err(since) => u128::from(now.saturating_sub(since)) < LIGHT.as_millis(),
        }
    }

    pub(super) fn written(&self) {
        self.since.store(0, Ordering::SeqCst);
    }
}
