//! What came back: status, headers and JSON, with the few questions that tests ask of an answer.

use std::fmt;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// The media types of GraphQL over HTTP.
const MEDIA_TYPES: [&str; 2] = ["application/graphql-response+json", "application/json"];

/// An HTTP answer of the hub.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
    json: Value,
}

impl Answer {
    /// Reads the whole answer.
    pub(super) async fn read(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = match response.text().await {
            Ok(text) => text,
            Err(fault) => panic!("the answer broke off: {fault:?}"),
        };
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, json }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// A header's value, when it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The media type without its parameters.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        let value = self.header("content-type")?;
        Some(value.split_once(';').map_or(value, |(media_type, _)| media_type).trim())
    }

    /// The body as it came.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The body as JSON; null when it is none.
    #[must_use]
    pub const fn json(&self) -> &Value {
        &self.json
    }

    /// The value at this pointer (RFC 6901) below `data`, for instance `/referrals/edges/0/node`; null when
    /// there is none.
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.json.pointer(&format!("/data{pointer}")).unwrap_or(&Value::Null)
    }

    /// The errors; empty when there are none.
    #[must_use]
    pub fn errors(&self) -> &[Value] {
        self.json.get("errors").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The codes of the errors, `extensions.code`, in their order.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        self.errors()
            .iter()
            .map(|error| error.pointer("/extensions/code").and_then(Value::as_str).unwrap_or("(no code)"))
            .collect()
    }

    /// This answer, when it is a full one: status 200, data, no errors.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn complete(self) -> Self {
        let complete =
            self.status == 200 && self.errors().is_empty() && self.json.get("data").is_some_and(Value::is_object);
        assert!(complete, "not a full answer: {self}");
        self
    }

    /// Fails unless the body is JSON in a media type of GraphQL over HTTP.
    pub(super) fn check_media_type(&self) {
        let known = self.media_type().is_some_and(|media_type| MEDIA_TYPES.contains(&media_type));
        assert!(known && self.json.is_object(), "not an answer of GraphQL over HTTP: {self}");
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let media_type = self.media_type().unwrap_or("no media type");
        write!(formatter, "{} {media_type}\n{}", self.status, self.text)
    }
}
