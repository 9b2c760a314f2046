//! What an integrator is told of ODK Central.

use serde_json::{Map, Value};

use super::row;
use crate::WireFault;
use crate::config::about::{About, Example, Need, Setting, Source, Spelling, marked_by_path, setting};
use crate::decision;
use crate::narrow::Narrow;

pub(crate) const ABOUT: About = About {
    sentence: "ODK Central: the submissions of one form and the entities of one list, or one of the two.",
    key: ".__id",
    source: Source::Json(&["value"]),
    sample: "Rows of the OData feed (`…/Submissions?$expand=*`), or entities as the list of entities gives them.",
    spelling: Spelling::Paths { referrals: false },
    settings: &[
        setting("base_url", "\"https://central.NAME.example/\"", Need::Must, "Where the server is: https."),
        setting("email", "\"sangam@NAME.example\"", Need::Must, "The web user as which the hub signs in."),
        setting("password_file", "\"NAME.password\"", Need::Must, "The file beside this one that holds its password."),
        setting("project", "1", Need::Must, "The project's number."),
        setting("form", "\"intake\"", Need::Must, "The form's id; it may be left out where `list` is there."),
        setting("list", "\"people\"", Need::May, "The entity list's name; offers are put there."),
        setting("takes", "\"approved\"", Need::Must, "Which submissions: all, approved, or not_rejected."),
        setting("per_page", "100", Need::May, "Rows a page, 1 to 1000."),
        Setting {
            name: "decisions",
            example: Example::Table(decision::DECISION),
            need: Need::May,
            sentence: "The property in which the partner's people decide on an offer; without it there are none. Needs `list`.",
        },
        Setting {
            name: "withdrawn",
            example: Example::Table(decision::WITHDRAWN),
            need: Need::May,
            sentence: "What an offer that is taken back gets; without it nothing is taken back. Needs `list`.",
        },
    ],
    shape,
    narrow: narrowed,
    marked: marked_by_path,
};

fn shape(row: Map<String, Value>) -> Result<Map<String, Value>, WireFault> {
    if row.contains_key("currentVersion") { row::of_entity(row) } else { Ok(row) }
}

fn narrowed(row: Map<String, Value>, narrow: &Narrow) -> Value {
    row::narrowed(&row, &narrow.fields)
}
