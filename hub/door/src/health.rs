//! Health, for whoever restarts or routes: alive is "the process answers", ready is "the hub can serve".
//! Neither says why not; that is in the log.

use std::sync::Arc;

use http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, Result};

use crate::refusal::Refusal;
use crate::respond;
use crate::routes::Door;

const TEXT: &str = "text/plain; charset=utf-8";

/// The endpoint of `/health/live`.
pub(crate) struct Live;

/// The endpoint of `/health/ready`.
pub(crate) struct Ready(pub(crate) Arc<Door>);

impl Endpoint for Live {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(answer(request.method(), true, "live\n", ""))
    }
}

impl Endpoint for Ready {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(answer(request.method(), self.0.hub.ready().await, "ready\n", "not ready\n"))
    }
}

fn answer(method: &Method, good: bool, yes: &'static str, no: &'static str) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return respond::refusal(&Refusal::method("GET, HEAD"));
    }
    let (status, text) = if good { (StatusCode::OK, yes) } else { (StatusCode::SERVICE_UNAVAILABLE, no) };
    let mut response = respond::plain(status, TEXT, text.as_bytes().to_vec());
    if !good {
        respond::retry_after(&mut response);
    }
    response
}
