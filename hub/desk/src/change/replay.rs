//! Reading a quarantined record again, after its mapping was mended: the partner is asked for it anew.

use sangam_custody::EntryKind;
use sangam_language::{Caller, Cell, ErrorCode, Outcome, PortFault, ReplayRecord};
use sangam_store::Rows;
use sangam_vocabulary::PartnerId;

use super::{Plans, Told, idempotency, invalid, not_found, say};
use crate::hub::Desk;
use crate::ids::Prefix;
use crate::intake::Taken;
use crate::read::store_fault;
use crate::sync::PartnerDesk;

impl Desk {
    pub(crate) async fn replay_record(
        &self,
        caller: &Caller,
        input: ReplayRecord,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        if idempotency(caller, &input.idempotency_key, "replayRecord").is_none() {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        }
        let Ok(record) = Prefix::Quarantined.read(&input.record) else {
            return Ok(invalid(plans, "/record", "Not the id of a quarantined record."));
        };
        let waiting = self.store.quarantined(organization, record).await.map_err(store_fault)?;
        let Some((partner, key)) = waiting else {
            self.refused(caller, None).await;
            return Ok(not_found(plans));
        };
        let partner = self.partner(partner).ok_or(ErrorCode::Unavailable)?;
        match self.replay(&partner, &key).await? {
            Some(Taken::Quarantined { record, .. }) => {
                self.changed(
                    caller,
                    None,
                    plans,
                    Told { member: "RecordStillQuarantined", prefix: "record.", rows: Rows::Quarantine },
                    record,
                )
                .await
            }
            Some(_) => Ok(say(plans, "RecordRead", "The record was read.", &[("id", Cell::Text(input.record))])),
            None => Ok(not_found(plans)),
        }
    }

    fn partner(&self, id: PartnerId) -> Option<std::sync::Arc<PartnerDesk>> {
        self.partners.read().ok()?.get(&id).cloned()
    }

    /// Looks for the record at its partner from the beginning and takes it; `None` when the partner no longer
    /// has it.
    async fn replay(&self, partner: &PartnerDesk, key: &str) -> Result<Option<Taken>, PortFault> {
        let mut cursor = None;
        loop {
            let page = partner.wire.fetch(cursor.as_ref()).await.map_err(|fault| {
                tracing::warn!(error = %fault, "a replay could not reach the partner");
                PortFault::from(ErrorCode::Unavailable)
            })?;
            for record in &page.records {
                if partner.key_of(self, record)? == key {
                    let taken = self.take(partner, record).await?;
                    let entry = self.plain_entry(EntryKind::RecordReplayed, partner.organization);
                    self.note(entry).await?;
                    return Ok(Some(taken));
                }
            }
            if !page.more {
                return Ok(None);
            }
            cursor = Some(page.cursor);
        }
    }
}
