//! Proofs of custody: what the tests of this package share. The tests are the product: `oracle` (Cedar against
//! `decide`), `properties`, `release`, `matrix`; the walls that the compiler holds are in the package beside
//! this one, `walls`. Knows no database and no protocol; read `tests/oracle` next.
#![expect(clippy::unwrap_used, reason = "shared by tests only; a missing file or a broken seed is a failed test")]

mod books;
mod cast;
mod draw;

pub use books::{BOOKS, BookText, texts};
pub use cast::{Cast, NOON};
pub use draw::Draw;
