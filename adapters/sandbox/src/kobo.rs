//! A KoboToolbox v2 server with one form, in memory. It answers as its code does: it checks no answer against the form,
//! an edit keeps number, root UUID and the time the submission came and gets a new instance id, times have no zone, and
//! whatever lacks the slash at its end is redirected.

mod data;
mod query;
mod staff;

use std::sync::Arc;

use sangam_vocabulary::{Chance, Clock};
use serde_json::{Map, Value, json};

use crate::draw::Draw;
use crate::server::{Asked, System, Told};

/// The form's uid and its own UUID.
const ASSET: &str = "aOutreachNp0000000000";
const FORM_UUID: &str = "5a1e0f0c-6c1e-4c0e-9d0e-0a6f7c1b2d3e";

/// The first submission's number: the server had others before.
const FIRST: u64 = 2_001;

/// One submission.
pub(crate) struct Submission {
    pub(crate) number: u64,
    /// Its answers and the server's own fields, flat, as they are listed.
    pub(crate) raw: Map<String, Value>,
    /// What was sent, while nobody edited it: by that a repeat is known.
    sent: Option<Value>,
}

impl Submission {
    pub(crate) fn root(&self) -> &str {
        let root = self.raw.get("meta/rootUuid").and_then(Value::as_str).unwrap_or_default();
        root.strip_prefix("uuid:").unwrap_or(root)
    }
}

/// The server's whole state.
pub struct Kobo {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) token: String,
    pub(crate) submissions: Vec<Submission>,
    next: u64,
    /// The first submission that the form's REST service has not told of.
    told: u64,
}

fn detail(status: u16, words: &str) -> Told {
    Told::json(status, json!({ "detail": words }))
}

impl System for Kobo {
    fn answer(&mut self, asked: &Asked) -> Told {
        if asked.authorization() != Some(format!("Token {}", self.token).as_str()) {
            return self.unauthorized();
        }
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        if asked.method == "POST" && path == ["submission"] {
            return self.submit(&asked.json());
        }
        let ["api", "v2", "assets", asset, "data", rest @ ..] = path.as_slice() else {
            return detail(404, "Not found.");
        };
        let Some(("", rest)) = rest.split_last().map(|(last, rest)| (*last, rest)) else {
            return Told::empty(301).with("location", format!("/{}/", path.join("/")));
        };
        if *asset != ASSET {
            return detail(404, "Not found.");
        }
        match (asked.method, rest) {
            ("GET", []) => self.list(asked),
            ("PATCH", ["bulk"]) => self.edit_many(&asked.json()),
            ("GET", [id]) => self.show(id),
            ("DELETE", [id]) => self.delete(id),
            ("PATCH", [id, "validation_status"]) => self.judge(id, &asked.json()),
            _ => detail(404, "Not found."),
        }
    }

    fn unauthorized(&self) -> Told {
        detail(401, "Invalid token.")
    }

    fn failed(&self) -> Told {
        detail(500, "Internal Server Error")
    }

    /// The client asks for one submission by a query for its root UUID or number.
    fn asks_for_one(asked: &Asked) -> bool {
        asked.method == "GET" && asked.asked_for("limit") == Some("1")
    }
}

impl Kobo {
    pub(crate) fn new(clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let token = Draw(&*chance).secret();
        Self { clock, chance, token, submissions: Vec::new(), next: FIRST, told: FIRST }
    }

    pub(crate) fn draw(&self) -> Draw<'_> {
        Draw(&*self.chance)
    }

    /// The time as the server writes it: in UTC, and without saying so.
    fn now(&self) -> String {
        self.clock.now().rfc3339().chars().take(19).collect()
    }

    pub(crate) fn find(&self, root: &str) -> Option<&Submission> {
        self.submissions.iter().find(|submission| submission.root() == root)
    }

    /// A submission, as it comes from a phone or from whoever else sends one.
    fn submit(&mut self, body: &Value) -> Told {
        let error = |status, words: &str| Told::json(status, json!({ "error": words }));
        let Some(Value::Object(submission)) = body.get("submission") else {
            return error(400, "No submission key provided.");
        };
        // The server looks for the form by its UUID, or among the forms of whoever sends.
        let named = submission.get("formhub").and_then(|form| form.get("uuid")).and_then(Value::as_str);
        if named.map_or(body.get("id").and_then(Value::as_str) != Some(ASSET), |named| named != FORM_UUID) {
            return error(404, "Form does not exist on this account");
        }
        let id = submission.get("meta").and_then(|meta| meta.get("instanceID")).and_then(Value::as_str);
        let Some(id) = id.and_then(|id| id.strip_prefix("uuid:")).map(str::to_owned) else {
            return error(400, "Instance ID is required");
        };
        let sent = Value::Object(submission.clone());
        match self.find(&id) {
            Some(known) if known.sent.as_ref() == Some(&sent) => return error(202, "Duplicate submission"),
            Some(_) => return error(409, "Submission with this instance ID already exists"),
            None => {}
        }
        let mut raw = Map::new();
        data::flatten(submission, "", &mut raw);
        let (number, now) = (self.next, self.now());
        self.next += 1;
        let own = json!({
            "_id": number, "formhub/uuid": FORM_UUID, "meta/instanceID": format!("uuid:{id}"),
            "meta/rootUuid": format!("uuid:{id}"), "_uuid": id, "_xform_id_string": ASSET,
            "_submission_time": now, "_status": "submitted_via_web", "_submitted_by": null, "_attachments": [],
            "_geolocation": [27.71, 85.32], "_notes": [], "_tags": [], "_validation_status": {},
        });
        raw.extend(own.as_object().cloned().unwrap_or_default());
        self.submissions.push(Submission { number, raw, sent: Some(sent) });
        let told = json!({
            "message": "Successful submission.", "formid": ASSET, "encrypted": false,
            "instanceID": format!("uuid:{id}"), "submissionDate": now, "markedAsCompleteDate": now,
        });
        Told::json(201, told)
    }
}
