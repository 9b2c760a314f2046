//! Whether a client is who it says: in the one way it is registered for, and in no other.

use aws_lc_rs::constant_time;
use sangam_store::{AssertionUse, ClientCredential, ClientRow, Refused};

use super::assertion::{self, Judged, Unused};
use super::certificate::{CertificateName, ClientCertificate};
use super::grant::GrantFault;
use super::jwt::SKEW_MILLIS;
use super::key::KeySet;
use super::sha256;
use crate::hub::Desk;

/// The longest client id that is looked for, in bytes; ours are 36.
const CLIENT_BYTES: usize = 64;
/// The longest secret that is hashed, in bytes; ours are 64.
const SECRET_BYTES: usize = 256;

/// How a client proves who it is, as it came to an endpoint.
#[derive(Clone, Copy)]
pub enum ClientProof<'a> {
    /// By its secret.
    Secret {
        /// The client id.
        client: &'a str,
        /// The secret.
        secret: &'a str,
    },
    /// By an assertion (RFC 7523).
    Assertion {
        /// The client id, where it was sent beside the assertion.
        client: Option<&'a str>,
        /// The assertion.
        assertion: &'a str,
    },
    /// By the certificate of the connection (RFC 8705).
    Certificate {
        /// The client id.
        client: &'a str,
    },
}

/// What a proof came to.
enum Proven {
    No,
    Yes,
    /// Once the assertion's id is used up.
    Once(Unused),
}

impl Desk {
    /// The client of a proof.
    ///
    /// Whatever is wrong is `InvalidClient`: unknown, suspended, another method than the registered one, a proof that
    /// does not hold or was used. The presented proof is examined for a client that is not there as well, so that all
    /// of them take about the same time; only what is good pays for the store's memory.
    ///
    /// # Errors
    /// [`GrantFault::InvalidClient`], or [`GrantFault::Unavailable`] when the store does not answer.
    pub(super) async fn authenticate(
        &self,
        proof: &ClientProof<'_>,
        certificate: Option<ClientCertificate<'_>>,
    ) -> Result<ClientRow, GrantFault> {
        let named = match *proof {
            ClientProof::Secret { client, .. } | ClientProof::Certificate { client } => Some(client.to_owned()),
            ClientProof::Assertion { client, assertion } => {
                assertion::named(assertion).filter(|named| client.is_none_or(|client| client == named))
            }
        };
        let named = named.filter(|named| named.len() <= CLIENT_BYTES).unwrap_or_default();
        let row = self.store.client(&named).await.map_err(|fault| {
            tracing::error!(error = %fault, "a client could not be read");
            GrantFault::Unavailable
        })?;
        let credential = row.as_ref().map(|row| &row.credential);
        let proven = match *proof {
            ClientProof::Secret { secret, .. } => self.by_secret(credential, secret),
            ClientProof::Assertion { assertion, .. } => self.by_assertion(credential, &named, assertion),
            ClientProof::Certificate { .. } => by_certificate(credential, certificate),
        };
        let row = row
            .filter(|row| !row.suspended && self.admits(row.organization).is_some())
            .ok_or(GrantFault::InvalidClient)?;
        match proven {
            Proven::No => Err(GrantFault::InvalidClient),
            Proven::Yes => Ok(row),
            Proven::Once(unused) => {
                if self.use_up(&row, unused).await? {
                    Ok(row)
                } else {
                    Err(GrantFault::InvalidClient)
                }
            }
        }
    }

    fn by_secret(&self, credential: Option<&ClientCredential>, secret: &str) -> Proven {
        let (stored, known) = match credential {
            Some(ClientCredential::Secret(digest)) => (*digest, self.tokens.settings.sandbox),
            _ => ([0; 32], false),
        };
        let same = constant_time::verify_slices_are_equal(&sha256(secret.as_bytes()), &stored).is_ok();
        if known && same && secret.len() <= SECRET_BYTES { Proven::Yes } else { Proven::No }
    }

    fn by_assertion(&self, credential: Option<&ClientCredential>, client: &str, assertion: &str) -> Proven {
        let keys = match credential {
            Some(ClientCredential::Keys(text)) => KeySet::read(text).ok(),
            _ => None,
        };
        let (issuer, endpoint) = (self.tokens.issuer(), self.tokens.token_endpoint());
        let audiences = &[issuer, &endpoint];
        let own = self.tokens.keys();
        let decoy = own.signer.public();
        let by = Judged { client, keys: keys.as_ref(), decoy, audiences, now: self.now() };
        assertion::judge(assertion, &by).map_or(Proven::No, Proven::Once)
    }

    /// Uses up what a client signed, once on all processes together. Whether it was the first time.
    pub(super) async fn use_up(&self, row: &ClientRow, unused: Unused) -> Result<bool, GrantFault> {
        // Another process's clock may be behind: what is over here may not be over there.
        let until = unused.until.plus_millis(SKEW_MILLIS);
        let used = AssertionUse { client: row.id.clone(), jti: unused.jti, until };
        match self.writer.submit(used.into()).await {
            Ok(_) => Ok(true),
            Err(Refused::Used) => {
                tracing::warn!("an assertion came a second time");
                Ok(false)
            }
            Err(Refused::Crowded) => {
                tracing::warn!("a client sends more assertions than are remembered of one");
                Ok(false)
            }
            Err(_) => Err(GrantFault::Unavailable),
        }
    }
}

fn by_certificate(credential: Option<&ClientCredential>, certificate: Option<ClientCertificate<'_>>) -> Proven {
    let Some(certificate) = certificate else { return Proven::No };
    let digest = certificate.digest();
    let good = match credential {
        Some(ClientCredential::Certificates(known)) => known.contains(&digest),
        Some(ClientCredential::CertificateName(name)) => {
            certificate.vouched && CertificateName::read(name).is_some_and(|name| name.is_of(certificate.der))
        }
        _ => false,
    };
    if good { Proven::Yes } else { Proven::No }
}
