//! Deleting what belongs to nobody: objects of uploads that never ended, and of documents that were removed.

use sangam_store::{Command, ObjectFault, ObjectGone, ObjectsTaken};

use super::LEFT_MILLIS;
use crate::hub::{Desk, DeskFault};

/// How many objects are deleted in one round: the next one comes soon.
const ROUND: u16 = 100;

impl Desk {
    /// Whether the place of documents answers; a desk that keeps none has nothing to ask.
    ///
    /// # Errors
    /// [`ObjectFault`], in words for the operator.
    pub async fn look_at_documents(&self) -> Result<(), ObjectFault> {
        match &self.objects {
            Some(objects) => objects.answer().await,
            None => Ok(()),
        }
    }

    /// One round: takes what is due, deletes it, and says so. Dropped at any await, the next round, or another process,
    /// does what is left: an object that is deleted twice is deleted.
    ///
    /// # Errors
    /// [`DeskFault`]; objects that cannot be deleted are tried again.
    pub async fn sweep_documents(&self) -> Result<usize, DeskFault> {
        let Some(objects) = &self.objects else { return Ok(0) };
        let now = self.now();
        // An upload that began in the last moment may still go on.
        let awaited_until = now.plus_millis(-LEFT_MILLIS);
        if !self.store.objects_due(now, awaited_until).await? {
            return Ok(0);
        }
        self.writer.submit(Command::from(ObjectsTaken { awaited_until })).await?;
        let mut gone = 0;
        for object in self.store.objects_taken(ROUND).await? {
            if let Err(fault) = objects.remove(&object).await {
                tracing::warn!(error = %fault, "an object could not be deleted; the next round tries again");
                continue;
            }
            self.writer.submit(Command::from(ObjectGone { object })).await?;
            gone += 1;
        }
        Ok(gone)
    }
}
