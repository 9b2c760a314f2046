//! The shipped partners, each the whole way in and out: its sandbox, its wire, its mappings in a worker, strict reading; and
//! back. The configuration read is the one that is shipped. What every kind must keep is tried in `conformance`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

mod fhir;
mod forms;
mod house;
mod htcds;
mod primero;
mod return_desk;
mod sheet;
