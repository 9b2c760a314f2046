//! Bringing somebody home, in the words of the domain: through the API, on both databases, on a clock the test moves.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod bangladesh;
mod claim;
mod going;
mod house;
mod nepal;
mod words;
