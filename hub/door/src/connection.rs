//! The life of one connection: handshake, protocol by ALPN, exchanges, and its end, whichever of the five
//! comes first: the client leaves, its time is over, the hub stops, the drain is cut, the protocol breaks.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::Endpoint;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::exchange::{Answering, Exchanges, Overdue};
use crate::limits::{self, ConnectionLimits};
use crate::metrics::{ConnectionEnd, Metrics};
use crate::refusal::Refusal;
use crate::respond;
use crate::seats::Seat;
use crate::tls::Tls;

/// The client certificate of a connection, as a request's extension. TLS has checked that the client holds its key;
/// what it may do is the desk's decision.
#[derive(Debug, Clone)]
pub struct Certificate {
    der: Arc<[u8]>,
    vouched: bool,
}

impl Certificate {
    /// A certificate in DER, and whether an authority that the door knows vouches for it.
    pub(crate) fn new(der: &[u8], vouched: bool) -> Self {
        Self { der: Arc::from(der), vouched }
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whether an authority that the door knows vouches for it, now.
    #[must_use]
    pub const fn vouched(&self) -> bool {
        self.vouched
    }
}

/// What a request needs to know of its connection, as an extension. A socket holds it for its whole life, so
/// that the seat is kept and the stop reaches it.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// The peer's address.
    pub(crate) peer: SocketAddr,
    /// The client certificate.
    pub(crate) certificate: Option<Certificate>,
    /// The hub stops: say good-bye.
    pub(crate) stop: CancellationToken,
    /// The drain is over: end at once.
    pub(crate) cut: CancellationToken,
    /// Counts what must end before the hub does.
    pub(crate) tracker: TaskTracker,
    /// The seat.
    pub(crate) _seat: Arc<Seat>,
}

/// What all connections of one listener share.
pub(crate) struct Shared<E> {
    pub(crate) endpoint: Arc<E>,
    pub(crate) limits: ConnectionLimits,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) local: SocketAddr,
}

/// How long a connection may take to say good-bye after it was asked to: what is buffered is sent, and a
/// client that reads nothing is not waited for.
const FAREWELL: Duration = Duration::from_secs(2);

/// Serves one connection to its end and says how it ended.
pub(crate) async fn live<E: Endpoint + 'static>(
    shared: Arc<Shared<E>>,
    stream: TcpStream,
    held: Held,
) -> ConnectionEnd {
    let accepted = Instant::now();
    let Some(tls) = shared.tls.clone() else {
        return http1(shared, stream, held, accepted).await;
    };
    let acceptor = TlsAcceptor::from(Arc::clone(&tls.config));
    let handshake = tokio::time::timeout_at(accepted + shared.limits.first_header, acceptor.accept(stream));
    let secured = tokio::select! {
        secured = handshake => secured,
        () = held.stop.cancelled() => return ConnectionEnd::Stopped,
    };
    let Ok(secured) = secured else {
        return ConnectionEnd::NoHeader;
    };
    let Ok(stream) = secured else {
        return ConnectionEnd::Tls;
    };
    let (_, session) = stream.get_ref();
    let certificate = session.peer_certificates().and_then(|chain| tls.certificate(chain));
    let second = session.alpn_protocol() == Some(b"h2");
    let held = Held { certificate, ..held };
    if second { http2(shared, stream, held, accepted).await } else { http1(shared, stream, held, accepted).await }
}

async fn http1<E: Endpoint + 'static, S>(
    shared: Arc<Shared<E>>,
    stream: S,
    held: Held,
    accepted: Instant,
) -> ConnectionEnd
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let exchanges = Exchanges::since(accepted);
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.idle)
        .max_header_size(shared.limits.header_bytes)
        .max_headers(shared.limits.header_fields)
        .max_buf_size(limits::READ_BUFFER.max(shared.limits.header_bytes));
    let service = service_fn(|request| answer(Arc::clone(&shared), held.clone(), Arc::clone(&exchanges), request));
    let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    drive(connection, &shared.limits, &held, &exchanges).await
}

async fn http2<E: Endpoint + 'static, S>(
    shared: Arc<Shared<E>>,
    stream: S,
    held: Held,
    accepted: Instant,
) -> ConnectionEnd
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let exchanges = Exchanges::since(accepted);
    let mut builder = http2::Builder::new(Counted(held.tracker.clone()));
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(limits::PING_EVERY)
        .keep_alive_timeout(limits::PING_TIMEOUT)
        .max_concurrent_streams(shared.limits.streams)
        .max_header_list_size(u32::try_from(shared.limits.header_bytes).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(limits::PENDING_RESETS)
        .max_local_error_reset_streams(limits::PENDING_RESETS)
        .max_send_buf_size(limits::SEND_BUFFER);
    let service = service_fn(|request| answer(Arc::clone(&shared), held.clone(), Arc::clone(&exchanges), request));
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    drive(connection, &shared.limits, &held, &exchanges).await
}

/// hyper's tasks for HTTP/2 streams, counted like everything else that must end before the hub does.
#[derive(Clone)]
struct Counted(TaskTracker);

impl<F> hyper::rt::Executor<F> for Counted
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, task: F) {
        self.0.spawn(task);
    }
}

/// A connection that can be asked to end after its open exchanges.
trait Farewell: Future<Output = hyper::Result<()>> {
    fn farewell(self: Pin<&mut Self>);
}

impl<I, S, B> Farewell for http1::UpgradeableConnection<I, S>
where
    Self: Future<Output = hyper::Result<()>>,
    S: hyper::service::HttpService<Incoming, ResBody = B>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    B: hyper::body::Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn farewell(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<I, S, B, X> Farewell for http2::Connection<I, S, X>
where
    Self: Future<Output = hyper::Result<()>>,
    S: hyper::service::HttpService<Incoming, ResBody = B>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    B: hyper::body::Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    X: hyper::rt::bounds::Http2ServerConnExec<S::Future, B>,
{
    fn farewell(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

async fn drive(
    connection: impl Farewell,
    limits: &ConnectionLimits,
    held: &Held,
    exchanges: &Exchanges,
) -> ConnectionEnd {
    let mut connection = pin!(connection);
    // The timer is looked at no less often than the shorter of the two, so that a connection that has become
    // idle meanwhile is not judged by the longer.
    let glance = limits.idle.min(limits.stalled);
    let mut leaving = None;
    let mut look = exchanges.due(limits).0.min(Instant::now() + glance);
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                return leaving.unwrap_or(if ended.is_ok() { ConnectionEnd::Client } else { ConnectionEnd::Broken });
            }
            () = held.cut.cancelled() => return ConnectionEnd::Cut,
            () = held.stop.cancelled(), if leaving.is_none() => {
                leaving = Some(ConnectionEnd::Stopped);
                connection.as_mut().farewell();
            }
            () = tokio::time::sleep_until(look) => {
                let now = Instant::now();
                let (due, why) = exchanges.due(limits);
                if now < due {
                    look = due.min(now + glance);
                    continue;
                }
                match (why, leaving) {
                    (Overdue::NoHeader, _) => return ConnectionEnd::NoHeader,
                    (Overdue::Stalled, _) => return ConnectionEnd::Stalled,
                    // Idle and already asked to leave: it had its time.
                    (Overdue::Idle, Some(end)) => return end,
                    (Overdue::Idle, None) => {
                        leaving = Some(ConnectionEnd::Idle);
                        connection.as_mut().farewell();
                        look = now + FAREWELL;
                    }
                }
            }
        }
    }
}

type Answer = http::Response<Answering<http_body_util::combinators::BoxBody<bytes::Bytes, std::io::Error>>>;

async fn answer<E: Endpoint + 'static>(
    shared: Arc<Shared<E>>,
    held: Held,
    exchanges: Arc<Exchanges>,
    request: http::Request<Incoming>,
) -> Result<Answer, std::convert::Infallible> {
    let exchange = exchanges.begin();
    let scheme = if shared.tls.is_some() { http::uri::Scheme::HTTPS } else { http::uri::Scheme::HTTP };
    let local = LocalAddr(shared.local.into());
    let remote = RemoteAddr(held.peer.into());
    let mut request = poem::Request::from((request, local, remote, scheme));
    if let Some(certificate) = held.certificate.clone() {
        request.extensions_mut().insert(certificate);
    }
    request.extensions_mut().insert(held);
    // A panic ends its own request, not the other streams of the connection.
    let answered = std::panic::AssertUnwindSafe(shared.endpoint.get_response(request)).catch_unwind().await;
    let response = answered.unwrap_or_else(|_| {
        shared.metrics.panicked();
        respond::refusal(&Refusal::internal())
    });
    let (parts, body) = http::Response::<http_body_util::combinators::BoxBody<_, _>>::from(response).into_parts();
    Ok(http::Response::from_parts(parts, Answering::new(body, exchange)))
}
