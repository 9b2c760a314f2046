//! The newest fence this process has seen: what tells a stale answer without a question to the database.

use std::sync::atomic::{AtomicU64, Ordering};

use sangam_custody::Fence;

/// The newest committed fence that this process wrote or read. Another process may have moved it further.
#[derive(Default)]
pub(crate) struct Seen(AtomicU64);

impl Seen {
    /// A fence that is committed.
    pub(crate) fn saw(&self, fence: Fence) {
        self.0.fetch_max(fence.0, Ordering::SeqCst);
    }

    /// Whether a newer one was seen.
    pub(crate) fn passed(&self, since: Fence) -> bool {
        self.0.load(Ordering::SeqCst) > since.0
    }
}
