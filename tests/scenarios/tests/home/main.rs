//! Bringing somebody home, in the words of the domain: through the API, on both databases, on a clock the test moves.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "what is not as a test says fails it by panicking at that line, a table says how much of it was tried; none ships"
)]

mod bangladesh;
mod cells;
mod claim;
mod court;
mod day;
mod going;
mod house;
mod nepal;
mod words;
