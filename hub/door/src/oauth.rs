//! The token endpoint: client credentials (RFC 6749, section 4.4), by HTTP Basic or in the body, never both.
//! Whether the client is who it says is the desk's to find out.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::web::headers::authorization::Basic;
use poem::web::headers::{Authorization, HeaderMapExt as _};
use poem::{Body, Endpoint, Request, Response, Result};

use crate::connection::Held;
use crate::form::{self, Form};
use crate::hub::{TokenError, TokenFault, TokenGranted, TokenRequest};
use crate::media::is_body;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::{body, limits, respond};
use sangam_language::ErrorCode;

const JSON: &str = "application/json; charset=utf-8";

/// The endpoint of `/oauth/token`.
pub(crate) struct OauthToken(pub(crate) Arc<Door>);

/// Why there is no token: HTTP's reasons, or OAuth's.
enum Refused {
    Door(Refusal),
    Oauth(TokenError),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Door(refusal)
    }
}

impl Endpoint for OauthToken {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let door = &*self.0;
        Ok(match granted(door, request).await {
            Ok(granted) => token(&granted),
            Err(Refused::Door(refusal)) => {
                door.metrics.refused(refusal.code);
                respond::refusal(&refusal)
            }
            Err(Refused::Oauth(error)) => {
                door.metrics.refused(error.code());
                oauth_error(error)
            }
        })
    }
}

async fn granted(door: &Door, request: Request) -> std::result::Result<TokenGranted, Refused> {
    if request.method() != Method::POST {
        return Err(Refusal::method("POST").into());
    }
    if !is_body(request.headers(), "application/x-www-form-urlencoded") {
        return Err(Refusal::of(DoorCode::UnsupportedMediaType).into());
    }
    let held = request.data::<Held>().cloned().ok_or_else(Refusal::internal)?;
    if !door.pace.stranger(held.peer.ip()) {
        return Err(Refusal::of(DoorCode::RateLimited).into());
    }
    let (parts, body) = request.into_parts();
    let ask = ask(door, &parts.headers, body, &held).await?;
    let _turn = door.admission.work().await?;
    match tokio::time::timeout(door.limits.request.token_time, door.hub.token(ask)).await {
        Ok(Ok(granted)) => Ok(granted),
        Ok(Err(TokenFault::Refused(error))) => Err(Refused::Oauth(error)),
        Ok(Err(TokenFault::Unavailable)) | Err(_) => Err(Refusal::language(ErrorCode::Unavailable).into()),
    }
}

async fn ask(door: &Door, headers: &HeaderMap, body: Body, held: &Held) -> std::result::Result<TokenRequest, Refused> {
    let limits = &door.limits.request;
    let turn = door.admission.body().await?;
    let whole = body::read(headers, body, limits::FORM_BYTES, limits.body_time).await?;
    drop(turn);
    let basic = headers.contains_key(header::AUTHORIZATION);
    let wrong = || Refused::Oauth(TokenError::InvalidRequest);
    let mut form = std::str::from_utf8(&whole).ok().and_then(Form::read).ok_or_else(wrong)?;
    let in_body = (form.take("client_id"), form.take("client_secret"));
    let (client_id, client_secret) = match (basic, in_body) {
        // The client authenticates in one way only (RFC 6749, section 2.3); its id may be repeated.
        (true, (_, Some(_))) => return Err(wrong()),
        (true, (id, None)) => {
            let credentials = credentials(headers).ok_or(Refused::Oauth(TokenError::InvalidClient))?;
            if id.is_some_and(|id| id != credentials.0) {
                return Err(wrong());
            }
            credentials
        }
        (false, (Some(id), Some(secret))) => (id, secret),
        (false, _) => return Err(Refused::Oauth(TokenError::InvalidClient)),
    };
    Ok(TokenRequest {
        grant_type: form.take("grant_type").ok_or_else(wrong)?,
        client_id,
        client_secret,
        scope: form.take("scope"),
        certificate: held.certificate.as_ref().map(|certificate| certificate.der().to_vec()),
    })
}

/// The client's id and secret of HTTP Basic, each of them form-encoded first (RFC 6749, section 2.3.1).
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let Authorization(basic) = headers.typed_get::<Authorization<Basic>>()?;
    Some((form::decode(basic.username())?, form::decode(basic.password())?))
}

fn token(granted: &TokenGranted) -> Response {
    let body = serde_json::json!({
        "access_token": granted.access_token,
        "token_type": "Bearer",
        "expires_in": granted.expires_in,
        "scope": granted.scope,
    });
    let mut response = respond::plain(StatusCode::OK, JSON, body.to_string().into_bytes());
    no_cache(&mut response);
    response
}

fn oauth_error(error: TokenError) -> Response {
    let body = serde_json::json!({ "error": error.code(), "error_description": error.sentence() });
    let status = if error == TokenError::InvalidClient { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let mut response = respond::plain(status, JSON, body.to_string().into_bytes());
    no_cache(&mut response);
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static(r#"Basic realm="sangam""#);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// RFC 6749, section 5.1, asks for both headers.
fn no_cache(response: &mut Response) {
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}
