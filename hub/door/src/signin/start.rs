//! `/signin`: with whom; `/signin/PROVIDER`: the way there.

use std::sync::Arc;

use http::Method;
use poem::{Endpoint, Request, Response, Result};

use super::cookie::Cookie;
use super::{Instead, answered, in_time, paced, page, people, see_other, set_cookie};
use crate::hub::AuthFault;
use crate::refusal::Refusal;
use crate::routes::Door;

/// The endpoint of `/signin`.
pub(crate) struct Choose(pub(crate) Arc<Door>);

impl Endpoint for Choose {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(answered(&self.0, choose(&self.0, &request).await))
    }
}

async fn choose(door: &Door, request: &Request) -> std::result::Result<Response, Instead> {
    let people = people(door)?;
    if request.method() != Method::GET {
        return Err(Refusal::method("GET").into());
    }
    paced(door, request)?;
    let providers = people.providers();
    if let Some(Some(cookie)) = Cookie::Session.read(people.origin(), request.headers()) {
        match tokio::time::timeout(door.limits.request.token_time, people.session(cookie, None)).await {
            Ok(Ok(session)) => return Ok(page::signed_in(&session, people.home(), &providers)),
            Ok(Err(AuthFault::Unavailable)) | Err(_) => return Err(super::SignInFault::Unavailable.into()),
            Ok(Err(AuthFault::Missing | AuthFault::Invalid)) => {}
        }
    }
    Ok(page::choose(&providers))
}

/// The endpoint of `/signin/:provider`.
pub(crate) struct Start(pub(crate) Arc<Door>);

impl Endpoint for Start {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(answered(&self.0, start(&self.0, &request).await))
    }
}

async fn start(door: &Door, request: &Request) -> std::result::Result<Response, Instead> {
    let people = people(door)?;
    if request.method() != Method::GET {
        return Err(Refusal::method("GET").into());
    }
    paced(door, request)?;
    let provider = request.path_params::<String>().unwrap_or_default();
    let started = in_time(door, people.start(&provider, None)).await?;
    let mut response = see_other(&started.address);
    set_cookie(&mut response, &Cookie::Started.keep(people.origin(), &started.cookie));
    Ok(response)
}
