//! TLS of a listener: certificates in, a server configuration out, and another one when its papers are renewed. HTTP/2
//! and HTTP/1.1 by ALPN.
//!
//! What is renewed holds for the handshakes that follow. Connections that are open go on, unless a newer revocation
//! list names their client's certificate (`certificate.rs`). How clients' certificates are judged is in
//! `tls/clients.rs`. It knows no file: whoever has one reads it.

mod clients;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::server::danger::ClientCertVerifier;
use rustls::time_provider::TimeProvider;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use sangam_vocabulary::Clock;
use thiserror::Error;
use tokio::sync::watch;

pub(crate) use clients::Barred;
use clients::{AnyHeld, Judge};

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
    /// The revocation lists are not readable.
    #[error("the revocation lists are not PEM with at least one list that can be used")]
    Revocations,
    /// Lists without authorities that could have signed them.
    #[error("revocation lists need the authorities that signed them")]
    RevocationsAlone,
    /// Certificate and key do not fit each other, or are of a kind that is not spoken here.
    #[error("certificate and key cannot be used")]
    Unusable(#[source] rustls::Error),
}

impl TlsFault {
    /// The code a log line carries.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Chain => "TLS_CERTIFICATE",
            Self::Key => "TLS_KEY",
            Self::Authorities => "TLS_AUTHORITIES",
            Self::Revocations | Self::RevocationsAlone => "TLS_REVOCATIONS",
            Self::Unusable(_) => "TLS_UNUSABLE",
        }
    }
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

/// The oldest version of TLS that a listener speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OldestTls {
    /// TLS 1.3 (RFC 8446) alone.
    #[default]
    V1_3,
    /// TLS 1.2 (RFC 5246) as well: with suites of ephemeral keys and AEAD, and with the extended master secret
    /// (RFC 7627), never without.
    V1_2,
}

impl OldestTls {
    fn versions(self) -> &'static [&'static SupportedProtocolVersion] {
        static ALL: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
        static NEWEST: [&SupportedProtocolVersion; 1] = [&TLS13];
        match self {
            Self::V1_3 => &NEWEST,
            Self::V1_2 => &ALL,
        }
    }
}

/// What a listener's TLS is to be like. It stays when the papers are renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TlsTerms {
    /// Whether it asks for client certificates.
    pub clients: ClientCertificates,
    /// The oldest version it speaks.
    pub oldest: OldestTls,
}

/// The papers of a listener, in PEM. They are not printed by `Debug`, because the type has none.
#[derive(Clone, Copy)]
pub struct TlsPapers<'p> {
    /// Its certificate, and those between it and its authority.
    pub chain: &'p [u8],
    /// The certificate's private key.
    pub key: &'p [u8],
    /// Who vouches for clients, if anybody.
    pub authorities: Option<&'p [u8]>,
    /// What the authorities have revoked: a list (RFC 5280, section 5) of each. With lists, a client's certificate of
    /// an authority whose list is missing or past its `nextUpdate` is refused.
    pub revocations: Option<&'p [u8]>,
}

/// TLS of a listener.
pub struct Tls {
    terms: TlsTerms,
    time: HubTime,
    current: watch::Sender<Arc<Current>>,
}

/// What the papers of the moment make.
pub(crate) struct Current {
    config: Arc<ServerConfig>,
    judge: Judge,
    time: HubTime,
}

impl fmt::Debug for Tls {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tls").field("terms", &self.terms).finish_non_exhaustive()
    }
}

impl Tls {
    /// TLS of these papers. Certificates of clients and the lists are judged by this clock.
    ///
    /// # Errors
    /// [`TlsFault`] says which of the papers is at fault.
    pub fn open(terms: TlsTerms, clock: Arc<dyn Clock>, papers: TlsPapers<'_>) -> Result<Arc<Self>, TlsFault> {
        let time = HubTime(clock);
        let current = Current::of(terms, &time, papers)?;
        Ok(Arc::new(Self { terms, time, current: watch::Sender::new(Arc::new(current)) }))
    }

    /// Takes other papers: the handshakes that follow are made with them, and open connections by certificates that
    /// they bar are ended. All or nothing.
    ///
    /// # Errors
    /// [`TlsFault`] says which of the papers is at fault; the old ones hold.
    pub fn renew(&self, papers: TlsPapers<'_>) -> Result<(), TlsFault> {
        let current = Current::of(self.terms, &self.time, papers)?;
        // Earlier sessions are forgotten with the old configuration, so none is gone on with under the new one.
        self.current.send_replace(Arc::new(current));
        Ok(())
    }

    /// What the next handshake is made with.
    pub(crate) fn configuration(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current.borrow().config)
    }

    /// What holds now, and what will.
    pub(crate) fn papers(&self) -> watch::Receiver<Arc<Current>> {
        self.current.subscribe()
    }
}

impl Current {
    fn of(terms: TlsTerms, time: &HubTime, papers: TlsPapers<'_>) -> Result<Self, TlsFault> {
        let chain = certificates(papers.chain).ok_or(TlsFault::Chain)?;
        let key = PrivateKeyDer::from_pem_slice(papers.key).map_err(|_| TlsFault::Key)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let judge = Judge::of(papers.authorities, papers.revocations, &provider)?;
        let clock: Arc<dyn TimeProvider> = Arc::new(time.clone());
        let builder = ServerConfig::builder_with_details(Arc::clone(&provider), clock)
            .with_protocol_versions(terms.oldest.versions())
            .map_err(TlsFault::Unusable)?;
        let builder = match terms.clients {
            ClientCertificates::Off => builder.with_no_client_auth(),
            asked => {
                let required = asked == ClientCertificates::Required;
                let held: Arc<dyn ClientCertVerifier> = Arc::new(AnyHeld::new(required, judge.clone(), &provider));
                builder.with_client_cert_verifier(held)
            }
        };
        let mut config = builder.with_single_cert(chain, key).map_err(TlsFault::Unusable)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.require_ems = true;
        Ok(Self { config: Arc::new(config), judge, time: time.clone() })
    }

    /// Whether a known authority vouches now for a client's certificate, the first of its chain.
    ///
    /// # Errors
    /// [`Barred`] when the authority's list forbids it or does not say.
    pub(crate) fn judge(&self, chain: &[CertificateDer<'_>]) -> Result<bool, Barred> {
        let Some((leaf, between)) = chain.split_first() else { return Ok(false) };
        let now = self.time.current_time().ok_or(Barred::Unknown)?;
        self.judge.vouches(leaf, between, now).map_err(|(barred, _)| barred)
    }
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let read: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    if read.is_empty() { None } else { Some(read) }
}

/// The hub's clock, as rustls asks for the time.
#[derive(Clone)]
struct HubTime(Arc<dyn Clock>);

impl fmt::Debug for HubTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("HubTime")
    }
}

impl TimeProvider for HubTime {
    fn current_time(&self) -> Option<UnixTime> {
        let millis = u64::try_from(self.0.now().millis()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_millis(millis)))
    }
}

#[cfg(test)]
mod tests {
    use rustls::crypto::aws_lc_rs::default_provider;

    #[test]
    fn every_suite_is_of_ephemeral_keys_and_aead() {
        let suites = default_provider().cipher_suites;
        assert!(suites.iter().any(|suite| suite.tls13().is_none()), "those of TLS 1.2 are among them");
        for suite in suites {
            let name = format!("{:?}", suite.suite());
            assert!(name.contains("GCM") || name.contains("CHACHA20_POLY1305"), "{name}");
            assert!(name.starts_with("TLS13_") || name.starts_with("TLS_ECDHE_"), "{name}");
        }
    }
}
