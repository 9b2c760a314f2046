//! A sign-in that was started: what must come back, in a sealed cookie of the browser that started it. The hub keeps
//! nothing of it until it is finished.

use aws_lc_rs::constant_time;
use sangam_vocabulary::{Chance, Instant};
use serde::{Deserialize, Serialize};

use super::keys::SessionKeys;
use crate::token::sha256;

/// How long a sign-in may take, in milliseconds: five minutes, for a person who first looks for a second factor.
pub(super) const STARTED_MILLIS: i64 = 300_000;
/// The longest cookie that is opened, in bytes.
const COOKIE_BYTES: usize = 2 * 1024;

/// What must come back.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Started {
    /// The provider's name.
    pub(super) provider: String,
    /// The state that comes back with the code.
    pub(super) state: String,
    /// The nonce that comes back in the identity token.
    pub(super) nonce: String,
    /// The verifier of the code's challenge (RFC 7636).
    pub(super) verifier: String,
    /// SHA-256 of an invitation's code, where one is taken.
    pub(super) invitation: Option<[u8; 32]>,
    /// When it is over.
    until: i64,
}

impl Started {
    /// A new one; `None` when there is no randomness.
    pub(super) fn new(provider: &str, invitation: Option<[u8; 32]>, now: Instant, chance: &dyn Chance) -> Option<Self> {
        Some(Self {
            provider: provider.to_owned(),
            state: random(chance)?,
            nonce: random(chance)?,
            verifier: random(chance)?,
            invitation,
            until: now.plus_millis(STARTED_MILLIS).millis(),
        })
    }

    /// As a cookie.
    pub(super) fn sealed(&self, keys: &SessionKeys, chance: &dyn Chance) -> Option<String> {
        keys.seal(chance, serde_json::to_vec(self).ok()?)
    }

    /// From the cookie, if it is not over and this state came back.
    pub(super) fn opened(cookie: &str, state: &str, keys: &SessionKeys, now: Instant) -> Option<Self> {
        if cookie.len() > COOKIE_BYTES {
            return None;
        }
        let started: Self = serde_json::from_slice(&keys.open(cookie)?).ok()?;
        let same = constant_time::verify_slices_are_equal(started.state.as_bytes(), state.as_bytes()).is_ok();
        (same && now < started.until()).then_some(started)
    }

    /// Until when it could be finished.
    pub(super) const fn until(&self) -> Instant {
        Instant::from_millis(self.until)
    }

    /// What is remembered of it once it is finished.
    pub(super) fn digest(&self) -> [u8; 32] {
        sha256(self.state.as_bytes())
    }
}

/// 256 random bits, spelt as RFC 7636 spells a verifier.
fn random(chance: &dyn Chance) -> Option<String> {
    use base64::Engine as _;
    let mut bytes = [0; 32];
    chance.fill(&mut bytes).then(|| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::{Instant, SeededChance};

    use super::{STARTED_MILLIS, SessionKeys, Started};

    const NOW: Instant = Instant::from_millis(1_800_000_000_000);

    #[test]
    fn a_started_sign_in_is_this_hubs_of_now_and_of_its_state() {
        let (keys, chance) = (SessionKeys::new(&[7; 32]).unwrap(), SeededChance::new(7));
        let started = Started::new("ministry", Some([1; 32]), NOW, &chance).unwrap();
        let cookie = started.sealed(&keys, &chance).unwrap();
        let opened =
            |cookie: &str, state: &str, later: i64| Started::opened(cookie, state, &keys, NOW.plus_millis(later));
        let read = opened(&cookie, &started.state, STARTED_MILLIS - 1).unwrap();
        assert_eq!(
            (read.provider, read.nonce, read.verifier),
            ("ministry".to_owned(), started.nonce, started.verifier)
        );
        assert!(opened(&cookie, &started.state, STARTED_MILLIS).is_none(), "it is over");
        assert!(opened(&cookie, "another", 0).is_none());
        assert!(opened("", &started.state, 0).is_none() && opened("AAAA", &started.state, 0).is_none());
        let other = SessionKeys::new(&[8; 32]).unwrap();
        assert!(Started::opened(&cookie, &started.state, &other, NOW).is_none(), "another hub's");
        let mut bent = cookie.into_bytes();
        bent[40] = if bent[40] == b'A' { b'B' } else { b'A' };
        assert!(opened(&String::from_utf8(bent).unwrap(), &started.state, 0).is_none());
    }
}
