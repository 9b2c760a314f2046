//! What ends in the middle: a stream whose document no longer shows, and a hub that dies while something goes up.

use std::net::SocketAddr;
use std::time::Duration;

use sangam_kit::client::Client;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::house::{House, SOON, WHY, holds, pdf};
use crate::places::both_places;

const LENGTH: usize = 10 * 1024 * 1024;

impl House {
    fn address(&self) -> SocketAddr {
        self.origin().strip_prefix("http://").unwrap().parse().unwrap()
    }

    /// An upload whose head was sent and nothing else.
    pub(crate) async fn upload_begun(&self, path: &str, length: usize) -> TcpStream {
        let mut stream = TcpStream::connect(self.address()).await.unwrap();
        let head = format!(
            "PUT {path} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {}\r\ncontent-type: application/pdf\r\ncontent-length: {length}\r\n\r\n",
            self.holder.token().unwrap()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }

    /// A reader with room for little: what it has not read is not sent yet.
    async fn slow_reader(&self, client: &Client, document: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(256 * 1024).unwrap();
        let mut stream = socket.connect(self.address()).await.unwrap();
        let head = format!(
            "GET /documents/{document} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {}\r\nsangam-purpose: {WHY}\r\n\r\n",
            client.token().unwrap()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }
}

/// Reads so many bytes.
async fn first_bytes(stream: &mut TcpStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    tokio::time::timeout(SOON, stream.read_exact(&mut bytes)).await.unwrap().unwrap();
    bytes
}

/// Reads until so many bytes more came or the stream ended; how many came.
async fn the_rest(stream: &mut TcpStream, most: usize) -> usize {
    let mut buffer = vec![0; 64 * 1024];
    let mut came = 0;
    while came < most {
        match tokio::time::timeout(SOON, stream.read(&mut buffer)).await.unwrap() {
            Ok(0) | Err(_) => break,
            Ok(count) => came += count,
        }
    }
    came
}

both_places! {
    /// The helper reads slowly. Consent is withdrawn meanwhile: the stream breaks off before its end. Without the
    /// withdrawal, as slowly, it comes to its end.
    async fn a_withdrawal_breaks_off_what_is_on_its_way(house: House) {
        house.stored(Some(&house.referral[0]), "HOME_INVESTIGATION_REPORT", pdf(LENGTH)).await;
        let found = house.documents(&house.helper, &house.referral[1]).await;
        let id = found[0]["id"].as_str().unwrap();
        const HEAD: usize = 4 * 1024;

        let mut control = house.slow_reader(&house.helper, id).await;
        let begun = first_bytes(&mut control, HEAD).await;
        assert!(begun.starts_with(b"HTTP/1.1 200") && holds(&begun, b"\r\n\r\n%PDF"));
        tokio::time::sleep(Duration::from_millis(700)).await;
        let head = begun.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        let whole = head + LENGTH;
        assert_eq!(HEAD + the_rest(&mut control, whole - HEAD).await, whole);

        let mut reader = house.slow_reader(&house.helper, id).await;
        assert!(first_bytes(&mut reader, HEAD).await.starts_with(b"HTTP/1.1 200"));
        house.withdraw().await;
        let came = HEAD + the_rest(&mut reader, whole - HEAD).await;
        assert!(came < whole, "it came to its end: {came} of {whole}");

        // What the holder has is not touched by it.
        let own = house.documents(&house.holder, &house.referral[0]).await;
        let read = house.get(&house.holder, own[0]["id"].as_str().unwrap()).await;
        assert_eq!((read.status, read.body.len()), (200, LENGTH));
    }

    /// A client that leaves, and a hub that is killed, in the middle of an upload: nothing shows, the address is good for
    /// another try, and what was written goes.
    async fn what_breaks_off_going_up_leaves_nothing(house: House) {
        let prepared = house.prepare(None, "OTHER").await;
        // More than a bucket takes as one part, so that it has some of it before it has all.
        let body = pdf(8_000_000);

        let mut leaving = house.upload_begun(&prepared.upload, body.len()).await;
        leaving.write_all(&body[..6_000_000]).await.unwrap();
        house.until("it is being written", |objects| !objects.is_empty()).await;
        drop(leaving);
        house.until("what was written goes", |objects| objects.is_empty()).await;
        assert_eq!(house.get(&house.holder, &prepared.id).await.status, 404);

        let mut going = house.upload_begun(&prepared.upload, body.len()).await;
        going.write_all(&body[..6_000_000]).await.unwrap();
        house.until("it is being written", |objects| !objects.is_empty()).await;
        assert!(!house.lies_open(crate::house::MARKER), "half of it lies sealed too");
        let house = house.killed_and_started().await;
        assert!(!house.objects().is_empty(), "a hub that is killed leaves what it wrote");
        assert_eq!(house.get(&house.holder, &prepared.id).await.status, 404);
        assert!(house.documents(&house.holder, &house.subject).await.is_empty());
        house.run("UPDATE object_due SET due_at = 1").await;
        house.until("what it left is deleted", |objects| objects.is_empty()).await;

        let told = house.put(&house.holder, &prepared.upload, "application/pdf", body.clone()).await;
        assert_eq!(told.status, 201, "{}", told.code());
        assert_eq!(house.get(&house.holder, &prepared.id).await.body, body);
    }
}
