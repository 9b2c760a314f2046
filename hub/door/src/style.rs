//! The style of the hub's pages, at an address of its own: a page's policy lets nothing of it stand in the page.

use http::{HeaderValue, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};

use crate::respond;

/// Where the style is.
pub(crate) const STYLE: &str = "/page.css";
/// How pages name it: with the number of the sheet, which moves with it and with the markup it is for, so that no page is
/// shown in the sheet of yesterday.
pub(crate) const STYLE_LINK: &str = "/page.css?2";
/// How long browsers may keep it: it says nothing, and a slow telephone has it once a day.
const STYLE_KEPT: HeaderValue = HeaderValue::from_static("public, max-age=86400");
const SHEET: &str = include_str!("page.css");

/// The endpoint of the style.
pub(crate) struct Style;

impl Endpoint for Style {
    type Output = Response;

    async fn call(&self, _request: Request) -> Result<Response> {
        let mut response = respond::plain(StatusCode::OK, "text/css; charset=utf-8", SHEET.as_bytes().to_vec());
        response.headers_mut().insert(header::CACHE_CONTROL, STYLE_KEPT);
        Ok(response)
    }
}
