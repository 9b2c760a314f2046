//! What an integrator is told of KoboToolbox.

use serde_json::{Map, Value};

use super::shape;
use crate::config::about::{About, Example, Need, Setting, Source, Spelling, marked_by_path, setting};
use crate::decision;
use crate::narrow::{Narrow, kept_paths};

pub(crate) const ABOUT: About = About {
    sentence: "KoboToolbox v2: the submissions of one form.",
    key: ".meta.rootUuid // (._id | tostring)",
    source: Source::Json(&["results"]),
    sample: "Submissions as `GET /api/v2/assets/{uid}/data/` answers them; their slash paths become members in each other.",
    spelling: Spelling::Paths { referrals: false },
    settings: &[
        setting("base_url", "\"https://kf.NAME.example/\"", Need::Must, "Where the server is: https."),
        setting(
            "token_file",
            "\"NAME.token\"",
            Need::Must,
            "The file beside this one that holds the token of the hub's user.",
        ),
        setting("asset", "\"aSAY8WHICH\"", Need::Must, "The form's uid."),
        setting(
            "form_uuid",
            "\"00000000000000000000000000000000\"",
            Need::May,
            "The form's own UUID, where the hub's user does not own the form.",
        ),
        setting("time_zone", "\"+00:00\"", Need::Must, "The zone of the server's times: they name none."),
        setting("takes", "\"approved\"", Need::Must, "Which submissions: all, or those that a supervisor approved."),
        setting("per_page", "200", Need::May, "Submissions a page, 1 to 1000."),
        Setting {
            name: "decisions",
            example: Example::Table(decision::DECISION),
            need: Need::May,
            sentence: "Where the partner's people decide on what the hub put there; without it, by the validation status.",
        },
        Setting {
            name: "withdrawn",
            example: Example::Table(decision::WITHDRAWN),
            need: Need::May,
            sentence: "What an offer that is taken back gets; without it nothing is taken back.",
        },
    ],
    shape: whole,
    narrow: narrowed,
    marked: marked_by_path,
};

fn whole(raw: Map<String, Value>) -> Result<Map<String, Value>, crate::WireFault> {
    shape::whole(&raw)
}

fn narrowed(submission: Map<String, Value>, narrow: &Narrow) -> Value {
    let own = [shape::NUMBER, shape::ROOT].map(str::to_owned);
    let fields: Vec<String> = narrow.fields.iter().chain(&own).cloned().collect();
    Value::Object(kept_paths(&submission, &fields))
}
