//! A server of fixed answers, by `METHOD path`.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) type Answers = HashMap<&'static str, (u16, String)>;

/// The requests that a server heard, each as its head and its body.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<(String, String)>>>);

impl Heard {
    pub(crate) fn all(&self) -> Vec<(String, String)> {
        self.0.lock().unwrap().clone()
    }
}

/// Serves the answers; whatever else is asked for is not found.
pub(crate) async fn serve(answers: Answers) -> SocketAddr {
    hear(answers).await.0
}

/// The same, and what was asked.
pub(crate) async fn hear(answers: Answers) -> (SocketAddr, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard = Heard::default();
    let told = heard.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut request, mut chunk) = (Vec::new(), [0_u8; 4096]);
            let (head, body) = loop {
                let read = stream.read(&mut chunk).await.unwrap();
                request.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&request);
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let lower = head.to_lowercase();
                let length = lower.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
                if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                    break (head.to_owned(), body.to_owned());
                }
            };
            let line: Vec<&str> = head.split(' ').take(2).collect();
            let key = format!("{} {}", line[0], line[1].split('?').next().unwrap());
            let (status, answer) =
                answers.get(key.as_str()).cloned().unwrap_or((404, r#"{"errors":[{"code":404}]}"#.to_owned()));
            told.0.lock().unwrap().push((head, body));
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json; charset=utf-8\r\nAuthorization: Bearer t\r\nETag: W/\"7\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                answer.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (address, heard)
}
