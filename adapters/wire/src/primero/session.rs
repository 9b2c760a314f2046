//! Signing in to a deployment: with a name and a password, for a token that lives an hour, less after a restart.

use futures_util::future::BoxFuture;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::answer::refusal;
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::{Http, Request};
use crate::session::{SignIn, authorization};

/// The hub's user in a deployment.
pub(super) struct User {
    pub(super) name: String,
    pub(super) password: SecretString,
}

impl SignIn for User {
    fn sign_in<'a>(&'a self, http: &'a Http) -> BoxFuture<'a, Result<HeaderValue, WireFault>> {
        Box::pin(async move {
            let body = json!({"user": {"user_name": self.name, "password": self.password.expose_secret()}});
            let reply = http.exchange(Request::post(&["api", "v2", "tokens"], &body), None).await?;
            match reply.status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(WireFault::Unauthorized),
                status if !status.is_success() => return Err(refusal(&reply)),
                _ => {}
            }
            // The body names the user only; the token is in the header, with or without its scheme.
            let token = reply.headers.get("authorization");
            let token = token.ok_or_else(|| WireFault::unexpected("", UnexpectedKind::Missing))?;
            let bare = token.to_str().ok().map(|token| token.strip_prefix("Bearer ").unwrap_or(token));
            bare.and_then(|bare| authorization("Bearer", bare))
                .ok_or_else(|| WireFault::unexpected("", UnexpectedKind::WrongType))
        })
    }
}
