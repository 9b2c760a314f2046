//! A provider: where a person is sent, and the exchange of the code that comes back. The code flow is the crate
//! `oauth2`'s, over the port to the outside.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::http::{self, header};
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::started::Started;
use super::{ProviderShown, SignInFault};
use crate::issuer::{Call, Endpoints, Issuer, Outside, OutsideAddress, OutsideFault};

/// A provider as the configuration has it.
pub struct ProviderSettings {
    /// What a person reads on the page.
    pub label: String,
    /// The hub's client id there.
    pub client_id: String,
    /// The hub's secret there.
    pub client_secret: SecretString,
}

/// A provider.
pub struct Provider {
    issuer: Arc<Issuer>,
    settings: ProviderSettings,
}

/// What a provider gives beside an access token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct IdentityField {
    id_token: String,
}

impl fmt::Debug for IdentityField {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("IdentityField")
    }
}

impl ExtraTokenFields for IdentityField {}

type Exchanged = StandardTokenResponse<IdentityField, BasicTokenType>;
type Ready = Client<
    BasicErrorResponse,
    Exchanged,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The tokens of an exchange.
pub(super) struct Tokens {
    /// The identity token.
    pub(super) identity: Zeroizing<String>,
    /// The access token, which is used for nothing but the identity token's digest of it.
    pub(super) access: Zeroizing<String>,
}

impl Provider {
    /// A provider of an issuer, which is discovered.
    #[must_use]
    pub const fn new(issuer: Arc<Issuer>, settings: ProviderSettings) -> Self {
        Self { issuer, settings }
    }

    /// Its issuer.
    pub(super) const fn issuer(&self) -> &Arc<Issuer> {
        &self.issuer
    }

    /// The hub's client id there: the audience of its identity tokens.
    pub(super) fn client_id(&self) -> &str {
        &self.settings.client_id
    }

    pub(super) fn shown(&self) -> ProviderShown {
        let known = self.issuer.at_hand();
        let endpoints = known.as_ref().and_then(|published| published.endpoints());
        let origins = endpoints.into_iter().flat_map(|endpoints| {
            std::iter::once(endpoints.authorization.origin())
                .chain(endpoints.end_session.as_ref().map(OutsideAddress::origin))
        });
        let mut origins: Vec<String> = origins.collect();
        origins.dedup();
        ProviderShown { name: self.issuer.name().to_owned(), label: self.settings.label.clone(), origins }
    }

    /// Its endpoints.
    pub(super) async fn endpoints(&self) -> Result<Endpoints, SignInFault> {
        let published = self.issuer.published().await.map_err(|_| SignInFault::Unavailable)?;
        published.endpoints().cloned().ok_or_else(|| {
            tracing::error!(provider = self.issuer.name(), "a provider names no endpoints to sign in at");
            SignInFault::Unavailable
        })
    }

    fn client(&self, endpoints: &Endpoints, back: &str) -> Option<Ready> {
        let client = Client::new(ClientId::new(self.settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.settings.client_secret.expose_secret().to_owned()))
            .set_auth_uri(AuthUrl::from_url(endpoints.authorization.url().clone()))
            .set_token_uri(TokenUrl::from_url(endpoints.token.url().clone()))
            .set_redirect_uri(RedirectUrl::new(back.to_owned()).ok()?);
        Some(client)
    }

    /// Where the person goes.
    pub(super) fn authorization(&self, endpoints: &Endpoints, back: &str, started: &Started) -> Option<String> {
        let verifier = PkceCodeVerifier::new(started.verifier.clone());
        let state = started.state.clone();
        let (url, _) = self
            .client(endpoints, back)?
            .authorize_url(move || CsrfToken::new(state))
            .add_scope(Scope::new("openid".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_extra_param("nonce", started.nonce.clone())
            .url();
        Some(url.to_string())
    }

    /// Exchanges a code.
    ///
    /// # Errors
    /// [`SignInFault::Declined`] when the provider refuses the code or answers without an identity token,
    /// [`SignInFault::Unavailable`] when it does not answer.
    pub(super) async fn exchange(
        &self,
        endpoints: &Endpoints,
        back: &str,
        code: String,
        started: &Started,
    ) -> Result<Tokens, SignInFault> {
        let client = self.client(endpoints, back).ok_or(SignInFault::Unavailable)?;
        let sender = Sender(self.issuer.outside().as_ref());
        let exchanged = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(started.verifier.clone()))
            .request_async(&sender)
            .await;
        match exchanged {
            Ok(tokens) => Ok(Tokens {
                identity: Zeroizing::new(tokens.extra_fields().id_token.clone()),
                access: Zeroizing::new(tokens.access_token().secret().clone()),
            }),
            Err(RequestTokenError::Request(fault)) => {
                tracing::warn!(provider = self.issuer.name(), %fault, "a code could not be exchanged");
                Err(SignInFault::Unavailable)
            }
            Err(RequestTokenError::ServerResponse(_)) => {
                tracing::warn!(provider = self.issuer.name(), "a provider refused a code");
                Err(SignInFault::Declined)
            }
            Err(_) => {
                tracing::warn!(provider = self.issuer.name(), "a provider's answer to a code is not one");
                Err(SignInFault::Declined)
            }
        }
    }
}

/// The port to the outside, as `oauth2` wants it.
struct Sender<'a>(&'a dyn Outside);

impl<'c> AsyncHttpClient<'c> for Sender<'_> {
    type Error = OutsideFault;
    type Future = BoxFuture<'c, Result<HttpResponse, OutsideFault>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let address = OutsideAddress::read(&parts.uri.to_string()).map_err(|_| OutsideFault::Unreachable)?;
            let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
            let call = Call { address, authorization: authorization.map(str::to_owned), form: Some(body) };
            let told = self.0.call(call).await?;
            if told.status >= 500 {
                return Err(OutsideFault::Unreachable);
            }
            let mut response = http::Response::builder().status(told.status);
            if let Some(kind) = told.kind {
                response = response.header(header::CONTENT_TYPE, kind);
            }
            response.body(told.body).map_err(|_| OutsideFault::Unreachable)
        })
    }
}
