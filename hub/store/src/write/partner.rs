//! Partners: where a synchronisation came to, what waits in quarantine, what waits to be delivered.

use sangam_vocabulary::{DeliveryId, Instant, OrganizationId, PartnerId};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{bytes, execute, one, unreadable};
use crate::command::{Applied, Command, Refused, Work, Working};
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

impl From<PartnerChange> for Command {
    fn from(change: PartnerChange) -> Self {
        Self::new(change)
    }
}

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

impl From<SyncChange> for Command {
    fn from(change: SyncChange) -> Self {
        Self::new(change)
    }
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

/// A record of a partner was taken to its end: its digest says from now on whether it changed.
pub struct SourceChange {
    /// The partner.
    pub partner: PartnerId,
    /// The key by which the partner knows the record.
    pub external_key: String,
    /// A keyed digest of what was read.
    pub digest: [u8; 32],
}

impl From<SourceChange> for Command {
    fn from(change: SourceChange) -> Self {
        Self::new(change)
    }
}

impl Work for SourceChange {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(
                tx,
                "UPDATE partner_record SET digest = $3 WHERE partner = $1 AND external_key = $2",
                vec![bytes(self.partner.uuid()), self.external_key.into(), self.digest.to_vec().into()],
            )
            .await?;
            Ok(Applied::default())
        })
    }
}

/// A record could not be read: where and how, never what.
pub struct QuarantineChange {
    /// An id, used when the record is new in quarantine.
    pub id: Uuid,
    /// The partner.
    pub partner: PartnerId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// The key by which the partner knows the record; a replay asks the partner again.
    pub external_key: String,
    /// JSON pointer of the first fault.
    pub path: String,
    /// What kind of fault, a code.
    pub kind: String,
    /// How long the value was.
    pub length: i64,
    /// How many faults.
    pub faults: i64,
}

impl From<QuarantineChange> for Command {
    fn from(change: QuarantineChange) -> Self {
        Self::new(change)
    }
}

impl Work for QuarantineChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(
                tx,
                "INSERT INTO quarantine (id, partner, organization, external_key, path, kind, length, faults, since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (partner, external_key) DO UPDATE SET path = excluded.path, kind = excluded.kind, length = excluded.length, faults = excluded.faults",
                vec![
                    bytes(self.id),
                    bytes(self.partner.uuid()),
                    bytes(self.organization.uuid()),
                    self.external_key.clone().into(),
                    self.path.into(),
                    self.kind.into(),
                    self.length.into(),
                    self.faults.into(),
                    at.millis().into(),
                ],
            )
            .await?;
            let row = one(
                tx,
                "SELECT id FROM quarantine WHERE partner = $1 AND external_key = $2",
                vec![bytes(self.partner.uuid()), self.external_key.into()],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            Ok(Applied { record: Some(read::id(&row, "id").map_err(unreadable)?), ..Applied::default() })
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
}

impl From<DeliveryChange> for Command {
    fn from(change: DeliveryChange) -> Self {
        Self::new(change)
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
            }
            Ok(Applied::default())
        })
    }
}
