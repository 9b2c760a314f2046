//! A small S3 server, as the hub meets one: objects are put, read (ranges too) and deleted, uploads go in parts, are
//! listed while they are unfinished, and are ended. Every call is verified ([`signature`]) before anything is done, parts
//! have the least size that S3 asks for, and an object appears whole or not at all. It keeps what it takes, and can be
//! told to be down, slow, to send its callers elsewhere, or to break off what it hands out.

mod calls;
pub mod signature;
mod talk;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use talk::Stream;

/// What the server does with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mood {
    /// What it is asked.
    Well,
    /// Hangs up before an answer.
    Down,
    /// Answers, but only after so long.
    Slow(Duration),
    /// Says that it is its own fault.
    Failing,
    /// Sends the caller to another address.
    Elsewhere(String),
    /// Hands out half of what it announced, every time, and hangs up.
    Breaking,
    /// Hands out objects without their last byte, and announces no more.
    Short,
    /// Hangs up after the first half of an object, once; then it is well.
    BreakingOnce,
}

/// A call that came, and what it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The path and the query as they came.
    pub target: String,
    /// The status; 0 where there was no answer.
    pub status: u16,
}

/// Where the bucket is and with which key it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opens {
    /// The bucket.
    pub bucket: String,
    /// The region that calls must be signed for.
    pub region: String,
    /// The key's id.
    pub key_id: String,
    /// The key's secret.
    pub secret: String,
}

/// A running server. Its thread ends with the process of the test.
pub struct S3Server {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    opens: Opens,
    tls: Option<Arc<ServerConfig>>,
    kept: Mutex<Kept>,
}

/// What the server has.
struct Kept {
    objects: BTreeMap<String, Vec<u8>>,
    uploads: BTreeMap<String, Parts>,
    begun: usize,
    calls: Vec<Call>,
    mood: Mood,
}

/// An upload in parts.
struct Parts {
    key: String,
    parts: BTreeMap<usize, Vec<u8>>,
}

impl S3Server {
    /// A server on this machine, in the clear.
    ///
    /// # Panics
    /// Where nothing can be listened on.
    #[must_use]
    pub fn start(opens: Opens) -> Self {
        Self::started(opens, None)
    }

    /// The same over TLS, with a certificate and its key.
    ///
    /// # Panics
    /// Where they are none, or nothing can be listened on.
    #[must_use]
    pub fn start_over_tls(opens: Opens, certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("a certificate and its key");
        Self::started(opens, Some(Arc::new(tls)))
    }

    fn started(opens: Opens, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let kept =
            Kept { objects: BTreeMap::new(), uploads: BTreeMap::new(), begun: 0, calls: Vec::new(), mood: Mood::Well };
        let shared = Arc::new(Shared { opens, tls, kept: Mutex::new(kept) });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                // A client that hangs up is its own business.
                std::thread::spawn(move || drop(shared.connection(stream)));
            }
        });
        Self { address, shared }
    }

    /// What it does from now on.
    ///
    /// # Panics
    /// Where a thread of the server died.
    pub fn is(&self, mood: Mood) {
        self.shared.kept().mood = mood;
    }

    /// The keys of its objects, and behind them those of its unfinished uploads, each with `?` and the upload's id.
    ///
    /// # Panics
    /// Where a thread of the server died.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let kept = self.shared.kept();
        let unfinished = kept.uploads.iter().map(|(id, upload)| format!("{}?{id}", upload.key));
        kept.objects.keys().cloned().chain(unfinished).collect()
    }

    /// An object.
    ///
    /// # Panics
    /// Where a thread of the server died.
    #[must_use]
    pub fn object(&self, key: &str) -> Option<Vec<u8>> {
        self.shared.kept().objects.get(key).cloned()
    }

    /// Whether a word lies in any object or part.
    ///
    /// # Panics
    /// Where a thread of the server died.
    #[must_use]
    pub fn holds(&self, word: &[u8]) -> bool {
        let kept = self.shared.kept();
        let parts = kept.uploads.values().flat_map(|upload| upload.parts.values());
        kept.objects.values().chain(parts).any(|bytes| bytes.windows(word.len()).any(|window| window == word))
    }

    /// The calls since the last look.
    ///
    /// # Panics
    /// Where a thread of the server died.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.shared.kept().calls)
    }
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("what the server has")
    }

    fn connection(&self, stream: std::net::TcpStream) -> std::io::Result<()> {
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(stream),
            Some(tls) => {
                let connection = ServerConnection::new(Arc::clone(tls)).map_err(std::io::Error::other)?;
                Box::new(StreamOwned::new(connection, stream))
            }
        };
        self.talk(stream)
    }
}
