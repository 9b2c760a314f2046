//! The hub from outside, in the words of the domain: a scenario either starts the real binary and speaks to it as
//! partners' systems do, or puts a hub together in its own process ([`assembled`]) to move its clock. [`look`] is a second
//! way to the database.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "shared by tests only: what cannot be set up or read fails the test"
)]

pub mod assembled;
pub mod look;
