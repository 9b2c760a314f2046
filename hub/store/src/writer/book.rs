//! The book: receipts into the writer's queue, and the look at the fence after them.

use sangam_custody::{Durability, Entry, Fence, NotRecorded, Promised, ReceiptBook};
use tokio::sync::oneshot;

use super::{Job, Writer};

/// The one implementation of custody's port to the journal.
#[derive(Clone)]
pub struct Book(pub(super) Writer);

impl ReceiptBook for Book {
    fn append(&self, entry: Entry, durability: Durability) -> Promised<'_, ()> {
        Box::pin(async move {
            let follows = durability == Durability::WithinASecond && self.0.light.may_follow();
            let (answer, wait) = if follows {
                (None, None)
            } else {
                let (answer, wait) = oneshot::channel();
                (Some(answer), Some(wait))
            };
            self.0.jobs.send(Job::Entry(entry, answer)).await.map_err(|_| NotRecorded)?;
            match wait {
                Some(wait) => wait.await.map_err(|_| NotRecorded)?,
                None => Ok(()),
            }
        })
    }

    fn unchanged(&self, since: Fence) -> Promised<'_, bool> {
        Box::pin(async move {
            let fence = self.0.store.fence().await.map_err(|_| NotRecorded)?;
            self.0.seen.saw(fence);
            Ok(fence == since)
        })
    }

    fn passed(&self, since: Fence) -> bool {
        self.0.seen.passed(since)
    }
}
