//! The token endpoint: client credentials (RFC 6749, section 4.4) and the exchange of such a token for one that says who
//! asks (RFC 8693), with a proof of possession where the client sends one (RFC 9449, section 5).

use std::sync::Arc;

use http::StatusCode;
use poem::{Endpoint, Request, Response, Result};

use super::client::client;
use super::{JSON, Posted, Refused, answered, no_cache, posted, refused};
use crate::authorization;
use crate::form::Form;
use crate::hub::{GrantSent, TokenError, TokenGranted, TokenRequest};
use crate::respond;
use crate::routes::Door;

/// The grant that exchanges a token (RFC 8693, section 2.1).
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// The kinds of tokens it takes, and the kind it gives (RFC 8693, section 3).
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// The endpoint of `/oauth/token`.
pub(crate) struct OauthToken(pub(crate) Arc<Door>);

impl Endpoint for OauthToken {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(match granted(&self.0, request).await {
            Ok((granted, exchanged)) => token(&granted, exchanged),
            Err(why) => refused(&self.0, &why),
        })
    }
}

/// The token, and whether it was given for another.
async fn granted(door: &Door, request: Request) -> std::result::Result<(TokenGranted, bool), Refused> {
    let Posted { headers, mut form, held } = posted(door, request).await?;
    let ask = TokenRequest {
        client: client(&headers, &mut form).map_err(Refused::Oauth)?,
        grant: grant(&mut form).map_err(Refused::Oauth)?,
        scope: form.take("scope"),
        proof: authorization::proof(&headers).ok_or(Refused::Oauth(TokenError::InvalidProof))?.map(str::to_owned),
        certificate: held.certificate().cloned(),
    };
    let exchanged = matches!(ask.grant, GrantSent::Exchange { .. });
    Ok((answered(door, door.hub.token(ask)).await?, exchanged))
}

/// The grant that a form asks for.
fn grant(form: &mut Form) -> std::result::Result<GrantSent, TokenError> {
    match form.take("grant_type").as_deref() {
        Some("client_credentials") => Ok(GrantSent::ClientCredentials),
        Some(EXCHANGE) => {
            let mut of_kind = |name: &str, kind: &str| {
                let (sent, token) = (form.take(&format!("{name}_type")), form.take(name));
                token.filter(|_| sent.as_deref() == Some(kind)).ok_or(TokenError::InvalidRequest)
            };
            let subject_token = of_kind("subject_token", ACCESS_TOKEN)?;
            let actor_token = of_kind("actor_token", JWT)?;
            match form.take("requested_token_type").as_deref() {
                None | Some(ACCESS_TOKEN) => Ok(GrantSent::Exchange { subject_token, actor_token }),
                Some(_) => Err(TokenError::InvalidRequest),
            }
        }
        Some(_) => Err(TokenError::UnsupportedGrantType),
        None => Err(TokenError::InvalidRequest),
    }
}

fn token(granted: &TokenGranted, exchanged: bool) -> Response {
    let mut body = serde_json::json!({
        "access_token": granted.access_token,
        "token_type": granted.scheme.code(),
        "expires_in": granted.expires_in,
        "scope": granted.scope,
    });
    if let Some(members) = body.as_object_mut().filter(|_| exchanged) {
        members.insert("issued_token_type".to_owned(), ACCESS_TOKEN.into());
    }
    let mut response = respond::plain(StatusCode::OK, JSON, body.to_string().into_bytes());
    no_cache(&mut response);
    response
}
