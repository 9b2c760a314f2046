//! The load, in a process of its own: connections that stay open, each with one request under way, as HTTP/1.1
//! in plain bytes. It looks at status and length only, so that it takes little of the machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections at once, as in the figures the hub is compared with.
const CONNECTIONS: u32 = 16;
/// The longest header of an answer that is looked at.
const HEADER: usize = 4096;
/// How much of an answer that should not be there is shown.
pub(crate) const TOLD: usize = 400;

/// What a round came to.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Loaded {
    /// Answers with status 200.
    pub(crate) good: u32,
    /// Bytes of their bodies.
    pub(crate) bytes: u64,
    /// Requests beyond the number asked for do not happen; answers with another status end the run.
    pub(crate) requests: u32,
    /// The last body, for the comparison of shapes.
    pub(crate) sample: String,
}

/// `load PORT REQUESTS LINE FIELDS BODY`: sends and prints what came.
pub(crate) fn run(words: &[&str]) {
    let [port, requests, line, fields, body] = words else { panic!("load PORT REQUESTS LINE FIELDS BODY") };
    let port: u16 = port.parse().expect("a port");
    let requests: u32 = requests.parse().expect("a number");
    let request =
        Arc::new(format!("{line} HTTP/1.1\r\nhost: 127.0.0.1\r\n{fields}content-length: {}\r\n\r\n{body}", body.len()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let loaded = runtime.block_on(async {
        let left = Arc::new(AtomicU32::new(requests));
        let tasks: Vec<_> = (0..CONNECTIONS.min(requests))
            .map(|_| tokio::spawn(connection(port, Arc::clone(&request), Arc::clone(&left))))
            .collect();
        let mut all = Loaded { good: 0, bytes: 0, requests, sample: String::new() };
        for task in tasks {
            let (good, bytes, sample) = task.await.expect("a connection");
            all.good += good;
            all.bytes += bytes;
            all.sample = sample;
        }
        all
    });
    println!("{}", serde_json::to_string(&loaded).expect("JSON"));
}

async fn connection(port: u16, request: Arc<String>, left: Arc<AtomicU32>) -> (u32, u64, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let (mut good, mut bytes, mut length) = (0, 0, 0);
    let mut buffer = Vec::with_capacity(128 * 1024);
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        stream.write_all(request.as_bytes()).await.expect("a request");
        let body = answer(&mut stream, &mut buffer).await;
        let whole = buffer.get(body..).unwrap_or_default();
        // Every answer to one question has the same length: another is an error, and no measurement.
        assert!(
            length == 0 || length == whole.len(),
            "another answer: {}",
            String::from_utf8_lossy(whole.get(..TOLD).unwrap_or(whole))
        );
        length = whole.len();
        good += 1;
        bytes += u64::try_from(length).expect("a length");
        if left.load(Ordering::Relaxed) == 0 {
            buffer.drain(..body);
            break;
        }
    }
    let sample = if buffer.first() == Some(&b'{') { buffer } else { Vec::new() };
    (good, bytes, String::from_utf8_lossy(&sample).into_owned())
}

/// Reads one answer into the buffer and says where its body begins.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    buffer.clear();
    let mut whole = None;
    loop {
        if stream.read_buf(buffer).await.expect("an answer") == 0 {
            panic!("the server closed: {}", String::from_utf8_lossy(buffer));
        }
        if whole.is_none()
            && let Some(end) = buffer.windows(4).take(HEADER).position(|four| four == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default()).to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{}", String::from_utf8_lossy(buffer));
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
            whole = Some((end + 4, length.parse::<usize>().expect("a length")));
        }
        if let Some((begin, length)) = whole
            && buffer.len() >= begin + length
        {
            return begin;
        }
    }
}
