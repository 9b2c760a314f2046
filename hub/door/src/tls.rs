//! TLS of the door: certificates in, a server configuration out. HTTP/2 and HTTP/1.1 by ALPN.
//!
//! Where client certificates are asked for, any is taken whose key the client proves it holds: a system may be
//! registered by its own, self-signed certificate. Whether a known authority vouches for it is found out after the
//! handshake and handed on with it, and what follows from either is the desk's decision.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, SignatureScheme};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use thiserror::Error;

use crate::connection::Certificate;

/// Why there is no TLS. The texts name no file and show none of its content.
#[derive(Debug, Error)]
pub enum TlsFault {
    /// The certificate chain holds no certificate.
    #[error("the certificate chain is not PEM with at least one certificate")]
    Chain,
    /// The key is not readable.
    #[error("the private key is not PEM with one key")]
    Key,
    /// The authorities for clients are not readable.
    #[error("the authorities for client certificates are not PEM with at least one certificate")]
    Authorities,
    /// Certificate and key do not fit each other, or are of a kind that is not spoken here.
    #[error("certificate and key cannot be used")]
    Unusable(#[source] rustls::Error),
}

/// Whether a listener asks for client certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientCertificates {
    /// It does not.
    #[default]
    Off,
    /// It does, and serves those who have none.
    Optional,
    /// Nobody is served without.
    Required,
}

/// TLS of a listener.
pub struct Tls {
    pub(crate) config: Arc<ServerConfig>,
    authorities: Option<Arc<dyn ClientCertVerifier>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// The client's certificate of a finished handshake, and whether a known authority vouches for it now: also in a
    /// connection that goes on from an earlier one.
    pub(crate) fn certificate(&self, chain: &[CertificateDer<'_>]) -> Option<Certificate> {
        let (leaf, between) = chain.split_first()?;
        let vouched = self
            .authorities
            .as_ref()
            .zip(self.config.time_provider.current_time())
            .is_some_and(|(authorities, now)| authorities.verify_client_cert(leaf, between, now).is_ok());
        Some(Certificate::new(leaf, vouched))
    }
}

/// Makes TLS of PEM texts: the chain, its key, and, where client certificates are asked for, the authorities that
/// vouch for them, if any.
///
/// # Errors
/// [`TlsFault`] says which of the three is at fault.
pub fn tls(
    chain: &[u8],
    key: &[u8],
    clients: ClientCertificates,
    authorities: Option<&[u8]>,
) -> Result<Arc<Tls>, TlsFault> {
    let chain = certificates(chain).ok_or(TlsFault::Chain)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsFault::Key)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let authorities = authorities.map(|pem| known(pem, &provider)).transpose()?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(TlsFault::Unusable)?;
    let builder = match clients {
        ClientCertificates::Off => builder.with_no_client_auth(),
        asked => {
            let required = asked == ClientCertificates::Required;
            builder.with_client_cert_verifier(Arc::new(AnyHeld::new(required, &provider)))
        }
    };
    let mut config = builder.with_single_cert(chain, key).map_err(TlsFault::Unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(Tls { config: Arc::new(config), authorities }))
}

fn known(pem: &[u8], provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, TlsFault> {
    let mut roots = RootCertStore::empty();
    for authority in certificates(pem).ok_or(TlsFault::Authorities)? {
        roots.add(authority).map_err(TlsFault::Unusable)?;
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|_| TlsFault::Authorities)
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let read: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    if read.is_empty() { None } else { Some(read) }
}

/// Takes any certificate whose key the client holds. It names no authorities, because a client that holds a
/// certificate of its own would then keep it back.
#[derive(Debug)]
struct AnyHeld {
    required: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl AnyHeld {
    fn new(required: bool, provider: &CryptoProvider) -> Self {
        Self { required, algorithms: provider.signature_verification_algorithms }
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
        _leaf: &CertificateDer<'_>,
        _between: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, leaf, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, leaf, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
