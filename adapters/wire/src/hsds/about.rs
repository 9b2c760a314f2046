//! What an integrator is told of a directory in HSDS 3.

use serde_json::{Map, Value};

use super::read;
use crate::config::about::{About, Need, Source, Spelling, setting};
use crate::narrow::{Mark, Narrow};

pub(crate) const ABOUT: About = About {
    sentence: "the organization's own directory of services, HSDS 3.",
    key: ".id",
    source: Source::Json(&["contents"]),
    sample: "Whole services (`…/services/ID`), or a page of them.",
    spelling: Spelling::Members,
    settings: &[
        setting("base_url", "\"https://directory.NAME.example/hsds/\"", Need::Must, "Where its endpoints are: https."),
        setting(
            "organization",
            "\"00000000-0000-4000-8000-000000000000\"",
            Need::Must,
            "The organization's id in the directory, a UUID. What is of others there is counted and goes no further.",
        ),
        setting("per_page", "50", Need::May, "Services a page, 1 to 100."),
    ],
    shape: read::service,
    narrow: narrowed,
    marked,
};

fn narrowed(service: Map<String, Value>, narrow: &Narrow) -> Value {
    Value::Object(narrow.record(service))
}

fn marked(service: &Map<String, Value>, mark: &Mark) -> bool {
    service.get(&mark.field).is_some_and(|value| mark.is_said(value))
}
