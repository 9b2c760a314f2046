//! What goes wrong in the world, and answers that are wrong in that way.

use std::time::Duration;

use poem::http::{StatusCode, header};
use poem::{Body, Response};

use super::Told;

/// What goes wrong, until it is set back to [`Fault::None`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Connections are closed without an answer.
    Down,
    /// Every answer waits.
    Slow(Duration),
    /// A sign-in page instead of JSON, with status 200.
    Html,
    /// The answer breaks off in the middle, its announced length unfulfilled.
    Truncated,
    /// The answer is JSON that ends too early, well delivered.
    HalfJson,
    /// Redirected to this address.
    Redirect(String),
    /// An error page of a proxy.
    BadGateway,
    /// Every request but the sign-in is refused with 401.
    Unauthorized,
    /// Lists are answered, and every request for one record fails inside the system.
    OneRecord,
    /// What changes something is done, and the connection is cut before the answer.
    CutAfter,
    /// JSON of another shape.
    OtherShape,
    /// An answer without an end.
    Endless,
    /// These bytes instead of the answer, under its status and type.
    Bytes(Vec<u8>),
}

/// The answer, broken as the fault says.
pub(super) fn broken(fault: &Fault, told: Told) -> Response {
    let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = match (&told.body, told.media) {
        // A page is told as it is, everything else as JSON.
        (Some(serde_json::Value::String(text)), media) if media.starts_with("text/") => text.clone(),
        (body, _) => body.as_ref().map(ToString::to_string).unwrap_or_default(),
    };
    let json = |text: Body| {
        let response = Response::builder().status(status).content_type(told.media);
        let headers = told.headers.iter();
        headers.fold(response, |response, (name, value)| response.header(*name, value.as_str())).body(text)
    };
    match fault {
        Fault::Html => Response::builder()
            .content_type("text/html; charset=utf-8")
            .body("<!doctype html><title>Sign in</title><form method=post></form>"),
        Fault::Redirect(to) => Response::builder().status(StatusCode::FOUND).header(header::LOCATION, to).finish(),
        Fault::BadGateway => {
            Response::builder().status(StatusCode::BAD_GATEWAY).content_type("text/html").body("<h1>502</h1>")
        }
        Fault::OtherShape => json(Body::from_string("{\"data\":{\"cases\":[]},\"metadata\":[]}".to_owned())),
        Fault::HalfJson => {
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            json(Body::from_string(half))
        }
        Fault::CutAfter => json(Body::from_async_read(Broken(Vec::new()))),
        Fault::Truncated => {
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            json(Body::from_async_read(Broken(half.into_bytes())))
        }
        Fault::Endless => json(Body::from_async_read(tokio::io::repeat(b' '))),
        Fault::Bytes(bytes) => json(Body::from_bytes(bytes.clone().into())),
        _ if told.body.is_none() => {
            let response = Response::builder().status(status);
            told.headers
                .iter()
                .fold(response, |response, (name, value)| response.header(*name, value.as_str()))
                .finish()
        }
        _ => json(Body::from_string(text)),
    }
}

/// A body that gives what it has and then breaks.
struct Broken(Vec<u8>);

impl tokio::io::AsyncRead for Broken {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        if self.0.is_empty() {
            return std::task::Poll::Ready(Err(std::io::ErrorKind::ConnectionReset.into()));
        }
        let count = buffer.remaining().min(self.0.len());
        let given: Vec<u8> = self.0.drain(..count).collect();
        buffer.put_slice(&given);
        std::task::Poll::Ready(Ok(()))
    }
}
