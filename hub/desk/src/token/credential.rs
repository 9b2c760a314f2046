//! What a client is registered with, from what its operator brings: read strictly before anything is recorded.

use sangam_store::ClientCredential;
use thiserror::Error;

use super::certificate::{CertificateName, ClientCertificate, of_pem};
use super::external::{SUBJECT_BYTES, is_subject};
use super::key::{KeySet, KeySetFault};
use super::{Tokens, sha256};
use sangam_vocabulary::{Chance, hex};

/// Length of a client's secret in bytes: 256 random bits (DESIGN §8).
const SECRET_BYTES: usize = 32;
/// How many certificates a client may have at once: the one in use and the next, each with a spare.
const CERTIFICATES: usize = 4;

/// What a client is to be known by.
#[derive(Debug, Clone)]
pub enum NewCredential {
    /// A secret that the hub draws and tells once.
    Secret,
    /// A JSON Web Key Set of public keys.
    Keys(String),
    /// Certificates in PEM, whoever signed them.
    Certificates(Vec<u8>),
    /// The DNS name or URI that a known authority writes into its certificates.
    CertificateName(String),
    /// The subject that a known authority writes into its certificates, taken from one of them in PEM.
    SubjectOf(Vec<u8>),
    /// Tokens of a configured issuer.
    External {
        /// The issuer's name in the configuration.
        issuer: String,
        /// The subject its tokens name.
        subject: String,
    },
}

/// A credential cannot be registered; what to do is in the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CredentialFault {
    /// This hub is no sandbox.
    #[error(
        "a shared secret is for sandboxes only; give a key set (`--jwks`) or a certificate (`--certificate`), or set `sandbox = true` in `[operator]` if everybody in this hub is invented"
    )]
    Secret,
    /// The key set is not one.
    #[error(transparent)]
    Keys(#[from] KeySetFault),
    /// The certificates are none.
    #[error("the certificates are not PEM with one to {CERTIFICATES} readable certificates")]
    Certificates,
    /// The name is none.
    #[error("the name is neither a DNS name (as in `system.example.org`, without wildcard) nor a URI")]
    Name,
    /// The certificate has no subject.
    #[error(
        "the file is not PEM with one certificate that has a subject; name a DNS name of it instead (`--certificate-name`)"
    )]
    Subject,
    /// No issuer of that name.
    #[error("there is no issuer of that name; `[[issuers]]` in the configuration lists them")]
    Issuer,
    /// The subject is none.
    #[error("the subject must have 1 to {SUBJECT_BYTES} printable ASCII characters without spaces")]
    TokenSubject,
    /// The random source failed.
    #[error("no randomness")]
    NoChance,
}

/// Reads the keys with which a client names its staff; what is kept of them.
pub(crate) fn actor_keys(text: &str) -> Result<String, CredentialFault> {
    Ok(KeySet::read(text)?.text())
}

impl Tokens {
    /// Reads a credential, or draws it; the secret is told here and never again.
    pub(crate) fn credential(
        &self,
        new: NewCredential,
        chance: &dyn Chance,
    ) -> Result<(ClientCredential, Option<String>), CredentialFault> {
        Ok(match new {
            NewCredential::Secret => {
                if !self.settings.sandbox {
                    return Err(CredentialFault::Secret);
                }
                let mut secret = [0; SECRET_BYTES];
                if !chance.fill(&mut secret) {
                    return Err(CredentialFault::NoChance);
                }
                let secret = hex(&secret);
                (ClientCredential::Secret(sha256(secret.as_bytes())), Some(secret))
            }
            NewCredential::Keys(text) => (ClientCredential::Keys(KeySet::read(&text)?.text()), None),
            NewCredential::External { issuer, subject } => {
                if !self.issuers.iter().any(|known| known.issuer.name() == issuer) {
                    return Err(CredentialFault::Issuer);
                }
                if !is_subject(&subject) {
                    return Err(CredentialFault::TokenSubject);
                }
                (ClientCredential::External { issuer, subject }, None)
            }
            NewCredential::Certificates(pem) => {
                let read = of_pem(&pem).filter(|read| read.len() <= CERTIFICATES);
                let read = read.ok_or(CredentialFault::Certificates)?;
                let digest = |der: &Vec<u8>| ClientCertificate { der, vouched: false }.digest();
                (ClientCredential::Certificates(read.iter().map(digest).collect()), None)
            }
            NewCredential::CertificateName(text) => {
                let name = CertificateName::given(&text).ok_or(CredentialFault::Name)?;
                (ClientCredential::CertificateName(name.text()), None)
            }
            NewCredential::SubjectOf(pem) => {
                let read = of_pem(&pem).filter(|read| read.len() == 1).ok_or(CredentialFault::Subject)?;
                let name = read.first().and_then(|der| CertificateName::subject_of(der));
                (ClientCredential::CertificateName(name.ok_or(CredentialFault::Subject)?.text()), None)
            }
        })
    }
}
