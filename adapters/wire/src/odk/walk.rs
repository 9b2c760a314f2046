//! The tables of a project that are gone through, page by page.
//!
//! A walk has two turns for each table. The first asks for what changed since the last time, with all answers
//! (`$filter`, `$expand=*`); the second, left out where everything was asked for, asks for all ids, because what was
//! deleted is no more in the list. A page's place is the server's own.

use serde_json::{Value, json};

use super::answer::{Rows, rows, succeeded};
use super::row::changed;
use crate::fault::WireFault;
use crate::http::Request;
use crate::partner::Cursor;
use crate::session::Session;
use crate::walk::Lookback;

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// Its address: the project's segments and the table's.
    pub(super) path: Vec<String>,
    /// Whether its rows are submissions, which have rows in them and a review state, or entities.
    is_form: bool,
}

impl Source {
    pub(super) fn form(project: u64, form: &str) -> Self {
        let path = ["v1", "projects", &project.to_string(), "forms", &format!("{form}.svc"), "Submissions"];
        Self { path: path.map(str::to_owned).to_vec(), is_form: true }
    }

    pub(super) fn list(project: u64, list: &str) -> Self {
        let path = ["v1", "projects", &project.to_string(), "datasets", &format!("{list}.svc"), "Entities"];
        Self { path: path.map(str::to_owned).to_vec(), is_form: false }
    }

    /// What the server calls the instant at which a row came.
    const fn created(&self) -> &'static str {
        if self.is_form { "submissionDate" } else { "createdAt" }
    }

    /// One page of it.
    async fn page(&self, session: &Session, query: &[(&str, String)]) -> Result<Rows, WireFault> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        rows(succeeded(session.call(Request::get(&path, query)).await?)?.into_body()?)
    }
}

/// Where a synchronisation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Which turn: two for each source.
    turn: usize,
    /// Where in its table, in the server's words.
    at: Vec<(String, String)>,
    back: Lookback,
}

/// The longest place that the server may give, in characters: a token of base64 around an id.
const LONGEST_PLACE: usize = 1_000;

impl Place {
    pub(super) fn read(cursor: Option<&Cursor>) -> Self {
        let (place, back) = Lookback::read(cursor);
        let turn = place.get("turn").and_then(Value::as_u64).and_then(|turn| usize::try_from(turn).ok());
        let at = place.get("at").cloned().and_then(|at| serde_json::from_value(at).ok());
        Self { turn: turn.unwrap_or(0), at: at.unwrap_or_default(), back }
    }

    pub(super) const fn is_first_page(&self) -> bool {
        self.turn == 0 && self.at.is_empty()
    }

    /// Whether this turn is of submissions.
    pub(super) fn is_of_form(&self, sources: &[Source]) -> bool {
        sources.get(self.turn / 2).is_some_and(|source| source.is_form)
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
        match self.back.since().filter(|_| self.gives()) {
            Some(since) => {
                let (created, since) = (source.created(), since.rfc3339());
                query.push(("$filter", format!("__system/{created} ge {since} or __system/updatedAt ge {since}")));
            }
            None if self.gives() => {}
            // What the walk itself needs of each row.
            None => query.push(("$select", format!("__id,__system,{mark}"))),
        }
        if self.gives() && source.is_form {
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
        let (first, latest) = (self.is_first_page(), page.rows.iter().filter_map(changed).max());
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
                self.turn += if self.gives() && self.back.since().is_none() { 2 } else { 1 };
            }
        }
        let more = self.turn < sources * 2;
        let turn = if more { self.turn } else { 0 };
        Ok((self.back.after(first, more, latest).cursor(json!({"turn": turn, "at": self.at})), more))
    }
}
