//! What waits to be delivered to a partner.

use sangam_vocabulary::{Code, DeliveryId, Instant, PartnerId, RecordId, codes};

use super::{code, id};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

codes! {
    "What a system is told of a referral."
    pub enum DeliveryKind {
        Offer = "REFERRAL": "That it is asked: to the recipient's.",
        Answer = "REFERRAL_STATE": "What became of it: to the sender's.",
        End = "REFERRAL_END": "That it is asked no longer: to the recipient's.",
    }
}

/// A delivery that waits.
#[derive(Debug, Clone)]
pub struct DeliveryRow {
    /// The id.
    pub id: DeliveryId,
    /// To which partner.
    pub partner: PartnerId,
    /// The record.
    pub record: RecordId,
    /// What is delivered.
    pub kind: DeliveryKind,
    /// How often it was tried.
    pub attempts: i64,
}

impl Store {
    /// A partner's deliveries that are due, oldest first. What is locked waits, and is not tried in vain.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn deliveries_due(
        &self,
        partner: PartnerId,
        at: Instant,
        limit: u16,
    ) -> Result<Vec<DeliveryRow>, StoreFault> {
        let rows = self
            .all(
                "SELECT id, partner, record, kind, attempts FROM delivery WHERE state = 'WAITING' AND partner = $1 AND due_at <= $2 AND NOT EXISTS (SELECT 1 FROM referral r JOIN subject su ON su.id = r.subject JOIN organization o ON o.id = su.owner WHERE r.id = delivery.record AND o.locked <> 0) ORDER BY due_at, id LIMIT $3",
                vec![bytes(partner.uuid()), at.millis().into(), i64::from(limit).into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(DeliveryRow {
                    id: DeliveryId::from_uuid(id(row, "id")?),
                    partner: PartnerId::from_uuid(id(row, "partner")?),
                    record: RecordId::from_uuid(id(row, "record")?),
                    kind: code(row, "kind")?,
                    attempts: row.try_get("", "attempts")?,
                })
            })
            .collect()
    }

    /// Whether the offer of a referral still waits to be delivered to a partner.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn offer_waits(&self, partner: PartnerId, referral: RecordId) -> Result<bool, StoreFault> {
        let row = self
            .one(
                "SELECT 1 FROM delivery WHERE record = $1 AND kind = $2 AND partner = $3 AND state = 'WAITING'",
                vec![bytes(referral.uuid()), DeliveryKind::Offer.code().into(), bytes(partner.uuid())],
            )
            .await?;
        Ok(row.is_some())
    }
}
