//! What an integrator is told of Primero.

use serde_json::{Map, Value};

use crate::config::about::{About, Need, Source, Spelling, as_it_is, marked_by_path, setting};
use crate::narrow::Narrow;

pub(crate) const ABOUT: About = About {
    sentence: "Primero v2: the cases of one deployment, and its referrals to other agencies.",
    key: ".id",
    source: Source::Json(&["data"]),
    sample: "Cases as `GET /api/v2/cases` answers them; referrals, if there are some, as a list in `referrals` of each.",
    spelling: Spelling::Members,
    settings: &[
        setting("base_url", "\"https://primero.NAME.example/\"", Need::Must, "Where the deployment is: https."),
        setting("user_name", "\"hub_sangam\"", Need::Must, "The hub's own user there; it sees what its role sees."),
        setting("password_file", "\"NAME.password\"", Need::Must, "The file beside this one that holds its password."),
        setting("per_page", "50", Need::May, "Cases a page, 1 to 1000."),
        setting("transfers", "true", Need::May, "Whether transfers come in too, as referrals of a whole case."),
    ],
    shape: as_it_is,
    narrow: narrowed,
    marked: marked_by_path,
};

fn narrowed(case: Map<String, Value>, narrow: &Narrow) -> Value {
    let referrals = case.get("referrals").and_then(Value::as_array).cloned();
    let mut record = narrow.record(case);
    if let (Some(list), false) = (referrals, narrow.referral_fields.is_empty()) {
        let kept = list.into_iter().filter_map(|referral| match referral {
            Value::Object(members) => Some(Value::Object(narrow.referral(members))),
            _ => None,
        });
        record.insert("referrals".to_owned(), Value::Array(kept.collect()));
    }
    Value::Object(record)
}
