//! Signing in to DHIS2: with every request, by a personal access token or by name and password.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::ExposeSecret;

use super::settings::{Dhis2Access, Dhis2Config};
use crate::fault::WireFault;
use crate::session::{Fixed, authorization};

/// The credentials that the partner's file names.
///
/// # Errors
/// [`WireFault::Unauthorized`] where they cannot stand in a header.
pub(super) fn credentials(config: &Dhis2Config) -> Result<Fixed, WireFault> {
    let header = match &config.access {
        Dhis2Access::Token(token) => authorization("ApiToken", token.expose_secret()),
        Dhis2Access::Basic { user_name, password } => basic(config, user_name, password.expose_secret()),
    };
    header.map(Fixed).ok_or(WireFault::Unauthorized)
}

/// As RFC 7617 writes it: the client library does, into a request that is never sent.
fn basic(config: &Dhis2Config, user_name: &str, password: &str) -> Option<HeaderValue> {
    let request = reqwest::Client::new().get(config.base_url.clone()).basic_auth(user_name, Some(password));
    request.build().ok()?.headers().get(AUTHORIZATION).cloned()
}
