//! Attacks on the door, and the two servers they are sent to.
//!
//! The binary `bare` ([`bare`]) is what one gets by putting async-graphql and poem together as they come; the
//! binary `guarded` ([`guarded`]) is the hub's own door and executor on a port that has nothing to show. Both
//! are built in the same profile. An attack counts only if it kills, stalls or succeeds at the first; then the
//! second has to refuse it by the name of its limit, in milliseconds, and live. The attacks themselves are in
//! `tests/attacks`. Nothing here ships.

pub mod bare;
pub mod guarded;
