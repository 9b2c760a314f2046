//! TLS of the door: certificates in, a server configuration out. HTTP/2 and HTTP/1.1 by ALPN, client
//! certificates asked for where an authority for them is given, never required: some clients hold none.

use std::sync::Arc;

use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;

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

/// Makes a server configuration of PEM texts: the chain, its key, and, where client certificates are to be
/// asked for, the authorities that sign them.
///
/// # Errors
/// [`TlsFault`] says which of the three is at fault.
pub fn tls(chain: &[u8], key: &[u8], client_authorities: Option<&[u8]>) -> Result<Arc<ServerConfig>, TlsFault> {
    let chain = certificates(chain).ok_or(TlsFault::Chain)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsFault::Key)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(TlsFault::Unusable)?;
    let builder = match client_authorities {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let mut roots = RootCertStore::empty();
            for authority in certificates(pem).ok_or(TlsFault::Authorities)? {
                roots.add(authority).map_err(TlsFault::Unusable)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build()
                .map_err(|_| TlsFault::Authorities)?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_single_cert(chain, key).map_err(TlsFault::Unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let read: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    if read.is_empty() { None } else { Some(read) }
}
