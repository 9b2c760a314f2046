//! A partner's system as the hub meets it: it obtains a token by OAuth 2.0 client credentials with a client
//! library written by others, posts GraphQL over HTTP with its purpose, and looks at status, media type and
//! body. Made strict with the committed SDL, it fails on every answer that breaks the schema's promises.
//!
//! It knows the protocol and no operation; the operations are the tests'. Read [`Answer`] and
//! [`strict`](self) next.

mod actor;
mod answer;
mod strict;
mod token;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

pub use actor::ActorKey;
pub use answer::Answer;
pub use strict::Promises;
pub use token::{Credentials, Refused};

/// The header that says why the caller asks.
const PURPOSE: &str = "Sangam-Purpose";

/// The media types a careful client accepts, the newer one first.
const ACCEPT: &str = "application/graphql-response+json, application/json;q=0.9";

/// No answer of the hub takes this long; one that does has hung.
const DEADLINE: Duration = Duration::from_secs(60);

/// Where a hub is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The GraphQL endpoint.
    pub graphql: String,
    /// The token endpoint.
    pub token_endpoint: String,
}

impl Addresses {
    /// The addresses of a hub at this origin, for instance `http://127.0.0.1:8080`.
    #[must_use]
    pub fn of(origin: &str) -> Self {
        let origin = origin.trim_end_matches('/');
        Self { graphql: format!("{origin}/graphql"), token_endpoint: format!("{origin}/oauth/token") }
    }
}

/// A caller of the hub. Cloning it is cheap and shares its connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    addresses: Addresses,
    token: Option<String>,
    purpose: Option<String>,
    promises: Option<Arc<Promises>>,
}

impl Client {
    /// A caller without token and purpose.
    ///
    /// # Panics
    /// When the HTTP client cannot be made.
    #[must_use]
    pub fn stranger(addresses: &Addresses) -> Self {
        Self { http: http_client(), addresses: addresses.clone(), token: None, purpose: None, promises: None }
    }

    /// A caller with a token it has just obtained for all its scopes.
    ///
    /// # Errors
    /// [`Refused`] when the token endpoint gives none.
    pub async fn signed_in(addresses: &Addresses, credentials: &Credentials) -> Result<Self, Refused> {
        let stranger = Self::stranger(addresses);
        let token = token::obtain(&stranger.http, &addresses.token_endpoint, credentials).await?;
        Ok(stranger.with_token(token))
    }

    /// The same caller with a token that says who asks, for the one it has (RFC 8693).
    ///
    /// # Errors
    /// [`Refused`] when the token endpoint gives none.
    ///
    /// # Panics
    /// When it has no token of a hub.
    pub async fn acting(self, credentials: &Credentials, key: &ActorKey, pseudonym: &str) -> Result<Self, Refused> {
        let subject = self.token.clone().expect("signed in");
        let at = actor::issued(&subject).expect("a token that says when it was issued");
        let endpoint = &self.addresses.token_endpoint;
        let actor = key.names(pseudonym, &credentials.client_id, endpoint, at);
        let token = token::exchange(&self.http, endpoint, credentials, &subject, &actor).await?;
        Ok(self.with_token(token))
    }

    /// The same caller with this token, which need not be a true one.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same caller asking for this purpose from now on, for instance `SERVICE_REFERRAL`.
    #[must_use]
    pub fn for_purpose(mut self, purpose: impl Into<String>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// The same caller, failing the test on every answer that breaks a promise of this schema: a key that was
    /// asked for and is missing, one that was not asked for, null where the schema says non-null, a value of
    /// another type, an order that is not the query's.
    ///
    /// # Panics
    /// When the SDL cannot be parsed.
    #[must_use]
    pub fn strict(mut self, sdl: &str) -> Self {
        self.promises = Some(Arc::new(Promises::read(sdl)));
        self
    }

    /// The token, if there is one.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Where this caller goes.
    #[must_use]
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Sends an operation with its variables; `Value::Null` when it has none.
    ///
    /// # Panics
    /// When no HTTP answer comes, or the answer is not GraphQL over HTTP, or a strict client finds a broken
    /// promise.
    pub async fn ask(&self, query: &str, variables: Value) -> Answer {
        let mut body = json!({ "query": query });
        if let Value::Object(_) = variables
            && let Some(body) = body.as_object_mut()
        {
            body.insert("variables".to_owned(), variables.clone());
        }
        let answer = self.post(&body).await;
        answer.check_media_type();
        if let Some(promises) = &self.promises {
            let broken = promises.broken_by(query, &variables, answer.json());
            assert!(broken.is_empty(), "the answer breaks the schema: {broken:#?}\n{answer}\nto: {query}");
        }
        answer
    }

    /// Posts any JSON body as this caller and takes whatever answer comes, for what a careful client would
    /// not send.
    ///
    /// # Panics
    /// When no HTTP answer comes.
    pub async fn post(&self, body: &Value) -> Answer {
        let mut request = self
            .http
            .post(&self.addresses.graphql)
            .header("Accept", ACCEPT)
            .header("Content-Type", "application/json")
            .body(body.to_string());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(purpose) = &self.purpose {
            request = request.header(PURPOSE, purpose);
        }
        match request.send().await {
            Ok(response) => Answer::read(response).await,
            Err(fault) => panic!("no answer from {}: {fault:?}", self.addresses.graphql),
        }
    }
}

/// A client that follows no redirect and goes through no proxy of the developer's machine.
fn http_client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(DEADLINE)
        .build()
        .expect("an HTTP client")
}
