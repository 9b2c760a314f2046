//! Signed in to a deployment: the token is fetched when it is needed and once more when it is refused.

use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::fault::{UnexpectedKind, WireFault};
use crate::http::{Http, Reply, Request};

/// A deployment and the hub's user there.
pub(super) struct Session {
    http: Http,
    user_name: String,
    password: SecretString,
    token: Mutex<Option<HeaderValue>>,
}

impl Session {
    pub(super) fn new(http: Http, user_name: String, password: SecretString) -> Self {
        Self { http, user_name, password, token: Mutex::new(None) }
    }

    /// One call below `/api/v2`. A refused token (they live an hour, less after a restart) is replaced once;
    /// a second refusal is the credentials'.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
        body: Option<&Value>,
    ) -> Result<Reply, WireFault> {
        let path: Vec<&str> = ["api", "v2"].iter().chain(path).copied().collect();
        let request = |token| Request { method: method.clone(), path: &path, query, authorization: Some(token), body };
        let token = self.token(None).await?;
        let reply = self.http.exchange(request(token.clone())).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        let token = self.token(Some(&token)).await?;
        let reply = self.http.exchange(request(token)).await?;
        if reply.status == StatusCode::UNAUTHORIZED { Err(WireFault::Unauthorized) } else { Ok(reply) }
    }

    /// The token; a new one where there is none or it is the refused one. Held across the sign-in, so that
    /// calls at the same time sign in once; dropped there, the next call signs in.
    async fn token(&self, refused: Option<&HeaderValue>) -> Result<HeaderValue, WireFault> {
        let mut token = self.token.lock().await;
        if let Some(known) = token.as_ref().filter(|known| Some(*known) != refused) {
            return Ok(known.clone());
        }
        *token = None;
        let new = self.sign_in().await?;
        *token = Some(new.clone());
        Ok(new)
    }

    async fn sign_in(&self) -> Result<HeaderValue, WireFault> {
        let body = json!({"user": {"user_name": self.user_name, "password": self.password.expose_secret()}});
        let path = ["api", "v2", "tokens"];
        let request = Request { method: Method::POST, path: &path, query: &[], authorization: None, body: Some(&body) };
        let reply = self.http.exchange(request).await?;
        match reply.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(WireFault::Unauthorized);
            }
            status if !status.is_success() => return Err(reply.refusal()),
            _ => {}
        }
        // The body names the user only; the token is in the header.
        let token = reply.authorization.ok_or_else(|| WireFault::unexpected("", UnexpectedKind::Missing))?;
        bearer(&token).ok_or_else(|| WireFault::unexpected("", UnexpectedKind::WrongType))
    }
}

/// The header to send: the scheme is put before a bare token. Marked so that it is never printed.
fn bearer(token: &HeaderValue) -> Option<HeaderValue> {
    let text = token.to_str().ok()?;
    let bare = text.strip_prefix("Bearer ").unwrap_or(text);
    let mut value = HeaderValue::from_str(&format!("Bearer {bare}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}
