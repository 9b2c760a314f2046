//! `/invitation`: a person who was invited types the code, and signs in. The code goes by POST, so that it stands in no
//! address, no log of addresses and no referrer.

use std::sync::Arc;

use http::Method;
use poem::{Endpoint, Request, Response, Result};

use super::cookie::Cookie;
use super::{Instead, SignInFault, answered, in_time, paced, page, people, posted, see_other, set_cookie};
use crate::refusal::Refusal;
use crate::routes::Door;

/// The endpoint of `/invitation`.
pub(crate) struct Invitation(pub(crate) Arc<Door>);

impl Endpoint for Invitation {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let door = &*self.0;
        let answer = match *request.method() {
            Method::GET => show(door, &request),
            Method::POST => take(door, request).await,
            _ => Err(Refusal::method("GET, POST").into()),
        };
        Ok(answered(door, answer))
    }
}

fn show(door: &Door, request: &Request) -> std::result::Result<Response, Instead> {
    let people = people(door)?;
    paced(door, request)?;
    Ok(page::invitation(&people.providers()))
}

async fn take(door: &Door, request: Request) -> std::result::Result<Response, Instead> {
    let people = people(door)?;
    let own = people.origin();
    let (_, mut form) = posted(door, own, request).await?;
    let code = form.take("code").ok_or(SignInFault::Nobody)?;
    let provider = form.take("provider").ok_or(SignInFault::NoProvider)?;
    let started = in_time(door, people.start(&provider, Some(&code))).await?;
    let mut response = see_other(&started.address);
    set_cookie(&mut response, &Cookie::Started.keep(own, &started.cookie));
    Ok(response)
}
