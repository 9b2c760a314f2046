//! What the journal says about one subject, newest first: the owner's question "who saw what".

use sangam_custody::{EntryKind, Part};
use sangam_vocabulary::{Instant, OrganizationId, SubjectId};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use super::{lists, parts, uuid};
use crate::connect::Store;
use crate::fault::StoreFault;

/// How many entries are fetched at once at least: not all of them are of the kind that is asked for.
const FETCH: usize = 64;

/// A place in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The instant of the entry.
    pub at: Instant,
    /// The chain.
    pub process: Uuid,
    /// The entry in it.
    pub seq: i64,
    /// The part of the entry: one answer may disclose through several records of one subject.
    pub part: i64,
}

/// A part of the journal about one subject.
#[derive(Debug, Clone)]
pub struct PartRow {
    /// Where it stands.
    pub position: Position,
    /// Which organization acted, as it lies in clear.
    pub caller: OrganizationId,
    /// The entry's hash: the receipt.
    pub receipt: Vec<u8>,
    /// The sealed part.
    pub part: Part,
}

/// An entry, in the order of the owner's list.
type Place = (Instant, Uuid, i64);

impl Store {
    /// The parts of entries of one kind about a subject, newest first, after a position and not before an instant.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn journal_parts(
        &self,
        subject: SubjectId,
        kind: EntryKind,
        after: Option<Position>,
        since: Instant,
        limit: u16,
    ) -> Result<Vec<PartRow>, StoreFault> {
        let limit = usize::from(limit);
        let mut places = self.places(subject).await?;
        places.retain(|(at, ..)| *at >= since);
        if let Some(after) = after {
            // The entry itself stays: it may have further parts about the subject.
            places.retain(|place| *place <= (after.at, after.process, after.seq));
        }
        let mut found = Vec::new();
        for places in places.chunks(limit.max(FETCH)) {
            let rows = self.entries(kind, places).await?;
            for place in places {
                let (at, process, seq) = *place;
                let Some(row) = rows.iter().find(|row| (row.process, row.seq) == (process, seq)) else { continue };
                let same = |after: &Position| (after.process, after.seq) == (process, seq);
                let from = after.filter(same).map_or(-1, |after| after.part);
                let own = row.parts(subject, at).into_iter();
                found.extend(own.filter(|own| own.position.part > from));
            }
            if found.len() >= limit {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// The entries in which a subject occurs, newest first.
    async fn places(&self, subject: SubjectId) -> Result<Vec<Place>, StoreFault> {
        let value = || vec![Value::from(subject.uuid().as_bytes().to_vec())];
        // First what no list covers: what is listed between the two reads is then found twice, and never missed.
        let contains = self.dialect.contains("e.parts", "$1");
        let tail = format!(
            "SELECT e.process, e.seq, e.at FROM journal_process p JOIN journal_entry e ON e.process = p.process AND e.seq > p.listed WHERE {contains}"
        );
        let mut places = Vec::new();
        for row in &self.reading.query_all_raw(self.statement(&tail, value())).await? {
            places.push((Instant::from_millis(row.try_get("", "at")?), uuid(row, "process")?, row.try_get("", "seq")?));
        }
        let lists = "SELECT process, places FROM journal_list WHERE subject = $1";
        for row in &self.reading.query_all_raw(self.statement(lists, value())).await? {
            let process = uuid(row, "process")?;
            let list: Vec<u8> = row.try_get("", "places")?;
            places.extend(lists::entries(&list).map(|entry| (entry.at, process, entry.seq)));
        }
        places.sort_unstable_by(|one, other| other.cmp(one));
        places.dedup();
        Ok(places)
    }

    /// The entries of a kind among some.
    async fn entries(&self, kind: EntryKind, places: &[Place]) -> Result<Vec<Stored>, StoreFault> {
        let mut values: Vec<Value> = vec![kind.code().into()];
        let mut wanted = String::new();
        for (_, process, seq) in places {
            let (comma, n) = (if wanted.is_empty() { "" } else { "," }, values.len());
            wanted.push_str(&format!("{comma}(${}, ${})", n + 1, n + 2));
            values.push(process.as_bytes().to_vec().into());
            values.push((*seq).into());
        }
        let sql = format!(
            "SELECT process, seq, caller, entry, parts FROM journal_entry WHERE kind = $1 AND (process, seq) IN (VALUES {wanted})"
        );
        let rows = self.reading.query_all_raw(self.statement(&sql, values)).await?;
        rows.iter().map(Stored::read).collect()
    }
}

/// A stored entry.
struct Stored {
    process: Uuid,
    seq: i64,
    caller: OrganizationId,
    receipt: Vec<u8>,
    parts: Vec<u8>,
}

impl Stored {
    fn read(row: &QueryResult) -> Result<Self, StoreFault> {
        Ok(Self {
            process: uuid(row, "process")?,
            seq: row.try_get("", "seq")?,
            // What is no id was changed by somebody; the row is shown all the same.
            caller: OrganizationId::from_uuid(uuid(row, "caller").unwrap_or(Uuid::nil())),
            receipt: row.try_get("", "entry")?,
            parts: row.try_get("", "parts")?,
        })
    }

    /// The parts about a subject. Parts that do not read were changed by somebody; the other entries are shown all
    /// the same, and a verification says which this is.
    fn parts(&self, subject: SubjectId, at: Instant) -> Vec<PartRow> {
        let Some(parts) = parts::read(&self.parts) else {
            tracing::error!(process = %self.process, seq = self.seq, "an entry of the journal is not readable: verify the journal");
            return Vec::new();
        };
        let numbered = (0..).zip(parts).filter(|(_, part)| part.subject == subject);
        let position = |part| Position { at, process: self.process, seq: self.seq, part };
        numbered
            .map(|(number, part)| PartRow {
                position: position(number),
                caller: self.caller,
                receipt: self.receipt.clone(),
                part,
            })
            .collect()
    }
}
