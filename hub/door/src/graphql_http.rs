//! GraphQL over HTTP, by the specification's draft of that name.
//!
//! The order is from cheap to dear, and strangers pay first: method, media types, token, pace, body,
//! purpose, a turn, the operation. Nothing is read of a stranger's body. There is no CORS header: pages of
//! other origins do not speak to the hub.

use http::{Method, StatusCode};
use poem::{Body, Endpoint, Request, Response, Result};
use sangam_language::{Caller, ErrorCode, Operation, Reply, Stage};
use std::sync::Arc;

use crate::authorization::Shown;
use crate::connection::Held;
use crate::graphql_request::Parameters;
use crate::hub::Kind;
use crate::media::{Answer, is_body, negotiate};
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::signin::visitor;
use crate::{authorization, body, purpose, respond};

const ALLOW: &str = "GET, POST";

/// The endpoint of `/graphql`.
pub(crate) struct GraphqlHttp(pub(crate) Arc<Door>);

impl Endpoint for GraphqlHttp {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let door = &*self.0;
        let accepts = negotiate(request.headers());
        let answer = accepts.unwrap_or(Answer::Json);
        let reply = match accepts {
            None => Err(Refusal::of(DoorCode::NotAcceptable)),
            Some(_) => reply(door, request).await,
        };
        Ok(match reply {
            Ok(reply) => write(door, answer, reply),
            Err(refusal) => {
                door.metrics.refused(refusal.code);
                respond::refusal_as(&refusal, answer)
            }
        })
    }
}

async fn reply(door: &Door, request: Request) -> std::result::Result<Reply, Refusal> {
    let reads_only = match *request.method() {
        Method::GET => true,
        Method::POST => false,
        _ => return Err(Refusal::method(ALLOW)),
    };
    if !reads_only && !is_body(request.headers(), "application/json") {
        return Err(Refusal::of(DoorCode::UnsupportedMediaType));
    }
    let held = request.data::<Held>().cloned().ok_or_else(Refusal::internal)?;
    let caller = match visitor::caller(door, &request).await? {
        Some(person) => person,
        None => {
            let shown = Shown::of(request.headers(), request.method(), request.uri().path())?;
            authorization::caller(door, shown, &held).await?
        }
    };
    if !door.pace.client(&caller) {
        return Err(Refusal::of(DoorCode::RateLimited));
    }
    let purpose = purpose::of_headers(request.headers())?;
    let (parts, body) = request.into_parts();
    let parameters = if reads_only {
        Parameters::of_query(parts.uri.query().unwrap_or_default())?
    } else {
        posted(door, &parts.headers, body).await?
    };
    execute(door, &caller, parameters.operation(purpose)?, reads_only).await
}

async fn posted(door: &Door, headers: &http::HeaderMap, body: Body) -> std::result::Result<Parameters, Refusal> {
    let limits = &door.limits.request;
    let turn = door.admission.body().await?;
    let whole = body::read(headers, body, limits.body_bytes, limits.body_time).await?;
    drop(turn);
    Parameters::of_json(&whole)
}

/// Executes a query or a mutation in its turn and within its time; sockets use the same way in.
///
/// # Errors
/// The refusal to send: no turn, no time left, or a mutation where only reading is allowed.
pub(crate) async fn execute(
    door: &Door,
    caller: &Caller,
    operation: Operation,
    reads_only: bool,
) -> std::result::Result<Reply, Refusal> {
    let _turn = door.admission.work().await?;
    if reads_only {
        match door.hub.kind(&operation) {
            Err(reply) => return Ok(reply),
            Ok(Kind::Mutation) => return Err(Refusal::method("POST")),
            Ok(Kind::Query | Kind::Subscription) => {}
        }
    }
    let executed = tokio::time::timeout(door.limits.request.operation_time, door.hub.execute(caller, operation));
    executed.await.map_err(|_| Refusal::language(ErrorCode::TimedOut))
}

fn write(door: &Door, answer: Answer, reply: Reply) -> Response {
    let status = match reply.stage {
        Stage::Executed => StatusCode::OK,
        Stage::Refused(code) => {
            door.metrics.refused(code.code());
            answer.status(code)
        }
    };
    let mut response = respond::graphql(status, answer, reply.body);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        respond::retry_after(&mut response);
    }
    response
}
