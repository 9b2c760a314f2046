//! Which proofs this process has seen: each is good once (RFC 9449, section 11.1).
//!
//! Two generations are kept. A proof's id lies in one of them for as long as the proof could still be accepted, and
//! a generation is dropped whole. Nothing is thrown out to make room: when there is none, no proof is accepted.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use sangam_vocabulary::Instant;

/// How many proofs of all keys one generation remembers: two of them are some twenty megabytes at worst.
const PROOFS: usize = 200_000;
/// How many proofs of one key: a client at its full pace (200 a second, for a generation of ninety seconds) and some
/// more, so that one client cannot use up the room of the others.
const OF_ONE_KEY: u32 = 20_000;

/// What became of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// It is new, and is remembered from now on.
    New,
    /// It was there before, or its key has used its room.
    Old,
    /// There is no room for any.
    Full,
}

/// The memory.
#[derive(Default)]
pub(super) struct Seen(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    began: Option<Instant>,
    young: Generation,
    old: Generation,
}

#[derive(Default)]
struct Generation {
    ids: HashSet<[u8; 32]>,
    keys: HashMap<[u8; 32], u32>,
}

impl Seen {
    /// Looks at a proof's id under its key. It is remembered for `window` milliseconds at least.
    pub(super) fn look(&self, key: [u8; 32], id: [u8; 32], now: Instant, window: i64) -> Sight {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generations.turn(now, window);
        let Generations { young, old, .. } = &mut *generations;
        if old.ids.contains(&id) || young.ids.contains(&id) {
            return Sight::Old;
        }
        if young.ids.len() >= PROOFS {
            return Sight::Full;
        }
        let used = young.keys.entry(key).or_default();
        if *used >= OF_ONE_KEY {
            return Sight::Old;
        }
        *used += 1;
        young.ids.insert(id);
        Sight::New
    }
}

impl Generations {
    fn turn(&mut self, now: Instant, window: i64) {
        let began = *self.began.get_or_insert(now);
        if now < began.plus_millis(window) {
            return;
        }
        let young = std::mem::take(&mut self.young);
        // After a long silence the young generation is over as well.
        self.old = if now < began.plus_millis(window.saturating_mul(2)) { young } else { Generation::default() };
        self.began = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Instant;

    use super::{OF_ONE_KEY, Seen, Sight};

    const WINDOW: i64 = 1_000;
    const KEY: [u8; 32] = [1; 32];

    fn at(millis: i64) -> Instant {
        Instant::from_millis(1_800_000_000_000 + millis)
    }

    fn id(number: u32) -> [u8; 32] {
        let mut id = [0; 32];
        id[..4].copy_from_slice(&number.to_be_bytes());
        id
    }

    #[test]
    fn a_proof_is_new_once_for_its_whole_window() {
        // Whenever it comes in a generation, it is known for the window that follows.
        for first in [0, 1, 500, 999, 1_000, 1_500, 5_000] {
            let seen = Seen::default();
            assert_eq!(seen.look(KEY, id(0), at(0), WINDOW), Sight::New);
            assert_eq!(seen.look(KEY, id(1), at(first), WINDOW), Sight::New, "{first}");
            for later in [0, 1, 499, 500, 501, 999] {
                assert_eq!(seen.look(KEY, id(1), at(first + later), WINDOW), Sight::Old, "{first} {later}");
            }
            assert_eq!(seen.look(KEY, id(1), at(first + 10 * WINDOW), WINDOW), Sight::New, "it is forgotten");
        }
    }

    #[test]
    fn one_key_cannot_use_up_the_room() {
        let seen = Seen::default();
        for number in 0..OF_ONE_KEY {
            assert_eq!(seen.look(KEY, id(number), at(0), WINDOW), Sight::New);
        }
        assert_eq!(seen.look(KEY, id(OF_ONE_KEY), at(1), WINDOW), Sight::Old);
        assert_eq!(seen.look([2; 32], id(OF_ONE_KEY), at(1), WINDOW), Sight::New);
        assert_eq!(seen.look(KEY, id(OF_ONE_KEY + 1), at(WINDOW), WINDOW), Sight::New, "the next generation has room");
    }
}
