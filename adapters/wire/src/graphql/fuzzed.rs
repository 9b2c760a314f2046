//! An API for the generators that try any bytes.

use std::collections::BTreeMap;

use super::codes::{Class, Codes};
use super::operation::{Operation, Wanted};
use super::path::Path;
use super::settings::{ANSWERS, Answers, Change, Errors, Listing, OFFER, OFFERED, Offered, One, PAGE, RECORD, Talk};
use crate::partner::AnswerState;
use crate::zone::Zone;

/// Connections, one record, answers and a payload's union.
pub(super) fn fuzzed() -> Option<Talk> {
    let path = |text: &str| Path::parse(text);
    let operation = |text: &str, wanted: &Wanted| Operation::parse(text.to_owned(), wanted).ok();
    let results = BTreeMap::from([("Taken".to_owned(), Ok(())), ("NotFound".to_owned(), Err(Class::NotFound))]);
    Some(Talk {
        headers: Vec::new(),
        per_page: 50,
        overlap: 0,
        zone: Zone::read("+05:45"),
        errors: Errors {
            code: path("extensions.code")?,
            retry_after: path("extensions.retryAfter")?,
            codes: Codes::default(),
        },
        key: path("id")?,
        changed: path("updatedAt"),
        page: Some(Listing {
            operation: operation("query($first: Int, $after: String, $since: String) { cases }", &PAGE)?,
            records: path("cases.edges")?,
            record: path("node"),
            cursor: path("cases.pageInfo.endCursor")?,
            more: path("cases.pageInfo.hasNextPage")?,
            owed: vec![path("person.names.text")?],
        }),
        list: None,
        record: Some(One {
            operation: operation("query($key: ID) { case }", &RECORD)?,
            record: path("case")?,
            owed: vec![path("person.names.text")?],
        }),
        offer: Some(Change {
            operation: operation("mutation($input: I, $idempotencyKey: ID) { offer }", &OFFER)?,
            result: Some((path("offer.__typename")?, results)),
            refusals: path("offer.userErrors"),
            record: path("offer.case.id"),
            referral: path("offer.referral.id"),
        }),
        offered: Some(Offered {
            operation: operation("query($referral: ID!) { offer }", &OFFERED)?,
            record: path("offer.case.id"),
            referral: path("offer.id")?,
        }),
        standing: None,
        answer: None,
        withdraw: None,
        answers: Some(Answers {
            operation: operation("query($offers: [ID!]) { offers }", &ANSWERS)?,
            offers: path("offers")?,
            referral: path("id")?,
            state: path("decision")?,
            reason: path("reason"),
            states: BTreeMap::from([("NO".to_owned(), AnswerState::Declined)]),
        }),
        acknowledge: None,
        told: path("id"),
    })
}
