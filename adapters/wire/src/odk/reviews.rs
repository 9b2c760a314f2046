//! What can be said to the people who sent a submission: its review state, and comments on it. The answers themselves
//! can be changed only by whoever sends the whole form again.

use reqwest::Method;
use serde_json::{Value, json};

use super::answer::{object, succeeded};
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::Request;
use crate::session::Session;

/// The submissions of a form.
pub(super) struct Reviews {
    project: String,
    form: String,
}

impl Reviews {
    pub(super) fn new(project: u64, form: &str) -> Self {
        Self { project: project.to_string(), form: form.to_owned() }
    }

    fn path<'a>(&'a self, instance: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
        let base = ["v1", "projects", &self.project, "forms", &self.form, "submissions", instance];
        base.iter().chain(rest).copied().collect()
    }

    /// Writes a comment, once: one with the same words that is there already is the same one.
    pub(super) async fn comment(&self, session: &Session, instance: &str, text: &str) -> Result<(), WireFault> {
        let path = self.path(instance, &["comments"]);
        let known = succeeded(session.call(Request::get(&path, &[])).await?)?.into_body()?;
        let known = known.as_array().ok_or_else(|| WireFault::unexpected("", UnexpectedKind::WrongType))?;
        if known.iter().any(|comment| comment.get("body").and_then(Value::as_str) == Some(text)) {
            return Ok(());
        }
        let body = json!({ "body": text });
        succeeded(session.call(Request::post(&path, &body)).await?)?.into_body().map(drop)
    }

    /// Sets the review state.
    pub(super) async fn review(&self, session: &Session, instance: &str, state: &str) -> Result<(), WireFault> {
        let path = self.path(instance, &[]);
        let known = object(succeeded(session.call(Request::get(&path, &[])).await?)?.into_body()?, "")?;
        if known.get("reviewState").and_then(Value::as_str) == Some(state) {
            return Ok(());
        }
        let body = json!({ "reviewState": state });
        let request = Request { method: &Method::PATCH, ..Request::post(&path, &body) };
        succeeded(session.call(request).await?)?.into_body().map(drop)
    }
}
