//! The workshop of the tests: what a test needs to meet the hub from outside. Databases of both kinds
//! ([`database`], [`postgres`], [`sqlite`]), the `sangam` binary as a process ([`process`]), a client that
//! obtains a token and speaks GraphQL over HTTP as a partner would ([`client`]), and Node for the oracles
//! that are written by others ([`node`]).
//!
//! It knows nothing of the hub's insides: no table, no type of the schema, no law. It ships nowhere, so it
//! panics where shipped code would return an error: a test that cannot get its tools has failed, and the
//! message says which tool. Read [`database`] next.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a workshop for tests: what cannot be set up fails the test with a sentence, and never ships"
)]

pub mod books;
pub mod bucket;
pub mod client;
pub mod corridors;
pub mod database;
pub mod demo;
pub mod folder;
pub mod node;
pub mod postgres;
pub mod process;
pub mod smtp;
pub mod sqlite;
pub mod target;

/// Says that a test could not be run here, and why. `tests/run` names it and counts it as skipped; where the test
/// runs alone the sentence stands in its output.
///
/// # Panics
/// Where the list of what was skipped cannot be written.
pub fn skipped(why: &str) {
    use std::io::Write;
    eprintln!("skipped: {why}");
    if let Some(list) = std::env::var_os("SANGAM_SKIPPED") {
        let list = std::fs::OpenOptions::new().create(true).append(true).open(list);
        list.and_then(|mut list| list.write_all(format!("{why}\n").as_bytes())).expect("the list of what was skipped");
    }
}
