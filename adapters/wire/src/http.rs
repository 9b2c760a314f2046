//! One HTTP exchange with a partner's system, read defensively: no redirects, a capped body, JSON or a typed
//! fault. Retries, deadlines and pauses are the guard's.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde_json::Value;

use crate::fault::{Reason, UnexpectedKind, WireFault};

/// The longest code or field name taken from a refusal.
const LONGEST_CODE: usize = 80;
/// The most reasons taken from a refusal.
const MAX_REASONS: usize = 20;

/// An HTTP client for one partner.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client,
    base: Url,
    max_body: u64,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) authorization: Option<HeaderValue>,
    /// The JSON body; `None` where there is none (204, or a length of zero).
    pub(crate) body: Option<Value>,
}

/// One request.
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    /// Path segments below the base, not yet encoded.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, String)],
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) body: Option<&'a Value>,
}

impl Http {
    pub(crate) fn new(base: Url, max_body: u64) -> Result<Self, WireFault> {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent("sangam")
            .build()
            .map_err(|_| WireFault::Unreachable)?;
        Ok(Self { client, base, max_body })
    }

    pub(crate) async fn exchange(&self, request: Request<'_>) -> Result<Reply, WireFault> {
        let mut url = self.base.clone();
        url.path_segments_mut().map_err(|()| WireFault::Unreachable)?.pop_if_empty().extend(request.path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query);
        }
        let mut call = self.client.request(request.method, url).header(ACCEPT, "application/json");
        if let Some(token) = request.authorization {
            call = call.header(AUTHORIZATION, token);
        }
        if let Some(body) = request.body {
            call = call.json(body);
        }
        let response = call.send().await.map_err(|fault| sending(&fault))?;
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<Reply, WireFault> {
        let status = response.status();
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            return Err(WireFault::RedirectedElsewhere);
        }
        let authorization = response.headers().get(AUTHORIZATION).cloned();
        let content_type = content_type(&response);
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
            Some(json(&bytes)?)
        } else if status.is_success() {
            return Err(WireFault::NotJson { content_type });
        } else {
            // A proxy's error page: the status says enough.
            None
        };
        Ok(Reply { status, authorization, body })
    }
}

fn sending(fault: &reqwest::Error) -> WireFault {
    if fault.is_timeout() { WireFault::TimedOut } else { WireFault::Unreachable }
}

fn reading(fault: &reqwest::Error) -> WireFault {
    if fault.is_timeout() { WireFault::TimedOut } else { WireFault::Truncated }
}

fn json(bytes: &[u8]) -> Result<Value, WireFault> {
    serde_json::from_slice(bytes).map_err(|fault| {
        if fault.is_eof() {
            WireFault::Truncated
        } else {
            WireFault::NotJson { content_type: "application/json".to_owned() }
        }
    })
}

/// The media type without parameters, where it is one.
fn content_type(response: &Response) -> String {
    let claimed = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = claimed.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let plain = media.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/+-._".contains(&byte));
    if media.is_empty() || media.len() > LONGEST_CODE || !plain { "unknown".to_owned() } else { media }
}

impl Reply {
    /// The body of an answer that must have one.
    pub(crate) fn into_body(self) -> Result<Value, WireFault> {
        self.body.ok_or_else(|| WireFault::unexpected("", UnexpectedKind::Missing))
    }

    /// The refusal that this answer is. Primero gives `{"errors":[{"status"|"code", "message", "detail"}]}`,
    /// where `message` is a text, a key of its translations, or a list of them.
    pub(crate) fn refusal(&self) -> WireFault {
        let errors = self.body.as_ref().and_then(|body| body.get("errors")).and_then(Value::as_array);
        let reasons = errors.into_iter().flatten().take(MAX_REASONS).map(|error| {
            let message = error.get("message");
            let texts: Vec<&Value> = match message {
                Some(Value::Array(texts)) => texts.iter().collect(),
                other => other.into_iter().collect(),
            };
            Reason {
                field: error.get("detail").and_then(Value::as_str).and_then(code),
                codes: texts.into_iter().filter_map(Value::as_str).filter_map(code).collect(),
            }
        });
        WireFault::Refused { status: self.status.as_u16(), reasons: reasons.collect() }
    }
}

/// A text that is a plain identifier; anything with a space or a capital could be a sentence about somebody.
fn code(text: &str) -> Option<String> {
    let plain = !text.is_empty()
        && text.len() <= LONGEST_CODE
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.".contains(&byte));
    plain.then(|| text.to_owned())
}
