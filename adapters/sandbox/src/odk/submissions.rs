//! Submissions of the form: listed, shown, reviewed, commented on.

use serde_json::{Map, Value, json};

use super::odata::{Row, table};
use super::{Central, FORM, PROJECT, Submission, not_found, problem};
use crate::server::{Asked, Told};

impl Submission {
    fn row(&self) -> Map<String, Value> {
        let mut row = Map::new();
        row.insert("__id".to_owned(), Value::from(self.id.as_str()));
        row.insert(
            "__system".to_owned(),
            json!({
                "submissionDate": self.created.rfc3339(), "updatedAt": self.updated.map(|at| at.rfc3339()),
                "deletedAt": null, "submitterId": "23", "submitterName": "Tablet 2", "attachmentsPresent": 0,
                "attachmentsExpected": 0, "status": null, "reviewState": self.review, "deviceId": "collect:0001",
                "edits": self.edits, "formVersion": "3",
            }),
        );
        row.insert("meta".to_owned(), json!({"instanceID": self.id, "instanceName": null}));
        row.extend(self.answers.clone());
        row
    }

    /// As it is shown outside OData: what is known about it, and none of its answers.
    fn shown(&self) -> Value {
        json!({
            "instanceId": self.id, "submitterId": 23, "deviceId": "collect:0001", "userAgent": "Collect",
            "reviewState": self.review, "createdAt": self.created.rfc3339(), "updatedAt": self.updated.map(|at| at.rfc3339()),
        })
    }
}

impl Central {
    pub(super) fn table_of_submissions(&self, asked: &Asked) -> Told {
        let rows = self.submissions.iter().map(|one| Row { place: one.place, members: one.row() });
        table(rows.collect(), &format!("projects/{PROJECT}/forms/{FORM}.svc/Submissions"), asked)
    }

    /// `Submissions('uuid:…')`.
    pub(super) fn submission_row(&self, one: &str) -> Told {
        let id = one.strip_prefix("Submissions('").and_then(|rest| rest.strip_suffix("')"));
        match id.and_then(|id| self.find_submission(id)) {
            Some(one) => {
                Told::json(200, json!({"@odata.context": "https://central.example/v1/", "value": [one.row()]}))
            }
            None => not_found(),
        }
    }

    pub(crate) fn find_submission(&self, id: &str) -> Option<&Submission> {
        self.submissions.iter().find(|one| one.id == id)
    }

    fn submission_mut(&mut self, id: &str) -> Option<&mut Submission> {
        self.submissions.iter_mut().find(|one| one.id == id)
    }

    pub(super) fn show_submission(&self, id: &str) -> Told {
        self.find_submission(id).map_or_else(not_found, |one| Told::json(200, one.shown()))
    }

    pub(crate) fn review_submission(&mut self, id: &str, body: &Value) -> Told {
        let state = body.get("reviewState").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !["approved", "hasIssues", "rejected", "edited", "received"].contains(&state.as_str()) {
            return problem("400.8", "Unexpected reviewState value", &json!({"field": "reviewState"}));
        }
        let now = self.clock.now();
        let Some(one) = self.submission_mut(id) else { return not_found() };
        one.review = Some(state);
        one.updated = Some(now);
        Told::json(200, one.shown())
    }

    pub(super) fn comments(&self, id: &str) -> Told {
        let Some(one) = self.find_submission(id) else { return not_found() };
        let comments =
            one.comments.iter().map(|body| json!({"body": body, "actorId": 42, "createdAt": one.created.rfc3339()}));
        Told::json(200, comments.collect())
    }

    pub(super) fn comment_on(&mut self, id: &str, body: &Value) -> Told {
        let Some(text) = body.get("body").and_then(Value::as_str).map(str::to_owned) else {
            return problem("400.2", "Required parameter body missing.", &json!({"field": "body"}));
        };
        let Some(one) = self.submission_mut(id) else { return not_found() };
        one.comments.push(text.clone());
        Told::json(200, json!({"body": text, "actorId": 42}))
    }

    /// A submission from somebody's tablet; gives its id.
    pub(crate) fn send(&mut self, answers: &Value) -> String {
        let id = format!("uuid:{}", self.draw().uuid());
        let (place, created) = (self.next_place(), self.clock.now());
        let answers = answers.as_object().cloned().unwrap_or_default();
        self.submissions.push(Submission {
            place,
            id: id.clone(),
            created,
            updated: None,
            review: None,
            edits: 0,
            answers,
            comments: Vec::new(),
        });
        id
    }

    /// An edit in the web form: another instance under the first one's id, and a review state that says so.
    pub(crate) fn edit(&mut self, id: &str, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
        let now = self.clock.now();
        let Some(one) = self.submission_mut(id) else { return false };
        change(&mut one.answers);
        one.edits += 1;
        one.review = Some("edited".to_owned());
        one.updated = Some(now);
        true
    }
}
