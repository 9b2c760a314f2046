//! A caller by a session's cookie, in place of a token. Never both: a request that shows two callers is nobody's.

use http::{HeaderName, header};
use poem::Request;
use sangam_language::{Caller, ErrorCode};

use super::cookie::Cookie;
use super::origin;
use super::port::SessionShown;
use crate::connection::Held;
use crate::hub::AuthFault;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;

/// The header that a session's token comes in.
const CSRF: HeaderName = HeaderName::from_static("sangam-csrf");

/// Whether a request comes with a session, good or not.
fn has_session(door: &Door, request: &Request) -> bool {
    let own = door.hub.sign_in().map(super::SignIn::origin);
    own.is_some_and(|own| Cookie::Session.read(own, request.headers()).is_some())
}

/// The session of a request. An address whose sessions keep being refused has to wait.
///
/// # Errors
/// 401 for whatever is not a session that stands, 429 for an address that tries too often, 503 when that cannot be
/// found out now.
pub(crate) async fn session(door: &Door, request: &Request) -> Result<SessionShown, Refusal> {
    let held = request.data::<Held>().ok_or_else(Refusal::internal)?;
    let people = super::people(door)?;
    let headers = request.headers();
    let csrf = headers.get(CSRF).and_then(|token| token.to_str().ok());
    let fault = match Cookie::Session.read(people.origin(), headers).flatten() {
        None => AuthFault::Missing,
        Some(cookie) => {
            match tokio::time::timeout(door.limits.request.token_time, people.session(cookie, csrf)).await {
                Ok(Ok(session)) if session.caller.until() > door.clock.now() => return Ok(session),
                Ok(Ok(_)) => AuthFault::Invalid,
                Ok(Err(fault)) => fault,
                Err(_) => AuthFault::Unavailable,
            }
        }
    };
    match fault {
        AuthFault::Unavailable => Err(Refusal::language(ErrorCode::Unavailable)),
        AuthFault::Missing | AuthFault::Invalid if !door.pace.stranger(held.peer.ip()) => {
            Err(Refusal::of(DoorCode::RateLimited))
        }
        AuthFault::Missing | AuthFault::Invalid => Err(Refusal::unauthenticated(None)),
    }
}

/// The caller of a request's session; `None` when it comes with none. Every request needs the session's token, those
/// that only read too: a reading leaves entries.
///
/// # Errors
/// As for [`session`]; 400 beside a token, 403 without the session's token or from a page that is not the hub's.
pub(crate) async fn caller(door: &Door, request: &Request) -> Result<Option<Caller>, Refusal> {
    if !has_session(door, request) {
        return Ok(None);
    }
    alone(request)?;
    let own = super::people(door)?.origin();
    if !origin::names_own(request.headers(), own) {
        return Err(Refusal::of(DoorCode::CsrfRefused));
    }
    let session = session(door, request).await?;
    if session.proven { Ok(Some(session.caller)) } else { Err(Refusal::of(DoorCode::CsrfRefused)) }
}

/// The caller of an upgrade's session; `None` when it comes with none. A page cannot set the header of the session's
/// token there, so it is the origin that must be the hub's own, and it must be named.
///
/// # Errors
/// As for [`caller`].
pub(crate) async fn watcher(door: &Door, request: &Request) -> Result<Option<Caller>, Refusal> {
    if !has_session(door, request) {
        return Ok(None);
    }
    alone(request)?;
    if !origin::is_own_page(request.headers(), super::people(door)?.origin()) {
        return Err(Refusal::of(DoorCode::OriginRefused));
    }
    session(door, request).await.map(|session| Some(session.caller))
}

fn alone(request: &Request) -> Result<(), Refusal> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        return Err(Refusal::bad_request("A request shows one caller: send a token or a session's cookie, not both."));
    }
    Ok(())
}
