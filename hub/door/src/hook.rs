//! Where partners' systems tell that a record of theirs changed: `POST /partners/NAME/changed`. What they send is read
//! under a limit and handed on; that it is nothing but a hint is the desk's to know.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, StatusCode};
use poem::web::headers::authorization::{Basic, Bearer};
use poem::web::headers::{Authorization, HeaderMapExt as _};
use poem::{Endpoint, Request, Response, Result};
use sangam_language::ErrorCode;
use zeroize::Zeroizing;

use crate::connection::Held;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::{body, limits, respond};

/// What a system told.
pub struct HookSent {
    /// The partner's name, out of the address.
    pub partner: String,
    /// The token, or the password of HTTP Basic.
    pub secret: Zeroizing<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookTold {
    /// The record will be asked for.
    Heard,
    /// There is no such partner, it tells nothing, or the secret is not its own.
    NotPermitted,
    /// It names no record.
    NoRecord,
    /// Not now.
    Busy,
}

type Asked = dyn Fn(HookSent) -> BoxFuture<'static, HookTold> + Send + Sync;

/// The endpoint of `/partners/NAME/changed`.
pub struct HookRoom {
    door: Arc<Door>,
    asked: Box<Asked>,
}

impl HookRoom {
    /// A room in which `asked` hears what is told.
    #[must_use]
    pub fn new(
        door: &Arc<Door>,
        asked: impl Fn(HookSent) -> BoxFuture<'static, HookTold> + Send + Sync + 'static,
    ) -> Self {
        Self { door: Arc::clone(door), asked: Box::new(asked) }
    }

    async fn heard(&self, request: Request) -> std::result::Result<(), Refusal> {
        if request.method() != Method::POST {
            return Err(Refusal::method("POST"));
        }
        let peer = request.data::<Held>().ok_or_else(Refusal::internal)?.peer.ip();
        if !self.door.pace.stranger(peer) {
            return Err(Refusal::of(DoorCode::RateLimited));
        }
        let partner = request.raw_path_param("partner").unwrap_or_default().to_owned();
        let secret = secret(request.headers()).ok_or_else(|| Refusal::unauthenticated(None))?;
        let (parts, sent) = request.into_parts();
        let turn = self.door.admission.body().await?;
        let body = body::read(&parts.headers, sent, limits::HOOK_BYTES, self.door.limits.request.body_time).await?;
        drop(turn);
        match (self.asked)(HookSent { partner, secret, body }).await {
            HookTold::Heard => Ok(()),
            HookTold::NotPermitted => Err(Refusal::unauthenticated(None)),
            HookTold::NoRecord => Err(Refusal::language(ErrorCode::BadRequest)),
            HookTold::Busy => Err(Refusal::language(ErrorCode::Unavailable)),
        }
    }
}

/// The secret, as systems that send one know how: a bearer token, or the password of HTTP Basic under any name.
fn secret(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    let bearer = headers.typed_get::<Authorization<Bearer>>().map(|sent| sent.token().to_owned());
    bearer.or_else(|| Some(headers.typed_get::<Authorization<Basic>>()?.password().to_owned())).map(Zeroizing::new)
}

impl Endpoint for HookRoom {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(match self.heard(request).await {
            Ok(()) => Response::builder().status(StatusCode::ACCEPTED).finish(),
            Err(refusal) => respond::refusal(&refusal),
        })
    }
}
