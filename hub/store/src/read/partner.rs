//! Connected foreign systems: where they stand, by which key they know what, and what waits in quarantine.

use sangam_vocabulary::{OrganizationId, PartnerId, RecordId};

use super::id;
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// A connected foreign system.
#[derive(Debug, Clone)]
pub struct PartnerRow {
    /// The id.
    pub id: PartnerId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// Its name in the configuration.
    pub name: String,
    /// Where the last synchronisation came to, in the partner's own terms.
    pub position: Option<String>,
}

impl Store {
    /// Every connected foreign system.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn partners(&self) -> Result<Vec<PartnerRow>, StoreFault> {
        let rows = self.all("SELECT id, organization, name, position FROM partner ORDER BY id", vec![]).await?;
        rows.iter()
            .map(|row| {
                Ok(PartnerRow {
                    id: PartnerId::from_uuid(id(row, "id")?),
                    organization: OrganizationId::from_uuid(id(row, "organization")?),
                    name: row.try_get("", "name")?,
                    position: row.try_get("", "position")?,
                })
            })
            .collect()
    }

    /// Offers delivered to a partner whose referral is still open: the referral and the partner's key for it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn open_offers(&self, partner: PartnerId) -> Result<Vec<(RecordId, String)>, StoreFault> {
        let rows = self
            .all(
                "SELECT r.record, r.external_key FROM partner_record r JOIN referral t ON t.id = r.record JOIN partner p ON p.id = r.partner WHERE r.partner = $1 AND r.noun = 'REFERRAL' AND t.is_open = 1 AND t.recipient = p.organization ORDER BY r.record",
                vec![bytes(partner.uuid())],
            )
            .await?;
        rows.iter().map(|row| Ok((RecordId::from_uuid(id(row, "record")?), row.try_get("", "external_key")?))).collect()
    }
}
