//! One HTTP exchange with a partner's system, read defensively: no redirects, a capped body, JSON or a typed
//! fault. Retries, deadlines and pauses are the guard's.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde_json::Value;

use crate::fault::{LONGEST_CODE, UnexpectedKind, WireFault};
use crate::json;

/// What every system here answers with: JSON, or JSON under a name of its own (FHIR).
const JSON: &str = "application/json, application/*+json;q=0.9";

/// The longest answer that is read where it arrives: well under a millisecond's work.
const READ_IN_PLACE: usize = 64 << 10;

/// An HTTP client for one partner.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client,
    base: Url,
    max_body: u64,
    /// The header that the credentials are sent in.
    sent_in: HeaderName,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The JSON body; `None` where there is none (204, or a length of zero).
    pub(crate) body: Option<Value>,
}

/// What a request carries.
#[derive(Clone, Copy)]
pub(crate) enum Carried<'a> {
    Nothing,
    Json(&'a Value),
    /// JSON under a media type of its own.
    Media(&'static str, &'a Value),
    /// A form, as OAuth's token endpoint takes it.
    Form(&'a [(&'a str, &'a str)]),
}

/// One request.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a Method,
    /// Path segments below the base, not yet encoded.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, String)],
    /// Headers beside those that every request has; `accept` in place of the one that it has.
    pub(crate) headers: &'a [(&'a str, String)],
    pub(crate) carried: Carried<'a>,
}

impl<'a> Request<'a> {
    pub(crate) const fn new(method: &'a Method, path: &'a [&'a str]) -> Self {
        Self { method, path, query: &[], headers: &[], carried: Carried::Nothing }
    }

    pub(crate) const fn get(path: &'a [&'a str], query: &'a [(&'a str, String)]) -> Self {
        Self { query, ..Self::new(&Method::GET, path) }
    }

    pub(crate) const fn post(path: &'a [&'a str], body: &'a Value) -> Self {
        Self { carried: Carried::Json(body), ..Self::new(&Method::POST, path) }
    }
}

impl Http {
    pub(crate) fn new(base: Url, max_body: u64) -> Result<Self, WireFault> {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent("sangam")
            .build()
            .map_err(|_| WireFault::Unreachable)?;
        Ok(Self { client, base, max_body, sent_in: AUTHORIZATION })
    }

    /// The same, with the credentials in a header of the system's own.
    pub(crate) fn sending_in(self, header: HeaderName) -> Self {
        Self { sent_in: header, ..self }
    }

    /// Sends one request and reads its answer.
    ///
    /// # Errors
    /// Whatever keeps the answer from being one: a refusal is an answer, and the caller's to judge.
    pub(crate) async fn exchange(
        &self,
        request: Request<'_>,
        authorization: Option<&HeaderValue>,
    ) -> Result<Reply, WireFault> {
        // Such a segment is dropped out of an address, which then is another one.
        if request.path.iter().any(|segment| matches!(*segment, "." | "..")) {
            return Err(WireFault::Refused { status: 404, reasons: Vec::new() });
        }
        let mut url = self.base.clone();
        if !request.path.is_empty() {
            url.path_segments_mut().map_err(|()| WireFault::Unreachable)?.pop_if_empty().extend(request.path);
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query);
        }
        let mut call = self.client.request(request.method.clone(), url);
        if !request.headers.iter().any(|(name, _)| *name == ACCEPT.as_str()) {
            call = call.header(ACCEPT, JSON);
        }
        for (name, value) in request.headers {
            call = call.header(*name, value);
        }
        if let Some(token) = authorization {
            call = call.header(self.sent_in.clone(), token.clone());
        }
        call = match request.carried {
            Carried::Nothing => call,
            Carried::Json(body) => call.json(body),
            Carried::Media(media, body) => call.header(CONTENT_TYPE, media).body(body.to_string()),
            Carried::Form(pairs) => {
                let mut form = self.base.clone();
                form.set_query(None);
                form.query_pairs_mut().extend_pairs(pairs);
                let text = form.query().unwrap_or_default().to_owned();
                call.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(text)
            }
        };
        let response = call.send().await.map_err(|fault| sending(&fault))?;
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<Reply, WireFault> {
        let status = response.status();
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            return Err(WireFault::RedirectedElsewhere);
        }
        let headers = response.headers().clone();
        let content_type = content_type(&headers);
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|fault| reading(&fault))? {
            if (bytes.len() + chunk.len()) as u64 > self.max_body {
                return Err(WireFault::TooLarge { limit: self.max_body, unit: "bytes" });
            }
            bytes.extend_from_slice(&chunk);
        }
        let is_json = content_type == "application/json" || content_type.ends_with("+json");
        let body = if bytes.is_empty() {
            None
        } else if is_json {
            Some(parsed(bytes).await?)
        } else if status.is_success() {
            return Err(WireFault::NotJson { content_type });
        } else {
            // A proxy's error page: the status says enough.
            None
        };
        Ok(Reply { status, headers, body })
    }
}

/// The JSON of an answer. A long one is read on a thread that may take its time: the deadline then holds also while it
/// is read, and nobody else's call waits for it. The thread ends by the limits of [`json::read`].
async fn parsed(bytes: Vec<u8>) -> Result<Value, WireFault> {
    if bytes.len() <= READ_IN_PLACE {
        return json::read(&bytes);
    }
    let read = tokio::task::spawn_blocking(move || json::read(&bytes)).await;
    read.unwrap_or(Err(WireFault::Truncated))
}

fn sending(fault: &reqwest::Error) -> WireFault {
    if fault.is_timeout() { WireFault::TimedOut } else { WireFault::Unreachable }
}

fn reading(fault: &reqwest::Error) -> WireFault {
    if fault.is_timeout() { WireFault::TimedOut } else { WireFault::Truncated }
}

/// The media type without parameters, where it is one.
fn content_type(headers: &HeaderMap) -> String {
    let claimed = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = claimed.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let plain = media.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/+-._".contains(&byte));
    if media.is_empty() || media.len() > LONGEST_CODE || !plain { "unknown".to_owned() } else { media }
}

impl Reply {
    /// The body of an answer that must have one.
    pub(crate) fn into_body(self) -> Result<Value, WireFault> {
        self.body.ok_or_else(|| WireFault::unexpected("", UnexpectedKind::Missing))
    }

    /// The media type without parameters; `unknown` where it names none.
    pub(crate) fn media(&self) -> String {
        content_type(&self.headers)
    }

    /// A header that is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
