//! OAuth at the door: where tokens are had and given back, and what is told about them.
//!
//! Here is what the endpoints share: a form by POST, the pace of strangers, a turn, and OAuth's own words for what is
//! refused. How a client says who it is, is in `client.rs`; whether it is true is the desk's to find out.

mod client;
mod published;
mod revoke;
mod token;

use http::{HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use crate::connection::Held;
use crate::form::Form;
use crate::hub::{TokenError, TokenFault};
use crate::media::is_body;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::{body, limits, respond};
use sangam_language::ErrorCode;

pub(crate) use published::OauthPublished;
pub(crate) use revoke::OauthRevoke;
pub(crate) use token::OauthToken;

const JSON: &str = "application/json; charset=utf-8";

/// Why an endpoint refuses: HTTP's reasons, or OAuth's.
enum Refused {
    Door(Refusal),
    Oauth(TokenError),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Door(refusal)
    }
}

/// A form that was posted, and what it came with.
struct Posted {
    headers: http::HeaderMap,
    form: Form,
    held: Held,
}

/// Reads a posted form, at the pace of strangers.
async fn posted(door: &Door, request: Request) -> Result<Posted, Refused> {
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
    let turn = door.admission.body().await?;
    let whole = body::read(&parts.headers, body, limits::FORM_BYTES, door.limits.request.body_time).await?;
    drop(turn);
    let form = std::str::from_utf8(&whole).ok().and_then(Form::read);
    let form = form.ok_or(Refused::Oauth(TokenError::InvalidRequest))?;
    Ok(Posted { headers: parts.headers, form, held })
}

/// What the hub says to it, in its turn and in time.
async fn answered<T: Send>(
    door: &Door,
    asked: impl Future<Output = Result<T, TokenFault>> + Send,
) -> Result<T, Refused> {
    let _turn = door.admission.work().await?;
    match tokio::time::timeout(door.limits.request.token_time, asked).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(TokenFault::Refused(error))) => Err(Refused::Oauth(error)),
        Ok(Err(TokenFault::Unavailable)) | Err(_) => Err(Refusal::language(ErrorCode::Unavailable).into()),
    }
}

fn refused(door: &Door, refused: &Refused) -> Response {
    match refused {
        Refused::Door(refusal) => {
            door.metrics.refused(refusal.code);
            respond::refusal(refusal)
        }
        Refused::Oauth(error) => {
            door.metrics.refused(error.code());
            oauth_error(*error)
        }
    }
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
