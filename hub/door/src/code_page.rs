//! What the pages with a code have in common: a form in the pages' shell, a GET that changes nothing, and few tries of one
//! address. Read `lock_page.rs`, `withdraw_page.rs` and `answer_page.rs` next.

use std::future::Future;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::Quota;
use http::StatusCode;
use poem::{Request, Response};
use sangam_language::ErrorCode;
use sangam_words::Message;

use crate::connection::Held;
use crate::form::Form;
use crate::media::is_body;
use crate::pace::Strangers;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::shell::{Reader, Shell};
use crate::{body, limits, respond};

/// Tries of one address in a minute, lasting, and at once: judging one takes a core for a few tenths of a second.
const TRIES: u32 = 6;
const TRIES_AT_ONCE: u32 = 10;

/// A page that takes a code.
pub(crate) struct CodePage {
    door: Arc<Door>,
    shell: Arc<Shell>,
    strangers: Strangers,
}

impl CodePage {
    pub(crate) fn new(door: &Arc<Door>, shell: &Arc<Shell>) -> Self {
        let some = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let strangers = Strangers::new(Quota::per_minute(some(TRIES)).allow_burst(some(TRIES_AT_ONCE)));
        Self { door: Arc::clone(door), shell: Arc::clone(shell), strangers }
    }

    /// Who reads it.
    pub(crate) fn reader(&self, request: &Request) -> Reader<'_> {
        self.shell.reader(request)
    }

    /// The same, of a page that is not translated.
    pub(crate) fn english(&self) -> Reader<'_> {
        self.shell.english()
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

    /// A refusal: what whoever typed can do about it is told as a page, what only a program sends as to a program.
    pub(crate) fn refused(&self, reader: &Reader<'_>, refusal: &Refusal) -> Response {
        self.door.metrics.refused(refusal.code);
        let message = match refusal.status {
            StatusCode::TOO_MANY_REQUESTS => Message::PageTooOften,
            StatusCode::SERVICE_UNAVAILABLE => Message::PageNotNow,
            _ => return respond::refusal(refusal),
        };
        let sentence = reader.say(message);
        reader.page(refusal.status, &sentence, "")
    }

    /// Counts something that was tried in vain.
    pub(crate) fn in_vain(&self, code: &'static str) {
        self.door.metrics.refused(code);
    }
}
