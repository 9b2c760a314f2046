//! A server of fixed answers, by `METHOD path`.

use std::collections::HashMap;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) type Answers = HashMap<&'static str, (u16, String)>;

/// Serves the answers; whatever else is asked for is not found.
pub(crate) async fn serve(answers: Answers) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let mut chunk = [0_u8; 4096];
            loop {
                let read = stream.read(&mut chunk).await.unwrap();
                request.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&request).to_lowercase();
                let Some(end) = text.find("\r\n\r\n") else {
                    continue;
                };
                let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
                if request.len() >= end + 4 + length.map_or(0, |length| length.parse().unwrap()) {
                    break;
                }
            }
            let text = String::from_utf8_lossy(&request);
            let line: Vec<&str> = text.split(' ').take(2).collect();
            let key = format!("{} {}", line[0], line[1].split('?').next().unwrap());
            let (status, body) =
                answers.get(key.as_str()).cloned().unwrap_or((404, r#"{"errors":[{"code":404}]}"#.to_owned()));
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json; charset=utf-8\r\nAuthorization: Bearer t\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body.as_bytes()).await.unwrap();
        }
    });
    address
}
