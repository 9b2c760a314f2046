//! Signing in to a server: with an address and a password, for a token that lives a day.

use futures_util::future::BoxFuture;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::answer::refusal;
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::{Http, Request};
use crate::session::{SignIn, authorization};

/// The hub's user on a server.
pub(super) struct User {
    pub(super) email: String,
    pub(super) password: SecretString,
}

impl SignIn for User {
    fn sign_in<'a>(&'a self, http: &'a Http) -> BoxFuture<'a, Result<HeaderValue, WireFault>> {
        Box::pin(async move {
            let body = json!({"email": self.email, "password": self.password.expose_secret()});
            let reply = http.exchange(Request::post(&["v1", "sessions"], &body), None).await?;
            match reply.status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(WireFault::Unauthorized),
                status if !status.is_success() => return Err(refusal(&reply)),
                _ => {}
            }
            let body = reply.into_body()?;
            let token = body.get("token").and_then(Value::as_str);
            token
                .and_then(|token| authorization("Bearer", token))
                .ok_or_else(|| WireFault::unexpected("/token", UnexpectedKind::Missing))
        })
    }
}
