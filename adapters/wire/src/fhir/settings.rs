//! What a partner's file says of a FHIR R4 server.

use std::fmt;

use jsonwebtoken::EncodingKey;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::assertion;
use crate::config::KeyFault;
use crate::config::table::Table;
use crate::config::web::{Around, safe};

/// The most patients a page: their ids stand in one query, and servers take addresses of some kilobytes.
const MOST_PER_PAGE: u64 = 100;

/// A FHIR R4 server.
#[derive(Debug)]
pub struct FhirConfig {
    /// Its service base, for instance `https://fhir.example.org/r4/`.
    pub base_url: Url,
    /// The `system` of the identifiers that the hub's own resources carry there, by which a repeat is known.
    pub identifier_system: String,
    /// Patients a page.
    pub per_page: u32,
    /// How the hub signs in.
    pub sign_in: FhirSignIn,
}

/// How the hub signs in to a server.
pub enum FhirSignIn {
    /// With a token that a person of the partner made.
    Token(SecretString),
    /// OAuth 2.0 client credentials.
    Client(OauthClient),
}

/// The hub as a client of the server's authorization server.
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
    /// By an assertion that it signs (`private_key_jwt`, as SMART Backend Services has it).
    Key {
        /// The key, P-384.
        key: Box<EncodingKey>,
        /// Its `kid` in the set of keys that the server has.
        id: String,
    },
}

impl fmt::Debug for FhirSignIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Token(_) => "Token",
            Self::Client(OauthClient { proof: Proof::Secret(_), .. }) => "Client with a secret",
            Self::Client(OauthClient { proof: Proof::Key { .. }, .. }) => "Client with a key",
        })
    }
}

impl Proof {
    /// A key from the PEM text of a PKCS#8 file; `None` where it is no private key of P-384.
    #[must_use]
    pub fn key(pem: &str, id: String) -> Option<Self> {
        assertion::key(pem).map(|key| Self::Key { key: Box::new(key), id })
    }
}

impl FhirConfig {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let base_url = around.base_url(table).map(as_folder);
        let identifier_system = table.text("identifier_system");
        let per_page = u32::try_from(table.number("per_page", (1, MOST_PER_PAGE), 50)).unwrap_or(50);
        let sign_in = sign_in(table, around, base_url.as_ref());
        Some(Self { base_url: base_url?, identifier_system: identifier_system?, per_page, sign_in: sign_in? })
    }
}

/// The base with a slash at its end, so that addresses are resolved below it.
pub(super) fn as_folder(mut base: Url) -> Url {
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    base
}

fn sign_in(table: &Table<'_, '_>, around: &Around<'_>, base: Option<&Url>) -> Option<FhirSignIn> {
    let Some(token_url) = table.text_if("token_url") else {
        return around.secret(table, "token", "token_file").map(FhirSignIn::Token);
    };
    let token_url = base?.join(&token_url).ok().and_then(|url| safe(url.as_str()));
    if token_url.is_none() {
        table.fault("token_url", KeyFault::Must("be https, or http on this machine, without user or query"));
    }
    let client_id = table.text("client_id");
    let scopes = table.texts("scopes", false);
    let proof = proof(table, around);
    let client = OauthClient { token_url: token_url?, client_id: client_id?, scopes, proof: proof? };
    Some(FhirSignIn::Client(client))
}

fn proof(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Proof> {
    let Some(id) = table.text_if("key_id") else {
        return around.secret(table, "client_secret", "client_secret_file").map(Proof::Secret);
    };
    let pem = around.secret(table, "private_key", "private_key_file")?;
    let key = Proof::key(pem.expose_secret(), id);
    if key.is_none() {
        table.fault("private_key_file", KeyFault::Must("be a private key of P-384, as PKCS#8 in PEM"));
    }
    key
}
