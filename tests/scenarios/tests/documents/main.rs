//! Documents, through the real binary: what goes up, what lies there, what comes down, and what does not.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

mod attacks;
mod broken_off;
mod bucket;
mod house;
mod places;
mod shared;
