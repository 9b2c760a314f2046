//! A book that keeps what it was given, in the order in which it was asked, and can be told to fail or to wait.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use sangam_custody::{Durability, Entry, Fence, NotRecorded, Promised, ReceiptBook};
use tokio::sync::Notify;

/// What the book was asked, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Append,
    Unchanged(Fence),
}

/// A book in memory.
#[derive(Default)]
pub(crate) struct Book {
    /// What it took.
    pub(crate) entries: Mutex<Vec<(Entry, Durability)>>,
    /// What it was asked, in order.
    pub(crate) asked: Mutex<Vec<Asked>>,
    /// It takes nothing.
    pub(crate) full: AtomicBool,
    /// A rule, a consent or a standing changed.
    pub(crate) changed: AtomicBool,
    /// It knows of the change without being asked.
    pub(crate) known: AtomicBool,
    /// It cannot say whether anything changed.
    pub(crate) blind: AtomicBool,
    /// It has the entry and is not ready before it is told.
    pub(crate) slow: AtomicBool,
    /// Tells a slow book to be ready.
    pub(crate) ready: Notify,
}

impl Book {
    /// How many entries it took.
    pub(crate) fn len(&self) -> usize {
        self.entries.lock().unwrap().len()
    }
}

impl ReceiptBook for Book {
    fn append(&self, entry: Entry, durability: Durability) -> Promised<'_, ()> {
        self.asked.lock().unwrap().push(Asked::Append);
        let full = self.full.load(Ordering::SeqCst);
        if !full {
            // As the writer does: what is handed over is written though nobody waits any more.
            self.entries.lock().unwrap().push((entry, durability));
        }
        Box::pin(async move {
            if self.slow.load(Ordering::SeqCst) {
                self.ready.notified().await;
            }
            if full { Err(NotRecorded) } else { Ok(()) }
        })
    }

    fn unchanged(&self, since: Fence) -> Promised<'_, bool> {
        self.asked.lock().unwrap().push(Asked::Unchanged(since));
        let said =
            if self.blind.load(Ordering::SeqCst) { Err(NotRecorded) } else { Ok(!self.changed.load(Ordering::SeqCst)) };
        Box::pin(async move { said })
    }

    fn passed(&self, _since: Fence) -> bool {
        self.known.load(Ordering::SeqCst)
    }
}
