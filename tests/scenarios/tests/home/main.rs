//! Bringing somebody home, in the words of the domain: through the API, on both databases, on a clock the test moves.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

mod bangladesh;
mod claim;
mod going;
mod house;
mod nepal;
mod words;
