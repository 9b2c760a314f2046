//! Connections that are held rather than used.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::Server;

/// Writes a byte now and then and says whether the connection was still open after the time.
async fn held(address: SocketAddr, first: &[u8], time: Duration) -> bool {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(first).await.unwrap();
    let started = Instant::now();
    let mut said = Vec::new();
    while started.elapsed() < time {
        let read = tokio::time::timeout(Duration::from_millis(100), socket.read_buf(&mut said)).await;
        let closed = matches!(read, Ok(Ok(0) | Err(_)));
        if closed || !said.is_empty() || socket.write_all(b"x").await.is_err() {
            return false;
        }
    }
    true
}

const LONG: Duration = Duration::from_secs(4);

#[tokio::test]
async fn a_header_that_never_ends_is_let_go() {
    let header = b"GET /graphql HTTP/1.1\r\nhost: hub\r\nx-slow: ";
    assert!(held(Server::bare().address, header, LONG).await, "void: the bare server closed");
    assert!(!held(Server::guarded_with_deadlines("500").address, header, LONG).await);
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_let_go() {
    assert!(held(Server::bare().address, b"", LONG).await, "void: the bare server closed");
    assert!(!held(Server::guarded_with_deadlines("500").address, b"", LONG).await);
}

#[tokio::test]
async fn a_body_that_never_ends_is_let_go() {
    let head = b"POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{";
    assert!(held(Server::bare().address, head, LONG).await, "void: the bare server closed");
    assert!(!held(Server::guarded_with_deadlines("500").address, head, LONG).await);
}

#[tokio::test]
async fn one_address_cannot_take_every_seat() {
    let bare = Server::bare();
    assert_eq!(open_after(bare.address, 300).await, 300, "void: the bare server turned somebody away");
    let guarded = Server::guarded();
    assert_eq!(open_after(guarded.address, 300).await, 128);
}

/// How many of so many connections are still open a moment later.
async fn open_after(address: SocketAddr, connections: usize) -> usize {
    let mut sockets = Vec::new();
    for _ in 0..connections {
        sockets.push(TcpStream::connect(address).await.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut open = 0;
    for mut socket in sockets.drain(..) {
        let read = tokio::time::timeout(Duration::from_millis(2), socket.read_u8()).await;
        open += usize::from(read.is_err());
    }
    open
}
