//! HTTP/1.1 as the server speaks it: a request with an announced length, an answer with one, and the next request.

use std::io::{BufRead, BufReader, Read, Write};

use super::{Call, Mood, Shared};

/// The longest body: a part of an upload and something over.
const BODY_BYTES: usize = 16 * 1024 * 1024;

/// What a connection goes over.
pub(super) trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path and the query as they came.
    pub target: String,
    /// The headers in their order, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path as it came.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The parameters of the query, names and values as they came.
    #[must_use]
    pub fn query(&self) -> Vec<(&str, &str)> {
        let (_, query) = self.target.split_once('?').unwrap_or_default();
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect()
    }

    /// A parameter of the query, decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, value) = self.query().into_iter().find(|(known, _)| *known == name)?;
        String::from_utf8(super::signature::decoded(value)).ok()
    }
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// How much of the body is sent before the server hangs up.
    pub(super) sent: Option<usize>,
}

impl Answer {
    pub(super) fn of(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), sent: None }
    }

    pub(super) fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }

    pub(super) fn saying(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
}

fn request(stream: &mut BufReader<Box<dyn Stream>>) -> std::io::Result<Option<Request>> {
    let broken = || std::io::Error::from(std::io::ErrorKind::InvalidData);
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Err(broken()) };
    let mut request =
        Request { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new() };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(broken)?;
        request.headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    // A body without an announced length is none of S3's.
    if request.header("transfer-encoding").is_some() {
        return Err(broken());
    }
    let length = request.header("content-length").map_or(Ok(0), str::parse::<usize>).map_err(|_| broken())?;
    if length > BODY_BYTES {
        return Err(broken());
    }
    request.body.resize(length, 0);
    stream.read_exact(&mut request.body)?;
    Ok(Some(request))
}

impl Shared {
    pub(super) fn talk(&self, stream: Box<dyn Stream>) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(request) = request(&mut stream)? {
            let mood = self.kept().mood.clone();
            let answer = match &mood {
                Mood::Down => None,
                Mood::Failing => Some(Answer::of(503).saying("<Error><Code>ServiceUnavailable</Code></Error>")),
                Mood::Elsewhere(address) => Some(Answer::of(307).with("location", address)),
                Mood::Slow(pause) => {
                    std::thread::sleep(*pause);
                    Some(self.answered(&request))
                }
                Mood::Well | Mood::Breaking | Mood::Short | Mood::BreakingOnce => Some(self.answered(&request)),
            };
            let status = answer.as_ref().map_or(0, |answer| answer.status);
            let Request { method, target, .. } = request;
            self.kept().calls.push(Call { method, target, status });
            let Some(answer) = answer else { return Ok(()) };
            let mut head = format!("HTTP/1.1 {} As told\r\ncontent-length: {}\r\n", answer.status, answer.body.len());
            for (name, value) in &answer.headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            let out = stream.get_mut();
            out.write_all(head.as_bytes())?;
            let sent = answer.sent.unwrap_or(answer.body.len());
            out.write_all(answer.body.get(..sent).unwrap_or_default())?;
            out.flush()?;
            if answer.sent.is_some() {
                return Ok(());
            }
        }
        Ok(())
    }
}
