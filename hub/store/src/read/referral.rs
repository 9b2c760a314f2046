//! Referrals, for work of the hub itself.

use sangam_custody::{Epoch, Fence};
use sangam_vocabulary::{OrganizationId, RecordId, SubjectId};
use sangam_workflow::referral::State;

use super::{code, id};
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

    /// Whether a referral is to hand responsibility over. For work of the hub itself.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn is_transfer(&self, referral: RecordId) -> Result<bool, StoreFault> {
        let row =
            self.one("SELECT 1 FROM referral WHERE id = $1 AND transfer = 1", vec![bytes(referral.uuid())]).await?;
        Ok(row.is_some())
    }

    /// Where a referral stands. For work of the hub itself.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn referral_state(&self, referral: RecordId) -> Result<Option<State>, StoreFault> {
        let row = self.one("SELECT state FROM referral WHERE id = $1", vec![bytes(referral.uuid())]).await?;
        row.map(|row| code(&row, "state")).transpose()
    }

    /// The rules' epoch and the fence of what is committed now, of one state: what a decision that is to be carried out
    /// later says it has seen.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn marks(&self) -> Result<(Epoch, Fence), StoreFault> {
        let row = self.one("SELECT rules, fence FROM epoch WHERE id = 1", vec![]).await?;
        let row = row.ok_or(StoreFault::Unreadable { column: "rules" })?;
        let number = |column: &'static str| -> Result<u64, StoreFault> {
            u64::try_from(row.try_get::<i64>("", column)?).map_err(|_| StoreFault::Unreadable { column })
        };
        Ok((Epoch(number("rules")?), Fence(number("fence")?)))
    }
}
