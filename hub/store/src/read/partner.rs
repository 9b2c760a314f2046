//! Connected foreign systems: where they stand, by which key they know what, and what waits in quarantine.

use sangam_vocabulary::{OrganizationId, PartnerId, RecordId};
use uuid::Uuid;

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

    /// The record a partner's key stands for, with the digest of what was last read.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn partner_record(
        &self,
        partner: PartnerId,
        external_key: &str,
    ) -> Result<Option<(RecordId, Vec<u8>)>, StoreFault> {
        let row = self
            .one(
                "SELECT record, digest FROM partner_record WHERE partner = $1 AND external_key = $2",
                vec![bytes(partner.uuid()), external_key.into()],
            )
            .await?;
        row.map(|row| Ok((RecordId::from_uuid(id(&row, "record")?), row.try_get("", "digest")?))).transpose()
    }

    /// The key by which a partner knows a record: as it lies in clear, and sealed where that is a digest.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn external_key(
        &self,
        partner: PartnerId,
        record: RecordId,
    ) -> Result<Option<(String, Option<Vec<u8>>)>, StoreFault> {
        let row = self
            .one(
                "SELECT external_key, sealed_key FROM partner_record WHERE partner = $1 AND record = $2",
                vec![bytes(partner.uuid()), bytes(record.uuid())],
            )
            .await?;
        row.map(|row| Ok((row.try_get("", "external_key")?, row.try_get("", "sealed_key")?))).transpose()
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

    /// A quarantined record of an organization: its partner and the key by which the partner knows it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn quarantined(
        &self,
        organization: OrganizationId,
        record: Uuid,
    ) -> Result<Option<(PartnerId, String)>, StoreFault> {
        let row = self
            .one(
                "SELECT partner, external_key FROM quarantine WHERE organization = $1 AND id = $2",
                vec![bytes(organization.uuid()), bytes(record)],
            )
            .await?;
        row.map(|row| Ok((PartnerId::from_uuid(id(&row, "partner")?), row.try_get("", "external_key")?))).transpose()
    }
}
