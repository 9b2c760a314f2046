//! The styles of the hub's pages, each at an address of its own: a page's policy lets nothing of it stand in the page.

use http::{HeaderValue, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};

use crate::respond;

/// Where the style of the pages without an account is.
pub(crate) const STYLE: &str = "/page.css";
/// How pages name it: with the number of the sheet, which moves with it and with the markup it is for, so that no page is
/// shown in the sheet of yesterday.
pub(crate) const STYLE_LINK: &str = "/page.css?3";
/// Where the style of the portal is, and how its pages name it.
pub(crate) const PORTAL_STYLE: &str = "/portal.css";
pub(crate) const PORTAL_STYLE_LINK: &str = "/portal.css?1";
/// How long browsers may keep it: it says nothing, and a slow telephone has it once a day.
const STYLE_KEPT: HeaderValue = HeaderValue::from_static("public, max-age=86400");
/// What every sheet begins with.
const BASE: &str = include_str!("base.css");
const PAGE: &str = include_str!("page.css");

/// The endpoint of a style.
pub(crate) struct Style(String);

impl Style {
    /// The style of the pages without an account.
    pub(crate) fn of_pages() -> Self {
        Self::going_on(PAGE)
    }

    /// What all pages share, and what goes on from there.
    pub(crate) fn going_on(sheet: &str) -> Self {
        Self(format!("{BASE}{sheet}"))
    }
}

impl Endpoint for Style {
    type Output = Response;

    async fn call(&self, _request: Request) -> Result<Response> {
        let mut response = respond::plain(StatusCode::OK, "text/css; charset=utf-8", self.0.as_bytes().to_vec());
        response.headers_mut().insert(header::CACHE_CONTROL, STYLE_KEPT);
        Ok(response)
    }
}
