//! The language from outside: an executor on an in-memory port whose payloads went the whole way through
//! custody.
#![expect(unreachable_pub, reason = "the parts of one test crate see each other")]
#![cfg(test)]

mod denial;
mod executor;
mod fixture;
mod oracle;
mod partners;
mod sdl;
