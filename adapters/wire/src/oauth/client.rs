//! The client of an authorization server: OAuth 2.0 client credentials, by the crate `oauth2` over the wire's own defensive HTTP.
//! What the token endpoint answers is judged before it is used: no redirect, a bounded body, `Bearer` and nothing else.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::future::BoxFuture;
use oauth2::basic::{BasicClient, BasicErrorResponse, BasicTokenType};
use oauth2::http::{self, header};
use oauth2::url::form_urlencoded;
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, RequestTokenError, Scope,
    TokenResponse as _, TokenUrl,
};
use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode};
use sangam_vocabulary::{Clock, Instant, SystemChance};
use secrecy::ExposeSecret;

use super::assertion;
use super::settings::{OauthClient, Proof};
use crate::fault::{Reason, UnexpectedKind, WireFault, code};
use crate::http::{Carried, Http, Request};
use crate::session::{SignIn, authorization};

/// The most bytes of a token endpoint's answer: tokens have some hundred to some thousand.
const MOST_BYTES: u64 = 64 << 10;
/// How long before its end a token is no longer used, in milliseconds: a request on its way takes its time.
const SPARE: i64 = 10_000;
/// The longest a token is used, whatever the server says, in seconds: a day.
const LONGEST: u64 = 86_400;

/// The hub as a client, and the token endpoint.
pub(super) struct Backend {
    client: OauthClient,
    http: Http,
    clock: Arc<dyn Clock>,
    /// For the names of assertions and nothing else: no test depends on it.
    chance: SystemChance,
    /// From when on the token that was given last is not used any more.
    over: AtomicI64,
}

impl Backend {
    pub(super) fn new(client: OauthClient, clock: Arc<dyn Clock>) -> Result<Self, WireFault> {
        let http = Http::new(client.token_url.clone(), MOST_BYTES)?;
        Ok(Self { client, http, clock, chance: SystemChance::new(), over: AtomicI64::new(i64::MAX) })
    }

    async fn token(&self) -> Result<HeaderValue, WireFault> {
        let now = self.clock.now();
        let OauthClient { token_url, client_id, scopes, proof } = &self.client;
        let mut client =
            BasicClient::new(ClientId::new(client_id.clone())).set_token_uri(TokenUrl::from_url(token_url.clone()));
        let mut signed = None;
        match proof {
            Proof::Secret(secret) => {
                client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
            }
            Proof::Key { key, algorithm, id } => {
                client = client.set_auth_type(AuthType::RequestBody);
                let made = assertion::made((key, *algorithm), id, client_id, token_url.as_str(), now, &self.chance);
                signed = Some(made.ok_or(WireFault::Unauthorized)?);
            }
        }
        let mut asked = client.exchange_client_credentials();
        if let Some(signed) = signed {
            asked = asked.add_extra_param("client_assertion_type", assertion::KIND);
            asked = asked.add_extra_param("client_assertion", signed);
        }
        let asked = asked.add_scopes(scopes.iter().cloned().map(Scope::new));
        let told = asked.request_async(&Sender(&self.http)).await.map_err(refused)?;
        if *told.token_type() != BasicTokenType::Bearer {
            return Err(WireFault::unexpected("/token_type", UnexpectedKind::UnknownCode));
        }
        let over = told.expires_in().map_or(i64::MAX, |lives| until(now, lives.as_secs()));
        let header = authorization("Bearer", told.access_token().secret());
        let header = header.ok_or_else(|| WireFault::unexpected("/access_token", UnexpectedKind::WrongType))?;
        self.over.store(over, Ordering::Relaxed);
        Ok(header)
    }
}

/// Until when a token is used that lives so many seconds.
fn until(now: Instant, seconds: u64) -> i64 {
    let lives = i64::try_from(seconds.min(LONGEST)).unwrap_or(i64::MAX).saturating_mul(1_000);
    now.plus_millis(lives.saturating_sub(SPARE).max(lives / 2)).millis()
}

impl SignIn for Backend {
    fn sign_in<'a>(&'a self, _: &'a Http) -> BoxFuture<'a, Result<HeaderValue, WireFault>> {
        Box::pin(self.token())
    }

    fn is_over(&self) -> bool {
        self.clock.now().millis() >= self.over.load(Ordering::Relaxed)
    }
}

/// Why there is no token: the errors of RFC 6749, 5.2, and nothing of what else stands beside them.
fn refused(fault: RequestTokenError<Failed, BasicErrorResponse>) -> WireFault {
    match fault {
        RequestTokenError::Request(Failed(fault)) => fault,
        RequestTokenError::ServerResponse(told) => match told.error().as_ref() {
            "invalid_client" | "unauthorized_client" | "invalid_grant" => WireFault::Unauthorized,
            kind => {
                let codes = code(kind).into_iter().collect();
                WireFault::Refused { status: 400, reasons: vec![Reason { field: None, codes }] }
            }
        },
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            WireFault::unexpected("/access_token", UnexpectedKind::Missing)
        }
    }
}

/// The wire's HTTP as `oauth2` wants it.
struct Sender<'a>(&'a Http);

/// A fault of the way, as `oauth2` carries it.
#[derive(Debug)]
struct Failed(WireFault);

impl fmt::Display for Failed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl std::error::Error for Failed {}

impl<'c> AsyncHttpClient<'c> for Sender<'_> {
    type Error = Failed;
    type Future = BoxFuture<'c, Result<HttpResponse, Failed>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let form: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
            let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let known = parts.headers.get(header::AUTHORIZATION);
            let request = Request { carried: Carried::Form(&pairs), ..Request::new(&Method::POST, &[]) };
            let reply = self.0.exchange(request, known).await.map_err(Failed)?;
            let told = reply.body.filter(|body| reply.status.is_success() || body.get("error").is_some());
            let Some(body) = told else {
                return Err(Failed(match reply.status {
                    StatusCode::UNAUTHORIZED => WireFault::Unauthorized,
                    status if status.is_success() => WireFault::unexpected("", UnexpectedKind::Missing),
                    status => WireFault::Refused { status: status.as_u16(), reasons: Vec::new() },
                }));
            };
            let response = http::Response::builder().status(reply.status);
            response.body(body.to_string().into_bytes()).map_err(|_| Failed(WireFault::Unreachable))
        })
    }
}
