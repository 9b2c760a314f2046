//! Signed in to a partner's system: credentials are sent when they are known, fetched when they are needed and once
//! more when they are refused. How a system is signed in to is its wire's, by [`SignIn`].

use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::header::{HeaderValue, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use tokio::sync::Mutex;

use crate::fault::WireFault;
use crate::http::{Http, Reply, Request};

/// How often a request that was told to come back later does so within one call; the partner's deadline ends it anyway.
const COMES_BACK: usize = 2;
/// The longest such wait: a longer one is the breaker's, and the next round's.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How credentials for a system are come by.
pub(crate) trait SignIn: Send + Sync {
    /// The `Authorization` header to send; called when there is none and when the last one was refused.
    ///
    /// # Errors
    /// [`WireFault::Unauthorized`] where the system does not take the hub's credentials, else any.
    fn sign_in<'a>(&'a self, http: &'a Http) -> BoxFuture<'a, Result<HeaderValue, WireFault>>;

    /// Whether the credentials that it gave last have run out, as far as it was told when they would.
    fn is_over(&self) -> bool {
        false
    }
}

/// Credentials that are what they are: a token that a person of the partner made for the hub, or a name and password.
pub(crate) struct Fixed(pub(crate) HeaderValue);

impl SignIn for Fixed {
    fn sign_in<'a>(&'a self, _: &'a Http) -> BoxFuture<'a, Result<HeaderValue, WireFault>> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

/// What an answer says of the request itself, beside what it answers.
pub(crate) trait Judge: Sync {
    /// Whether it refuses the credentials.
    fn refuses(&self, reply: &Reply) -> bool;

    /// How long to wait before the same request is made again, where it asks for that and the request may be repeated.
    fn later(&self, reply: &Reply) -> Option<Duration>;
}

/// A system that says it by the status; a read may be repeated.
struct ByStatus<'r>(&'r Method);

impl Judge for ByStatus<'_> {
    fn refuses(&self, reply: &Reply) -> bool {
        reply.status == StatusCode::UNAUTHORIZED
    }

    fn later(&self, reply: &Reply) -> Option<Duration> {
        asked_later(reply).filter(|_| self.0 == Method::GET)
    }
}

/// A system and the hub's credentials there.
pub(crate) struct Session {
    http: Http,
    sign_in: Box<dyn SignIn>,
    credentials: Mutex<Option<HeaderValue>>,
}

impl Session {
    pub(crate) fn new(http: Http, sign_in: impl SignIn + 'static) -> Self {
        Self { http, sign_in: Box::new(sign_in), credentials: Mutex::new(None) }
    }

    /// One call. Refused credentials are replaced once; a second refusal is the credentials'. A read that is told to
    /// come back later (429, 503 with `Retry-After` in seconds) does.
    ///
    /// # Errors
    /// [`WireFault::Unauthorized`], or what [`Http::exchange`] gives. Every other refusal is a reply.
    pub(crate) async fn call(&self, request: Request<'_>) -> Result<Reply, WireFault> {
        self.call_judged(request, &ByStatus(request.method)).await
    }

    /// The same with a system that says otherwise than by the status what is the matter.
    ///
    /// # Errors
    /// As [`Session::call`].
    pub(crate) async fn call_judged(&self, request: Request<'_>, judge: &dyn Judge) -> Result<Reply, WireFault> {
        let mut reply = self.once(request, judge).await?;
        for _ in 0..COMES_BACK {
            let Some(wait) = judge.later(&reply).filter(|wait| *wait <= LONGEST_WAIT) else { break };
            tokio::time::sleep(wait).await;
            reply = self.once(request, judge).await?;
        }
        Ok(reply)
    }

    async fn once(&self, request: Request<'_>, judge: &dyn Judge) -> Result<Reply, WireFault> {
        let known = self.credentials(None).await?;
        let reply = self.http.exchange(request, Some(&known)).await?;
        if !judge.refuses(&reply) {
            return Ok(reply);
        }
        let new = self.credentials(Some(&known)).await?;
        if new == known {
            return Err(WireFault::Unauthorized);
        }
        let reply = self.http.exchange(request, Some(&new)).await?;
        if judge.refuses(&reply) { Err(WireFault::Unauthorized) } else { Ok(reply) }
    }

    /// The credentials; new ones where there are none or they are the refused ones. Held across the sign-in, so that
    /// calls at the same time sign in once; dropped there, the next call signs in.
    async fn credentials(&self, refused: Option<&HeaderValue>) -> Result<HeaderValue, WireFault> {
        let mut credentials = self.credentials.lock().await;
        let good = |known: &&HeaderValue| Some(*known) != refused && !self.sign_in.is_over();
        if let Some(known) = credentials.as_ref().filter(good) {
            return Ok(known.clone());
        }
        *credentials = None;
        let new = self.sign_in.sign_in(&self.http).await?;
        *credentials = Some(new.clone());
        Ok(new)
    }
}

/// How long a busy system asks to wait (429, 503 with `Retry-After` in seconds).
pub(crate) fn asked_later(reply: &Reply) -> Option<Duration> {
    let busy = matches!(reply.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let asked = reply.header(RETRY_AFTER.as_str())?.trim().parse().ok().map(Duration::from_secs)?;
    busy.then_some(asked)
}

/// A header for a scheme and credentials, marked so that it is never printed; `None` where they cannot be in a header.
pub(crate) fn authorization(scheme: &str, credentials: &str) -> Option<HeaderValue> {
    secret(&format!("{scheme} {credentials}"))
}

/// A header's value that is never printed; `None` where it cannot be in a header.
pub(crate) fn secret(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
