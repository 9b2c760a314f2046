//! Keys that are renewed while they are used: an organization's, and its subjects' under them. Whoever changes keys
//! says what it has seen of them, so that of two processes one does it and the other hears that it was done.

use sangam_custody::{OrganizationSecret, SubjectKeys, WrappedKey, WrapperName};
use sangam_vocabulary::{Instant, OrganizationId, SubjectId};
use sea_orm::{DatabaseTransaction, Value};

use super::{bytes, execute, one, unavailable};
use crate::command::{Applied, Refused, Work, Working, commands};

/// What becomes of an organization's seal keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealStep {
    /// They stay; all its keys are wrapped anew.
    Kept,
    /// Another one wraps from now on; these are kept, the one that wraps first.
    Replaced(Vec<WrapperName>),
    /// Only this one is kept. Refused as a conflict while a subject's keys are under another.
    Dropped(WrapperName),
}

/// An organization's keys are wrapped anew or replaced.
pub struct OrganizationKeysChange {
    /// The organization.
    pub organization: OrganizationId,
    /// The version of its keys that was seen. Refused as a conflict when there is a newer one.
    pub seen: i64,
    /// The keys from now on.
    pub secret: OrganizationSecret,
    /// What becomes of its seal keys.
    pub step: SealStep,
}

commands!(OrganizationKeysChange, SubjectKeysChange);

impl Work for OrganizationKeysChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.organization.uuid());
            let row = one(tx, "SELECT keys_version FROM organization WHERE id = $1", vec![id.clone()]).await?;
            let current: i64 = row.ok_or(Refused::NotFound)?.try_get("", "keys_version").map_err(unavailable)?;
            if current != self.seen {
                return Err(Refused::Conflict { current });
            }
            if let SealStep::Dropped(name) = &self.step
                && under_another(tx, self.organization, *name).await?
            {
                return Err(Refused::Conflict { current });
            }
            let names = match &self.step {
                SealStep::Kept => None,
                SealStep::Replaced(names) => Some(names.iter().flat_map(|name| name.as_bytes().to_vec()).collect()),
                SealStep::Dropped(name) => Some(name.as_bytes().to_vec()),
            };
            let replaced = matches!(self.step, SealStep::Replaced(_));
            let older: Vec<u8> = self.secret.older.iter().flat_map(|key| key.as_bytes().to_vec()).collect();
            execute(
                tx,
                "UPDATE organization SET seal_key = $2, older_seal_keys = $3, outward_key = $4, seal_names = COALESCE($5, seal_names), sealed_at = COALESCE($6, sealed_at), keys_version = keys_version + 1 WHERE id = $1",
                vec![
                    id,
                    self.secret.seal.as_bytes().to_vec().into(),
                    Value::Bytes((!older.is_empty()).then_some(older)),
                    self.secret.outward.as_bytes().to_vec().into(),
                    Value::Bytes(names),
                    replaced.then(|| at.millis()).into(),
                ],
            )
            .await?;
            // A new seal key moves the rules' epoch: every process reads the organizations again before it answers
            // with rows whose keys are under it.
            Ok(Applied { record: Some(self.organization.uuid()), rules: replaced, ..Applied::default() })
        })
    }
}

/// Whether keys of the owner's subjects are under another seal key than this.
async fn under_another(tx: &DatabaseTransaction, owner: OrganizationId, name: WrapperName) -> Result<bool, Refused> {
    let values = vec![bytes(owner.uuid()), name.head().into()];
    Ok(one(tx, &format!("{UNDER_ANOTHER} LIMIT 1"), values).await?.is_some())
}

/// The subjects of an owner ($1) whose keys do not begin with a seal key's head ($2).
pub(crate) const UNDER_ANOTHER: &str = "SELECT id, data_key, journal_key FROM subject WHERE owner = $1 AND (substr(data_key, 1, 9) <> $2 OR substr(journal_key, 1, 9) <> $2)";

/// Refuses a key that is under a seal key which its owner no longer has: a process that has not heard of it yet would
/// store what nobody can open.
pub(super) async fn seal_is_kept(
    tx: &DatabaseTransaction,
    owner: OrganizationId,
    keys: &SubjectKeys,
) -> Result<(), Refused> {
    let row = one(tx, "SELECT seal_names FROM organization WHERE id = $1", vec![bytes(owner.uuid())]).await?;
    let kept: Option<Vec<u8>> = row.ok_or(Refused::NotFound)?.try_get("", "seal_names").map_err(unavailable)?;
    // An organization whose seal key was never replaced has one, and its name is not written yet.
    let Some(kept) = kept else { return Ok(()) };
    let kept: Vec<_> = kept.chunks(WrapperName::LEN).map(WrapperName::stored).collect();
    let is_kept = |key: &WrappedKey| key.by().is_some() && kept.contains(&key.by());
    if is_kept(&keys.data) && is_kept(&keys.journal) {
        return Ok(());
    }
    tracing::warn!("a subject's keys came under a seal key that was taken away; it is to be sent again");
    Err(Refused::Unavailable)
}

/// Some subjects' keys of one owner, wrapped anew.
pub struct SubjectKeysChange {
    /// Whose subjects.
    pub owner: OrganizationId,
    /// Each with its keys as they were seen and as they are from now on. One whose keys are others by now is left.
    pub keys: Vec<(SubjectId, SubjectKeys, SubjectKeys)>,
}

impl Work for SubjectKeysChange {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            for (subject, before, after) in &self.keys {
                seal_is_kept(tx, self.owner, after).await?;
                execute(
                    tx,
                    "UPDATE subject SET data_key = $5, journal_key = $6 WHERE id = $1 AND owner = $2 AND data_key = $3 AND journal_key = $4",
                    vec![
                        bytes(subject.uuid()),
                        bytes(self.owner.uuid()),
                        before.data.as_bytes().to_vec().into(),
                        before.journal.as_bytes().to_vec().into(),
                        after.data.as_bytes().to_vec().into(),
                        after.journal.as_bytes().to_vec().into(),
                    ],
                )
                .await?;
            }
            Ok(Applied::default())
        })
    }
}
