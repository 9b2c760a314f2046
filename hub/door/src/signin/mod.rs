//! People at the door: where they sign in and out, and the session that a page or program of theirs comes with.
//!
//! The pages are small, without script, and readable without a style. What they post is believed only from the hub's
//! own pages ([`origin`]); what a cookie authorizes needs the session's token beside it ([`visitor`]). Which providers
//! there are and whether a session stands is the hub's to say ([`port`]).

mod back;
pub(crate) mod cookie;
mod invitation;
pub(crate) mod origin;
pub(crate) mod page;
mod port;
mod session;
mod signout;
mod start;
pub(crate) mod visitor;

use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};

use crate::connection::Held;
use crate::form::Form;
use crate::media::is_body;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::{body, limits, respond};

pub(crate) use back::Back;
pub(crate) use invitation::Invitation;
pub use port::{Began, Comeback, ProviderShown, SessionShown, SignIn, SignInFault, Started};
pub(crate) use session::SessionRoom;
pub(crate) use signout::SignOut;
pub(crate) use start::{Choose, Start};

/// How long one half of a sign-in may take: keys, a code and its exchange, each of which ends by itself, then the store.
const SIGN_IN_TIME: Duration = Duration::from_secs(10);

/// Why a page is not what was asked for.
enum Instead {
    /// HTTP's reasons, told to programs and people alike.
    Door(Refusal),
    /// What went wrong with a sign-in, told as a page.
    SignIn(SignInFault),
}

impl From<Refusal> for Instead {
    fn from(refusal: Refusal) -> Self {
        Self::Door(refusal)
    }
}

impl From<SignInFault> for Instead {
    fn from(fault: SignInFault) -> Self {
        Self::SignIn(fault)
    }
}

fn answered(door: &Door, answer: Result<Response, Instead>) -> Response {
    match answer {
        Ok(response) => response,
        Err(Instead::Door(refusal)) => {
            door.metrics.refused(refusal.code);
            respond::refusal(&refusal)
        }
        Err(Instead::SignIn(fault)) => page::fault(fault),
    }
}

/// Who people sign in with here; nothing is at these addresses where nobody does.
pub(crate) fn people(door: &Door) -> Result<&dyn SignIn, Refusal> {
    door.hub.sign_in().ok_or_else(|| Refusal::of(DoorCode::NotFound))
}

/// A stranger's turn: signing in is asked for without a token, so it has the pace of strangers.
fn paced(door: &Door, request: &Request) -> Result<(), Refusal> {
    let held = request.data::<Held>().ok_or_else(Refusal::internal)?;
    if door.pace.stranger(held.peer.ip()) { Ok(()) } else { Err(Refusal::of(DoorCode::RateLimited)) }
}

/// The form that one of the hub's own pages posted.
async fn posted(door: &Door, own: &str, request: Request) -> Result<(http::HeaderMap, Form), Refusal> {
    if request.method() != http::Method::POST {
        return Err(Refusal::method("POST"));
    }
    if !is_body(request.headers(), "application/x-www-form-urlencoded") {
        return Err(Refusal::of(DoorCode::UnsupportedMediaType));
    }
    paced(door, &request)?;
    if !origin::is_own_page(request.headers(), own) {
        return Err(Refusal::of(DoorCode::CsrfRefused));
    }
    let (parts, body) = request.into_parts();
    let turn = door.admission.body().await?;
    let whole = body::read(&parts.headers, body, limits::FORM_BYTES, door.limits.request.body_time).await?;
    drop(turn);
    let form = std::str::from_utf8(&whole).ok().and_then(Form::read);
    Ok((parts.headers, form.ok_or_else(|| Refusal::bad_request("Send a form with each field once."))?))
}

/// What the hub does for a sign-in, in its turn and in time.
async fn in_time<T: Send>(
    door: &Door,
    asked: impl Future<Output = Result<T, SignInFault>> + Send,
) -> Result<T, Instead> {
    let _turn = door.admission.work().await?;
    match tokio::time::timeout(SIGN_IN_TIME, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(SignInFault::Unavailable.into()),
    }
}

/// Sends a browser on by GET, whatever it came with.
pub(crate) fn see_other(address: &str) -> Response {
    let mut response = respond::plain(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Vec::new());
    match HeaderValue::from_str(address) {
        Ok(value) => {
            response.headers_mut().insert(header::LOCATION, value);
            response
        }
        Err(_) => respond::refusal(&Refusal::internal()),
    }
}

pub(crate) fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
