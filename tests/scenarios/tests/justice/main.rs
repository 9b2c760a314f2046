//! Who takes part in a case, what the court does with it, and what a witness fears: in the hub's own language, on both
//! databases, on a clock the test moves.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::large_futures, reason = "tests")]

mod cells;
mod contributors;
mod hearings;
mod house;
#[path = "../partner/look.rs"]
#[expect(dead_code, reason = "the partners' scenarios look at more")]
mod look;
mod people;
mod risks;
mod support;
mod words;
