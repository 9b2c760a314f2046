//! Codes that people have in their hands: judged slowly, one at a time, and only so often. What they do stands in
//! `lock_code.rs` and `paper_code.rs`.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::pbkdf2;
use sangam_store::Refused;
use sangam_vocabulary::Instant;
use thiserror::Error;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::hub::DeskFault;
use crate::token::sha256;

/// Rounds of PBKDF2 with HMAC-SHA-256 (OWASP's Password Storage Cheat Sheet, 2023): a few tenths of a second a try.
pub(crate) const ROUNDS: NonZeroU32 = match NonZeroU32::new(600_000) {
    Some(rounds) => rounds,
    None => NonZeroU32::MAX,
};
pub(crate) const DIGEST: usize = 32;
/// How many codes are judged at once: each takes a core for a while, and the others serve.
const AT_ONCE: usize = 1;
/// Tries for one organization, or for one place of a paper code, in a minute. So many that nobody can use them up from a
/// few addresses and keep the right code out; and few beside the ten thousand million codes, of which a hit does no more
/// than lock, or withdraw.
const TRIES: u32 = 600;
const MINUTE_MILLIS: i64 = 60_000;
/// How many of them are counted at once. Beyond it the least used are forgotten, and start anew.
const COUNTED: u64 = 10_000;

/// A code was not judged.
#[derive(Debug, Error)]
pub enum CodeFault {
    /// Too many tries for what it would open.
    #[error("too many tries; wait a minute")]
    TooOften,
    /// The hub cannot do it now.
    #[error(transparent)]
    Desk(#[from] DeskFault),
}

/// What is remembered of tries.
pub(crate) struct Tries {
    counted: moka::sync::Cache<([u8; 32], i64), Arc<AtomicU32>>,
    judging: Arc<Semaphore>,
}

impl Default for Tries {
    fn default() -> Self {
        Self { counted: moka::sync::Cache::new(COUNTED), judging: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Tries {
    /// Counts a try of a kind of code for what it names.
    ///
    /// # Errors
    /// [`CodeFault::TooOften`].
    pub(crate) fn one_more(&self, kind: &str, named: &str, at: Instant) -> Result<(), CodeFault> {
        let minute = at.millis().div_euclid(MINUTE_MILLIS);
        let place = sha256(format!("{kind} {named}").as_bytes());
        let counted = self.counted.get_with((place, minute), Arc::default);
        if counted.fetch_add(1, Ordering::Relaxed) < TRIES { Ok(()) } else { Err(CodeFault::TooOften) }
    }

    /// Judges in turn, away from what serves.
    ///
    /// # Errors
    /// [`CodeFault::Desk`] when the process ends.
    pub(crate) async fn judged<T: Send + 'static>(
        &self,
        judge: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, CodeFault> {
        let turn = Arc::clone(&self.judging).acquire_owned().await.map_err(|_| gone())?;
        // The turn goes along: who gives up waiting does not make room for another try.
        let judged = tokio::task::spawn_blocking(move || {
            let judged = judge();
            drop(turn);
            judged
        });
        Ok(judged.await.map_err(|_| gone())?)
    }
}

/// The process ends, and with it whatever judges codes.
fn gone() -> DeskFault {
    Refused::Unavailable.into()
}

/// The slow digest of a code.
pub(crate) fn derive(rounds: NonZeroU32, salt: &[u8], code: &str) -> Zeroizing<[u8; DIGEST]> {
    let mut digest = Zeroizing::new([0; DIGEST]);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, code.as_bytes(), &mut *digest);
    digest
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Instant;

    use super::{CodeFault, TRIES, Tries};

    #[test]
    fn tries_are_counted_for_what_they_name_and_by_the_minute() {
        let (tries, at) = (Tries::default(), Instant::from_millis(60_000));
        for _ in 0..TRIES {
            tries.one_more("paper code", "7KQ2M", at).unwrap();
        }
        assert!(matches!(tries.one_more("paper code", "7KQ2M", at), Err(CodeFault::TooOften)));
        tries.one_more("paper code", "7KQ2N", at).unwrap();
        tries.one_more("lock", "7KQ2M", at).unwrap();
        tries.one_more("paper code", "7KQ2M", at.plus_millis(60_000)).unwrap();
    }
}
