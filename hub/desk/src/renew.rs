//! Renewing organizations' keys while the hub serves: wrapping them under the newest master key, giving an
//! organization another seal key, wrapping its subjects' keys under that. Every step is small, stands in the database
//! with its journal entry, and says what it has seen; whoever goes on after a crash, or beside another process, goes
//! on from what is there.
//!
//! The outward key is not replaced, because every id that its organization keeps of others' records would become
//! another: README, "Keys", says what an operator does when it leaks.

use std::collections::HashMap;
use std::sync::Mutex;

use sangam_custody::{EntryKind, KeyFault, OrganizationSecret, SubjectKey, SubjectKeys, WrapperName};
use sangam_store::{Command, OrganizationKeysChange, OrganizationRow, Refused, SealStep, SubjectKeysChange};
use sangam_vocabulary::{Instant, OrganizationId, SubjectId};

use crate::hub::{Desk, DeskFault};

/// How many subjects' keys one change wraps anew: a few milliseconds of the writer, so that others' changes do not wait.
const BATCH: u16 = 100;
/// How long a seal key wraps before the next takes its place: a month (DESIGN §4).
const SEAL_MILLIS: i64 = 30 * 24 * 3_600_000;
/// How long an older seal key is kept after nothing was found under it any more: an answer whose rows were read before
/// still opens them. Longer than an exchange may last.
pub const SETTLE_MILLIS: i64 = 20_000;

/// Since when nothing was found under an organization's older seal keys, as this process looked.
pub(crate) type Clean = Mutex<HashMap<OrganizationId, Instant>>;

/// How many wrapped keys a master key still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MasterUse {
    /// Which master key; `None` for keys of the first days, which name none: the oldest one holds them.
    pub name: Option<WrapperName>,
    /// How many wrapped keys.
    pub keys: usize,
}

/// How far an organization's renewal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// Nothing is left: one seal key, and all its subjects' keys are under it.
    Done,
    /// So many subjects' keys were wrapped anew.
    Wrapped(usize),
    /// All are; the older seal key is kept a little while for answers that are under way.
    Settling,
}

impl Desk {
    /// Opens a subject's keys. Where they are under a seal key that this process has not heard of, it reads the
    /// organizations again first.
    pub(crate) async fn subject_key(
        &self,
        owner: OrganizationId,
        subject: SubjectId,
        keys: &SubjectKeys,
    ) -> Result<SubjectKey, DeskFault> {
        match self.keys.subject(owner, subject, keys) {
            Err(KeyFault::NoSuchWrapper) => {
                self.load_organizations().await?;
                Ok(self.keys.subject(owner, subject, keys)?)
            }
            opened => Ok(opened?),
        }
    }

    /// Reads the organizations again if another process has changed their keys.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn refresh_keys(&self) -> Result<(), DeskFault> {
        let versions = self.store.key_versions().await?;
        let moved = |(id, version): &(OrganizationId, i64)| {
            self.organization(*id).is_none_or(|row| row.keys_version != *version)
        };
        if versions.iter().any(moved) { self.load_organizations().await } else { Ok(()) }
    }

    /// How many wrapped keys of organizations each master key holds.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn master_uses(&self) -> Result<Vec<MasterUse>, DeskFault> {
        let mut uses: Vec<MasterUse> = Vec::new();
        for row in self.store.organizations().await? {
            for name in row.secret.wrapped().map(sangam_custody::WrappedKey::by) {
                match uses.iter_mut().find(|known| known.name == name) {
                    Some(known) => known.keys += 1,
                    None => uses.push(MasterUse { name, keys: 1 }),
                }
            }
        }
        Ok(uses)
    }

    /// Wraps the keys of every organization that are not under the newest master key. Gives how many organizations
    /// were changed; one that another process changes meanwhile is that one's to do.
    ///
    /// # Errors
    /// [`DeskFault`]; what was changed stays changed, and the next call goes on.
    pub async fn rewrap_organizations(&self) -> Result<usize, DeskFault> {
        let (mut changed, mut closed) = (0, None);
        for row in self.store.organizations().await? {
            match self.keys.rewrap(row.id, &row.secret) {
                Ok(None) => {}
                Ok(Some(secret)) => changed += usize::from(self.change_keys(&row, secret, SealStep::Kept).await?),
                // One that does not open holds up none of the others.
                Err(fault) => closed = Some(fault),
            }
        }
        self.load_organizations().await?;
        closed.map_or(Ok(changed), |fault| Err(fault.into()))
    }

    /// Gives an organization another seal key. The one it had unwraps until [`Desk::renew_subjects`] has done its work.
    ///
    /// # Errors
    /// [`DeskFault::Unknown`] when there is no such organization, and when its keys are not open here.
    pub async fn replace_seal(&self, organization: OrganizationId) -> Result<(), DeskFault> {
        let row = self.keys_row(organization).await?;
        let change = self.keys.replace_seal(row.id, &row.secret)?;
        self.change_keys(&row, change.secret, SealStep::Replaced(change.seals)).await?;
        self.load_organizations().await
    }

    /// Wraps some of an organization's subjects' keys under its newest seal key, and takes the older ones away once
    /// nothing has been under them for a while. To be called until it is done.
    ///
    /// # Errors
    /// [`DeskFault`]; what was wrapped stays, and the next call goes on.
    pub async fn renew_subjects(&self, organization: OrganizationId) -> Result<Renewal, DeskFault> {
        let row = self.keys_row(organization).await?;
        if row.secret.older.is_empty() {
            return Ok(Renewal::Done);
        }
        self.refresh_keys().await?;
        let seal = self.keys.seal_name(organization)?;
        let found = self.store.subjects_under_another_seal(organization, seal, BATCH).await?;
        if !found.is_empty() {
            self.forget_clean(organization);
            let wrapped = found.len();
            let again = |(subject, before): (SubjectId, SubjectKeys)| {
                let after = self.keys.rewrap_subject(organization, subject, &before)?;
                Ok((subject, before, after))
            };
            let keys = found.into_iter().map(again).collect::<Result<_, KeyFault>>()?;
            let entry = self.plain_entry(EntryKind::OrganizationKeysChanged, organization);
            let change = SubjectKeysChange { owner: organization, keys };
            self.writer.submit(Command::from(change).recorded(entry)).await?;
            return Ok(Renewal::Wrapped(wrapped));
        }
        if !self.settled(organization) {
            return Ok(Renewal::Settling);
        }
        let change = self.keys.drop_older_seals(organization, &row.secret)?;
        let dropped = self.change_keys(&row, change.secret, SealStep::Dropped(seal)).await?;
        self.forget_clean(organization);
        self.load_organizations().await?;
        Ok(if dropped { Renewal::Done } else { Renewal::Settling })
    }

    /// One round of what is due by the clock: keys under the newest master key, another seal key for organizations
    /// whose seal key is a month old, one batch of subjects after the other. An organization that is dark is left for
    /// later. Ends early when `stop` says so.
    ///
    /// # Errors
    /// [`DeskFault`] of the organization it stopped at; the next round goes on.
    pub async fn renew_round(&self, stop: &(dyn Fn() -> bool + Send + Sync)) -> Result<(), DeskFault> {
        let rewrapped = self.rewrap_organizations().await;
        for row in self.store.organizations().await? {
            if self.keys.seal_name(row.id).is_err() {
                continue;
            }
            if row.secret.older.is_empty() && row.sealed_at.plus_millis(SEAL_MILLIS) <= self.now() {
                self.replace_seal(row.id).await?;
            }
            while !stop() && matches!(self.renew_subjects(row.id).await?, Renewal::Wrapped(_)) {}
        }
        rewrapped.map(drop)
    }

    async fn keys_row(&self, organization: OrganizationId) -> Result<OrganizationRow, DeskFault> {
        let rows = self.store.organizations().await?;
        rows.into_iter().find(|row| row.id == organization).ok_or(DeskFault::Unknown { what: "organization" })
    }

    /// Stores an organization's keys. `false` when another process has changed them since they were read.
    async fn change_keys(
        &self,
        row: &OrganizationRow,
        secret: OrganizationSecret,
        step: SealStep,
    ) -> Result<bool, DeskFault> {
        let change = OrganizationKeysChange { organization: row.id, seen: row.keys_version, secret, step };
        let entry = self.plain_entry(EntryKind::OrganizationKeysChanged, row.id);
        match self.writer.submit(Command::from(change).recorded(entry)).await {
            Ok(_) => Ok(true),
            Err(Refused::Conflict { .. }) => Ok(false),
            Err(refused) => Err(refused.into()),
        }
    }

    /// Whether nothing was found under the older seal keys for long enough. The first look begins the while.
    fn settled(&self, organization: OrganizationId) -> bool {
        let now = self.now();
        // A poisoned lock means that it is never settled: the older key is kept.
        self.clean.lock().is_ok_and(|mut clean| {
            let since = *clean.entry(organization).or_insert(now);
            since.plus_millis(SETTLE_MILLIS) <= now
        })
    }

    fn forget_clean(&self, organization: OrganizationId) {
        if let Ok(mut clean) = self.clean.lock() {
            clean.remove(&organization);
        }
    }
}
