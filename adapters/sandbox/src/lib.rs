//! Stateful stand-ins for partners' systems, for the demo and the tests: two Primero v2 deployments with
//! different forms, a directory in HSDS 3, and a small organization's spreadsheets. They answer as the systems' code does, also
//! where its documentation says otherwise, and they know nothing of the hub. All people and organizations in
//! them are invented; with the same seed and clock they are the same people. Read [`Sandbox`] first.

mod draw;
pub mod hsds;
mod people;
pub mod primero;
mod server;
mod sheets;

pub use server::{Asked, Fault, Sandbox, System, Told};
pub use sheets::{Register, SAMPLE_ROWS, sample_csv, sample_xlsx, write_samples};
