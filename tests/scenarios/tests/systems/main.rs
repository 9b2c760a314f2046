//! Systems prove who they are, and people sign in: the whole binary, served from a configuration file, by real clients over HTTP and
//! TLS. Each forgery stands beside a control that shows that the same thing, well made, is taken.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod assertion;
mod certificate;
mod command;
mod external;
mod house;
mod issuer;
mod keys;
mod lifecycle;
mod metadata;
mod proof;
mod signin;
mod socket;

use sangam_kit::database::Template;

/// The hub migrates and seeds its own store.
fn empty() -> Template {
    Template::empty()
}
