//! The rooms of the door by path, and what all of them share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;
use poem::{Endpoint, IntoEndpoint, Request, Response, Result, Route};
use sangam_vocabulary::Clock;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::admission::Admission;
use crate::documents::{DocumentTurns, DownloadRoom, UploadRoom};
use crate::explorer::{Explorer, Files};
use crate::graphql_http::GraphqlHttp;
use crate::graphql_ws::GraphqlWs;
use crate::health::{Live, Ready};
use crate::hsds::DirectoryRoom;
use crate::hub::{Document, Hub};
use crate::limits::Limits;
use crate::metrics::{Metrics, Room};
use crate::oauth::{OauthPublished, OauthRevoke, OauthToken};
use crate::pace::Pace;
use crate::portal_room::{PORTAL_PATHS, Portal, PortalRoom, Root};
use crate::refusal::{DoorCode, Refusal};
use crate::respond;
use crate::signin::{Back, Choose, Invitation, SessionRoom, SignOut, Start};
use crate::style::{PORTAL_STYLE, STYLE, Style};
use sangam_language::ErrorCode;

/// What every room of the door needs.
pub struct Door {
    pub(crate) hub: Arc<dyn Hub>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) origins: Vec<String>,
    pub(crate) admission: Admission,
    pub(crate) pace: Pace,
    pub(crate) documents: Arc<DocumentTurns>,
}

impl Door {
    /// A door to this hub. `origins` are the origins, spelt as browsers spell them
    /// (`https://portal.example`), whose pages may open sockets; usually none.
    #[must_use]
    pub fn new(
        hub: Arc<dyn Hub>,
        clock: Arc<dyn Clock>,
        limits: Limits,
        metrics: Arc<Metrics>,
        origins: Vec<String>,
    ) -> Arc<Self> {
        let admission = Admission::new(&limits.request, Arc::clone(&metrics));
        let pace = Pace::new(&limits.request);
        let documents = DocumentTurns::new(&limits.document);
        Arc::new(Self { hub, clock, limits, metrics, origins, admission, pace, documents })
    }
}

/// The door's endpoint: `/graphql`, `/graphql/ws`, `/documents`, `/hsds`, what OAuth needs under `/oauth` and `/.well-known`,
/// where people sign in and out,
/// `/health/live`, `/health/ready`, and what is added to it. Give it to [`serve`](crate::serve).
pub struct Edge {
    routes: Route,
    metrics: Arc<Metrics>,
    requests: AtomicU64,
}

impl Edge {
    /// The rooms of a door.
    #[must_use]
    pub fn of(door: &Arc<Door>) -> Self {
        let published = |document| OauthPublished(Arc::clone(door), document);
        let routes = Route::new()
            .at("/graphql", GraphqlHttp(Arc::clone(door)))
            .at("/graphql/ws", GraphqlWs(Arc::clone(door)))
            .at("/oauth/token", OauthToken(Arc::clone(door)))
            .at("/oauth/revoke", OauthRevoke(Arc::clone(door)))
            .at("/oauth/jwks", published(Document::Keys))
            .at("/.well-known/oauth-authorization-server", published(Document::AuthorizationServer))
            .at("/.well-known/oauth-protected-resource", published(Document::ProtectedResource))
            .at("/documents/:document", DownloadRoom(Arc::clone(door)))
            .at("/documents/:document/:pass", UploadRoom(Arc::clone(door)))
            .at("/hsds", DirectoryRoom(Arc::clone(door)))
            .at("/hsds/*place", DirectoryRoom(Arc::clone(door)))
            .at("/signin", Choose(Arc::clone(door)))
            .at("/signin/return", Back(Arc::clone(door)))
            .at("/signin/:provider", Start(Arc::clone(door)))
            .at("/signout", SignOut(Arc::clone(door)))
            .at("/invitation", Invitation(Arc::clone(door)))
            .at("/session", SessionRoom(Arc::clone(door)))
            .at(STYLE, Style::of_pages())
            .at("/health/live", Live)
            .at("/health/ready", Ready(Arc::clone(door)));
        Self { routes, metrics: Arc::clone(&door.metrics), requests: AtomicU64::new(0) }
    }

    /// Adds GraphiQL under `/graphiql`. For the demo only: the page carries a token.
    #[must_use]
    pub fn with_explorer(self, explorer: Explorer) -> Self {
        self.with("/graphiql", explorer).with("/graphiql/:file", Files)
    }

    /// Adds people's screens, their style, and the way there from the bare address.
    #[must_use]
    pub fn with_portal(self, door: &Arc<Door>, portal: &Arc<dyn Portal>) -> Self {
        let style = Style::going_on(portal.style());
        let edge = self.with(PORTAL_STYLE, style).with("/", Root);
        PORTAL_PATHS.iter().fold(edge, |edge, path| edge.with(path, PortalRoom::new(door, portal)))
    }

    /// Adds a room at a path that is still free.
    #[must_use]
    pub fn with<E>(self, path: &str, room: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        Self { routes: self.routes.at(path, room), ..self }
    }
}

impl Endpoint for Edge {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let started = Instant::now();
        let room = room(request.uri().path());
        // A number of this process and nothing of the caller's: it joins the log's lines of one request.
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let span = tracing::info_span!("request", number, room = room.text());
        let answered = self.routes.call(request).instrument(span.clone()).await;
        let response = answered.unwrap_or_else(|error| respond::refusal(&told(error.status())));
        let took = started.elapsed();
        self.metrics.answered(room, response.status(), took);
        span.in_scope(|| tracing::debug!(status = response.status().as_u16(), micros = took.as_micros(), "answered"));
        Ok(response)
    }
}

fn room(path: &str) -> Room {
    match path {
        "/graphql" => Room::Graphql,
        "/graphql/ws" => Room::Socket,
        "/oauth/token" | "/oauth/revoke" => Room::Token,
        "/lock" => Room::Lock,
        "/withdraw" => Room::Withdraw,
        "/hsds" => Room::Directory,
        path if path.starts_with("/hsds/") => Room::Directory,
        path if path.starts_with("/documents/") => Room::Documents,
        path if path.starts_with("/answer/") => Room::Answer,
        path if is_portal(path) => Room::Portal,
        path if path.starts_with("/partners/") => Room::Partners,
        "/health/live" | "/health/ready" => Room::Health,
        _ => Room::Other,
    }
}

/// Whether a path is one of people's screens.
fn is_portal(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    PORTAL_PATHS.iter().any(|known| known.split('/').nth(1) == Some(first))
}

/// poem's own errors, in the door's words: their texts may repeat what was sent.
fn told(status: StatusCode) -> Refusal {
    match status {
        StatusCode::NOT_FOUND => Refusal::of(DoorCode::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Refusal::of(DoorCode::MethodNotAllowed),
        status if status.is_client_error() => Refusal::language(ErrorCode::BadRequest),
        _ => Refusal::internal(),
    }
}
