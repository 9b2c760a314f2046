//! How systems prove who they are, and the tokens they get for it.
//!
//! A client authenticates in the one way it is registered for ([`authenticate`]): a secret in a sandbox, an assertion
//! signed with a registered key ([`assertion`]), a certificate ([`certificate`]). It is granted ([`grant`]) a signed,
//! short token, bound to the certificate of the connection or to a key it proves ([`proof`]); [`verify`] makes a
//! caller of such a token and [`revoke`] takes it back; [`external`] makes one of a token of a configured issuer. Keys
//! are [`key`]'s, what is told the world [`metadata`]'s.
//!
//! A token's header never chooses how it is verified: the key is found first, and the key says the algorithm.

mod assertion;
mod authenticate;
mod certificate;
mod credential;
pub(crate) mod external;
mod grant;
pub(crate) mod jwt;
pub(crate) mod key;
mod metadata;
mod proof;
mod revoke;
mod seen;
mod verify;

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use sangam_store::Admitted;
use sangam_vocabulary::ClientId;
use uuid::Uuid;

pub use authenticate::ClientProof;
pub use certificate::ClientCertificate;
pub use credential::{CredentialFault, NewCredential};
pub use external::{TokenIssuer, TokenType};
pub use grant::{Grant, GrantFault, GrantRequest, TokenKind};
pub use key::{SignatureAlgorithm, SigningKey};
pub use metadata::Published;
pub use proof::Proof;
pub use verify::{TokenFault, TokenUse};

use seen::Seen;
use verify::Claims;

/// Where tokens are had: the door's path.
const TOKEN_PATH: &str = "/oauth/token";
/// How many tokens are remembered, with what they claim and whether they stand.
const REMEMBERED: u64 = 10_000;
/// How long it is remembered that a token stands: suspending a client and revoking a token act within this time on
/// every process (DESIGN §8: five seconds).
const CLIENT_MEMORY: Duration = Duration::from_secs(2);

/// What a hub's tokens depend on.
#[derive(Debug, Clone)]
pub struct TokenSettings {
    /// How the hub is reached from outside, without a path: issuer and audience of its tokens.
    pub address: String,
    /// Whether the hub holds invented people only. Then, and only then, a client may have a shared secret, and a
    /// token may be bound to nothing.
    pub sandbox: bool,
    /// Whether the door asks for client certificates.
    pub certificates: bool,
}

/// The keys tokens are signed with, and what is remembered of tokens.
pub struct Tokens {
    settings: TokenSettings,
    /// The key that signs. Older ones verify until their tokens have ended.
    signer: SigningKey,
    older: Vec<SigningKey>,
    /// Who else gives out tokens for this hub.
    issuers: Vec<TokenIssuer>,
    claims: moka::sync::Cache<[u8; 32], Arc<Claims>>,
    standing: moka::sync::Cache<[u8; 16], Option<Arc<Admitted>>>,
    proofs: Seen,
}

impl Tokens {
    /// With the key that signs, and the older ones whose tokens are still about.
    #[must_use]
    pub fn new(signer: SigningKey, older: Vec<SigningKey>, settings: TokenSettings) -> Self {
        let address = settings.address.trim_end_matches('/').to_owned();
        Self {
            settings: TokenSettings { address, ..settings },
            signer,
            older,
            issuers: Vec::new(),
            claims: moka::sync::Cache::new(REMEMBERED),
            standing: moka::sync::Cache::builder().max_capacity(REMEMBERED).time_to_live(CLIENT_MEMORY).build(),
            proofs: Seen::default(),
        }
    }

    /// The same, with the issuers of the configuration whose tokens are taken.
    #[must_use]
    pub fn trusting(mut self, issuers: Vec<TokenIssuer>) -> Self {
        self.issuers = issuers;
        self
    }

    /// The issuers whose tokens are taken.
    pub(crate) fn issuers(&self) -> &[TokenIssuer] {
        &self.issuers
    }

    /// What the tokens depend on.
    pub(crate) const fn settings(&self) -> &TokenSettings {
        &self.settings
    }

    /// The issuer, which is the audience as well.
    fn issuer(&self) -> &str {
        &self.settings.address
    }

    fn token_endpoint(&self) -> String {
        format!("{}{TOKEN_PATH}", self.settings.address)
    }

    fn keys(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.signer).chain(&self.older)
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// A client id as OAuth spells it is the id's hexadecimal form.
pub(crate) fn client_text(id: ClientId) -> String {
    format!("cli_{}", id.uuid().simple())
}

fn client_id(text: &str) -> Option<ClientId> {
    let uuid = Uuid::try_parse(text.strip_prefix("cli_")?).ok()?;
    Some(ClientId::from_uuid(uuid))
}
