//! Partners' systems and the hub: what comes in, what waits, what goes out, and what happens when one of them
//! is not well. The hub is put together in the test's own process as the binary does it, on a real store, with
//! the shipped partners' files, the sandbox deployments and the binary's own mapping workers.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

mod accession;
mod border;
mod consent;
mod delivery;
mod ended;
mod exchange;
mod faults;
mod hook;
mod house;
mod interrupted;
mod journal;
mod keys;
mod kinds;
mod live;
mod locked;
mod own_directory;
mod quarantine;
mod recall;
mod referral;
mod replayed;
mod resides;
mod sheet;
mod shown;
mod suspended;
mod team;
mod transfer;
mod watch;
mod words;
