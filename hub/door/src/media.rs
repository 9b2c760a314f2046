//! Media types: which one an answer is written in, and which one a body is read as.
//!
//! GraphQL over HTTP knows two for answers. `application/graphql-response+json` carries the operation's fate
//! in the status. `application/json` is the older one: a well-formed request is answered with 200 though its
//! document is not GraphQL, does not fit the schema or lacks a variable. Where the client has no preference
//! (`*/*` or no `Accept` at all) the older one is used, as the specification's audit asks.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use sangam_language::ErrorCode;

/// The media type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// `application/graphql-response+json`.
    GraphqlResponse,
    /// `application/json`.
    Json,
}

impl Answer {
    /// The header's value.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The status of an operation that did not begin to execute.
    ///
    /// Under `application/json` the three refusals that only say "the document is wrong" are 200, as the
    /// specification wants. What concerns the request and not the document (a limit, a purpose, a scope, the
    /// hub being busy) keeps its status, because proxies, retries and alarms must see it.
    pub(crate) fn status(self, code: ErrorCode) -> StatusCode {
        let about_document =
            matches!(code, ErrorCode::SyntaxError | ErrorCode::ValidationFailed | ErrorCode::BadVariables);
        if self == Self::Json && about_document {
            return StatusCode::OK;
        }
        StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Chooses the answer's media type from every `Accept` header (RFC 9110, section 12.5.1). `None` means 406.
pub(crate) fn negotiate(headers: &HeaderMap) -> Option<Answer> {
    let ranges: Vec<Range> = headers
        .get_all(header::ACCEPT)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .filter_map(Range::read)
        .collect();
    if !headers.contains_key(header::ACCEPT) {
        return Some(Answer::Json);
    }
    let newer = wish(&ranges, Answer::GraphqlResponse);
    let older = wish(&ranges, Answer::Json);
    let (best, answer) = match (newer, older) {
        // Whoever names the newer type understands it; a wildcard says nothing of the kind.
        (Some(newer), Some(older)) if (newer.quality, newer.exact) >= (older.quality, older.exact) && newer.exact => {
            (newer, Answer::GraphqlResponse)
        }
        (_, Some(older)) if older.quality > 0 => (older, Answer::Json),
        (Some(newer), _) => (newer, Answer::GraphqlResponse),
        (None, older) => (older?, Answer::Json),
    };
    (best.quality > 0).then_some(answer)
}

/// One range of an `Accept` header.
#[derive(Debug, Clone, Copy)]
struct Range {
    /// The type it names, or any.
    names: Option<Answer>,
    /// How much it is wished for, in thousandths.
    quality: u16,
}

/// How much a type is wished for, and whether by its name.
#[derive(Debug, Clone, Copy)]
struct Wish {
    quality: u16,
    exact: bool,
}

/// The most specific range that fits decides.
fn wish(ranges: &[Range], answer: Answer) -> Option<Wish> {
    let of = |names| ranges.iter().filter(|range| range.names == names).map(|range| range.quality).max();
    let named = of(Some(answer)).map(|quality| Wish { quality, exact: true });
    named.or_else(|| of(None).map(|quality| Wish { quality, exact: false }))
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let names = match parts.next()?.to_ascii_lowercase().as_str() {
            "application/graphql-response+json" => Some(Answer::GraphqlResponse),
            "application/json" => Some(Answer::Json),
            "*/*" | "application/*" => None,
            _ => return None,
        };
        let mut quality = 1_000;
        for part in parts {
            let (key, value) = part.split_once('=')?;
            if key.trim().eq_ignore_ascii_case("q") {
                quality = weight(value.trim())?;
            } else if key.trim().eq_ignore_ascii_case("charset") && !is_utf8(value.trim()) {
                return None;
            }
        }
        Some(Self { names, quality })
    }
}

/// A quality in thousandths; `None` where it is not one.
fn weight(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{part:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1_000),
        _ => None,
    }
}

fn is_utf8(charset: &str) -> bool {
    let bare = charset.trim_matches('"');
    bare.eq_ignore_ascii_case("utf-8") || bare.eq_ignore_ascii_case("utf8")
}

/// Whether the body is of the media type, in UTF-8, sent once and not encoded.
pub(crate) fn is_body(headers: &HeaderMap, wanted: &str) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    plain(headers) && value.to_str().is_ok_and(|text| is_type(text, wanted))
}

fn is_type(text: &str, wanted: &str) -> bool {
    let mut parts = text.split(';').map(str::trim);
    parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted))
        && parts.all(|part| match part.split_once('=') {
            Some((key, value)) => !key.trim().eq_ignore_ascii_case("charset") || is_utf8(value.trim()),
            None => part.is_empty(),
        })
}

fn plain(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(|encoding: &HeaderValue| encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{Answer, is_body, negotiate};

    fn accept(values: &[&'static str]) -> Option<Answer> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT, HeaderValue::from_static(value));
        }
        negotiate(&headers)
    }

    #[test]
    fn the_answers_type_follows_the_accept_header() {
        let newer = Some(Answer::GraphqlResponse);
        let older = Some(Answer::Json);
        for (values, wanted) in [
            (&[][..], older),
            (&["*/*"], older),
            (&["application/*"], older),
            (&["application/json"], older),
            (&["application/graphql-response+json"], newer),
            (&["Application/GraphQL-Response+JSON; charset=UTF-8"], newer),
            (&["application/json, application/graphql-response+json"], newer),
            (&["application/json", "application/graphql-response+json"], newer),
            (&["application/graphql-response+json;q=0.5, application/json;q=0.9"], older),
            (&["application/graphql-response+json, application/json;q=0.9, */*;q=0.1"], newer),
            (&["text/html, */*;q=0.1"], older),
            (&["text/html"], None),
            (&["application/json;q=0"], None),
            (&["application/json;q=0, */*"], newer),
            (&["application/json, */*"], older),
            (&["application/graphql-response+json;q=0.4, */*;q=0.8"], older),
            (&["application/json;q=2"], None),
            (&["application/json;charset=latin1"], None),
            (&[""], None),
        ] {
            assert_eq!(accept(values), wanted, "{values:?}");
        }
    }

    #[test]
    fn a_body_is_read_only_as_what_it_says_it_is() {
        for (value, wanted) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("Application/JSON;charset=\"UTF-8\"", true),
            ("application/json; charset=utf-16", false),
            ("application/jsonp", false),
            ("text/plain", false),
            ("text/plain; application/json", false),
            ("multipart/form-data; boundary=x", false),
        ] {
            let mut headers = HeaderMap::new();
            assert!(!is_body(&headers, "application/json"));
            headers.append(header::CONTENT_TYPE, HeaderValue::from_static(value));
            assert_eq!(is_body(&headers, "application/json"), wanted, "{value}");
            headers.append(header::CONTENT_TYPE, HeaderValue::from_static(value));
            assert!(!is_body(&headers, "application/json"), "sent twice: {value}");
        }
    }

    #[test]
    fn a_compressed_body_is_not_read() {
        let mut headers = HeaderMap::new();
        headers.append(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.append(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(!is_body(&headers, "application/json"));
    }
}
