//! The life of one connection: handshake, protocol by ALPN, exchanges, and its end, whichever of the five
//! comes first: the client leaves, its time is over, the hub stops, it is cut, the protocol breaks.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use http::StatusCode;
use http::uri::Scheme;
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

use crate::certificate::{Certificate, Watch, certified};
use crate::exchange::{Answering, Exchanges, Overdue};
use crate::limits::{self, ConnectionLimits};
use crate::metrics::{ConnectionEnd, Metrics};
use crate::refusal::Refusal;
use crate::respond;
use crate::seats::Seat;
use crate::tls::{Barred, Tls};

/// What a request needs to know of its connection, as an extension. A socket holds it for its whole life, so
/// that the seat is kept and the stop reaches it.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// The peer's address.
    pub(crate) peer: SocketAddr,
    /// The client certificate, and who looks after it.
    pub(crate) certificate: Option<(Certificate, Arc<Watch>)>,
    /// The hub stops: say good-bye.
    pub(crate) stop: CancellationToken,
    /// The drain is over, or the client's certificate is barred: end at once.
    pub(crate) cut: CancellationToken,
    /// Counts what must end before the hub does.
    pub(crate) tracker: TaskTracker,
    /// The seat.
    pub(crate) _seat: Arc<Seat>,
}

impl Held {
    /// The client certificate of the connection.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref().map(|(certificate, _)| certificate)
    }
}

/// By what a request that takes long says that it moves, as an extension. Its own limits of time bound it then.
#[derive(Clone)]
pub(crate) struct Moving(Arc<Exchanges>);

impl Moving {
    /// It moved.
    pub(crate) fn moved(&self) {
        self.0.moved();
    }
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
    let acceptor = TlsAcceptor::from(tls.configuration());
    let handshake = tokio::time::timeout_at(accepted + shared.limits.first_header, acceptor.accept(stream));
    let secured = tokio::select! {
        secured = handshake => secured,
        () = held.stop.cancelled() => return ConnectionEnd::Stopped,
    };
    let Ok(secured) = secured else {
        return ConnectionEnd::NoHeader;
    };
    let stream = match secured {
        Ok(stream) => stream,
        Err(error) => return broken(&error),
    };
    let (_, session) = stream.get_ref();
    let second = session.alpn_protocol() == Some(b"h2");
    let held = match session.peer_certificates() {
        None => held,
        Some(chain) => {
            let cut = held.cut.child_token();
            match certified(chain, tls, shared.limits.certificate, cut.clone()) {
                Ok(certificate) => {
                    Held { certificate: certificate.map(|(own, watch)| (own, Arc::new(watch))), cut, ..held }
                }
                Err(why) => return barred(why),
            }
        }
    };
    if second { http2(shared, stream, held, accepted).await } else { http1(shared, stream, held, accepted).await }
}

/// How a connection ended whose handshake failed.
fn broken(error: &std::io::Error) -> ConnectionEnd {
    let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    of_tls.and_then(Barred::of).map_or(ConnectionEnd::Tls, barred)
}

/// How a connection ended whose client's certificate is barred. A list that does not say is the operator's to mend.
fn barred(why: Barred) -> ConnectionEnd {
    match why {
        Barred::Revoked => {
            tracing::info!(code = why.code(), "a client's certificate was refused");
            ConnectionEnd::Revoked
        }
        Barred::Expired | Barred::Unknown => {
            tracing::warn!(code = why.code(), "a client's certificate was refused; renew the revocation lists");
            ConnectionEnd::RevocationUnknown
        }
    }
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
        .keep_alive_interval(shared.limits.ping)
        .keep_alive_timeout(shared.limits.pong)
        .max_concurrent_streams(shared.limits.streams)
        .max_header_list_size(u32::try_from(shared.limits.header_bytes).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(limits::PENDING_RESETS)
        .max_local_error_reset_streams(limits::FAULTY_STREAMS)
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
            () = held.cut.cancelled() => {
                return held.certificate().and_then(Certificate::barred).map_or(ConnectionEnd::Cut, barred);
            }
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
    let secure = shared.tls.is_some();
    // HTTP/1 counts them as they come; HTTP/2 knows their bytes only.
    let response = if request.headers().len() > shared.limits.header_fields {
        respond::plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "text/plain; charset=utf-8", Vec::new())
    } else {
        respond_to(&shared, held, Moving(Arc::clone(&exchanges)), request).await
    };
    let (mut parts, body) = http::Response::<http_body_util::combinators::BoxBody<_, _>>::from(response).into_parts();
    respond::seal(&mut parts.headers, secure);
    Ok(http::Response::from_parts(parts, Answering::new(body, exchange)))
}

/// Has the endpoint answer. A panic ends its own request, not the other streams of the connection.
async fn respond_to<E: Endpoint + 'static>(
    shared: &Shared<E>,
    held: Held,
    moving: Moving,
    request: http::Request<Incoming>,
) -> poem::Response {
    let scheme = if shared.tls.is_some() { Scheme::HTTPS } else { Scheme::HTTP };
    let local = LocalAddr(shared.local.into());
    let remote = RemoteAddr(held.peer.into());
    let mut request = poem::Request::from((request, local, remote, scheme));
    if let Some(certificate) = held.certificate().cloned() {
        request.extensions_mut().insert(certificate);
    }
    request.extensions_mut().insert(held);
    request.extensions_mut().insert(moving);
    let answered = std::panic::AssertUnwindSafe(shared.endpoint.get_response(request)).catch_unwind().await;
    answered.unwrap_or_else(|_| {
        shared.metrics.panicked();
        respond::refusal(&Refusal::internal())
    })
}
