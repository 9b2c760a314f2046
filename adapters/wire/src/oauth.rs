//! Signing in to a partner's web service by OAuth 2.0 client credentials, or by a token that a person there made, as every
//! kind of service that has either does: what the partner's file says of it ([`WebSignIn`]), and the client.

mod assertion;
mod client;
mod settings;

use std::sync::Arc;

use sangam_vocabulary::Clock;
use secrecy::ExposeSecret;

use crate::fault::WireFault;
use crate::http::Http;
use crate::session::{Fixed, Session, authorization, secret};

pub use settings::{OauthClient, Proof, WebSignIn};

/// A system, and the hub's credentials there; a token that a person made is sent under a scheme, or bare.
///
/// # Errors
/// [`WireFault::Unauthorized`] where the token cannot be in a header, [`WireFault::Unreachable`] where no client can be made
/// on this machine.
pub(crate) fn session(
    http: Http,
    sign_in: &WebSignIn,
    scheme: Option<&str>,
    clock: Arc<dyn Clock>,
) -> Result<Session, WireFault> {
    Ok(match sign_in {
        WebSignIn::Token(token) => {
            let header = match scheme {
                Some(scheme) => authorization(scheme, token.expose_secret()),
                None => secret(token.expose_secret()),
            };
            let header = header.ok_or(WireFault::Unauthorized)?;
            Session::new(http, Fixed(header))
        }
        WebSignIn::Client(client) => Session::new(http, client::Backend::new(client.clone(), clock)?),
    })
}
