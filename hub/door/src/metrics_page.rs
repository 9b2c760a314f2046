//! The page of counters, for an address of its own: the operator's, never the partners'.

use std::sync::Arc;

use poem::{Endpoint, Request, Response, Result};
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

use crate::refusal::{DoorCode, Refusal};
use crate::respond;

/// Answers `GET /metrics` with the registry in OpenMetrics text, and anything else with 404. Serve it with
/// [`serve`](crate::serve) on its own listener.
pub struct MetricsPage(Arc<Registry>);

impl MetricsPage {
    /// The page of a registry in which every room has registered its own.
    #[must_use]
    pub const fn new(registry: Arc<Registry>) -> Self {
        Self(registry)
    }
}

impl Endpoint for MetricsPage {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if request.method() != http::Method::GET || request.uri().path() != "/metrics" {
            return Ok(respond::refusal(&Refusal::of(DoorCode::NotFound)));
        }
        let mut page = String::new();
        if text::encode(&mut page, &self.0).is_err() {
            return Ok(respond::refusal(&Refusal::internal()));
        }
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Ok(respond::plain(http::StatusCode::OK, kind, page.into_bytes()))
    }
}
