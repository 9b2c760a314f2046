//! What an integrator is told of a GraphQL API.

use serde_json::{Map, Value};

use crate::config::about::{About, Example, Need, Setting, Source, Spelling, as_it_is, setting};
use crate::narrow::{Mark, Narrow};
use crate::tree::Tree;

const TOKEN: Need = Need::Way(&[0]);
const SECRET: Need = Need::Way(&[1]);
const KEY: Need = Need::Way(&[2]);
const CLIENT: Need = Need::Way(&[1, 2]);

/// A table of the section, with what it is for.
const fn table(name: &'static str, keys: &'static [Setting], sentence: &'static str) -> Setting {
    Setting { name, example: Example::Table(keys), need: Need::May, sentence }
}

/// A table whose keys are the API's own words.
const fn rows(name: &'static str, row: &'static str, sentence: &'static str) -> Setting {
    Setting { name, example: Example::Rows(row), need: Need::May, sentence }
}

/// The operation's file.
const fn operation(example: &'static str, sentence: &'static str) -> Setting {
    setting("operation", example, Need::Must, sentence)
}

const RESULT: Setting = setting(
    "result",
    "\"offerCase.__typename\"",
    Need::May,
    "Where the answer says in a word what came of it; it or `refusals` must be there, but for acknowledge.",
);
const RESULTS: Setting = rows(
    "results",
    "OfferTaken = \"done\"",
    "What each word means: done, ignored, conflict, not_found, invalid, forbidden, internal.",
);
const REFUSALS: Setting = setting(
    "refusals",
    "\"offerCase.userErrors\"",
    Need::May,
    "Or the list of refusals, empty or null where there are none.",
);
const RECORD: Setting = setting("record", "\"offerCase.offer.case.id\"", Need::May, "Where it says the case's id.");
const REFERRAL: Setting = setting("referral", "\"offerCase.offer.id\"", Need::May, "Where it says the referral's id.");
const RECORDS: Setting =
    setting("records", "\"cases.edges\"", Need::Must, "Where in the answer the list of records lies.");
const NODE: Setting = setting("record", "\"node\"", Need::May, "Where the record lies in an item of the list.");
const CURSOR: Setting = setting("cursor", "\"cases.pageInfo.endCursor\"", Need::Must, "The cursor of the next page.");
const MORE: Setting = setting("more", "\"cases.pageInfo.hasNextPage\"", Need::Must, "Whether there is a next page.");

pub(crate) const ABOUT: About = About {
    sentence: "A GraphQL API, by operation files of the partner's own beside this one. What has no operation is not done.",
    key: ".id",
    source: Source::Json(&["nodes"]),
    sample: "Records as the API's own operation gives them: one, or a list, or an object with the list under `nodes`.",
    spelling: Spelling::Dots,
    settings: &[
        setting("base_url", "\"https://api.NAME.example/graphql\"", Need::Must, "The API's address: https."),
        setting("key", "\"id\"", Need::Must, "Where in a record its key lies, as names with dots between."),
        setting("changed", "\"updatedAt\"", Need::May, "Where in a record the instant of its last change lies."),
        setting("per_page", "50", Need::May, "Records a page, 1 to 200."),
        setting("overlap_seconds", "1", Need::May, "How far before the latest change a walk looks back, 0 to 86400."),
        setting("time_zone", "\"+05:45\"", Need::May, "The distance from UTC of instants that say none."),
        setting("token_file", "\"NAME.token\"", TOKEN, "The file beside this one that holds a token made by a person;"),
        setting("token_header", "\"X-Api-Key\"", Need::May, "the header it goes in, where that is not Authorization,"),
        setting("token_scheme", "\"Token\"", Need::May, "and the word before it, where that is not Bearer;"),
        setting("token_url", "\"/oauth2/token\"", CLIENT, "or, in place of the token, the token endpoint,"),
        setting("client_id", "\"sangam\"", CLIENT, "the hub's id there,"),
        setting("scopes", "[\"cases:read\"]", CLIENT, "the scopes that are asked for,"),
        setting("client_secret_file", "\"NAME.secret\"", SECRET, "and the file that holds a secret;"),
        setting("key_id", "\"sangam-1\"", KEY, "or, in place of the secret, the name of the hub's key"),
        setting("private_key_file", "\"NAME.p384.pem\"", KEY, "and its file: P-384, P-256 or Ed25519, PKCS#8 in PEM."),
        setting("error_code", "\"extensions.code\"", Need::May, "Where in an error its code lies."),
        setting(
            "error_retry_after",
            "\"extensions.retryAfter\"",
            Need::May,
            "Where in an error the seconds to wait lie.",
        ),
        setting("told", "\"caseId\"", Need::May, "Where in what its webhook sends the record's key lies."),
        rows("headers", "X-Purpose = \"referral\"", "Headers that every request has besides."),
        rows("codes", "BAD_REQUEST = \"internal\"", "What error codes of the API's own mean."),
        table(
            "page",
            &[
                operation(
                    "\"NAME.page.graphql\"",
                    "A query of $first and $after, and of $since where it knows changes.",
                ),
                RECORDS,
                NODE,
                CURSOR,
                MORE,
            ],
            "Records, page by page.",
        ),
        table(
            "list",
            &[operation("\"NAME.list.graphql\"", "A query of $first and $after."), RECORDS, NODE, CURSOR, MORE],
            "All there is, by its keys; needed where the page is asked for by $since.",
        ),
        table(
            "record",
            &[
                operation("\"NAME.record.graphql\"", "A query of $key."),
                setting("record", "\"case\"", Need::Must, "Where in the answer the record lies."),
            ],
            "One record.",
        ),
        table(
            "offer",
            &[
                operation("\"NAME.offer.graphql\"", "A mutation of $input and $idempotencyKey."),
                RESULT,
                RESULTS,
                REFUSALS,
                RECORD,
                REFERRAL,
            ],
            "A referral is offered.",
        ),
        table(
            "offered",
            &[
                operation("\"NAME.offered.graphql\"", "A query of $referral, or of $idempotencyKey, and of $record."),
                setting("record", "\"offer.case.id\"", Need::May, "Where the answer says the case's id,"),
                setting(
                    "referral",
                    "\"offer.id\"",
                    Need::Must,
                    "and the referral's; null where there is no such offer.",
                ),
            ],
            "An offer whose answer was lost is looked for by what the hub gave with it, before it is taken back.",
        ),
        table(
            "answers",
            &[
                operation("\"NAME.answers.graphql\"", "A query of $offers."),
                setting("offers", "\"offers\"", Need::Must, "Where in the answer the list of offers lies."),
                setting("referral", "\"id\"", Need::Must, "Where in one of them the id lies that the offer gave."),
                setting("state", "\"decision\"", Need::Must, "Where in one of them its state lies,"),
                setting("reason", "\"reason\"", Need::May, "and the reason of a refusal."),
                rows(
                    "states",
                    "OPEN = \"waiting\"",
                    "What each state means: waiting, accepted, declined, done, withdrawn.",
                ),
            ],
            "What became of offers.",
        ),
        table(
            "standing",
            &[
                operation("\"NAME.standing.graphql\"", "A query of $record or $referral."),
                setting("state", "\"referral.state\"", Need::Must, "Where in the answer its state lies,"),
                setting("version", "\"referral.version\"", Need::May, "and its version."),
            ],
            "How a referral of the partner's stands, before it is answered.",
        ),
        table(
            "answer",
            &[
                operation("\"NAME.answer.graphql\"", "A mutation of $input, with $record or $referral."),
                RESULT,
                RESULTS,
                REFUSALS,
                RECORD,
                REFERRAL,
            ],
            "A referral of the partner's is answered.",
        ),
        table(
            "withdraw",
            &[
                operation("\"NAME.withdraw.graphql\"", "A mutation of $record or $referral."),
                RESULT,
                RESULTS,
                REFUSALS,
                RECORD,
                REFERRAL,
            ],
            "An offer is taken back.",
        ),
        table(
            "acknowledge",
            &[
                operation("\"NAME.acknowledge.graphql\"", "A mutation of $key, and of $taken."),
                RESULT,
                RESULTS,
                REFUSALS,
                RECORD,
                REFERRAL,
            ],
            "The partner is told that a record was taken in.",
        ),
    ],
    shape: as_it_is,
    narrow: narrowed,
    marked,
};

fn marked(record: &Map<String, Value>, mark: &Mark) -> bool {
    super::read::is_said(&Value::Object(record.clone()), mark)
}

fn narrowed(record: Map<String, Value>, narrow: &Narrow) -> Value {
    let mut tree = Tree::default();
    for field in &narrow.fields {
        tree.add(&field.split('.').collect::<Vec<_>>());
    }
    // As the partner's file says by `key`; a sample has it where it is written for a beginning.
    tree.add(&["id"]);
    tree.kept(Value::Object(record))
}
