//! Documents at the door: statuses, and every limit of what goes up and down.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use sangam_door::{ConnectionLimits, DocumentFault, DocumentLimits, Documents, Download, Limits, Upload, UploadSent};
use sangam_language::{Caller, ErrorCode};
use sangam_vocabulary::Purpose;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::doorstep::{Doorstep, code};
use crate::hub::TestHub;

const PDF: &str = "application/pdf";

/// What became of uploads.
#[derive(Default)]
pub(crate) struct Taken {
    bytes: AtomicUsize,
    ended: AtomicUsize,
    dropped: AtomicUsize,
}

struct Going(Arc<Taken>);

impl Drop for Going {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

impl Upload for Going {
    fn take<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), DocumentFault>> {
        self.0.bytes.fetch_add(bytes.len(), Ordering::SeqCst);
        Box::pin(async { Ok(()) })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), DocumentFault>> {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(()) })
    }
}

impl Documents for TestHub {
    fn upload<'a>(
        &'a self,
        _caller: &'a Caller,
        sent: UploadSent<'a>,
    ) -> BoxFuture<'a, Result<Box<dyn Upload>, DocumentFault>> {
        assert_eq!(sent.document, "doc_1");
        let fault = match sent.pass {
            "expired" => Err(DocumentFault::Expired),
            "stored" => Err(DocumentFault::Stored),
            "absent" => Err(DocumentFault::NotHere),
            "locked" => Err(DocumentFault::Refused(ErrorCode::Locked)),
            _ if sent.media != PDF => Err(DocumentFault::OtherType),
            _ => Ok(Box::new(Going(Arc::clone(&self.taken))) as Box<dyn Upload>),
        };
        Box::pin(async { fault })
    }

    fn download<'a>(
        &'a self,
        _caller: Caller,
        purpose: Option<Purpose>,
        document: &'a str,
    ) -> BoxFuture<'a, Result<Download, DocumentFault>> {
        let piece = |_| Ok(Bytes::from(vec![7_u8; 1_000]));
        let pieces = match document {
            "whole" => stream::iter(0..3).map(piece).boxed(),
            "broken" => stream::iter(0..2).map(piece).chain(stream::iter([Err(DocumentFault::NotHere)])).boxed(),
            "slow" => stream::iter(0..2).map(piece).chain(stream::pending()).boxed(),
            _ => return Box::pin(async { Err(DocumentFault::NotHere) }),
        };
        let fault = purpose.is_none().then_some(DocumentFault::Refused(ErrorCode::PurposeRequired));
        let download = Download { media: PDF.to_owned(), size: 3_000, receipt: "00ff".to_owned(), pieces };
        Box::pin(async move { fault.map_or(Ok(download), Err) })
    }
}

async fn door(document: DocumentLimits) -> Doorstep {
    Doorstep::with(Limits { document, ..Limits::default() }).await
}

fn put(door: &Doorstep, pass: &str, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
    let url = door.url(&format!("/documents/doc_1/{pass}"));
    door.client.put(url).bearer_auth("good").header("content-type", PDF).body(body)
}

async fn told(request: reqwest::RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default();
    (status, code(&body).to_owned())
}

/// An upload that has begun and announces no length.
async fn begin(door: &Doorstep) -> TcpStream {
    let mut socket = TcpStream::connect(door.address).await.unwrap();
    let head = "PUT /documents/doc_1/good HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/pdf\r\ntransfer-encoding: chunked\r\n\r\n1\r\n%\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}

/// Sends a byte every so often until something is said, and gives what was said.
async fn trickle(socket: &mut TcpStream, every: Duration, longest: Duration) -> String {
    let (began, mut said) = (Instant::now(), Vec::new());
    while said.is_empty() && began.elapsed() < longest {
        let _ = socket.write_all(b"1\r\n \r\n").await;
        let _ = tokio::time::timeout(every, socket.read_buf(&mut said)).await;
    }
    let _ = tokio::time::timeout(Duration::from_millis(500), socket.read_to_end(&mut said)).await;
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn what_the_hub_says_of_a_document_has_its_status() {
    let door = door(DocumentLimits::default()).await;
    assert_eq!(told(put(&door, "good", "%PDF-1.7")).await.0, 201);
    for (pass, status, code) in [
        ("stored", 409, "DOCUMENT_STORED_ALREADY"),
        ("expired", 410, "UPLOAD_EXPIRED"),
        ("absent", 404, "NOT_FOUND"),
        ("locked", 403, "LOCKED"),
    ] {
        assert_eq!(told(put(&door, pass, "%PDF-1.7")).await, (status, code.to_owned()));
    }
    let other = put(&door, "good", "<html>").header("content-type", "text/html");
    assert_eq!(told(other).await, (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()), "two types are none");
    let packed = put(&door, "good", "x").header("content-encoding", "gzip");
    assert_eq!(told(packed).await, (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    let url = door.url("/documents/doc_1/good");
    assert_eq!(told(door.client.put(&url).header("content-type", PDF).body("%PDF-")).await.0, 401, "a stranger");
    assert_eq!(told(door.client.get(&url).bearer_auth("good")).await.0, 405);
    assert_eq!(door.hub.taken.ended.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_document_at_the_limit_is_taken_and_one_byte_more_is_413() {
    let door = door(DocumentLimits { document_bytes: 100_000, ..DocumentLimits::default() }).await;
    for (bytes, status) in [(100_000, 201), (100_001, 413)] {
        assert_eq!(told(put(&door, "good", vec![1; bytes])).await.0, status, "{bytes}");
        // And where nothing is announced; one byte went first.
        let mut socket = begin(&door).await;
        let rest = format!("{:x}\r\n{}\r\n0\r\n\r\n", bytes - 1, "x".repeat(bytes - 1));
        let _ = socket.write_all(rest.as_bytes()).await;
        let mut said = [0; 12];
        socket.read_exact(&mut said).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&said), format!("HTTP/1.1 {status}"), "{bytes}");
    }
    assert_eq!(door.hub.taken.ended.load(Ordering::SeqCst), 2, "what is too long is no document");
}

#[tokio::test]
async fn an_upload_has_its_time_and_so_has_each_of_its_pieces() {
    let limits = DocumentLimits {
        upload_time: Duration::from_millis(600),
        piece_time: Duration::from_millis(200),
        ..DocumentLimits::default()
    };
    let door = door(limits).await;
    let mut silent = begin(&door).await;
    let mut said = Vec::new();
    let began = Instant::now();
    let _ = tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut said)).await;
    assert!(began.elapsed() < Duration::from_millis(550), "the piece's time is shorter");
    assert!(said.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&said));
    // A byte now and then does not buy more than the upload's time.
    let mut slow = begin(&door).await;
    let said = trickle(&mut slow, Duration::from_millis(50), Duration::from_secs(5)).await;
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("BODY_TIMEOUT"), "{said}");
    assert_eq!(door.hub.taken.ended.load(Ordering::SeqCst), 0);
    assert_eq!(door.hub.taken.dropped.load(Ordering::SeqCst), 2, "both were given up");
}

#[tokio::test]
async fn an_upload_that_moves_is_not_taken_for_one_that_stands() {
    let connection = ConnectionLimits { stalled: Duration::from_millis(300), ..ConnectionLimits::default() };
    let door = Doorstep::with(Limits { connection, ..Limits::default() }).await;
    let mut socket = begin(&door).await;
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        socket.write_all(b"1\r\n \r\n").await.unwrap();
    }
    socket.write_all(b"0\r\n\r\n").await.unwrap();
    let mut said = [0; 12];
    socket.read_exact(&mut said).await.unwrap();
    assert_eq!(&said, b"HTTP/1.1 201");
    // One that stands is.
    let mut standing = begin(&door).await;
    let mut said = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(3), standing.read_to_end(&mut said)).await;
    assert!(ended.is_ok() && said.is_empty(), "{}", String::from_utf8_lossy(&said));
}

#[tokio::test]
async fn documents_under_way_have_a_number() {
    for limits in [
        DocumentLimits { documents: 1, ..DocumentLimits::default() },
        DocumentLimits { documents_per_organization: 1, ..DocumentLimits::default() },
    ] {
        let door = door(limits).await;
        let holding = begin(&door).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(told(put(&door, "good", "%PDF-")).await, (503, "TOO_BUSY".to_owned()));
        let get = door.client.get(door.url("/documents/whole")).bearer_auth("good");
        assert_eq!(told(get).await, (503, "TOO_BUSY".to_owned()));
        assert_eq!(door.ask("application/json", "{ __typename }").await.0, 200, "operations do not wait for them");
        drop(holding);
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(told(put(&door, "good", "%PDF-")).await.0, 201);
    }
}

#[tokio::test]
async fn a_download_comes_whole_or_breaks_off_and_never_looks_whole() {
    let door = door(DocumentLimits { download_time: Duration::from_millis(300), ..DocumentLimits::default() }).await;
    let get = |document: &str| {
        let url = door.url(&format!("/documents/{document}"));
        door.client.get(url).bearer_auth("good").header("sangam-purpose", "PROTECTION")
    };
    let whole = get("whole").send().await.unwrap();
    assert_eq!(whole.headers()["content-length"], "3000");
    assert_eq!(whole.headers()["content-disposition"], "attachment");
    assert_eq!(whole.headers()["sangam-receipt"], "00ff");
    assert_eq!(whole.bytes().await.unwrap().len(), 3_000);
    // The head of what breaks off at once may not have left yet either.
    let broken = match get("broken").send().await {
        Ok(response) => response.bytes().await,
        Err(fault) => Err(fault),
    };
    assert!(broken.is_err(), "what breaks off is an error to whoever reads");
    let began = Instant::now();
    let slow = get("slow").send().await.unwrap();
    assert!(slow.bytes().await.is_err() && began.elapsed() < Duration::from_secs(5), "download_time");
    assert_eq!(told(get("none")).await, (404, "NOT_FOUND".to_owned()));
    let why = door.client.get(door.url("/documents/whole")).bearer_auth("good");
    assert_eq!(told(why).await, (400, "PURPOSE_REQUIRED".to_owned()));
}
