//! Draws that follow from a seed.

use sangam_vocabulary::{Chance, SeededChance};

/// How many bytes are drawn from the seed at once.
const BATCH: usize = 4096;

/// A sequence of draws; the same seed gives the same sequence.
#[derive(Debug)]
pub struct Draw {
    chance: SeededChance,
    bytes: Vec<u8>,
    next: usize,
}

impl Draw {
    /// Starts a sequence.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { chance: SeededChance::new(seed), bytes: vec![0; BATCH], next: BATCH }
    }

    /// A number below the bound; the bound is small beside 2^32, so the bias is nothing to a test.
    pub fn below(&mut self, bound: usize) -> usize {
        if self.next + 4 > BATCH {
            assert!(self.chance.fill(&mut self.bytes), "a seeded source does not fail");
            self.next = 0;
        }
        let (_, rest) = self.bytes.split_at(self.next);
        let (word, _) = rest.split_first_chunk::<4>().unwrap();
        self.next += 4;
        usize::try_from(u32::from_le_bytes(*word)).unwrap() % bound
    }

    /// Whether a chance of so many in a hundred came true.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of the values.
    pub fn of<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        let place = self.below(values.len());
        values.get(place).unwrap()
    }
}
