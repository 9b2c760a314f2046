//! The lists by subject held against the entries they are made from: whoever takes a line out of a list hides a
//! disclosure from the owner although the entry still stands.

use std::collections::{BTreeMap, VecDeque};

use sangam_custody::Part;
use sangam_vocabulary::Instant;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::Findings;
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::journal::lists::{self, Listed};
use crate::journal::uuid;

/// What the lists of a chain must say, as far as the walk has come and the lists have not been looked at.
pub(super) struct Expected {
    process: Uuid,
    /// How far the chain's lists are said to go.
    listed: i64,
    /// How far they were looked at.
    checked: i64,
    waiting: VecDeque<(Listed, Uuid)>,
}

impl Expected {
    pub(super) const fn new(process: Uuid, listed: i64) -> Self {
        Self { process, listed, checked: 0, waiting: VecDeque::new() }
    }

    /// Takes note of an entry.
    pub(super) fn entry(&mut self, seq: i64, at: Instant, parts: &[Part]) {
        if seq <= self.listed {
            let subjects: std::collections::BTreeSet<_> = parts.iter().map(|part| part.subject.uuid()).collect();
            self.waiting.extend(subjects.into_iter().map(|subject| (Listed { seq, at }, subject)));
        }
    }

    /// The lists of a stretch as they must be.
    fn stretch(&mut self, upto: i64) -> BTreeMap<Uuid, Vec<u8>> {
        let mut lists = BTreeMap::<Uuid, Vec<u8>>::new();
        while let Some((entry, subject)) = self.waiting.pop_front_if(|(entry, _)| entry.seq <= upto) {
            lists::add(lists.entry(subject).or_default(), entry);
        }
        lists
    }

    /// Says which entries no list holds although it should.
    pub(super) fn end(&self, findings: &mut Findings) {
        if let (Some((first, _)), Some((last, _))) = (self.waiting.front(), self.waiting.back()) {
            let (process, first, last) = (self.process, first.seq, last.seq);
            findings.faults.push(format!("chain {process}: entries {first} to {last} are in no list by subject"));
        }
    }
}

impl Store {
    /// Holds the lists that end at most at an entry against what is expected of them. What a running hub lists while
    /// the walk goes on lies beyond what was said to be listed when it began, and is left to the next one: the entries
    /// there are looked through whatever the lists say.
    pub(super) async fn check_lists(
        &self,
        expected: &mut Expected,
        until: i64,
        findings: &mut Findings,
    ) -> Result<(), StoreFault> {
        let until = until.min(expected.listed);
        let rows = self
            .reading
            .query_all_raw(self.statement(
                "SELECT upto, subject, places FROM journal_list WHERE process = $1 AND upto > $2 AND upto <= $3 ORDER BY upto, subject",
                vec![expected.process.as_bytes().to_vec().into(), expected.checked.into(), until.into()],
            ))
            .await?;
        for rows in rows.chunk_by(same_stretch) {
            let Some(first) = rows.first() else { continue };
            let upto: i64 = first.try_get("", "upto")?;
            let mut found = BTreeMap::new();
            for row in rows {
                // What is no id was never listed.
                found.insert(uuid(row, "subject").unwrap_or(Uuid::max()), row.try_get::<Vec<u8>>("", "places")?);
            }
            if found != expected.stretch(upto) {
                let process = expected.process;
                findings.faults.push(format!("chain {process}: the lists by subject up to entry {upto} were changed"));
            }
        }
        expected.checked = until;
        Ok(())
    }
}

fn same_stretch(one: &sea_orm::QueryResult, other: &sea_orm::QueryResult) -> bool {
    let upto = |row: &sea_orm::QueryResult| row.try_get::<i64>("", "upto").ok();
    upto(one) == upto(other)
}
