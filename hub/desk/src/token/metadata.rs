//! What the hub tells anyone about its tokens: where they are had, how, and with which keys they are verified.

use sangam_language::Scope;
use sangam_store::ClientMethod;
use serde_json::{Value, json};

use super::Tokens;
use super::key::ALGORITHMS;
use crate::hub::Desk;

/// The documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// Of the token endpoint (RFC 8414).
    AuthorizationServer,
    /// Of GraphQL (RFC 9728).
    ProtectedResource,
    /// The public keys (RFC 7517).
    Keys,
}

impl Desk {
    /// A document as JSON.
    #[must_use]
    pub fn published(&self, document: Published) -> String {
        let tokens = &self.tokens;
        let text = match document {
            Published::AuthorizationServer => tokens.authorization_server(),
            Published::ProtectedResource => tokens.protected_resource(),
            Published::Keys => {
                json!({ "keys": tokens.keys().all().map(super::SigningKey::published).collect::<Vec<_>>() })
            }
        };
        text.to_string()
    }
}

fn scopes() -> Vec<&'static str> {
    Scope::ALL.iter().filter(|scope| scope.is_for_systems()).map(|scope| scope.code()).collect()
}

impl Tokens {
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer())
    }

    /// The methods that can succeed here.
    fn methods(&self) -> Vec<&'static str> {
        let mut methods = vec![ClientMethod::PrivateKeyJwt.code()];
        if self.settings.certificates {
            methods.extend([ClientMethod::Tls.code(), ClientMethod::SelfSignedTls.code()]);
        }
        if self.settings.sandbox {
            methods.extend(["client_secret_basic", "client_secret_post"]);
        }
        methods
    }

    fn authorization_server(&self) -> Value {
        let methods = self.methods();
        json!({
            "issuer": self.issuer(),
            "token_endpoint": self.token_endpoint(),
            "revocation_endpoint": self.at("/oauth/revoke"),
            "jwks_uri": self.at("/oauth/jwks"),
            "scopes_supported": scopes(),
            "response_types_supported": [],
            "grant_types_supported": ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"],
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
            "revocation_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
            "tls_client_certificate_bound_access_tokens": self.settings.certificates,
            "dpop_signing_alg_values_supported": ALGORITHMS,
        })
    }

    fn protected_resource(&self) -> Value {
        json!({
            "resource": self.issuer(),
            "resource_name": "Sangam",
            "authorization_servers": [self.issuer()],
            "jwks_uri": self.at("/oauth/jwks"),
            "scopes_supported": scopes(),
            "bearer_methods_supported": ["header"],
            "tls_client_certificate_bound_access_tokens": self.settings.certificates,
            "dpop_signing_alg_values_supported": ALGORITHMS,
            "dpop_bound_access_tokens_required": false,
        })
    }
}
