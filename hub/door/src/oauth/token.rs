//! The token endpoint: client credentials (RFC 6749, section 4.4), with a proof of possession where the client sends
//! one (RFC 9449, section 5).

use std::sync::Arc;

use http::StatusCode;
use poem::{Endpoint, Request, Response, Result};

use super::client::client;
use super::{JSON, Posted, Refused, answered, no_cache, posted, refused};
use crate::authorization;
use crate::hub::{TokenError, TokenGranted, TokenRequest};
use crate::respond;
use crate::routes::Door;

/// The endpoint of `/oauth/token`.
pub(crate) struct OauthToken(pub(crate) Arc<Door>);

impl Endpoint for OauthToken {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(match granted(&self.0, request).await {
            Ok(granted) => token(&granted),
            Err(why) => refused(&self.0, &why),
        })
    }
}

async fn granted(door: &Door, request: Request) -> std::result::Result<TokenGranted, Refused> {
    let Posted { headers, mut form, held } = posted(door, request).await?;
    let ask = TokenRequest {
        client: client(&headers, &mut form).map_err(Refused::Oauth)?,
        grant_type: form.take("grant_type").ok_or(Refused::Oauth(TokenError::InvalidRequest))?,
        scope: form.take("scope"),
        proof: authorization::proof(&headers).ok_or(Refused::Oauth(TokenError::InvalidProof))?.map(str::to_owned),
        certificate: held.certificate().cloned(),
    };
    answered(door, door.hub.token(ask)).await
}

fn token(granted: &TokenGranted) -> Response {
    let body = serde_json::json!({
        "access_token": granted.access_token,
        "token_type": granted.scheme.code(),
        "expires_in": granted.expires_in,
        "scope": granted.scope,
    });
    let mut response = respond::plain(StatusCode::OK, JSON, body.to_string().into_bytes());
    no_cache(&mut response);
    response
}
