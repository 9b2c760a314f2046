//! What partners' systems say without being asked: that a record changed. The word is a hint and nothing more. It is
//! believed in nothing but the record's key, by which the record is asked for; and one that is lost costs time alone, since
//! the next synchronisation finds the change by itself.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::ExposeSecret;
use tokio::sync::Notify;

use crate::hub::{Desk, DeskFault};
use crate::sync::{PartnerDesk, SyncFault, SyncReport};

/// How many records of one partner may wait to be asked for. More change at once only in a migration, and the next
/// synchronisation has them all.
const WAITING: usize = 256;
/// The longest key of any system, several times over.
const LONGEST_KEY: usize = 256;

/// The records that wait to be asked for; one that is told twice waits once.
#[derive(Debug, Default)]
pub(crate) struct Hints {
    keys: Mutex<BTreeSet<String>>,
    some: Notify,
}

impl Hints {
    fn add(&self, key: String) -> bool {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= WAITING && !keys.contains(&key) {
            return false;
        }
        keys.insert(key);
        self.some.notify_one();
        true
    }

    /// Wakes whoever waits, where some were told and not asked for.
    fn again(&self) {
        if !self.keys.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            self.some.notify_one();
        }
    }

    fn next(&self) -> Option<String> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).pop_first()
    }
}

/// Why a partner's word was not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHeard {
    /// No partner of that name tells anything, or whoever told it does not know its secret. Outside they look alike.
    #[error("nobody of that name may tell the hub of changes")]
    NotPermitted,
    /// It names no record.
    #[error("what was told names no record")]
    NoRecord,
    /// Too many records wait, or the organization's are locked.
    #[error("too many records wait to be asked for")]
    Busy,
}

impl Desk {
    /// Hears from a partner's system that a record changed.
    ///
    /// # Errors
    /// [`NotHeard`]; nothing is kept then.
    pub fn hear(&self, partner: &str, secret: &[u8], body: &[u8]) -> Result<(), NotHeard> {
        let known = self.connected().into_iter().find(|known| known.config.name == partner);
        let hook = known.as_ref().and_then(|known| known.config.hook.as_ref());
        // Compared also where there is nothing to compare with, so that a stranger learns no names by the time it takes.
        let right = hook.map_or("", |hook| hook.secret.expose_secret()).as_bytes();
        let same = verify_slices_are_equal(secret, right).is_ok() && !right.is_empty();
        let Some(known) = known.filter(|known| same && known.config.mode.fetches()) else {
            return Err(NotHeard::NotPermitted);
        };
        if !self.takes_from(known.organization) {
            return Err(NotHeard::Busy);
        }
        let key = known.wire.told(body).filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
        if known.hints.add(key.ok_or(NotHeard::NoRecord)?) { Ok(()) } else { Err(NotHeard::Busy) }
    }

    /// Asks for the records that were told of, as many as may wait; those that were told meanwhile are told again at once.
    ///
    /// # Errors
    /// [`SyncFault`], the first of them; the record it is about is found again by the next synchronisation, and the others
    /// were asked for, unless nothing answers.
    pub async fn ask_for_told(&self, partner: &PartnerDesk) -> Result<SyncReport, SyncFault> {
        let mut report = SyncReport::default();
        let mut failed = None;
        for _ in 0..WAITING {
            let Some(key) = partner.hints.next().filter(|_| self.takes_from(partner.organization)) else { break };
            let asked = async {
                let taken = self.ask_for(partner, &key, &mut report).await?;
                if let Some(hook) = &partner.config.hook {
                    partner.wire.acknowledge(&key, &hook.address, taken).await?;
                }
                Ok(())
            };
            match asked.await {
                Ok(()) => {}
                Err(SyncFault::Wire(fault)) if !fault.is_of_the_system() => drop(failed.get_or_insert(fault.into())),
                Err(fault) => return Err(fault),
            }
        }
        partner.hints.again();
        failed.map_or(Ok(report), Err)
    }

    /// Asks for one record; whether it could be taken as it is.
    async fn ask_for(&self, partner: &PartnerDesk, key: &str, report: &mut SyncReport) -> Result<bool, SyncFault> {
        let _one = partner.walk.lock().await;
        let source = partner.source_of(self, key)?;
        let known = self.store.subject_from(partner.id, &source.external_key).await.map_err(DeskFault::from)?;
        let found = partner.wire.record(key).await?;
        Ok(self.settle(partner, source, known.as_ref(), found, report).await?.is_none())
    }
}

impl PartnerDesk {
    /// Waits until its system says that a record changed.
    pub async fn told_of_something(&self) {
        self.hints.some.notified().await;
    }
}
