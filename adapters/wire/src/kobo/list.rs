//! Submissions, page by page, each page after the last one's highest number: what is deleted or comes in between moves
//! no page.

use std::collections::BTreeSet;

use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::answer;
use super::shape::{CAME, DEPRECATED, NUMBER, ROOT, STATUS, number, status};
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::Request;
use crate::partner::Cursor;
use crate::session::Session;
use crate::walk::Lookback;
use crate::zone::Zone;

/// Submissions asked for by number in one request: so many numbers of ten digits are an address of 2 KiB, which every
/// proxy lets through.
pub(super) const AT_ONCE: usize = 100;

/// `GET /api/v2/assets/{uid}/data/` with a query of the server's own (MongoDB's), the fields named and nothing else.
pub(super) async fn ask(
    session: &Session,
    asset: &str,
    query: &Value,
    fields: &BTreeSet<String>,
    limit: usize,
) -> Result<answer::List, WireFault> {
    let query = [
        ("query", query.to_string()),
        ("fields", json!(fields).to_string()),
        ("sort", json!({ NUMBER: 1 }).to_string()),
        ("limit", limit.to_string()),
    ];
    let path = ["api", "v2", "assets", asset, "data", ""];
    let reply = session.call(Request::get(&path, &query)).await?;
    answer::list(answer::succeeded(reply)?.into_body()?)
}

/// What the walk needs of each submission, whether it is given or not.
pub(super) fn own_fields(mark: &str) -> BTreeSet<String> {
    [NUMBER, ROOT, DEPRECATED, CAME, STATUS, mark].map(str::to_owned).into()
}

/// The fields to ask for: each configured path, and each of its beginnings, because one of them may be the repeat that
/// the question stands in.
pub(super) fn asked_fields(fields: &[String], mark: &str) -> BTreeSet<String> {
    let mut asked = own_fields(mark);
    for field in fields {
        asked.extend(field.match_indices('/').filter_map(|(at, _)| field.get(..at)).map(str::to_owned));
        asked.insert(field.clone());
    }
    asked
}

/// When a submission was last looked at by somebody, in the instants that the server gives: when it came, or when its
/// validation status was set. An edit has no instant of its own.
fn touched(raw: &Map<String, Value>, zone: &Zone) -> Option<Instant> {
    let came = raw.get(CAME).and_then(Value::as_str).and_then(|text| zone.instant(text));
    let judged = raw.get(STATUS).and_then(|status| status.get("timestamp")).and_then(Value::as_i64);
    came.max(judged.map(|seconds| Instant::from_millis(seconds.saturating_mul(1_000))))
}

/// Where a synchronisation stands: a walk through the whole form, after a number.
pub(super) struct Place {
    pub(super) after: u64,
    back: Lookback,
}

impl Place {
    pub(super) fn read(cursor: Option<&Cursor>) -> Self {
        let (place, back) = Lookback::read(cursor);
        Self { after: place.get("after").and_then(Value::as_u64).unwrap_or(0), back }
    }

    /// Whether nothing was ever taken, so that everything is.
    pub(super) const fn is_first_walk(&self) -> bool {
        self.back.since().is_none()
    }

    pub(super) const fn is_first_page(&self) -> bool {
        self.after == 0
    }

    /// Whether a submission may have changed. An edit keeps the instant at which the submission came, so that one that
    /// was ever edited is given in every walk.
    pub(super) fn is_fresh(&self, raw: &Map<String, Value>, zone: &Zone) -> bool {
        raw.contains_key(DEPRECATED) || self.back.is_fresh(touched(raw, zone))
    }

    /// The place after a page.
    ///
    /// # Errors
    /// [`WireFault::Unexpected`] where a number is not after the place, or where there is more and none to go on from: a
    /// walk would have no end.
    pub(super) fn next(&self, list: &answer::List, zone: &Zone) -> Result<(Cursor, bool), WireFault> {
        let mut after = self.after;
        let more = !list.results.is_empty() && list.count > list.results.len() as u64;
        for (place, raw) in list.results.iter().enumerate() {
            let fault = |kind| WireFault::unexpected(format!("/results/{place}/{NUMBER}"), kind);
            match number(raw) {
                Some(number) if number > after => after = number,
                Some(_) => return Err(fault(UnexpectedKind::UnknownCode)),
                None if more => return Err(fault(UnexpectedKind::Missing)),
                None => {}
            }
        }
        let latest = list.results.iter().filter_map(|raw| touched(raw, zone)).max();
        let place = json!({ "after": if more { after } else { 0 } });
        Ok((self.back.after(self.is_first_page(), more, latest).cursor(place), more))
    }
}

/// Whether the partner's people let the submission go: it says so itself, and somebody approved it where that is asked
/// for.
pub(super) fn is_let_go(raw: &Map<String, Value>, approved_only: bool) -> bool {
    !approved_only || status(raw) == Some("validation_status_approved")
}
