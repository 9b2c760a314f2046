//! The certificates of clients. Any is taken whose key the client proves it holds: a system may be registered by its
//! own, self-signed certificate, and what follows from one is the desk's decision. But one of a known authority that
//! has revoked it, or does not say, is not taken at all: its holder may be registered by that very certificate, or
//! have a token that is bound to it.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error as TlsError, RootCertStore, SignatureScheme,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};

use super::{TlsFault, certificates};

/// Why a certificate is not taken, although a known authority signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Barred {
    /// Its authority has revoked it.
    Revoked,
    /// Its authority's list is past its `nextUpdate`.
    Expired,
    /// There is no list of its authority, or one that cannot be relied on: whether it was revoked is not known.
    Unknown,
}

impl Barred {
    /// What TLS found, where that bars.
    pub(crate) const fn of(error: &TlsError) -> Option<Self> {
        match error {
            TlsError::InvalidCertificate(CertificateError::Revoked) => Some(Self::Revoked),
            TlsError::InvalidCertificate(
                CertificateError::ExpiredRevocationList | CertificateError::ExpiredRevocationListContext { .. },
            ) => Some(Self::Expired),
            TlsError::InvalidCertificate(CertificateError::UnknownRevocationStatus)
            | TlsError::InvalidCertRevocationList(_) => Some(Self::Unknown),
            _ => None,
        }
    }

    /// The code a log line carries.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Revoked => "CERTIFICATE_REVOKED",
            Self::Expired => "REVOCATION_LIST_EXPIRED",
            Self::Unknown => "REVOCATION_UNKNOWN",
        }
    }
}

/// What the known authorities say of certificates; without any, nothing.
#[derive(Debug, Clone)]
pub(super) struct Judge(Option<Arc<dyn ClientCertVerifier>>);

impl Judge {
    /// Of authorities and what they have revoked, in PEM.
    pub(super) fn of(
        authorities: Option<&[u8]>,
        revocations: Option<&[u8]>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, TlsFault> {
        let Some(authorities) = authorities else {
            return if revocations.is_some() { Err(TlsFault::RevocationsAlone) } else { Ok(Self(None)) };
        };
        let mut roots = RootCertStore::empty();
        for authority in certificates(authorities).ok_or(TlsFault::Authorities)? {
            roots.add(authority).map_err(|_| TlsFault::Authorities)?;
        }
        let lists = revocations.map_or_else(|| Some(Vec::new()), lists).ok_or(TlsFault::Revocations)?;
        // Each certificate of the chain is looked up, and a list must be there, signed and in its time.
        let known = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .with_crls(lists)
            .enforce_revocation_expiration()
            .build()
            .map_err(|error| match error {
                VerifierBuilderError::InvalidCrl(_) => TlsFault::Revocations,
                _ => TlsFault::Authorities,
            })?;
        Ok(Self(Some(known)))
    }

    /// Whether one of the authorities vouches for a certificate now.
    ///
    /// # Errors
    /// What bars it, and TLS's own word for that.
    pub(super) fn vouches(
        &self,
        leaf: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<bool, (Barred, TlsError)> {
        let Some(known) = &self.0 else { return Ok(false) };
        match known.verify_client_cert(leaf, between, now) {
            Ok(_) => Ok(true),
            Err(error) => Barred::of(&error).map_or(Ok(false), |barred| Err((barred, error))),
        }
    }
}

fn lists(pem: &[u8]) -> Option<Vec<CertificateRevocationListDer<'static>>> {
    let read: Vec<_> = CertificateRevocationListDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    if read.is_empty() { None } else { Some(read) }
}

/// Takes any certificate whose key the client holds and that is not barred. It names no authorities, because a client
/// that holds a certificate of its own would then keep it back.
#[derive(Debug)]
pub(super) struct AnyHeld {
    required: bool,
    judge: Judge,
    algorithms: WebPkiSupportedAlgorithms,
}

impl AnyHeld {
    pub(super) fn new(required: bool, judge: Judge, provider: &CryptoProvider) -> Self {
        Self { required, judge, algorithms: provider.signature_verification_algorithms }
    }
}

impl ClientCertVerifier for AnyHeld {
    fn client_auth_mandatory(&self) -> bool {
        self.required
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, TlsError> {
        match self.judge.vouches(leaf, between, now) {
            Ok(_) => Ok(ClientCertVerified::assertion()),
            Err((_, error)) => Err(error),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, leaf, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, leaf, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
