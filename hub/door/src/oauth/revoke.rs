//! The revocation endpoint (RFC 7009): a client gives its own token back. What is no token of its own is answered as
//! if it had been: with nothing, and 200.

use std::sync::Arc;

use http::StatusCode;
use poem::{Endpoint, Request, Response, Result};

use super::client::client;
use super::{JSON, Posted, Refused, answered, no_cache, posted, refused};
use crate::hub::{RevocationRequest, TokenError};
use crate::respond;
use crate::routes::Door;

/// The endpoint of `/oauth/revoke`.
pub(crate) struct OauthRevoke(pub(crate) Arc<Door>);

impl Endpoint for OauthRevoke {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(match revoked(&self.0, request).await {
            Ok(()) => {
                let mut response = respond::plain(StatusCode::OK, JSON, Vec::new());
                no_cache(&mut response);
                response
            }
            Err(why) => refused(&self.0, &why),
        })
    }
}

async fn revoked(door: &Door, request: Request) -> std::result::Result<(), Refused> {
    let Posted { headers, mut form, held } = posted(door, request).await?;
    let ask = RevocationRequest {
        client: client(&headers, &mut form).map_err(Refused::Oauth)?,
        // `token_type_hint` only helps a server with more kinds of tokens to find one.
        token: form.take("token").ok_or(Refused::Oauth(TokenError::InvalidRequest))?,
        certificate: held.certificate().cloned(),
    };
    answered(door, door.hub.revoke(ask)).await
}
