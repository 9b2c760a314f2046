//! Properties of custody over random rules, records and instants. The seed is fixed, so that a run says the same
//! everywhere; a case that once failed is kept in `regressions/properties.txt` and tried first.
#![cfg(test)]

mod grants;
mod instants;
mod masks;
mod row;
mod total;
mod unknown;
mod world;

use proptest::test_runner::{Config, FileFailurePersistence, RngSeed};

/// The configuration of every property: so many cases, from a fixed seed.
fn config(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(0x5a_4e_47_41_4d),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("regressions/properties.txt"))),
        ..Config::default()
    }
}
