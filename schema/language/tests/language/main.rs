//! The language from outside: an executor on an in-memory port whose payloads went the whole way through
//! custody.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    unreachable_pub,
    reason = "tests say what they expect and stop where it is not so"
)]
#![cfg(test)]

mod denial;
mod executor;
mod fixture;
mod oracle;
mod sdl;
