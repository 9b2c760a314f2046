//! What a partner's file says of signing in.

use std::fmt;

use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::assertion;
use crate::config::KeyFault;
use crate::config::table::Table;
use crate::config::web::{Around, safe};

/// How the hub signs in to a service.
pub enum WebSignIn {
    /// With a token that a person of the partner made.
    Token(SecretString),
    /// OAuth 2.0 client credentials.
    Client(OauthClient),
}

/// The hub as a client of the service's authorization server.
#[derive(Clone)]
pub struct OauthClient {
    /// The token endpoint.
    pub token_url: Url,
    /// The client's id.
    pub client_id: String,
    /// The scopes asked for, for instance `system/Task.rs`.
    pub scopes: Vec<String>,
    /// How the client shows that it is the one.
    pub proof: Proof,
}

/// How a client shows that it is the one.
#[derive(Clone)]
pub enum Proof {
    /// By a secret, in a basic header.
    Secret(SecretString),
    /// By an assertion that it signs (`private_key_jwt`, as SMART Backend Services and RFC 7523 have it).
    Key {
        /// The key.
        key: Box<EncodingKey>,
        /// What it signs with.
        algorithm: Algorithm,
        /// Its `kid` in the set of keys that the server has.
        id: String,
    },
}

impl fmt::Debug for WebSignIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Token(_) => "Token",
            Self::Client(OauthClient { proof: Proof::Secret(_), .. }) => "Client with a secret",
            Self::Client(OauthClient { proof: Proof::Key { .. }, .. }) => "Client with a key",
        })
    }
}

impl Proof {
    /// A key from the PEM text of a PKCS#8 file; `None` where it is no private key of P-384, P-256 or Ed25519.
    #[must_use]
    pub fn key(pem: &str, id: String) -> Option<Self> {
        assertion::key(pem).map(|(key, algorithm)| Self::Key { key: Box::new(key), algorithm, id })
    }
}

impl WebSignIn {
    /// `token_url` and its company for a client, else `token_file`.
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>, base: Option<&Url>) -> Option<Self> {
        let Some(token_url) = table.text_if("token_url") else {
            return around.secret(table, "token", "token_file").map(Self::Token);
        };
        let token_url = base?.join(&token_url).ok().and_then(|url| safe(url.as_str()));
        if token_url.is_none() {
            table.fault("token_url", KeyFault::Must("be https, or http on this machine, without user or query"));
        }
        let client_id = table.text("client_id");
        let scopes = table.texts("scopes", false);
        let proof = proof(table, around);
        let client = OauthClient { token_url: token_url?, client_id: client_id?, scopes, proof: proof? };
        Some(Self::Client(client))
    }
}

fn proof(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Proof> {
    let Some(id) = table.text_if("key_id") else {
        return around.secret(table, "client_secret", "client_secret_file").map(Proof::Secret);
    };
    let pem = around.secret(table, "private_key", "private_key_file")?;
    let key = Proof::key(pem.expose_secret(), id);
    if key.is_none() {
        let fault = KeyFault::Must("be a private key of P-384, P-256 or Ed25519, as PKCS#8 in PEM");
        table.fault("private_key_file", fault);
    }
    key
}
