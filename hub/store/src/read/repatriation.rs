//! Case records, for work of the hub itself: through which seat an organization sits in one.

use sangam_vocabulary::{Instant, Noun, OrganizationId, RecordId, Seat, SubjectId};

use super::{code, id};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

impl Store {
    /// The seat through which an organization sits in a case record now, and the subject; `None` where it does not.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn seat_in_case(
        &self,
        organization: OrganizationId,
        noun: Noun,
        record: RecordId,
        at: Instant,
    ) -> Result<Option<(Seat, SubjectId)>, StoreFault> {
        let row = self
            .one(
                "SELECT seat, subject FROM standing WHERE organization = $1 AND noun = $2 AND record = $3 AND from_at <= $4 AND until_at > $4",
                vec![bytes(organization.uuid()), noun.to_string().into(), bytes(record.uuid()), at.millis().into()],
            )
            .await?;
        row.map(|row| Ok((code(&row, "seat")?, SubjectId::from_uuid(id(&row, "subject")?)))).transpose()
    }
}
