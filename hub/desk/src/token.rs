//! How systems prove who they are, and the tokens they get for it.
//!
//! A client authenticates in the one way it is registered for ([`authenticate`]): a secret in a sandbox, an assertion
//! signed with a registered key ([`assertion`]), a certificate ([`certificate`]). It is granted ([`grant`]) a signed,
//! short token, and may exchange it for one that says which member of staff asks ([`exchange`], [`actor`]). It is bound
//! to the certificate of the connection or to a key it proves ([`proof`]); [`verify`] makes a caller of such a token and
//! [`revoke`] takes it back; [`external`] makes one of a token of a configured issuer. Keys are [`key`]'s, what is told
//! the world [`metadata`]'s.
//!
//! A token's header never chooses how it is verified: the key is found first, and the key says the algorithm.

mod actor;
mod assertion;
mod authenticate;
mod certificate;
mod credential;
mod exchange;
pub(crate) mod external;
mod grant;
mod holder;
pub(crate) mod jwt;
pub(crate) mod key;
mod metadata;
mod proof;
mod revoke;
mod seen;
mod verify;

use std::sync::{Arc, RwLock};
use std::time::Duration;

use aws_lc_rs::digest;
use sangam_store::Admitted;
use sangam_vocabulary::ClientId;
use uuid::Uuid;

pub use authenticate::ClientProof;
pub use certificate::ClientCertificate;
pub(crate) use credential::actor_keys;
pub use credential::{CredentialFault, NewCredential};
pub use exchange::ExchangeRequest;
pub use external::{TokenIssuer, TokenType};
pub use grant::{Grant, GrantFault, GrantRequest, TokenKind};
pub use holder::Holder;
pub use key::{SignatureAlgorithm, SigningKey};
pub use metadata::Published;
pub use proof::Proof;
pub use verify::{TokenFault, TokenUse};

use crate::hub::Desk;
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

/// The keys of a hub's tokens.
pub struct TokenKeys {
    /// The key that signs.
    pub signer: SigningKey,
    /// Those that only verify: older ones until their tokens have ended, and one that does not sign yet.
    pub others: Vec<SigningKey>,
}

impl TokenKeys {
    fn all(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.signer).chain(&self.others)
    }

    fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.all().find(|key| key.kid() == kid)
    }
}

/// A token that was opened once: what it claims, and which key signed it.
struct Opened {
    claims: Arc<Claims>,
    kid: String,
}

/// The keys tokens are signed with, and what is remembered of tokens.
pub struct Tokens {
    settings: TokenSettings,
    keys: RwLock<Arc<TokenKeys>>,
    /// Who else gives out tokens for this hub.
    issuers: Vec<TokenIssuer>,
    claims: moka::sync::Cache<[u8; 32], Arc<Opened>>,
    standing: moka::sync::Cache<[u8; 16], Option<Arc<Admitted>>>,
    proofs: Seen,
}

impl Tokens {
    /// With the key that signs, and the older ones whose tokens are still about.
    #[must_use]
    pub fn new(signer: SigningKey, others: Vec<SigningKey>, settings: TokenSettings) -> Self {
        let address = settings.address.trim_end_matches('/').to_owned();
        Self {
            settings: TokenSettings { address, ..settings },
            keys: RwLock::new(Arc::new(TokenKeys { signer, others })),
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

    /// The keys now. Whoever holds them works with them to its end, though others take their place meanwhile.
    fn keys(&self) -> Arc<TokenKeys> {
        // What a thread that died left behind is whole: the place is only ever replaced.
        Arc::clone(&self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn replace_keys(&self, keys: TokenKeys) {
        *self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(keys);
    }
}

impl Desk {
    /// Puts other keys of tokens in place of those it has, while it serves. Tokens of a key that is not among them are
    /// void from now on, remembered ones as well.
    pub fn replace_token_keys(&self, keys: TokenKeys) {
        self.tokens.replace_keys(keys);
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
