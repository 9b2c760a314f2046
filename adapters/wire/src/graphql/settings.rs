//! What a partner's file says of a GraphQL API: where it is, how the hub signs in there, and for each thing that the hub does
//! there an operation and where in its answer what lies.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql_parser::types::OperationType;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::codes::{Class, Codes, closed};
use super::operation::{Operation, Wanted};
use super::path::Path;
use crate::config::KeyFault;
use crate::config::table::Table;
use crate::config::web::Around;
use crate::oauth::WebSignIn;
use crate::partner::AnswerState;
use crate::zone::Zone;

/// The most records a page: what most APIs allow at once.
const MOST_PER_PAGE: u64 = 200;
/// The furthest look back, in seconds: a day.
const LONGEST_OVERLAP: u64 = 86_400;

/// A query of these variables.
const fn query(must: &'static [&'static str], may: &'static [&'static str]) -> Wanted {
    Wanted { kind: OperationType::Query, must, may, judged: false }
}

/// A mutation of these variables; one that is not judged may fail without anything lost.
const fn mutation(must: &'static [&'static str], may: &'static [&'static str], judged: bool) -> Wanted {
    Wanted { kind: OperationType::Mutation, must, may, judged }
}

pub(super) const PAGE: Wanted = query(&["first", "after"], &["since"]);
const LIST: Wanted = query(&["first", "after"], &[]);
pub(super) const RECORD: Wanted = query(&["key"], &[]);
pub(super) const OFFER: Wanted = mutation(&["input", "idempotencyKey"], &["record", "referral"], true);
const STANDING: Wanted = query(&[], &["record", "referral"]);
const ANSWER: Wanted = mutation(&["input"], &["record", "referral", "reason", "version", "idempotencyKey"], true);
const WITHDRAW: Wanted = mutation(&[], &["record", "referral", "idempotencyKey"], true);
pub(super) const ANSWERS: Wanted = query(&["offers"], &[]);
pub(super) const OFFERED: Wanted = query(&[], &["record", "referral", "idempotencyKey"]);
const ACKNOWLEDGE: Wanted = mutation(&["key"], &["taken"], false);

const STATES: [(&str, AnswerState); 5] = [
    ("waiting", AnswerState::Waiting),
    ("accepted", AnswerState::Accepted),
    ("declined", AnswerState::Declined),
    ("done", AnswerState::Done),
    ("withdrawn", AnswerState::Withdrawn),
];

/// A GraphQL API.
#[derive(Debug)]
pub struct GraphqlConfig {
    /// Its address, for instance `https://cases.example.org/graphql`.
    pub base_url: Url,
    /// How the hub signs in.
    pub sign_in: WebSignIn,
    /// The header that a token which a person made is sent in, where it is not `Authorization`.
    pub(super) sent_in: Option<HeaderName>,
    /// The scheme before such a token; none in a header of its own that has none.
    pub(super) scheme: Option<String>,
    pub(super) talk: Arc<Talk>,
}

/// How an API is talked with.
#[derive(Debug)]
pub(super) struct Talk {
    /// Headers that every request has, besides.
    pub(super) headers: Vec<(String, String)>,
    pub(super) per_page: u32,
    /// How far before the latest change that is known a walk begins, in milliseconds.
    pub(super) overlap: i64,
    pub(super) zone: Option<Zone>,
    pub(super) errors: Errors,
    /// Where in a record its key is.
    pub(super) key: Path,
    /// Where in a record the instant of its last change is.
    pub(super) changed: Option<Path>,
    pub(super) page: Option<Listing>,
    pub(super) list: Option<Listing>,
    pub(super) record: Option<One>,
    pub(super) offer: Option<Change>,
    pub(super) offered: Option<Offered>,
    pub(super) standing: Option<Standing>,
    pub(super) answer: Option<Change>,
    pub(super) withdraw: Option<Change>,
    pub(super) answers: Option<Answers>,
    pub(super) acknowledge: Option<Change>,
    /// Where in a word of the system's own the key of the record is that changed.
    pub(super) told: Option<Path>,
}

/// How an API says what went wrong.
#[derive(Debug, Clone)]
pub(super) struct Errors {
    /// Where in an error its code is.
    pub(super) code: Path,
    /// Where in an error it is how many seconds to wait.
    pub(super) retry_after: Path,
    pub(super) codes: Codes,
}

/// A query that pages through records.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) operation: Operation,
    /// The list.
    pub(super) records: Path,
    /// The record in an item of the list; the item itself without it.
    pub(super) record: Option<Path>,
    /// The cursor of the next page.
    pub(super) cursor: Path,
    /// Whether there is one.
    pub(super) more: Path,
    /// What of a record is in every answer that has its key.
    pub(super) owed: Vec<Path>,
}

/// A query for one record.
#[derive(Debug)]
pub(super) struct One {
    pub(super) operation: Operation,
    pub(super) record: Path,
    /// What of it is in every answer that has its key.
    pub(super) owed: Vec<Path>,
}

/// What is read of each record of a query.
struct OfRecords {
    key: Option<Path>,
    /// Its mark, when it changed, what of it passes the border: as far as the query is for that.
    places: Vec<Path>,
}

/// What each word of a payload means.
pub(super) type Results = BTreeMap<String, Result<(), Class>>;

/// A mutation.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) operation: Operation,
    /// Where it says what came of it, and what each word there means: a union's `__typename`, or a code.
    pub(super) result: Option<(Path, Results)>,
    /// A list of refusals; empty or null where there are none.
    pub(super) refusals: Option<Path>,
    /// The partner's identifier of the case.
    pub(super) record: Option<Path>,
    /// The partner's identifier of the referral.
    pub(super) referral: Option<Path>,
}

/// A query for an offer by what the hub gave with it.
#[derive(Debug)]
pub(super) struct Offered {
    pub(super) operation: Operation,
    /// The partner's identifier of the case, as [`Change::record`].
    pub(super) record: Option<Path>,
    /// The partner's identifier of the referral, as [`Change::referral`]; null where there is none.
    pub(super) referral: Path,
}

/// A query for how a referral stands.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) operation: Operation,
    pub(super) state: Path,
    pub(super) version: Option<Path>,
}

/// A query for what became of offers.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) operation: Operation,
    /// The list of them.
    pub(super) offers: Path,
    /// In one of them: the identifier that [`Change::referral`] gave.
    pub(super) referral: Path,
    pub(super) state: Path,
    pub(super) reason: Option<Path>,
    pub(super) states: BTreeMap<String, AnswerState>,
}

impl GraphqlConfig {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let base_url = around.base_url(table);
        let sign_in = WebSignIn::read(table, around, base_url.as_ref());
        let sent_in = table.text_if("token_header").and_then(|name| header(table, "token_header", &name));
        let scheme = table.text_if("token_scheme").or_else(|| sent_in.is_none().then(|| "Bearer".to_owned()));
        let talk = Talk::read(table, around);
        Some(Self { base_url: base_url?, sign_in: sign_in?, sent_in, scheme, talk: Arc::new(talk?) })
    }
}

/// A header of the partner's choice; none that the hub's own client sets.
fn header(table: &Table<'_, '_>, key: &str, name: &str) -> Option<HeaderName> {
    let own = ["accept", "connection", "content-length", "content-type", "cookie", "host", "transfer-encoding"];
    let header = HeaderName::from_bytes(name.as_bytes()).ok();
    let header = header.filter(|header| *header != AUTHORIZATION && !own.contains(&header.as_str()));
    if header.is_none() {
        table.fault(key, KeyFault::Must("be a header that the hub does not set itself"));
    }
    header
}

fn headers(table: Table<'_, '_>) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (name, value) in table.pairs() {
        if HeaderValue::from_str(&value).is_err() {
            table.fault(&name, KeyFault::Must("be a text that fits in a header"));
        }
        headers.extend(header(&table, &name, &name).map(|header| (header.as_str().to_owned(), value)));
    }
    headers
}

impl Talk {
    fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let per_page = u32::try_from(table.number("per_page", (1, MOST_PER_PAGE), 50)).unwrap_or(50);
        let overlap = table.number("overlap_seconds", (0, LONGEST_OVERLAP), 1);
        let zone = table.text_if("time_zone").and_then(|text| {
            let zone = Zone::read(&text);
            if zone.is_none() {
                table.fault("time_zone", KeyFault::Must("be a distance from UTC, for instance +05:45"));
            }
            zone
        });
        let (errors, key) = (Errors::read(table), Path::read(table, "key"));
        let changed = Path::read_if(table, "changed");
        let of_records = |places: Vec<Path>| OfRecords { key: key.clone(), places };
        let (mark, whole) = crossing(around);
        let with_change = whole.iter().chain(&changed).cloned().collect();
        let talk = Self {
            headers: table.table_if("headers").map(headers).unwrap_or_default(),
            per_page,
            overlap: i64::try_from(overlap).unwrap_or(0).saturating_mul(1_000),
            zone,
            page: part(table, "page", |table| Listing::read(table, around, &PAGE, &of_records(with_change))),
            list: part(table, "list", |table| Listing::read(table, around, &LIST, &of_records(mark))),
            record: part(table, "record", |table| One::read(table, around, &of_records(whole))),
            changed,
            offer: part(table, "offer", |table| Change::read(table, around, &OFFER)),
            offered: part(table, "offered", |table| Offered::read(table, around)),
            standing: part(table, "standing", |table| Standing::read(table, around)),
            answer: part(table, "answer", |table| Change::read(table, around, &ANSWER)),
            withdraw: part(table, "withdraw", |table| Change::read(table, around, &WITHDRAW)),
            answers: part(table, "answers", |table| Answers::read(table, around)),
            acknowledge: part(table, "acknowledge", |table| Change::read(table, around, &ACKNOWLEDGE)),
            told: Path::read_if(table, "told"),
            // Last, so that every other key is asked for too.
            errors: errors?,
            key: key?,
        };
        talk.fits(table);
        Some(talk)
    }

    /// Whether the parts fit together.
    fn fits(&self, table: &Table<'_, '_>) {
        if self.page.as_ref().is_some_and(|page| page.operation.has("since")) {
            if self.list.is_none() {
                let fault =
                    "be there where the page is asked for by $since: nothing that was deleted is in such a page";
                table.fault("list", KeyFault::Must(fault));
            }
            if self.changed.is_none() {
                table.fault("changed", KeyFault::Must("be there where the page is asked for by $since"));
            }
        }
        let [standing, answer, withdraw] = [
            self.standing.as_ref().map(|of| &of.operation),
            self.answer.as_ref().map(|of| &of.operation),
            self.withdraw.as_ref().map(|of| &of.operation),
        ];
        for (key, operation) in [("standing", standing), ("answer", answer), ("withdraw", withdraw)] {
            // Else it would be about any referral, or about none.
            if operation.is_some_and(|operation| !operation.has("record") && !operation.has("referral")) {
                table.fault(key, KeyFault::Lacks("referral"));
            }
        }
        if self.offered.as_ref().is_some_and(|of| !of.operation.has("referral") && !of.operation.has("idempotencyKey"))
        {
            table.fault("offered", KeyFault::Lacks("referral"));
        }
        let versioned = self.standing.as_ref().is_some_and(|standing| standing.version.is_some());
        // A state that is reached twice would have one key, and the second time nothing would be done.
        if answer.is_some_and(|answer| answer.has("version") || answer.has("idempotencyKey")) && !versioned {
            let fault = "be there, with its version, where an answer declares $version or $idempotencyKey";
            table.fault("standing", KeyFault::Must(fault));
        }
        if self.answers.is_some() && self.offer.as_ref().is_some_and(|offer| offer.referral.is_none()) {
            table.fault("offer", KeyFault::Must("say where its referral lies, by which its answer is asked for"));
        }
    }
}

/// Where in a record its mark lies, alone and with everything that passes the border. A field that is no path is in no
/// record: it is one of those that no operation selects.
fn crossing(around: &Around<'_>) -> (Vec<Path>, Vec<Path>) {
    let Some(narrow) = around.narrow else { return (Vec::new(), Vec::new()) };
    let mark = Path::of_field(&narrow.mark.field);
    let fields = narrow.fields.iter().map(|field| Path::of_field(field));
    (vec![mark.clone()], std::iter::once(mark.clone()).chain(fields.filter(|field| *field != mark)).collect())
}

/// A part that the file may leave out, without keys that it has not.
fn part<T>(table: &Table<'_, '_>, key: &'static str, read: impl FnOnce(&Table<'_, '_>) -> Option<T>) -> Option<T> {
    let of = table.table_if(key)?;
    let part = read(&of);
    of.finish();
    part
}

impl Errors {
    fn read(table: &Table<'_, '_>) -> Option<Self> {
        let of = |key, fallback| Path::read_if(table, key).or_else(|| Path::parse(fallback));
        let codes = table.table_if("codes").map(|table| Class::table(&table)).unwrap_or_default();
        Some(Self {
            code: of("error_code", "extensions.code")?,
            retry_after: of("error_retry_after", "extensions.retryAfter")?,
            codes: Codes::new(codes),
        })
    }
}

impl OfRecords {
    /// The places below that of a record.
    fn below(&self, record: Option<&Path>) -> Vec<Path> {
        let Some(record) = record else { return Vec::new() };
        self.key.iter().chain(&self.places).map(|place| record.then(place)).collect()
    }

    /// What of a record is in every answer that has its key, by paths in the record.
    fn owed(&self, operation: &Operation, record: &Path) -> Vec<Path> {
        let Some(key) = &self.key else { return Vec::new() };
        let owed = operation.owed(&record.then(key), self.below(Some(record)).into_iter());
        self.key.iter().chain(&self.places).filter(|place| owed.contains(&record.then(place))).cloned().collect()
    }
}

/// Several paths, as far as the file has them.
fn known<const N: usize>(paths: [&Option<Path>; N]) -> Vec<Path> {
    paths.into_iter().flatten().cloned().collect()
}

impl Listing {
    fn read(table: &Table<'_, '_>, around: &Around<'_>, wanted: &Wanted, of: &OfRecords) -> Option<Self> {
        let [records, cursor, more] = ["records", "cursor", "more"].map(|key| Path::read(table, key));
        let record = Path::read_if(table, "record");
        let item = records.as_ref().map(|records| record.as_ref().map_or(records.clone(), |at| records.then(at)));
        let mut places = known([&records, &cursor, &more]);
        places.extend(of.below(item.as_ref()));
        let operation = Operation::read(table, around, wanted, &places)?;
        let owed = of.owed(&operation, &item?);
        Some(Self { operation, records: records?, record, cursor: cursor?, more: more?, owed })
    }
}

impl One {
    fn read(table: &Table<'_, '_>, around: &Around<'_>, of: &OfRecords) -> Option<Self> {
        let record = Path::read(table, "record");
        let places: Vec<Path> = record.iter().cloned().chain(of.below(record.as_ref())).collect();
        let operation = Operation::read(table, around, &RECORD, &places)?;
        let record = record?;
        Some(Self { owed: of.owed(&operation, &record), operation, record })
    }
}

impl Change {
    fn read(table: &Table<'_, '_>, around: &Around<'_>, wanted: &Wanted) -> Option<Self> {
        let result = Path::read_if(table, "result");
        let results = table.table_if("results").map(|table| {
            let words = || std::iter::once("done").chain(Class::words()).collect();
            closed(&table, |word| if word == "done" { Some(Ok(())) } else { Class::read(word).map(Err) }, words)
        });
        let [refusals, record, referral] = ["refusals", "record", "referral"].map(|key| Path::read_if(table, key));
        let operation = Operation::read(table, around, wanted, &known([&result, &refusals, &record, &referral]));
        let result = match (result, results) {
            (Some(result), Some(results)) => Some((result, results)),
            (None, None) => {
                if wanted.judged && refusals.is_none() {
                    // That no error came is not that it was done.
                    let fault = "be there, or `refusals` in its place: by one of them it is known what came of it";
                    table.fault("result", KeyFault::Must(fault));
                }
                None
            }
            (None, _) => {
                table.fault("result", KeyFault::Must("be there beside `results`"));
                None
            }
            (_, None) => {
                table.fault("results", KeyFault::Must("be there beside `result`"));
                None
            }
        };
        Some(Self { operation: operation?, result, refusals, record, referral })
    }
}

impl Offered {
    fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let (referral, record) = (Path::read(table, "referral"), Path::read_if(table, "record"));
        let operation = Operation::read(table, around, &OFFERED, &known([&referral, &record]));
        Some(Self { operation: operation?, record, referral: referral? })
    }
}

impl Standing {
    fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let (state, version) = (Path::read(table, "state"), Path::read_if(table, "version"));
        let operation = Operation::read(table, around, &STANDING, &known([&state, &version]));
        Some(Self { operation: operation?, state: state?, version })
    }
}

impl Answers {
    fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let [offers, referral, state] = ["offers", "referral", "state"].map(|key| Path::read(table, key));
        let reason = Path::read_if(table, "reason");
        let states = table.table("states").map(|table| {
            let read = |word: &str| STATES.iter().find(|(known, _)| *known == word).map(|(_, state)| *state);
            closed(&table, read, || STATES.iter().map(|(word, _)| *word).collect())
        });
        let of_one = known([&referral, &state, &reason]);
        let places = offers
            .iter()
            .flat_map(|offers| std::iter::once(offers.clone()).chain(of_one.iter().map(|place| offers.then(place))));
        let operation = Operation::read(table, around, &ANSWERS, &places.collect::<Vec<_>>());
        Some(Self {
            operation: operation?,
            offers: offers?,
            referral: referral?,
            state: state?,
            reason,
            states: states?,
        })
    }
}
