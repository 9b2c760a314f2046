//! How a client says who it is at an endpoint: by HTTP Basic, by a secret or an assertion in the body, or by its id
//! and the connection's certificate. One way, never two (RFC 6749, section 2.3).

use http::{HeaderMap, header};
use poem::web::headers::authorization::Basic;
use poem::web::headers::{Authorization, HeaderMapExt as _};

use crate::form::{self, Form};
use crate::hub::{ClientSent, TokenError};

/// The only kind of assertion (RFC 7523, section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Takes out of a request how its client says who it is.
///
/// # Errors
/// [`TokenError::InvalidRequest`] for two ways at once, [`TokenError::InvalidClient`] for none and for one that
/// cannot be read.
pub(super) fn client(headers: &HeaderMap, form: &mut Form) -> Result<ClientSent, TokenError> {
    let id = form.take("client_id");
    let secret = form.take("client_secret");
    let assertion = (form.take("client_assertion_type"), form.take("client_assertion"));
    let basic = headers.contains_key(header::AUTHORIZATION);
    match (basic, secret, assertion) {
        (true, None, (None, None)) => {
            let (known, secret) = credentials(headers).ok_or(TokenError::InvalidClient)?;
            // Its id may be repeated in the body.
            if id.is_some_and(|id| id != known) {
                return Err(TokenError::InvalidRequest);
            }
            Ok(ClientSent::Secret { id: known, secret })
        }
        (false, Some(secret), (None, None)) => {
            Ok(ClientSent::Secret { id: id.ok_or(TokenError::InvalidClient)?, secret })
        }
        (false, None, (Some(kind), Some(assertion))) => {
            if kind != JWT_BEARER {
                return Err(TokenError::InvalidClient);
            }
            Ok(ClientSent::Assertion { id, assertion })
        }
        (false, None, (None, None)) => Ok(ClientSent::Certificate { id: id.ok_or(TokenError::InvalidClient)? }),
        _ => Err(TokenError::InvalidRequest),
    }
}

/// The client's id and secret of HTTP Basic, each of them form-encoded first (RFC 6749, section 2.3.1).
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let Authorization(basic) = headers.typed_get::<Authorization<Basic>>()?;
    Some((form::decode(basic.username())?, form::decode(basic.password())?))
}
