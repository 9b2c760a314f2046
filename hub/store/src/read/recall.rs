//! Whether a recipient was asked to let go of what it has of a subject and has not answered.

use sangam_vocabulary::{OrganizationId, SubjectId};

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

impl Store {
    /// Whether a recall waits for a recipient's answer. A page reads the same beside each row.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn is_recalled(&self, subject: SubjectId, recipient: OrganizationId) -> Result<bool, StoreFault> {
        let sql = "SELECT 1 AS one FROM recall WHERE subject = $1 AND recipient = $2 AND is_open = 1";
        Ok(self.one(sql, vec![bytes(subject.uuid()), bytes(recipient.uuid())]).await?.is_some())
    }

    /// Whether a recipient was ever asked about a subject: then it may answer, whatever has become of its standing.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn was_recalled(&self, subject: SubjectId, recipient: OrganizationId) -> Result<bool, StoreFault> {
        let sql = "SELECT 1 AS one FROM recall WHERE subject = $1 AND recipient = $2 LIMIT 1";
        Ok(self.one(sql, vec![bytes(subject.uuid()), bytes(recipient.uuid())]).await?.is_some())
    }
}
