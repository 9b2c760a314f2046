//! What a decision hangs on, one thing at a time: a case in which everything is there, and the same case with one thing
//! otherwise. Each row says what that does, and every row is asked of `decide` and of the mask alike. The books of law as
//! they ship are in `books`; random worlds are in `tests/proofs`.
#![cfg(test)]

mod agreement;
mod case;
mod clauses;
mod consent;
mod exceptions;
mod instants;
mod law;
mod narrower;
mod seats;
