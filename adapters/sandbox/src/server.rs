//! A partner's system behind HTTP on a loopback address, with switches for what goes wrong in the world. It serves any
//! [`System`]; what a kind of system is, its own room says.

mod fault;
mod staff;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use poem::http::{HeaderMap, header};
use poem::listener::{Acceptor, TcpAcceptor};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Request, Response, Server};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

pub use fault::Fault;
use fault::broken;
pub use staff::{Decision, Hook, Staffed};
pub(crate) use staff::{NO_PLACE, Pile, Shift};

/// The largest request read.
const MAX_BODY: usize = 4 << 20;

/// A request, read.
#[derive(Debug)]
pub struct Asked {
    /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`; empty for any other.
    pub method: &'static str,
    /// The segments of the path, decoded.
    pub path: Vec<String>,
    /// The query's pairs, in their order.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub bytes: Vec<u8>,
}

impl Asked {
    /// A header, where it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The `Authorization` header.
    #[must_use]
    pub fn authorization(&self) -> Option<&str> {
        self.header("authorization")
    }

    /// The first value of a query's name.
    #[must_use]
    pub fn asked_for(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }
}

/// An answer.
#[derive(Debug)]
pub struct Told {
    /// The HTTP status.
    pub status: u16,
    /// The body; `None` for none.
    pub body: Option<Value>,
    /// Headers beside the content's type.
    pub headers: Vec<(&'static str, String)>,
    /// The content's type.
    pub media: &'static str,
}

impl Told {
    /// JSON with a status.
    #[must_use]
    pub const fn json(status: u16, body: Value) -> Self {
        Self { status, body: Some(body), headers: Vec::new(), media: "application/json; charset=utf-8" }
    }

    /// A status without a body.
    #[must_use]
    pub const fn empty(status: u16) -> Self {
        Self { status, body: None, headers: Vec::new(), media: "application/json; charset=utf-8" }
    }

    /// The same with a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// A partner's system in memory: what it answers to a request, in its own words.
pub trait System: Send + 'static {
    /// Answers one request.
    fn answer(&mut self, asked: &Asked) -> Told;

    /// Its refusal of credentials that are no longer taken.
    fn unauthorized(&self) -> Told;

    /// Its error for a fault inside it.
    fn failed(&self) -> Told {
        Told::json(500, json!({"error": "Internal Server Error"}))
    }

    /// Whether the request signs in: it is answered also while tokens are refused.
    fn signs_in(_: &Asked) -> bool {
        false
    }

    /// Whether the request changes something, so that [`Fault::CutAfter`] cuts it off.
    fn changes(asked: &Asked) -> bool {
        !matches!(asked.method, "GET" | "")
    }

    /// Whether the request is for one record, and not for a list.
    fn asks_for_one(asked: &Asked) -> bool;
}

struct Shared<S> {
    system: Mutex<S>,
    fault: Mutex<Fault>,
    requests: AtomicU64,
    sign_ins: AtomicU64,
    stop: Notify,
}

/// A running system.
pub struct Sandbox<S> {
    shared: Arc<Shared<S>>,
    address: SocketAddr,
    serving: JoinHandle<()>,
    shift: Shift,
}

impl<S: System> Sandbox<S> {
    /// Serves a system on an address; port 0 takes any free one.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn serve(system: S, listen: SocketAddr) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            system: Mutex::new(system),
            fault: Mutex::new(Fault::None),
            requests: AtomicU64::new(0),
            sign_ins: AtomicU64::new(0),
            stop: Notify::new(),
        });
        let door = Door { inner: TcpAcceptor::from_tokio(listener)?, shared: Arc::clone(&shared) };
        let (serving, stopping) = (Arc::clone(&shared), Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            let stop = async move { stopping.stop.notified().await };
            let server = Server::new_with_acceptor(door);
            // The end of the accept loop is the end of the sandbox; a test then sees it as down.
            drop(server.run_with_graceful_shutdown(Desk(serving), stop, Some(Duration::ZERO)).await);
        });
        Ok(Self { shared, address, serving, shift: Shift::default() })
    }

    /// The base URL, for the partner's configuration.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Sets what goes wrong from now on.
    pub fn fault(&self, fault: Fault) {
        *lock(&self.shared.fault) = fault;
    }

    /// How many requests came.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::SeqCst)
    }

    /// How many sign-ins there were.
    #[must_use]
    pub fn sign_ins(&self) -> u64 {
        self.shared.sign_ins.load(Ordering::SeqCst)
    }

    /// The system itself, as whoever runs it sees it. Nothing is answered while it is held.
    pub fn system(&self) -> MutexGuard<'_, S> {
        lock(&self.shared.system)
    }

    /// Stops listening and ends.
    pub async fn stop(self) {
        self.shared.stop.notify_one();
        drop(self.serving.await);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Accepts connections, and drops them while the system is down.
struct Door<S> {
    inner: TcpAcceptor,
    shared: Arc<Shared<S>>,
}

impl<S: System> Acceptor for Door<S> {
    type Io = <TcpAcceptor as Acceptor>::Io;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> std::io::Result<(Self::Io, LocalAddr, RemoteAddr, poem::http::uri::Scheme)> {
        loop {
            let accepted = self.inner.accept().await?;
            if *lock(&self.shared.fault) != Fault::Down {
                return Ok(accepted);
            }
        }
    }
}

/// Answers requests.
struct Desk<S>(Arc<Shared<S>>);

impl<S: System> Endpoint for Desk<S> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        self.0.requests.fetch_add(1, Ordering::SeqCst);
        let asked = read(&mut request).await?;
        let sign_in = S::signs_in(&asked);
        if sign_in {
            self.0.sign_ins.fetch_add(1, Ordering::SeqCst);
        }
        let fault = lock(&self.0.fault).clone();
        if let Fault::Slow(wait) = fault {
            tokio::time::sleep(wait).await;
        }
        let cuts = S::changes(&asked);
        let told = {
            let mut system = lock(&self.0.system);
            match fault {
                Fault::Unauthorized if !sign_in => system.unauthorized(),
                Fault::OneRecord if S::asks_for_one(&asked) => system.failed(),
                Fault::CutAfter if cuts => {
                    // What was asked is done, and nobody hears of it.
                    drop(system.answer(&asked));
                    Told::empty(200)
                }
                _ => system.answer(&asked),
            }
        };
        let fault = if !cuts && fault == Fault::CutAfter { Fault::None } else { fault };
        // One request a connection, so that a system that goes down is down for the next request.
        Ok(broken(&fault, told).with_close())
    }
}

trait Close {
    fn with_close(self) -> Self;
}

impl Close for Response {
    fn with_close(mut self) -> Self {
        self.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
        self
    }
}

async fn read(request: &mut Request) -> poem::Result<Asked> {
    let method = match request.method().as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "",
    };
    let query = request.params::<Vec<(String, String)>>().unwrap_or_default();
    let path = request.uri().path().split('/').skip(1).map(decoded).collect();
    let headers = request.headers().clone();
    let bytes = request.take_body().into_bytes_limit(MAX_BODY).await?.to_vec();
    Ok(Asked { method, path, query, headers, bytes })
}

/// A segment of a path without its percent signs.
pub(crate) fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
