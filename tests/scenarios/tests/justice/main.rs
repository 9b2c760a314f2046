//! Who takes part in a case, what the court does with it, and what a witness fears: in the hub's own language, on both
//! databases, on a clock the test moves.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

mod cells;
mod contributors;
mod exceptions;
mod hearings;
mod house;
mod people;
mod returns;
mod risks;
mod support;
mod transfer;
mod words;
