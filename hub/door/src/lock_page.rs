//! The page that locks: an organization, a code, one button. For whoever has a telephone and no account at hand. No
//! script, no style, nothing of another address, and nothing about who or what is locked.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use governor::Quota;
use http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};
use sangam_language::ErrorCode;
use zeroize::Zeroizing;

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
/// What a wrong code is counted as.
const WRONG: &str = "LOCK_CODE";

/// What was sent.
pub struct CodeSent {
    /// The organization, by its id or its name.
    pub organization: String,
    /// The code.
    pub code: Zeroizing<String>,
}

/// What it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeTold {
    /// The subjects are locked.
    Locked,
    /// Nothing was locked.
    Nothing,
    /// Too many tries for this organization.
    TooOften,
    /// It cannot be done now.
    Unavailable,
}

type Asked = dyn Fn(CodeSent) -> BoxFuture<'static, CodeTold> + Send + Sync;

/// The endpoint of `/lock`.
pub struct LockPage {
    door: Arc<Door>,
    asked: Box<Asked>,
    strangers: Strangers,
}

impl LockPage {
    /// A page whose codes are judged by `asked`.
    #[must_use]
    pub fn new(
        door: &Arc<Door>,
        asked: impl Fn(CodeSent) -> BoxFuture<'static, CodeTold> + Send + Sync + 'static,
    ) -> Self {
        let some = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let strangers = Strangers::new(Quota::per_minute(some(TRIES)).allow_burst(some(TRIES_AT_ONCE)));
        Self { door: Arc::clone(door), asked: Box::new(asked), strangers }
    }

    async fn posted(&self, request: Request) -> std::result::Result<CodeTold, Refusal> {
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
        let mut form = std::str::from_utf8(&whole).ok().and_then(Form::read).unwrap_or_default();
        let organization = form.take("organization").unwrap_or_default();
        let code = Zeroizing::new(form.take("code").unwrap_or_default());
        let _turn = self.door.admission.work().await?;
        let judged = (self.asked)(CodeSent { organization, code });
        match tokio::time::timeout(self.door.limits.request.token_time, judged).await {
            Ok(CodeTold::TooOften) => Err(Refusal::of(DoorCode::RateLimited)),
            Ok(CodeTold::Unavailable) | Err(_) => Err(Refusal::language(ErrorCode::Unavailable)),
            Ok(told) => Ok(told),
        }
    }

    fn refused(&self, refusal: &Refusal) -> Response {
        self.door.metrics.refused(refusal.code);
        respond::refusal(refusal)
    }
}

impl Endpoint for LockPage {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if request.method() == Method::GET {
            return Ok(page(StatusCode::OK, FORM));
        }
        if request.method() != Method::POST {
            return Ok(self.refused(&Refusal::method("GET, POST")));
        }
        Ok(match self.posted(request).await {
            Ok(CodeTold::Locked) => page(StatusCode::OK, LOCKED),
            Ok(_) => {
                self.door.metrics.refused(WRONG);
                page(StatusCode::FORBIDDEN, NOTHING)
            }
            Err(refusal) => self.refused(&refusal),
        })
    }
}

/// Nothing but this page and its form.
const POLICY: &str = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const FORM: &str = r#"<form method="post" action="/lock" autocomplete="off">
<p><label>Organization, by its name or id<br><input name="organization" required maxlength="200"></label></p>
<p><label>Code<br><input name="code" required inputmode="numeric" maxlength="40"></label></p>
<p><button>Lock</button></p>
</form>
"#;
const LOCKED: &str = "<p>Locked. Nothing about these people leaves the hub until two people open it.</p>\n";
const NOTHING: &str =
    "<p>Nothing was locked: organization and code do not belong together. <a href=\"/lock\">Try again</a></p>\n";

fn page(status: StatusCode, inside: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Lock</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\n<body>\n<h1>Lock an organization's records</h1>\n{inside}</body>\n</html>\n"
    );
    let mut response = respond::plain(status, "text/html; charset=utf-8", html.into_bytes());
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
