//! Chance: the one source of random bytes.

use std::sync::Mutex;

use aws_lc_rs::digest;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};

/// The one source of random bytes. Shipped code draws from the chance it was given.
pub trait Chance: Send + Sync + 'static {
    /// Fills the buffer with random bytes; `false` when the source failed, and then nothing in the buffer
    /// may be used.
    #[must_use]
    fn fill(&self, bytes: &mut [u8]) -> bool;
}

/// The operating system's random source.
#[derive(Debug, Default)]
pub struct SystemChance(SystemRandom);

impl SystemChance {
    /// Opens the source.
    #[must_use]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) -> bool {
        self.0.fill(bytes).is_ok()
    }
}

/// Bytes that follow from a seed: SHA-256 in counter mode. For tests, where chance comes from a seed.
#[derive(Debug)]
pub struct SeededChance {
    seed: u64,
    counter: Mutex<u64>,
}

impl SeededChance {
    /// A source whose whole sequence follows from the seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, counter: Mutex::new(0) }
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) -> bool {
        let Ok(mut counter) = self.counter.lock() else { return false };
        for chunk in bytes.chunks_mut(digest::SHA256_OUTPUT_LEN) {
            let mut block = [0_u8; 16];
            block[..8].copy_from_slice(&self.seed.to_be_bytes());
            block[8..].copy_from_slice(&counter.to_be_bytes());
            *counter = counter.wrapping_add(1);
            let drawn = digest::digest(&digest::SHA256, &block);
            for (byte, random) in chunk.iter_mut().zip(drawn.as_ref()) {
                *byte = *random;
            }
        }
        true
    }
}
