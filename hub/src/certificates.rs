//! The files TLS is made of: certificates and their keys, the authorities of clients, and what those have revoked. They
//! are read again when they have changed and when the operator asks (SIGHUP); new ones hold for the handshakes that
//! follow, faulty ones do not hold at all. What TLS makes of them is the door's.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use sangam_door::{Metrics, Tls, TlsFault, TlsPapers, TlsTerms};
use sangam_vocabulary::Clock;
use thiserror::Error;
use tokio::signal::unix::Signal;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

/// How often the files are looked at. A revocation is in force within this time of its list being laid down; reading a
/// few small files costs nothing. They are compared by their digest alone: a time of change may stay the same.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// The files of one listener.
#[derive(Debug)]
pub(crate) struct TlsFiles {
    /// The table of the configuration that names them.
    pub(crate) name: &'static str,
    /// What its TLS is to be like.
    pub(crate) terms: TlsTerms,
    /// The certificate, and those between it and its authority.
    pub(crate) certificate: PathBuf,
    /// Its key.
    pub(crate) key: PathBuf,
    /// Who vouches for clients.
    pub(crate) authorities: Option<PathBuf>,
    /// What those have revoked.
    pub(crate) revocations: Option<PathBuf>,
}

/// Why files make no TLS.
#[derive(Debug, Error)]
enum PapersFault {
    /// A file cannot be read.
    #[error("`{0}` cannot be read: {1}")]
    File(&'static str, io::ErrorKind),
    /// They say something else than they should.
    #[error(transparent)]
    Tls(#[from] TlsFault),
}

impl PapersFault {
    const fn code(&self) -> &'static str {
        match self {
            Self::File(..) => "TLS_FILE",
            Self::Tls(fault) => fault.code(),
        }
    }
}

/// What the files hold.
struct Texts {
    chain: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
    authorities: Option<Vec<u8>>,
    revocations: Option<Vec<u8>>,
}

type Digest = [u8; 32];

impl Texts {
    fn papers(&self) -> TlsPapers<'_> {
        TlsPapers {
            chain: &self.chain,
            key: &self.key,
            authorities: self.authorities.as_deref(),
            revocations: self.revocations.as_deref(),
        }
    }

    fn digest(&self) -> Digest {
        let mut whole = Context::new(&SHA256);
        let parts = [Some(self.chain.as_slice()), Some(self.key.as_slice()), self.authorities.as_deref()];
        for part in parts.into_iter().chain([self.revocations.as_deref()]).flatten() {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            whole.update(&length.to_be_bytes());
            whole.update(part);
        }
        let mut digest = [0; 32];
        digest.iter_mut().zip(whole.finish().as_ref()).for_each(|(to, from)| *to = *from);
        digest
    }
}

impl TlsFiles {
    fn read(&self) -> Result<Texts, PapersFault> {
        let read = |name, file: &Path| std::fs::read(file).map_err(|error| PapersFault::File(name, error.kind()));
        Ok(Texts {
            chain: read("certificate", &self.certificate)?,
            key: Zeroizing::new(read("key", &self.key)?),
            authorities: self.authorities.as_deref().map(|file| read("client_authorities", file)).transpose()?,
            revocations: self.revocations.as_deref().map(|file| read("client_revocations", file)).transpose()?,
        })
    }

    /// Makes TLS of the files, and watches over them from now on.
    ///
    /// # Errors
    /// What is wrong with which of them, in words for the operator.
    pub(crate) fn open(self, clock: Arc<dyn Clock>) -> Result<Watched, String> {
        let made = self.read().and_then(|texts| {
            let tls = Tls::open(self.terms, clock, texts.papers())?;
            Ok((tls, texts.digest()))
        });
        match made {
            Ok((tls, digest)) => Ok(Watched { files: self, tls, seen: Ok(digest), holds: digest }),
            Err(fault) => Err(format!("the papers of `[{}]`: {fault}", self.name)),
        }
    }
}

/// The files of a listener, and the TLS that was last made of them.
#[derive(Debug)]
pub(crate) struct Watched {
    files: TlsFiles,
    tls: Arc<Tls>,
    /// What the files were when they were last looked at, taken or not.
    seen: Result<Digest, (&'static str, io::ErrorKind)>,
    /// What they were when they were last taken.
    holds: Digest,
}

impl Watched {
    /// The listener's TLS.
    pub(crate) fn tls(&self) -> Arc<Tls> {
        Arc::clone(&self.tls)
    }

    /// Whether the listener goes on with other papers than those in its files.
    fn stale(&self) -> bool {
        self.seen != Ok(self.holds)
    }

    /// Looks at the files, and takes what they hold if it is not what they held, or if somebody asked.
    fn look(&mut self, asked: bool, metrics: &Metrics) {
        let read = self.files.read();
        let seen = match &read {
            Ok(texts) => Ok(texts.digest()),
            Err(PapersFault::File(name, kind)) => Err((*name, *kind)),
            // Reading makes no other fault; nothing is known of the files then.
            Err(PapersFault::Tls(_)) => return,
        };
        // An operator who asks again is told again.
        let again = asked && seen != Ok(self.holds);
        if seen == self.seen && !again {
            return;
        }
        self.seen = seen;
        let taken = read.and_then(|texts| {
            self.tls.renew(texts.papers())?;
            Ok(texts.digest())
        });
        metrics.renewed(taken.is_ok());
        match taken {
            Ok(digest) => {
                self.holds = digest;
                crate::say(&format!("the papers of `[{}]` were renewed", self.files.name));
            }
            Err(fault) => {
                let (code, table) = (fault.code(), self.files.name);
                tracing::error!(code, table, %fault, "new papers of TLS are faulty, the old ones hold");
            }
        }
    }
}

/// The watch over the files of all listeners.
pub(crate) struct Renewal {
    watched: Vec<Watched>,
    hangup: Signal,
}

impl Renewal {
    /// Over these listeners; the signal is the operator's.
    pub(crate) const fn new(watched: Vec<Watched>, hangup: Signal) -> Self {
        Self { watched, hangup }
    }

    /// Looks at the files until asked to stop.
    ///
    /// # Errors
    /// Never by the files: those that are faulty are told and the old ones hold. Only when looking itself dies.
    pub(crate) async fn run(
        self,
        metrics: Arc<Metrics>,
        stop: CancellationToken,
    ) -> Result<(), tokio::task::JoinError> {
        let Self { mut watched, mut hangup } = self;
        loop {
            let asked = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = hangup.recv() => true,
                () = tokio::time::sleep(LOOK_EVERY) => false,
            };
            let counts = Arc::clone(&metrics);
            // Files are read on a thread that may wait.
            let looked = tokio::task::spawn_blocking(move || {
                watched.iter_mut().for_each(|one| one.look(asked, &counts));
                watched
            });
            watched = looked.await?;
            metrics.stale(watched.iter().filter(|one| one.stale()).count());
        }
    }
}
