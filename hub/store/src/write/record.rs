//! A partner's record as it is taken in: where it came from, how its taking ends, and how what the hub already has of
//! it is suspended when the partner took it back or its latest version could not be read. Read `subject.rs` next:
//! what seals it and lifts a suspension.

use sangam_custody::Suspension;
use sangam_vocabulary::{Instant, Noun, OrganizationId, PartnerId, RecordId, SubjectId};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{bytes, execute, one, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;

/// The digest of a record whose taking has not come to its end: nothing that is read is the same as that.
const NOT_YET: [u8; 32] = [0; 32];

/// Where a record came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The partner.
    pub partner: PartnerId,
    /// The key by which the partner knows the record, as it may lie in clear: random, or a keyed digest.
    pub external_key: String,
    /// The key itself, sealed, where what lies in clear is a digest: the partner is answered by it.
    pub sealed_key: Option<Vec<u8>>,
}

/// Says which record of the hub a partner's key stands for. A key stands for one record and never for another:
/// whoever took the same new record at the same time is the first, and this taking is refused and can be repeated.
/// The sealed key is renewed, so that it opens under the organization's present key; what it says is the same,
/// because the key in clear is its digest.
pub(super) async fn put_source(
    tx: &DatabaseTransaction,
    source: &Source,
    record: RecordId,
    noun: Noun,
) -> Result<(), Refused> {
    let Source { partner, external_key: key, sealed_key } = source;
    let (partner, key) = (bytes(partner.uuid()), key.clone());
    execute(
        tx,
        "INSERT INTO partner_record (partner, external_key, record, noun, digest, sealed_key) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (partner, external_key) DO UPDATE SET digest = excluded.digest, sealed_key = excluded.sealed_key WHERE partner_record.record = excluded.record",
        vec![
            partner.clone(),
            key.clone().into(),
            bytes(record.uuid()),
            noun.to_string().into(),
            NOT_YET.to_vec().into(),
            sealed_key.clone().into(),
        ],
    )
    .await?;
    let row = one(
        tx,
        "SELECT record FROM partner_record WHERE partner = $1 AND external_key = $2",
        vec![partner, key.into()],
    )
    .await?
    .ok_or(Refused::NotFound)?;
    let first = read::id(&row, "record").map_err(unreadable)?;
    if first == record.uuid() { Ok(()) } else { Err(Refused::Duplicate { record: first }) }
}

/// A record of a partner was taken to its end: it leaves the quarantine, and its digest says from now on whether it
/// changed.
pub struct SourceChange {
    /// The partner.
    pub partner: PartnerId,
    /// The key by which the partner knows the record, as it lies in clear.
    pub external_key: String,
    /// A keyed digest of what was read.
    pub digest: [u8; 32],
}

commands!(SourceChange, QuarantineChange, TakenBackChange);

impl Work for SourceChange {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            forget(tx, self.partner, &self.external_key).await?;
            reset(tx, self.partner, &self.external_key, self.digest).await?;
            let subject = subject(tx, self.partner, &self.external_key).await?;
            Ok(Applied { record: subject.map(|subject| subject.uuid()), ..Applied::default() })
        })
    }
}

/// A record could not be read: where and how, never what. What the hub has of it is suspended: a refusal that the
/// version nobody could read may hold is not known.
pub struct QuarantineChange {
    /// An id, used when the record is new in quarantine.
    pub id: Uuid,
    /// The record; a replay asks the partner for it again.
    pub source: Source,
    /// Whose it is.
    pub organization: OrganizationId,
    /// JSON pointer of the first fault.
    pub path: String,
    /// What kind of fault, a code.
    pub kind: String,
    /// How long the value was.
    pub length: i64,
    /// How many faults.
    pub faults: i64,
}

impl Work for QuarantineChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let Source { partner, external_key: key, sealed_key } = &self.source;
            execute(
                tx,
                "INSERT INTO quarantine (id, partner, organization, external_key, path, kind, length, faults, since, sealed_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (partner, external_key) DO UPDATE SET path = excluded.path, kind = excluded.kind, length = excluded.length, faults = excluded.faults, sealed_key = excluded.sealed_key",
                vec![
                    bytes(self.id),
                    bytes(partner.uuid()),
                    bytes(self.organization.uuid()),
                    key.clone().into(),
                    self.path.into(),
                    self.kind.into(),
                    self.length.into(),
                    self.faults.into(),
                    at.millis().into(),
                    sealed_key.clone().into(),
                ],
            )
            .await?;
            let row = one(
                tx,
                "SELECT id FROM quarantine WHERE partner = $1 AND external_key = $2",
                vec![bytes(partner.uuid()), key.clone().into()],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            let record = read::id(&row, "id").map_err(unreadable)?;
            Ok(Applied { record: Some(record), ..suspend(tx, *partner, key, Suspension::Unread).await? })
        })
    }
}

/// The partner no longer shares a record with the hub, or no longer has it: it waits in no quarantine, and what the
/// hub has of it is suspended.
pub struct TakenBackChange {
    /// The partner.
    pub partner: PartnerId,
    /// The key by which the partner knows the record, as it lies in clear.
    pub external_key: String,
}

impl Work for TakenBackChange {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            forget(tx, self.partner, &self.external_key).await?;
            suspend(tx, self.partner, &self.external_key, Suspension::TakenBack).await
        })
    }
}

/// Takes a record out of the quarantine.
pub(super) async fn forget(tx: &DatabaseTransaction, partner: PartnerId, key: &str) -> Result<(), Refused> {
    let values = vec![bytes(partner.uuid()), key.into()];
    execute(tx, "DELETE FROM quarantine WHERE partner = $1 AND external_key = $2", values).await.map(drop)
}

async fn reset(tx: &DatabaseTransaction, partner: PartnerId, key: &str, digest: [u8; 32]) -> Result<(), Refused> {
    let values = vec![bytes(partner.uuid()), key.into(), digest.to_vec().into()];
    let sql = "UPDATE partner_record SET digest = $3 WHERE partner = $1 AND external_key = $2";
    execute(tx, sql, values).await.map(drop)
}

/// The subject a partner's key stands for, if the record was ever taken.
async fn subject(tx: &DatabaseTransaction, partner: PartnerId, key: &str) -> Result<Option<SubjectId>, Refused> {
    let row = one(
        tx,
        "SELECT record FROM partner_record WHERE partner = $1 AND external_key = $2 AND noun = 'SUBJECT'",
        vec![bytes(partner.uuid()), key.into()],
    )
    .await?;
    row.map(|row| read::id(&row, "record").map(SubjectId::from_uuid).map_err(unreadable)).transpose()
}

/// Suspends what the hub has of a record, until the record is read again: its digest no longer says that nothing
/// changed. A record that was never taken has nothing to suspend.
async fn suspend(tx: &DatabaseTransaction, partner: PartnerId, key: &str, why: Suspension) -> Result<Applied, Refused> {
    let Some(subject) = subject(tx, partner, key).await? else { return Ok(Applied::default()) };
    reset(tx, partner, key, NOT_YET).await?;
    let changed = execute(
        tx,
        "UPDATE subject SET suspended = $2, version = version + 1 WHERE id = $1 AND (suspended IS NULL OR suspended <> $2)",
        vec![bytes(subject.uuid()), why.code().into()],
    )
    .await?;
    if changed == 0 {
        return Ok(Applied::default());
    }
    let event = NewEvent { noun: Noun::Subject, record: subject.into(), subject, kind: "SUSPENDED" };
    Ok(Applied { events: vec![event], fence: true, ..Applied::default() })
}
