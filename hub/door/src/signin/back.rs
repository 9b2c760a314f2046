//! `/signin/return`: the provider sends the person back with a code, and a session begins.

use std::sync::Arc;

use http::Method;
use poem::{Endpoint, Request, Response, Result};

use super::cookie::Cookie;
use super::port::Comeback;
use super::{Instead, SignInFault, answered, in_time, paced, people, see_other, set_cookie};
use crate::form::Form;
use crate::refusal::Refusal;
use crate::routes::Door;

/// The longest query of a provider, in bytes.
const QUERY_BYTES: usize = 8 * 1024;

/// The endpoint of `/signin/return`.
pub(crate) struct Back(pub(crate) Arc<Door>);

impl Endpoint for Back {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let door = &*self.0;
        let came = came(door, &request).await;
        // Whatever became of it, this sign-in is over in this browser.
        let over = door.hub.sign_in().map(|people| Cookie::Started.drop(people.origin()));
        let mut response = answered(door, came);
        if let Some(over) = over {
            set_cookie(&mut response, &over);
        }
        Ok(response)
    }
}

async fn came(door: &Door, request: &Request) -> std::result::Result<Response, Instead> {
    let people = people(door)?;
    let own = people.origin();
    if request.method() != Method::GET {
        return Err(Refusal::method("GET").into());
    }
    paced(door, request)?;
    let query = request.uri().query().filter(|query| query.len() <= QUERY_BYTES).unwrap_or_default();
    let mut form = Form::read(query).ok_or(SignInFault::NotStarted)?;
    let started = Cookie::Started.read(own, request.headers()).flatten().ok_or(SignInFault::NotStarted)?;
    // An error has a state as well, and no code: whoever sends one without the other has done nothing.
    let refused = form.take("error").is_some();
    let comeback = Comeback {
        started: started.to_owned(),
        state: form.take("state").ok_or(SignInFault::NotStarted)?,
        code: form.take("code").filter(|_| !refused),
        issuer: form.take("iss"),
        session: Cookie::Session.read(own, request.headers()).flatten().map(str::to_owned),
    };
    let began = in_time(door, people.finish(comeback)).await?;
    let mut response = see_other(people.home());
    set_cookie(&mut response, &Cookie::Session.keep(own, &began.cookie));
    Ok(response)
}
