//! Attacks. Each is first sent to the bare server; if it does no harm there, the test fails as void, for it
//! would prove nothing. Then it is sent to the hub's own door, which has to refuse it by name, at once, and
//! go on living with its memory as it was.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests: what cannot be set up or read fails the test"
)]

mod amplifying;
mod body;
mod connection;
mod floods;
mod nesting;
mod requests;
mod server;
mod transports;
