//! hyper's HTTP/2 as it comes, without a door round it: what harms nobody here is no attack.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};

/// A connection to a server of one connection, which answers every request with nothing.
pub(crate) async fn connect() -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = service_fn(async |_| Ok::<_, Infallible>(http::Response::new(Empty::<Bytes>::new())));
        let _ = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
    });
    TcpStream::connect(address).await.unwrap()
}
