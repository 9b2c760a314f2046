//! `/session`: who is signed in, for pages and programs, with the token that their requests carry beside the cookie.

use std::sync::Arc;

use http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, Result};
use serde_json::json;

use super::people;
use super::visitor;
use crate::refusal::Refusal;
use crate::respond;
use crate::routes::Door;

/// The endpoint of `/session`.
pub(crate) struct SessionRoom(pub(crate) Arc<Door>);

impl Endpoint for SessionRoom {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(shown(&self.0, &request).await.unwrap_or_else(|refusal| {
            self.0.metrics.refused(refusal.code);
            respond::refusal(&refusal)
        }))
    }
}

async fn shown(door: &Door, request: &Request) -> std::result::Result<Response, Refusal> {
    people(door)?;
    if request.method() != Method::GET {
        return Err(Refusal::method("GET"));
    }
    let session = visitor::session(door, request).await?;
    let body = json!({
        "organization": { "id": session.organization.0, "name": session.organization.1 },
        "pseudonym": session.pseudonym,
        "roles": session.roles,
        "scopes": session.caller.scopes().iter().map(sangam_language::Scope::code).collect::<Vec<_>>(),
        "csrf": session.csrf,
        "idle_until": session.idle.rfc3339(),
        "until": session.until.rfc3339(),
    });
    Ok(respond::plain(StatusCode::OK, "application/json; charset=utf-8", body.to_string().into_bytes()))
}
