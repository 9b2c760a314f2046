//! What the pages with a code have in common: a form without script or style that reaches nothing of another address, a
//! GET that changes nothing, and few tries of one address. Read `lock_page.rs` and `withdraw_page.rs` next.

use std::future::Future;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::Quota;
use http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};
use sangam_language::ErrorCode;

use crate::connection::Held;
use crate::form::Form;
use crate::media::is_body;
use crate::pace::Strangers;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::{body, limits, respond};

/// Tries of one address in a minute, lasting, and at once: judging one takes a core for a few tenths of a second.
const TRIES: u32 = 6;
const TRIES_AT_ONCE: u32 = 10;

/// A page that takes a code.
pub(crate) struct CodePage {
    door: Arc<Door>,
    strangers: Strangers,
}

impl CodePage {
    pub(crate) fn new(door: &Arc<Door>) -> Self {
        let some = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let strangers = Strangers::new(Quota::per_minute(some(TRIES)).allow_burst(some(TRIES_AT_ONCE)));
        Self { door: Arc::clone(door), strangers }
    }

    /// What was filled in: one try of this address.
    pub(crate) async fn form(&self, request: Request) -> Result<Form, Refusal> {
        if !is_body(request.headers(), "application/x-www-form-urlencoded") {
            return Err(Refusal::of(DoorCode::UnsupportedMediaType));
        }
        let peer: IpAddr = request.data::<Held>().ok_or_else(Refusal::internal)?.peer.ip();
        if !self.strangers.may(peer) {
            return Err(Refusal::of(DoorCode::RateLimited));
        }
        let (parts, body) = request.into_parts();
        let turn = self.door.admission.body().await?;
        let whole = body::read(&parts.headers, body, limits::FORM_BYTES, self.door.limits.request.body_time).await?;
        drop(turn);
        Ok(std::str::from_utf8(&whole).ok().and_then(Form::read).unwrap_or_default())
    }

    /// What a code came to, within the time that a token has.
    pub(crate) async fn judged<T>(&self, judged: impl Future<Output = T> + Send) -> Result<T, Refusal> {
        let _turn = self.door.admission.work().await?;
        let within = self.door.limits.request.token_time;
        tokio::time::timeout(within, judged).await.map_err(|_| Refusal::language(ErrorCode::Unavailable))
    }

    pub(crate) fn refused(&self, refusal: &Refusal) -> Response {
        self.door.metrics.refused(refusal.code);
        respond::refusal(refusal)
    }

    /// Counts something that was tried in vain.
    pub(crate) fn in_vain(&self, code: &'static str) {
        self.door.metrics.refused(code);
    }
}

/// Nothing but this page and its form.
const POLICY: &str = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page with a title, a heading and what is inside.
pub(crate) fn page(status: StatusCode, title: &str, heading: &str, inside: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\n<body>\n<h1>{heading}</h1>\n{inside}</body>\n</html>\n"
    );
    let mut response = respond::plain(status, "text/html; charset=utf-8", html.into_bytes());
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
