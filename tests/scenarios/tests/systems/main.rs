//! Systems prove who they are, and people sign in: the whole binary, served from a configuration file, by real clients over HTTP and
//! TLS. Each forgery stands beside a control that shows that the same thing, well made, is taken.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "what is not as a test says fails it by panicking at that line, a walk says how much it looked at, and none of this ships"
)]

mod actor;
mod answer;
mod assertion;
mod certificate;
mod command;
mod credentials;
mod external;
mod helper;
mod house;
mod hsds;
mod issuer;
mod keys;
mod leak;
mod lifecycle;
mod lock;
mod member;
mod metadata;
mod pages;
mod person_command;
mod proof;
mod rotation;
mod signin;
mod socket;
mod transport;

use sangam_kit::database::Template;

/// The hub migrates and seeds its own store.
fn empty() -> Template {
    Template::empty()
}
