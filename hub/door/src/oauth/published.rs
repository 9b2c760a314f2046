//! What anyone may read about tokens: the metadata of RFC 8414 and RFC 9728, and the keys. Nothing in it depends on
//! who reads, so it may be kept for a while.

use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};

use super::JSON;
use crate::hub::Document;
use crate::refusal::Refusal;
use crate::respond;
use crate::routes::Door;

/// For how long a reader may keep a document: a new signing key is seen within it, and tokens live ten minutes.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The endpoint of a document.
pub(crate) struct OauthPublished(pub(crate) Arc<Door>, pub(crate) Document);

impl Endpoint for OauthPublished {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if request.method() != Method::GET {
            return Ok(respond::refusal(&Refusal::method("GET")));
        }
        let kind = if self.1 == Document::Keys { "application/jwk-set+json" } else { JSON };
        let mut response = respond::plain(StatusCode::OK, kind, self.0.hub.published(self.1).into_bytes());
        response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
        Ok(response)
    }
}
