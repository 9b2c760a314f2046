//! Referrals, for work of the hub itself.

use sangam_vocabulary::{OrganizationId, RecordId, SubjectId};

use super::id;
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

impl Store {
    /// The sender, recipient and subject of a referral. For work of the hub itself.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn referral_parties(
        &self,
        referral: RecordId,
    ) -> Result<Option<(OrganizationId, OrganizationId, SubjectId)>, StoreFault> {
        let row = self
            .one("SELECT sender, recipient, subject FROM referral WHERE id = $1", vec![bytes(referral.uuid())])
            .await?;
        row.map(|row| -> Result<_, StoreFault> {
            Ok((
                OrganizationId::from_uuid(id(&row, "sender")?),
                OrganizationId::from_uuid(id(&row, "recipient")?),
                SubjectId::from_uuid(id(&row, "subject")?),
            ))
        })
        .transpose()
    }
}
