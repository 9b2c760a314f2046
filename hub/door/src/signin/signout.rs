//! `/signout`: a session ends here, and then at its provider.

use std::sync::Arc;

use poem::{Endpoint, Request, Response, Result};

use super::cookie::Cookie;
use super::{Instead, SignInFault, answered, in_time, people, posted, see_other, set_cookie};
use crate::hub::AuthFault;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;

/// The endpoint of `/signout`.
pub(crate) struct SignOut(pub(crate) Arc<Door>);

impl Endpoint for SignOut {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(answered(&self.0, leave(&self.0, request).await))
    }
}

async fn leave(door: &Door, request: Request) -> std::result::Result<Response, Instead> {
    let people = people(door)?;
    let own = people.origin();
    let (headers, mut form) = posted(door, own, request).await?;
    let token = form.take("csrf");
    let Some(Some(cookie)) = Cookie::Session.read(own, &headers) else { return Ok(see_other("/signin")) };
    let asked = async {
        match people.session(cookie, token.as_deref()).await {
            Ok(session) => Ok(Some(session.proven)),
            // It is over already: what is left is the cookie.
            Err(AuthFault::Missing | AuthFault::Invalid) => Ok(None),
            Err(AuthFault::Unavailable) => Err(SignInFault::Unavailable),
        }
    };
    let next = match in_time(door, asked).await? {
        Some(false) => return Err(Refusal::of(DoorCode::CsrfRefused).into()),
        Some(true) => in_time(door, people.end(cookie)).await?,
        None => None,
    };
    let mut response = see_other(next.as_deref().unwrap_or("/signin"));
    set_cookie(&mut response, &Cookie::Session.drop(own));
    Ok(response)
}
