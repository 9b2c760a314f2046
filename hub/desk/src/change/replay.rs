//! Reading a quarantined record again, after its mapping was mended: the partner is asked for it anew, and for nothing
//! else. What came of it is recorded under the caller's key: the same key asks nobody again.

use sangam_language::{Caller, Cell, ErrorCode, Outcome, PortFault, ReplayRecord};
use sangam_store::{Idempotency, Quarantined, Refused, Rows, Source, Used};
use sangam_wire::Found;
use uuid::Uuid;

use super::{Plans, Told, idempotency, invalid, not_found, refusal, say};
use crate::hub::Desk;
use crate::ids::Prefix;
use crate::intake::{Taken, Unread};
use crate::own_directory::Shelved;
use crate::read::store_fault;
use crate::sync::PartnerDesk;

/// What a replay came to.
enum Came {
    /// Read, and out of the quarantine.
    Read,
    /// Still there.
    Quarantined,
    /// No longer there to be read.
    Gone,
}

impl Desk {
    pub(crate) async fn replay_record(
        &self,
        caller: &Caller,
        input: ReplayRecord,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let Some(key) = idempotency(caller, &input.idempotency_key, &format!("replayRecord {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(record) = Prefix::Quarantined.read(&input.record) else {
            return Ok(invalid(plans, "/record", "Not the id of a quarantined record."));
        };
        let came = match self.store.used(&key).await.map_err(store_fault)? {
            Used::Otherwise => return refusal(plans, Refused::KeyReused),
            Used::Same(came) => Some(came_before(record, came)),
            Used::Never => {
                let waiting = self.store.quarantined(organization, record).await.map_err(store_fault)?;
                match waiting.map(|waiting| self.partner(waiting.partner).ok_or(ErrorCode::Unavailable)).transpose()? {
                    Some(partner) => self.replay(&partner, record, &key).await?,
                    None => None,
                }
            }
        };
        let id = ("id", Cell::Text(input.record));
        match came {
            Some(Came::Read) => Ok(say(plans, "RecordRead", "The record was read.", &[id])),
            Some(Came::Quarantined) => {
                let told = Told { member: "RecordStillQuarantined", prefix: "record.", rows: Rows::Quarantine };
                self.changed(caller, None, plans, told, record).await
            }
            Some(Came::Gone) => Ok(say(
                plans,
                "RecordGone",
                "Your system no longer has the record or no longer shares it; to share it again, mark it there.",
                &[id],
            )),
            None => {
                self.refused(caller, None).await;
                Ok(not_found(plans))
            }
        }
    }

    /// Asks the partner for the record and takes what it says; `None` when it left the quarantine meanwhile.
    async fn replay(&self, partner: &PartnerDesk, record: Uuid, key: &Idempotency) -> Result<Option<Came>, PortFault> {
        let _one = partner.walk.lock().await;
        // Looked at again now that nobody else takes anything of this partner.
        if let Used::Same(came) = self.store.used(key).await.map_err(store_fault)? {
            return Ok(Some(came_before(record, came)));
        }
        let waiting = self.store.quarantined(partner.organization, record).await.map_err(store_fault)?;
        let Some(Quarantined { partner: id, external_key, sealed_key }) = waiting else { return Ok(None) };
        let source = Source { partner: id, external_key, sealed_key };
        let found = partner.ask(self, &source).await.map_err(|fault| {
            tracing::warn!(partner = %partner.config.name, error = %fault, "a replay could not reach the partner");
            PortFault::from(ErrorCode::Unavailable)
        })?;
        if partner.is_directory() {
            return Ok(Some(match self.replay_entry(partner, source, found, key).await? {
                Shelved::Quarantined => Came::Quarantined,
                Shelved::Gone { .. } => Came::Gone,
                Shelved::New | Shelved::Other | Shelved::Same => Came::Read,
            }));
        }
        let known = async || -> Result<_, PortFault> {
            let known = self.store.partner_record(partner.id, &source.external_key).await.map_err(store_fault)?;
            let known = known.map(|(record, _)| sangam_vocabulary::SubjectId::from_uuid(record.uuid()));
            Ok(if self.moved(partner, known).await? { None } else { known })
        };
        let taken = match found {
            Found::Marked(record) => self.take(partner, &record, Some(key)).await?,
            Found::Unmarked | Found::Gone => {
                let known = known().await?;
                self.take_back(partner, source.external_key.clone(), known, Some(key)).await?
            }
            Found::Unreadable => {
                let unread = Unread::by_the_wire(Unread::FORM);
                let known = known().await?;
                self.quarantine(partner, source.clone(), known, unread, Some(key)).await?
            }
            Found::Closed => {
                // It may be opened to the hub again without having changed, and would then never be listed as changed.
                tracing::warn!(partner = %partner.config.name, "a partner does not show the hub a record of its own");
                return Err(ErrorCode::Unavailable.into());
            }
        };
        Ok(Some(match taken {
            Taken::Quarantined { .. } => Came::Quarantined,
            Taken::Unshared => Came::Gone,
            Taken::Recorded { .. } | Taken::Changed { .. } | Taken::Unchanged => Came::Read,
        }))
    }
}

/// What a replay came to, by what its last command made: nothing where the record was taken back, the record in
/// quarantine where it stays there, its subject where it was read.
fn came_before(record: Uuid, made: Option<Uuid>) -> Came {
    match made {
        None => Came::Gone,
        Some(made) if made == record => Came::Quarantined,
        Some(_) => Came::Read,
    }
}
