//! Responses. Every one of the door's own is not to be stored, not to be sniffed, and says nothing of what
//! serves it.

use http::{HeaderName, HeaderValue, StatusCode, header};
use poem::Response;

use crate::limits;
use crate::media::Answer;
use crate::refusal::Refusal;

/// Sets what every response carries, whatever room it comes from; a room's own value stays.
pub(crate) fn seal(response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.remove(header::SERVER);
}

/// A response with a media type and a body.
pub(crate) fn plain(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::builder().status(status).content_type(kind).body(body);
    seal(&mut response);
    response
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
