//! In which seat an organization sits in a record, for work of the hub itself.

use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, Purpose, RecordId, Seat, SubjectId};

use super::{code, id};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

impl Store {
    /// The seat an organization has in a record for a purpose at an instant, and the subject the record is about;
    /// `None` where the record does not exist for it. An owner's seat counts while it owns the subject.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn seat_in(
        &self,
        organization: OrganizationId,
        (noun, record): (Noun, RecordId),
        purpose: Purpose,
        at: Instant,
    ) -> Result<Option<(Seat, SubjectId)>, StoreFault> {
        let row = self
            .one(
                "SELECT s.seat, s.subject FROM standing s JOIN subject su ON su.id = s.subject WHERE s.organization = $1 AND s.noun = $2 AND s.record = $3 AND s.from_at <= $4 AND s.until_at > $4 AND (s.purpose IS NULL OR s.purpose = $5) AND (s.seat <> 'OWNER' OR su.owner = s.organization) ORDER BY s.seat DESC LIMIT 1",
                vec![
                    bytes(organization.uuid()),
                    noun.code().into(),
                    bytes(record.uuid()),
                    at.millis().into(),
                    purpose.code().into(),
                ],
            )
            .await?;
        row.map(|row| Ok((code(&row, "seat")?, SubjectId::from_uuid(id(&row, "subject")?)))).transpose()
    }
}
