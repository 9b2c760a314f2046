//! The registry of async-graphql, written from the tables: what its parser's documents are validated against,
//! what introspection answers from, and what the SDL is printed from. Nothing is resolved through it; the
//! walker does that. It knows no data. Read `check.rs` next, which runs validation and introspection.

mod check;
mod entry;
mod roots;

pub(crate) use check::{Checker, Invalid};
pub(crate) use entry::NODE;

#[cfg(test)]
mod tests;
