//! Partners: how they are connected, where a synchronisation came to, what waits to be delivered.

use sangam_vocabulary::{Code, DeliveryId, Instant, OrganizationId, PartnerId, codes};
use sea_orm::DatabaseTransaction;

use super::{bytes, execute, one, unreadable};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::read;

/// Records a partner, or changes how it is connected; found by its name in the configuration.
pub struct PartnerChange {
    /// An id, used when it is new.
    pub id: PartnerId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// Its name in the configuration.
    pub name: String,
    /// How it talks.
    pub wire: String,
    /// `mirror`, `push`, `both` or `live`.
    pub mode: String,
}

commands!(PartnerChange, SyncChange, DeliveryChange);

impl Work for PartnerChange {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(
                tx,
                "INSERT INTO partner (id, organization, name, wire, mode, synchronised_at, position) VALUES ($1, $2, $3, $4, $5, NULL, NULL) ON CONFLICT (name) DO UPDATE SET wire = excluded.wire, mode = excluded.mode",
                vec![
                    bytes(self.id.uuid()),
                    bytes(self.organization.uuid()),
                    self.name.clone().into(),
                    self.wire.into(),
                    self.mode.into(),
                ],
            )
            .await?;
            let row = one(tx, "SELECT id FROM partner WHERE name = $1", vec![self.name.into()])
                .await?
                .ok_or(Refused::NotFound)?;
            Ok(Applied { record: Some(read::id(&row, "id").map_err(unreadable)?), ..Applied::default() })
        })
    }
}

/// A synchronisation came to its end.
pub struct SyncChange {
    /// The partner.
    pub partner: PartnerId,
    /// Where the next one begins, in the partner's own terms.
    pub position: Option<String>,
}

impl Work for SyncChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(
                tx,
                "UPDATE partner SET synchronised_at = $2, position = coalesce($3, position) WHERE id = $1",
                vec![bytes(self.partner.uuid()), at.millis().into(), self.position.into()],
            )
            .await?;
            Ok(Applied::default())
        })
    }
}

/// What became of an attempt to deliver.
pub enum DeliveryChange {
    /// The partner took it.
    Delivered {
        /// The delivery.
        id: DeliveryId,
        /// The partner's own key for the record, where it gave one.
        external: Option<(PartnerId, String)>,
    },
    /// It did not; tried again later.
    Failed {
        /// The delivery.
        id: DeliveryId,
        /// What went wrong, a code.
        fault: String,
        /// When it is tried again; `None`: never.
        again: Option<Instant>,
    },
    /// Nothing was sent, because its system is left alone for a while: no try.
    Paused {
        /// The delivery.
        id: DeliveryId,
        /// When it is due again.
        again: Instant,
    },
    /// There is nothing to tell it, or no way; it is not tried again.
    NotTold {
        /// The delivery.
        id: DeliveryId,
        /// Which of the two.
        untold: Untold,
    },
}

codes! {
    "Why a system is not told something."
    pub enum Untold {
        NotNeeded = "NOT_NEEDED": "It has nothing of the referral.",
        NotTold = "NOT_TOLD": "It has, or may have, and there is no way to tell it.",
    }
}

impl Work for DeliveryChange {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            match *self {
                Self::Delivered { id, external } => {
                    execute(
                        tx,
                        "UPDATE delivery SET state = 'DELIVERED', attempts = attempts + 1, fault = NULL WHERE id = $1",
                        vec![bytes(id.uuid())],
                    )
                    .await?;
                    if let Some((partner, key)) = external {
                        execute(
                            tx,
                            "INSERT INTO partner_record (partner, external_key, record, noun, digest) SELECT $2, $3, record, noun, $4 FROM delivery WHERE id = $1 ON CONFLICT (partner, external_key) DO NOTHING",
                            vec![bytes(id.uuid()), bytes(partner.uuid()), key.into(), Vec::<u8>::new().into()],
                        )
                        .await?;
                    }
                }
                Self::Failed { id, fault, again } => {
                    let state = if again.is_some() { "WAITING" } else { "FAILED" };
                    execute(
                        tx,
                        "UPDATE delivery SET state = $2, attempts = attempts + 1, due_at = coalesce($3, due_at), fault = $4 WHERE id = $1",
                        vec![bytes(id.uuid()), state.into(), again.map(Instant::millis).into(), fault.into()],
                    )
                    .await?;
                }
                Self::Paused { id, again } => {
                    let values = vec![bytes(id.uuid()), again.millis().into()];
                    execute(tx, "UPDATE delivery SET due_at = $2, fault = 'PAUSED' WHERE id = $1", values).await?;
                }
                Self::NotTold { id, untold } => {
                    execute(
                        tx,
                        "UPDATE delivery SET state = $2, attempts = attempts + 1, fault = NULL WHERE id = $1",
                        vec![bytes(id.uuid()), untold.code().into()],
                    )
                    .await?;
                }
            }
            Ok(Applied::default())
        })
    }
}
