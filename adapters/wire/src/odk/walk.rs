//! The tables of a project that are gone through, page by page.
//!
//! A walk has two turns for each table. The first asks for what changed since the last time, with all answers
//! (`$filter`, `$expand=*`); the second, left out where everything was asked for, asks for all ids, because what was
//! deleted is no more in the list. A page's place is the server's own.

use sangam_vocabulary::Instant;
use serde_json::{Value, json};

use super::answer::{Rows, rows, succeeded};
use super::row::changed;
use crate::fault::WireFault;
use crate::http::Request;
use crate::partner::Cursor;
use crate::session::Session;

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// Its address: the project's segments and the table's.
    pub(super) path: Vec<String>,
    /// What the server calls the instant at which a row came.
    created: &'static str,
    /// Whether its rows have rows in them.
    expands: bool,
}

impl Source {
    pub(super) fn form(project: u64, form: &str) -> Self {
        let path = ["v1", "projects", &project.to_string(), "forms", &format!("{form}.svc"), "Submissions"];
        Self { path: path.map(str::to_owned).to_vec(), created: "submissionDate", expands: true }
    }

    pub(super) fn list(project: u64, list: &str) -> Self {
        let path = ["v1", "projects", &project.to_string(), "datasets", &format!("{list}.svc"), "Entities"];
        Self { path: path.map(str::to_owned).to_vec(), created: "createdAt", expands: false }
    }

    /// One page of it.
    async fn page(&self, session: &Session, query: &[(&str, String)]) -> Result<Rows, WireFault> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        rows(succeeded(session.call(Request::get(&path, query)).await?)?.into_body()?)
    }
}

/// Where a synchronisation stands. As with every walk that takes its time, the latest change it has seen is no place to
/// go on from: that is the latest one seen by the walk before, or on this one's first page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Which turn: two for each source.
    turn: usize,
    /// Where in its table, in the server's words.
    at: Vec<(String, String)>,
    since: Option<Instant>,
    begun: Option<Instant>,
    high: Option<Instant>,
}

/// The longest place that the server may give, in characters: a token of base64 around an id.
const LONGEST_PLACE: usize = 1_000;

impl Place {
    pub(super) fn read(cursor: Option<&Cursor>) -> Self {
        let value: Value = cursor.and_then(|at| serde_json::from_str(at.text()).ok()).unwrap_or_default();
        let instant = |name: &str| value.get(name).and_then(Value::as_i64).map(Instant::from_millis);
        let turn = value.get("turn").and_then(Value::as_u64).and_then(|turn| usize::try_from(turn).ok());
        let at = value.get("at").cloned().and_then(|at| serde_json::from_value(at).ok());
        Self {
            turn: turn.unwrap_or(0),
            at: at.unwrap_or_default(),
            since: instant("since"),
            begun: instant("begun"),
            high: instant("high"),
        }
    }

    pub(super) const fn is_first_page(&self) -> bool {
        self.turn == 0 && self.at.is_empty()
    }

    /// Whether this turn gives records, and does not only list ids.
    pub(super) const fn gives(&self) -> bool {
        self.turn.is_multiple_of(2)
    }

    /// The page here.
    ///
    /// # Errors
    /// Any [`WireFault`].
    pub(super) async fn page(
        &self,
        session: &Session,
        sources: &[Source],
        mark: &str,
        per_page: u32,
    ) -> Result<Rows, WireFault> {
        let Some(source) = sources.get(self.turn / 2) else { return Ok(Rows { rows: Vec::new(), next: None }) };
        let mut query = vec![("$top", per_page.to_string())];
        match self.since.filter(|_| self.gives()) {
            Some(since) => {
                let (created, since) = (source.created, since.rfc3339());
                query.push(("$filter", format!("__system/{created} ge {since} or __system/updatedAt ge {since}")));
            }
            None if self.gives() => {}
            // What the walk itself needs of each row.
            None => query.push(("$select", format!("__id,__system,{mark}"))),
        }
        if self.gives() && source.expands {
            query.push(("$expand", "*".to_owned()));
        }
        query.extend(self.at.iter().map(|(name, value)| (name.as_str(), value.clone())));
        source.page(session, &query).await
    }

    /// The place after a page, and whether there is more now.
    ///
    /// # Errors
    /// [`WireFault::TooLarge`] for a place that is longer than one is.
    pub(super) fn next(mut self, page: &Rows, sources: usize) -> Result<(Cursor, bool), WireFault> {
        let latest = page.rows.iter().filter_map(changed).max();
        if self.is_first_page() {
            self.begun = self.begun.max(latest);
        }
        self.high = self.high.max(latest);
        match &page.next {
            // A page without rows is the last one, whatever it says.
            Some(next) if !page.rows.is_empty() => {
                if next.iter().map(|(_, value)| value.len()).sum::<usize>() > LONGEST_PLACE {
                    return Err(WireFault::TooLarge { limit: LONGEST_PLACE as u64, unit: "characters of a place" });
                }
                self.at.clone_from(next);
            }
            _ => {
                self.at = Vec::new();
                // Where everything was given, its ids are known.
                self.turn += if self.gives() && self.since.is_none() { 2 } else { 1 };
            }
        }
        let more = self.turn < sources * 2;
        if !more {
            self = Self { turn: 0, at: Vec::new(), since: self.begun.max(self.since), begun: self.high, high: None };
        }
        Ok((self.cursor(), more))
    }

    fn cursor(&self) -> Cursor {
        let millis = |instant: Option<Instant>| instant.map(Instant::millis);
        let text = json!({
            "turn": self.turn, "at": self.at, "since": millis(self.since), "begun": millis(self.begun),
            "high": millis(self.high),
        });
        Cursor::from_text(text.to_string())
    }
}
