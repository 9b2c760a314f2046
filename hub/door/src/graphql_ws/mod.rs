//! GraphQL over WebSocket: the protocol `graphql-transport-ws`.
//!
//! Here is the upgrade: who may open a socket at all. The talk that follows is in `socket.rs`, its words in
//! `message.rs`, an operation's life in `operation.rs`. The socket keeps its connection's seat, is counted
//! until it ends, and hears the stop.

mod message;
mod operation;
mod socket;

use std::sync::Arc;

use http::{HeaderMap, Method, header};
use poem::web::websocket::{WebSocket, WebSocketConfig};
use poem::{Endpoint, FromRequest as _, IntoResponse as _, Request, RequestBody, Response, Result};

use crate::authorization::Shown;
use crate::connection::Held;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::signin::{SignIn, visitor};
use crate::{authorization, limits, purpose, respond};
use socket::Session;

const PROTOCOL: &str = "graphql-transport-ws";

/// The endpoint of `/graphql/ws`.
pub(crate) struct GraphqlWs(pub(crate) Arc<Door>);

impl Endpoint for GraphqlWs {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(upgrade(&self.0, &request).await.unwrap_or_else(|refusal| {
            self.0.metrics.refused(refusal.code);
            respond::refusal(&refusal)
        }))
    }
}

async fn upgrade(door: &Arc<Door>, request: &Request) -> std::result::Result<Response, Refusal> {
    let headers = request.headers();
    if request.method() != Method::GET {
        return Err(Refusal::method("GET"));
    }
    if !from_known_origin(headers, door) {
        return Err(Refusal::of(DoorCode::OriginRefused));
    }
    if !offers_protocol(headers) {
        return Err(Refusal::of(DoorCode::SubprotocolRequired));
    }
    let held = request.data::<Held>().cloned().ok_or_else(Refusal::internal)?;
    let shown = Shown::of(headers, request.method(), request.uri().path())?;
    let caller = match (visitor::watcher(door, request).await?, shown.authorization) {
        (Some(person), _) => Some(person),
        // It introduces itself in `connection_init`.
        (None, None) => None,
        (None, Some(_)) => Some(authorization::caller(door, shown, &held).await?),
    };
    let session = Session::new(Arc::clone(door), held, caller, purpose::of_headers(headers)?);
    let websocket = WebSocket::from_request(request, &mut RequestBody::default())
        .await
        .map_err(|_| Refusal::of(DoorCode::SubprotocolRequired))?;
    let largest = Some(door.limits.socket.message_bytes);
    let config = WebSocketConfig::default()
        .max_message_size(largest)
        .max_frame_size(largest)
        .read_buffer_size(limits::SOCKET_BUFFER)
        .write_buffer_size(0);
    let upgraded = websocket.config(config).protocols([PROTOCOL]).on_upgrade(move |socket| session.run(socket));
    Ok(upgraded.into_response())
}

/// Browsers name the page's origin and no script can change that; other clients name none.
fn from_known_origin(headers: &HeaderMap, door: &Door) -> bool {
    let own = door.hub.sign_in().map(SignIn::origin);
    let known = |origin: &http::HeaderValue| {
        door.origins.iter().map(String::as_str).chain(own).any(|known| known.as_bytes() == origin.as_bytes())
    };
    headers.get_all(header::ORIGIN).iter().all(known)
}

fn offers_protocol(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|offers| offers.to_str().ok())
        .any(|offers| offers.split(',').any(|offer| offer.trim() == PROTOCOL))
}
