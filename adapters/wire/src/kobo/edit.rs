//! What the hub writes into a form: a submission of its own, and answers in submissions that are there.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer;
use super::list::ask;
use super::settings::KoboConfig;
use super::shape::{NUMBER, ROOT, STATUS, is_of, number, status};
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::Request;
use crate::session::Session;

/// The form that is written into.
pub(super) struct Form {
    pub(super) asset: String,
    form_uuid: Option<String>,
}

impl Form {
    pub(super) fn new(config: &KoboConfig) -> Self {
        Self { asset: config.asset.clone(), form_uuid: config.form_uuid.clone() }
    }

    /// The query for a submission by its key.
    pub(super) fn query(key: &str) -> Option<Value> {
        match (Uuid::try_parse(key), key.parse::<u64>()) {
            (Ok(_), _) => Some(json!({ ROOT: format!("uuid:{key}") })),
            (_, Ok(number)) => Some(json!({ NUMBER: number })),
            _ => None,
        }
    }

    /// A submission of the hub's own, `POST /submission`. Its instance id is the hub's, so that the server knows a
    /// repeat: 202 where it is the same, 409 where it says something else by now; then the answers that are different
    /// are edited.
    pub(super) async fn submit(&self, session: &Session, id: &str, body: &Value) -> Result<(), WireFault> {
        let Some(Value::Object(answers)) = body.get("submission") else {
            return Err(WireFault::unexpected("/submission", UnexpectedKind::Missing));
        };
        let mut submission = answers.clone();
        if let Some(form) = &self.form_uuid {
            submission.insert("formhub".to_owned(), json!({ "uuid": form }));
        }
        submission.insert("meta".to_owned(), json!({"instanceID": format!("uuid:{id}")}));
        let body = json!({"id": self.asset, "submission": submission});
        let reply = session.call(Request::post(&["submission"], &body)).await?;
        if reply.status != StatusCode::CONFLICT {
            // Both answers have a body: one without is an answer that was cut.
            return answer::succeeded(reply)?.into_body().map(drop);
        }
        let mut edits = Map::new();
        flatten(answers, "", &mut edits);
        match self.edit(session, id, &edits).await {
            Err(WireFault::Refused { status: 404, .. }) => Err(answer::refusal(&reply)),
            other => other,
        }
    }

    /// Whether there is a submission of a key.
    pub(super) async fn has(&self, session: &Session, key: &str) -> Result<bool, WireFault> {
        match self.one(session, key, &BTreeSet::new()).await {
            Ok(_) => Ok(true),
            Err(WireFault::Refused { status: 404, .. }) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// Writes answers into a submission, `PATCH …/data/bulk/`, as far as they are not there already: an edit that
    /// changes nothing would be one more edit in the submission's history.
    pub(super) async fn edit(
        &self,
        session: &Session,
        key: &str,
        answers: &Map<String, Value>,
    ) -> Result<(), WireFault> {
        let fields: BTreeSet<String> = answers.keys().cloned().chain([NUMBER.to_owned()]).collect();
        let known = self.one(session, key, &fields).await?;
        let number = number(&known)
            .ok_or_else(|| WireFault::unexpected(format!("/results/0/{NUMBER}"), UnexpectedKind::Missing))?;
        let edits: Map<String, Value> = answers
            .iter()
            .filter(|(path, value)| known.get(*path).map_or(!is_nothing(value), |known| !is_same(known, value)))
            .map(|(path, value)| (path.clone(), value.clone()))
            .collect();
        if edits.is_empty() {
            return Ok(());
        }
        let body = json!({"payload": {"submission_ids": [number], "data": edits}});
        let path = ["api", "v2", "assets", self.asset.as_str(), "data", "bulk", ""];
        let request = Request { method: &Method::PATCH, ..Request::post(&path, &body) };
        answer::edited(&answer::succeeded(session.call(request).await?)?.into_body()?)
    }

    /// Sets the validation status, `PATCH …/data/{id}/validation_status/`.
    pub(super) async fn judge(&self, session: &Session, key: &str, wanted: &str) -> Result<(), WireFault> {
        let known = self.one(session, key, &[NUMBER, STATUS].map(str::to_owned).into()).await?;
        let number = number(&known)
            .ok_or_else(|| WireFault::unexpected(format!("/results/0/{NUMBER}"), UnexpectedKind::Missing))?;
        if status(&known) == Some(wanted) {
            return Ok(());
        }
        let (number, body) = (number.to_string(), json!({"validation_status.uid": wanted}));
        let path = ["api", "v2", "assets", self.asset.as_str(), "data", number.as_str(), "validation_status", ""];
        let request = Request { method: &Method::PATCH, ..Request::post(&path, &body) };
        answer::succeeded(session.call(request).await?)?.into_body().map(drop)
    }

    async fn one(
        &self,
        session: &Session,
        key: &str,
        fields: &BTreeSet<String>,
    ) -> Result<Map<String, Value>, WireFault> {
        let gone = WireFault::Refused { status: 404, reasons: Vec::new() };
        let Some(query) = Self::query(key) else { return Err(gone) };
        let fields = fields.iter().cloned().chain([ROOT, NUMBER].map(str::to_owned)).collect();
        let found = ask(session, &self.asset, &query, &fields, 1).await?;
        found.results.into_iter().find(|raw| is_of(raw, key)).ok_or(gone)
    }
}

/// Answers by slash path. Repeats are left out: the server's bulk edit has no way to say which row is meant.
fn flatten(answers: &Map<String, Value>, prefix: &str, flat: &mut Map<String, Value>) {
    for (name, value) in answers {
        match value {
            Value::Object(inner) => flatten(inner, &format!("{prefix}{name}/"), flat),
            Value::Array(_) => {}
            _ => drop(flat.insert(format!("{prefix}{name}"), value.clone())),
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// Every answer is a text there; a number that was sent is the text of it.
fn is_same(known: &Value, wanted: &Value) -> bool {
    let text = match wanted {
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    known == wanted || (text.is_some() && known.as_str() == text.as_deref())
}
