//! Responses, and what every one of them carries, whatever endpoint it comes from.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use poem::Response;

use crate::limits;
use crate::media::Answer;
use crate::refusal::Refusal;

/// What every response says of itself, unless its room says something else: it is kept by nobody, is what it says it
/// is, names no page as the one it was asked from, and is no page and no part of one.
const EVERY: [(HeaderName, HeaderValue); 5] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
];
/// Over TLS: not without it for a year (RFC 6797). It says nothing of names below this one, which may be others'.
const SECURE_FOR_A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// What would open a response to the pages of other origins. The hub has none of them.
const OPENING: &str = "access-control-";

/// Sets what every response carries, and takes away what none does: the name of what serves it, and anything that
/// would let a page of another origin read it. This is the one place that does.
pub(crate) fn seal(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in EVERY {
        headers.entry(name).or_insert(value);
    }
    if secure {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(SECURE_FOR_A_YEAR);
    }
    headers.remove(header::SERVER);
    let opening: Vec<HeaderName> = headers.keys().filter(|name| name.as_str().starts_with(OPENING)).cloned().collect();
    for name in opening {
        headers.remove(name);
    }
}

/// A response with a media type and a body.
pub(crate) fn plain(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    Response::builder().status(status).content_type(kind).body(body)
}

/// A GraphQL response in the media type the client accepts.
pub(crate) fn graphql(status: StatusCode, answer: Answer, body: Vec<u8>) -> Response {
    plain(status, answer.content_type(), body)
}

/// A refusal, with the headers that belong to it.
pub(crate) fn refusal(refusal: &Refusal) -> Response {
    refusal_as(refusal, Answer::Json)
}

/// A refusal in the media type the client accepts.
pub(crate) fn refusal_as(refusal: &Refusal, answer: Answer) -> Response {
    let mut response = graphql(refusal.status, answer, refusal.body());
    let headers = response.headers_mut();
    if let Some(allow) = refusal.allow {
        headers.insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    if let Some(challenge) = refusal.challenge {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if matches!(refusal.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        retry_after(&mut response);
    }
    response
}

/// Tells the client when to come again.
pub(crate) fn retry_after(response: &mut Response) {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(limits::RETRY_AFTER_SECONDS));
}
