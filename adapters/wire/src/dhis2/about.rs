//! What an integrator is told of DHIS2.

use serde_json::{Map, Value};

use super::record;
use crate::config::about::{About, Example, Need, Setting, Source, Spelling, marked_by_path, setting};
use crate::narrow::Narrow;

const TOKEN: Need = Need::Way(&[0]);
const PASSWORD: Need = Need::Way(&[1]);

pub(crate) const ABOUT: About = About {
    sentence: "DHIS2 Tracker 2.40 and later: the tracked entities of one program below one organisation unit.",
    key: ".trackedEntity",
    source: Source::Json(&["trackedEntities", "instances"]),
    sample: "Tracked entities as `GET /api/tracker/trackedEntities` answers them; lists of attributes and data values become members by UID. Referrals, if there are some, as events in `referrals` of each.",
    spelling: Spelling::Paths { referrals: true },
    settings: &[
        setting(
            "base_url",
            "\"https://dhis2.NAME.example/\"",
            Need::Must,
            "Where the server is: what stands before /api; https.",
        ),
        setting("version", "\"2.41\"", Need::Must, "The server's version: 2.40, 2.41 or 2.42."),
        setting("token_file", "\"NAME.token\"", TOKEN, "The file beside this one that holds a personal access token,"),
        setting("user_name", "\"hub_sangam\"", PASSWORD, "or, in place of it, a user"),
        setting("password_file", "\"NAME.password\"", PASSWORD, "and the file that holds the user's password."),
        setting("time_zone", "\"+00:00\"", Need::Must, "The zone of the server's clock: its times name none."),
        setting("program", "\"SAYwhich001\"", Need::Must, "The program's UID."),
        setting("tracked_entity_type", "\"SAYwhich002\"", Need::Must, "The UID of the type of its tracked entities."),
        setting(
            "org_unit",
            "\"SAYwhich003\"",
            Need::Must,
            "The UID of the organisation unit whose records, and those below, are asked for.",
        ),
        setting(
            "sent_stage",
            "\"SAYwhich004\"",
            Need::May,
            "The UID of the stage whose events are the partner's own referrals; without it none come in.",
        ),
        setting("per_page", "50", Need::May, "Tracked entities a page, 1 to 1000."),
        setting(
            "overlap_seconds",
            "300",
            Need::May,
            "How far back each round looks; longer than the longest import there.",
        ),
        Setting {
            name: "offers",
            example: Example::Table(&[
                setting("stage", "\"SAYwhich005\"", Need::Must, "The stage's UID."),
                setting(
                    "answer",
                    "\"SAYwhich006\"",
                    Need::Must,
                    "The data element in which the partner's people answer.",
                ),
                setting("reason", "\"SAYwhich007\"", Need::May, "The data element with the reason of a refusal."),
                setting("accepted", "\"accepted\"", Need::Must, "Its code for accepted,"),
                setting("declined", "\"declined\"", Need::Must, "for declined,"),
                setting("done", "\"done\"", Need::Must, "for done,"),
                setting(
                    "withdrawn",
                    "\"withdrawn\"",
                    Need::Must,
                    "and the one that the hub writes when it takes an offer back.",
                ),
            ]),
            need: Need::May,
            sentence: "How referrals are offered; without it none are.",
        },
        Setting {
            name: "options",
            example: Example::Rows("SAYwhich008 = [\"code\", \"another\"]"),
            need: Need::May,
            sentence: "The codes of option sets, by the UID of the attribute or data element.",
        },
    ],
    shape: record::shaped,
    narrow: narrowed,
    marked: marked_by_path,
};

fn narrowed(entity: Map<String, Value>, narrow: &Narrow) -> Value {
    record::narrowed(entity, narrow)
}
