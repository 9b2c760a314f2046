//! A token by client credentials, through the `oauth2` crate, so that the hub's token endpoint is tried by a
//! client that its authors did not write. The crate brings no HTTP of its own here; the small adapter at the
//! end lends it reqwest.

use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{ClientId, ClientSecret, HttpRequest, HttpResponse, RequestTokenError, Scope, TokenResponse, TokenUrl};

/// What a system signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The client's public name.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// What it asks to be allowed; empty means all it has.
    pub scopes: Vec<String>,
}

/// No token was given.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The endpoint refused in the words of RFC 6749, section 5.2.
    #[error("the token endpoint answered `{code}`")]
    Answered {
        /// The error code, for instance `invalid_client`.
        code: String,
        /// Its sentence, when there is one.
        description: Option<String>,
    },
    /// What came back is no OAuth 2.0 answer.
    #[error("the token endpoint answered something that is not OAuth 2.0: {text}")]
    NotOauth {
        /// What the library made of it, and the body.
        text: String,
    },
    /// No answer came.
    #[error("the token endpoint could not be reached: {0}")]
    Unreachable(#[from] reqwest::Error),
}

/// Asks the endpoint for a token.
pub(super) async fn obtain(
    http: &reqwest::Client,
    endpoint: &str,
    credentials: &Credentials,
) -> Result<String, Refused> {
    let endpoint = TokenUrl::new(endpoint.to_owned())
        .map_err(|fault| Refused::NotOauth { text: format!("not an address: {fault}") })?;
    let client = BasicClient::new(ClientId::new(credentials.client_id.clone()))
        .set_client_secret(ClientSecret::new(credentials.client_secret.clone()))
        .set_token_uri(endpoint);
    let scopes = credentials.scopes.iter().cloned().map(Scope::new);
    let lend = |request: HttpRequest| send(http.clone(), request);
    let token = client.exchange_client_credentials().add_scopes(scopes).request_async(&lend).await?;
    Ok(token.access_token().secret().clone())
}

/// Exchanges a token for one that says who asks. The library knows no such grant, so the form is written here.
pub(super) async fn exchange(
    http: &reqwest::Client,
    endpoint: &str,
    credentials: &Credentials,
    subject: &str,
    actor: &str,
) -> Result<String, Refused> {
    const KIND: &str = "urn:ietf:params:oauth:token-type";
    // Nothing in it needs an escape.
    let form = format!(
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token={subject}&subject_token_type={KIND}:access_token&actor_token={actor}&actor_token_type={KIND}:jwt"
    );
    let request = http
        .post(endpoint)
        .basic_auth(&credentials.client_id, Some(&credentials.client_secret))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form);
    let text = request.send().await?.text().await?;
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let member = |name: &str| answer.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    match (member("access_token"), member("error")) {
        (Some(token), None) => Ok(token),
        (None, Some(code)) => Err(Refused::Answered { code, description: member("error_description") }),
        _ => Err(Refused::NotOauth { text }),
    }
}

impl From<RequestTokenError<reqwest::Error, BasicErrorResponse>> for Refused {
    fn from(fault: RequestTokenError<reqwest::Error, BasicErrorResponse>) -> Self {
        match fault {
            RequestTokenError::ServerResponse(answer) => Self::Answered {
                code: answer.error().as_ref().to_owned(),
                description: answer.error_description().cloned(),
            },
            RequestTokenError::Request(fault) => Self::Unreachable(fault),
            RequestTokenError::Parse(fault, body) => {
                Self::NotOauth { text: format!("{fault}: {}", String::from_utf8_lossy(&body)) }
            }
            RequestTokenError::Other(text) => Self::NotOauth { text },
        }
    }
}

/// The adapter: oauth2's request through reqwest, and reqwest's answer back.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let response = http.execute(request.try_into()?).await?;
    let mut answer = HttpResponse::new(Vec::new());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    *answer.body_mut() = response.bytes().await?.to_vec();
    Ok(answer)
}
