//! What an issuer publishes about itself: its keys, and, where it is discovered, where people sign in.

use serde::Deserialize;
use thiserror::Error;

use super::keys::IssuerKeys;
use super::outside::{Call, Outside, OutsideFault};
use super::{IssuerSettings, KeysAt, OutsideAddress};
use crate::token::key::PublicKey;

/// Where the document of OpenID Connect Discovery lies under the issuer.
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// What an issuer published when it was last asked.
pub(crate) struct Published {
    keys: IssuerKeys,
    endpoints: Option<Endpoints>,
}

impl Published {
    /// The key of that name.
    pub(crate) fn key(&self, kid: &str) -> Option<&PublicKey> {
        self.keys.find(kid)
    }

    /// Where people sign in, when it was discovered.
    pub(crate) const fn endpoints(&self) -> Option<&Endpoints> {
        self.endpoints.as_ref()
    }
}

/// A provider's endpoints.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    /// Where a person signs in.
    pub(crate) authorization: OutsideAddress,
    /// Where a code is exchanged.
    pub(crate) token: OutsideAddress,
    /// Where a person signs out (OpenID Connect RP-Initiated Logout), where there is such a place.
    pub(crate) end_session: Option<OutsideAddress>,
    /// Whether it names itself in what it sends back (RFC 9207).
    pub(crate) names_itself: bool,
}

/// An issuer's documents cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum Unread {
    /// No answer.
    #[error(transparent)]
    Outside(#[from] OutsideFault),
    /// An answer that is not 200.
    #[error("it answered with the status {0}")]
    Status(u16),
    /// Not the document that was asked for.
    #[error("its {0} is not one")]
    Document(&'static str),
    /// The document is another issuer's.
    #[error("its discovery document names another issuer")]
    Other,
    /// An address in it may not be called.
    #[error("its discovery document names an address that may not be called")]
    Address,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Reads what an issuer publishes.
pub(super) async fn fetch(settings: &IssuerSettings, outside: &dyn Outside) -> Result<Published, Unread> {
    let (at, endpoints) = match &settings.keys {
        KeysAt::KeySet(at) => (at.clone(), None),
        KeysAt::Discovery => discovered(settings, outside).await?,
    };
    let body = read(outside, at).await?;
    let keys = IssuerKeys::read(&body, &settings.algorithms).ok_or(Unread::Document("key set"))?;
    Ok(Published { keys, endpoints })
}

async fn discovered(
    settings: &IssuerSettings,
    outside: &dyn Outside,
) -> Result<(OutsideAddress, Option<Endpoints>), Unread> {
    let address = |text: &str| OutsideAddress::read(text).map_err(|_| Unread::Address);
    let issuer = settings.issuer.as_str();
    let body = read(outside, address(&format!("{}{DISCOVERY}", issuer.trim_end_matches('/')))?).await?;
    let document: Discovery = serde_json::from_slice(&body).map_err(|_| Unread::Document("discovery document"))?;
    if document.issuer != issuer {
        return Err(Unread::Other);
    }
    let endpoints = match (document.authorization_endpoint, document.token_endpoint) {
        (Some(authorization), Some(token)) => Some(Endpoints {
            authorization: address(&authorization)?,
            token: address(&token)?,
            end_session: document.end_session_endpoint.as_deref().map(address).transpose()?,
            names_itself: document.authorization_response_iss_parameter_supported,
        }),
        _ => None,
    };
    Ok((address(&document.jwks_uri)?, endpoints))
}

async fn read(outside: &dyn Outside, address: OutsideAddress) -> Result<Vec<u8>, Unread> {
    let told = outside.call(Call { address, authorization: None, form: None }).await?;
    if told.status == 200 { Ok(told.body) } else { Err(Unread::Status(told.status)) }
}
