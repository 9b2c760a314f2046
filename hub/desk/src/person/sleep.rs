//! Putting down which accounts sleep. Whether one sleeps is judged whenever it is read, so nobody is let in because
//! this did not run; what it adds is that their sessions are void and that the journal says since when.

use sangam_custody::EntryKind;
use sangam_store::{Command, Refused, SleepChange};

use crate::hub::{Desk, DeskFault};

impl Desk {
    /// Puts down the accounts that sleep by now, one change an organization; says in how many organizations some do.
    /// Dropped at any await it has done some of them, and the next round does the rest.
    ///
    /// # Errors
    /// [`DeskFault`] when the store does not answer; organizations before it are done.
    pub async fn put_to_sleep(&self) -> Result<usize, DeskFault> {
        let mut done = 0;
        for organization in self.store.with_sleepers(self.now()).await? {
            let entry = self.plain_entry(EntryKind::PersonChanged, organization);
            match self.writer.submit(Command::from(SleepChange { organization }).recorded(entry)).await {
                Ok(_) => done += 1,
                // Another process was first.
                Err(Refused::NotFound) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
        Ok(done)
    }
}
