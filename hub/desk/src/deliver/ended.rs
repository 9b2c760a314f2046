//! That an offer has ended at the hub. The recipient may see nothing of the referral any more, so that its system is told by
//! the keys that it has and by nothing else; and it is told only of what it has.

use sangam_store::{DeliveryKind, DeliveryRow, Untold};
use sangam_wire::{AnswerState, Delivered, Delivery, WireFault};
use uuid::Uuid;

use super::{Attempted, NotDelivered, joined, split};
use crate::hub::Desk;
use crate::sync::{PartnerDesk, SyncFault};

impl Desk {
    /// Takes an offer back in the recipient's system. `key` is what the system called it when it took it; where nothing is
    /// known of that, it is looked for by `own`, the identifiers that the hub gave case and referral: an offer may have been
    /// taken and nobody heard of it.
    pub(super) async fn end(
        &self,
        partner: &PartnerDesk,
        row: &DeliveryRow,
        key: Option<String>,
        own: (Uuid, Uuid),
    ) -> Result<Attempted, NotDelivered> {
        let known = key.as_deref().and_then(split);
        let known = known.map(|(record, referral)| Delivered { record, referral: Some(referral) });
        let found = match known {
            Some(_) => None,
            None => match partner.wire.offered(own.0, own.1).await {
                Ok(Some(found)) => Some(found),
                // One that was on its way when it was given up may come to be there yet. It is looked for again when its
                // own delivery is due, and that says whether anything is left to tell.
                Ok(None) if row.kind != DeliveryKind::Offer && self.offer_waits(partner, row).await? => {
                    return Err(NotDelivered("NOT_THERE_YET"));
                }
                Ok(None) => return Ok(Attempted::Untold(Untold::NotNeeded)),
                Err(WireFault::Unsupported) => return Ok(Attempted::Untold(Untold::NotTold)),
                Err(fault) => return Err(SyncFault::Wire(fault).into()),
            },
        };
        let key = found.as_ref().map(joined);
        let Some(offer) = known.or(found) else { return Err(NotDelivered("HUB")) };
        if is_closed(partner, &offer).await? {
            return Ok(Attempted::Delivered(key));
        }
        let withdrawal = Delivery::Withdrawal { record: offer.record, referral: offer.referral.unwrap_or_default() };
        match partner.wire.deliver(&withdrawal).await {
            Ok(_) => Ok(Attempted::Delivered(key)),
            Err(WireFault::Unsupported) => Ok(Attempted::Untold(Untold::NotTold)),
            Err(fault) => Err(SyncFault::Wire(fault).into()),
        }
    }

    async fn offer_waits(&self, partner: &PartnerDesk, row: &DeliveryRow) -> Result<bool, NotDelivered> {
        self.store.offer_waits(partner.id, row.record).await.map_err(|_| NotDelivered("HUB"))
    }
}

/// Whether the offer is closed in the system already: it was told before, or its own people closed it, whose word is not
/// written over. What cannot be read there as a decision is none.
async fn is_closed(partner: &PartnerDesk, offer: &Delivered) -> Result<bool, NotDelivered> {
    let closed = [AnswerState::Declined, AnswerState::Done, AnswerState::Withdrawn];
    match partner.wire.answers(std::slice::from_ref(offer)).await {
        Ok(answers) => Ok(answers.iter().any(|answer| answer.delivered == *offer && closed.contains(&answer.state))),
        Err(WireFault::Unsupported | WireFault::Unexpected { .. }) => Ok(false),
        Err(fault) => Err(SyncFault::Wire(fault).into()),
    }
}
