//! What the door answers when it does not let a request through: a code of the closed list, a sentence, a
//! status. Nothing of the request is in it, and nothing of the schema.

use http::StatusCode;
use sangam_language::ErrorCode;

use crate::hub::Scheme;

macro_rules! door_codes {
    ($($code:ident = $text:literal, $status:ident : $sentence:literal),+ $(,)?) => {
        /// The codes that only the door gives, beside [`ErrorCode`]: they concern HTTP, not the operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum DoorCode { $(#[doc = $sentence] $code),+ }

        impl DoorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The code as `extensions.code` spells it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => $text),+ }
            }

            /// The status that goes with it.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$code => StatusCode::$status),+ }
            }

            /// What happened and what to do next.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$code => $sentence),+ }
            }
        }
    };
}

door_codes! {
    Unauthenticated = "UNAUTHENTICATED", UNAUTHORIZED: "The hub does not know who asks; get a token at the token endpoint and send it in the way it was given.",
    NotFound = "NOT_FOUND", NOT_FOUND: "There is nothing at this address.",
    MethodNotAllowed = "METHOD_NOT_ALLOWED", METHOD_NOT_ALLOWED: "This address does not take that method; `Allow` names those it takes, and GET carries queries only.",
    NotAcceptable = "NOT_ACCEPTABLE", NOT_ACCEPTABLE: "Accept `application/graphql-response+json` or `application/json`, in UTF-8.",
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", UNSUPPORTED_MEDIA_TYPE: "Send the media type this address takes, in UTF-8 and without a content encoding.",
    LimitBody = "LIMIT_BODY", PAYLOAD_TOO_LARGE: "The body is longer than the limit; send less.",
    BodyTimeout = "BODY_TIMEOUT", REQUEST_TIMEOUT: "The body did not arrive in time; send it again.",
    DocumentStored = "DOCUMENT_STORED_ALREADY", CONFLICT: "The document was uploaded before; prepare another one for other bytes.",
    UploadExpired = "UPLOAD_EXPIRED", GONE: "The time to upload to this address is over; prepare the document anew.",
    RateLimited = "RATE_LIMITED", TOO_MANY_REQUESTS: "This client asks faster than it may; wait for the time in `Retry-After`.",
    UnknownPurpose = "UNKNOWN_PURPOSE", BAD_REQUEST: "`Sangam-Purpose` is not one of the purposes; the enum `Purpose` in the SDL lists them.",
    OriginRefused = "ORIGIN_REFUSED", FORBIDDEN: "Pages of this origin may not open a socket here; ask the operator.",
    CsrfRefused = "CSRF_REFUSED", FORBIDDEN: "A session's request carries its token in `Sangam-CSRF` (a form in `csrf`) and comes from the hub's own pages; `/session` tells the token.",
    SubprotocolRequired = "SUBPROTOCOL_REQUIRED", BAD_REQUEST: "Open the socket with the subprotocol `graphql-transport-ws`.",
}

/// A refusal ready to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The code.
    pub(crate) code: &'static str,
    /// The sentence.
    pub(crate) sentence: &'static str,
    /// The status.
    pub(crate) status: StatusCode,
    /// The methods to name in `Allow`.
    pub(crate) allow: Option<&'static str>,
    /// What to put into `WWW-Authenticate`.
    pub(crate) challenge: Option<&'static str>,
}

impl Refusal {
    /// A refusal of the door.
    pub(crate) const fn of(code: DoorCode) -> Self {
        Self { code: code.code(), sentence: code.sentence(), status: code.status(), allow: None, challenge: None }
    }

    /// A refusal with a code of the language, at that code's status.
    pub(crate) fn language(code: ErrorCode) -> Self {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { code: code.code(), sentence: code.sentence(), status, allow: None, challenge: None }
    }

    /// A request that is no GraphQL request, with the sentence that says what is missing.
    pub(crate) fn bad_request(sentence: &'static str) -> Self {
        Self { sentence, ..Self::language(ErrorCode::BadRequest) }
    }

    /// Something failed inside.
    pub(crate) fn internal() -> Self {
        Self::language(ErrorCode::Internal)
    }

    /// 405 with the methods that are allowed.
    pub(crate) const fn method(allow: &'static str) -> Self {
        Self { allow: Some(allow), ..Self::of(DoorCode::MethodNotAllowed) }
    }

    /// 401 (RFC 6750, section 3; RFC 9449, section 7.1): no error code when nothing was sent, `invalid_token` in the
    /// scheme it came with when it was no good.
    pub(crate) const fn unauthenticated(sent: Option<Scheme>) -> Self {
        let challenge = match sent {
            None => r#"Bearer realm="sangam""#,
            Some(Scheme::Bearer) => r#"Bearer realm="sangam", error="invalid_token""#,
            Some(Scheme::Dpop) => r#"DPoP realm="sangam", error="invalid_token", algs="EdDSA ES256""#,
        };
        Self { challenge: Some(challenge), ..Self::of(DoorCode::Unauthenticated) }
    }

    /// The refusal as one GraphQL error, an object.
    pub(crate) fn error(&self) -> serde_json::Value {
        serde_json::json!({ "message": self.sentence, "extensions": { "code": self.code } })
    }

    /// The refusal as a response body: `errors` and no `data`.
    pub(crate) fn body(&self) -> Vec<u8> {
        serde_json::json!({ "errors": [self.error()] }).to_string().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sangam_language::ErrorCode;

    use super::DoorCode;

    #[test]
    fn no_code_has_two_meanings() {
        let language = ErrorCode::ALL.iter().map(|code| code.code());
        let mut seen = HashSet::new();
        for code in DoorCode::ALL.iter().map(|code| code.code()).chain(language) {
            assert!(seen.insert(code), "{code} is in both lists");
        }
    }

    #[test]
    fn every_code_says_what_to_do_in_a_sentence() {
        for code in DoorCode::ALL {
            assert!(code.sentence().ends_with('.') && code.sentence().len() > 20, "{}", code.code());
            assert!(code.status().is_client_error(), "{}", code.code());
        }
    }
}
