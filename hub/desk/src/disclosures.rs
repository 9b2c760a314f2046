//! Who saw what about an own subject: the journal's parts, opened for the owner.

use std::collections::HashSet;

use sangam_custody::{EntryKind, OpenedBy, OutwardKind, PartDetail, SubjectKey};
use sangam_language::{Caller, Cell, ErrorCode, Page, PageAsk, PortFault};
use sangam_store::{PartRow, Position};
use sangam_vocabulary::{CategorySet, Code, Instant, OrganizationId, RecordId, SubjectId, hex, unhex};
use uuid::Uuid;

use crate::explain::bare;
use crate::hub::Desk;
use crate::ids::Prefix;
use crate::read::{cursor_query, store_fault, text};

/// How many annulling entries are read at once.
const ANNULLED: u16 = 100;

impl Desk {
    /// Lists disclosures about a subject to its owner, newest first. To anybody else the subject does not exist.
    ///
    /// An entry that was taken back is left out together with the one that takes it back: nobody saw anything. An
    /// entry whose detail does not open is a row that says so, and costs the owner none of the others.
    pub(crate) async fn disclosures(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let own = caller.party().organization;
        let id = text(ask.arguments, "subject").ok_or(ErrorCode::BadId)?;
        let subject = SubjectId::from_uuid(self.inward(own, OutwardKind::Subject, id)?.uuid());
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == own) else {
            self.refused(caller, ask.purpose).await;
            return Ok(Page::default());
        };
        let key = self.subject_key(own, subject, &facts.keys).await?;
        let query = cursor_query(ask);
        let before = ask.after.map(|cursor| self.open_position(own, &query, cursor)).transpose()?;
        let mut parts = self.standing_disclosures(subject, &key, before, ask.first).await?;
        let has_next = parts.len() > usize::from(ask.first);
        parts.truncate(usize::from(ask.first));
        let mut rows = Vec::with_capacity(parts.len());
        for part in &parts {
            let detail = key.journal().read(&part.part).ok();
            if detail.is_none() {
                tracing::error!("a detail of the journal does not open under its subject's key");
            }
            let cell = |column: &String| self.disclosure_cell(own, column, part, detail.as_ref());
            let mut row = bare(ask.plan.columns.iter().map(cell).collect::<Result<_, _>>()?);
            if ask.plan.cursors {
                row.cursor = self.seal_position(own, &query, part.position)?;
            }
            rows.push(row);
        }
        Ok(Page { rows, has_next, has_previous: ask.after.is_some(), receipt: None })
    }

    /// The newest disclosures before a position that were not taken back: one more than `first`, if there are.
    async fn standing_disclosures(
        &self,
        subject: SubjectId,
        key: &SubjectKey,
        mut before: Option<Position>,
        first: u16,
    ) -> Result<Vec<PartRow>, PortFault> {
        let mut standing = Vec::new();
        loop {
            let kind = EntryKind::Disclosed;
            let parts = self.store.journal_parts(subject, kind, before, Instant::ALWAYS, first + 1).await;
            let parts = parts.map_err(store_fault)?;
            let (Some(newest), Some(oldest)) = (parts.first(), parts.last()) else { return Ok(standing) };
            before = Some(oldest.position);
            let last = parts.len() <= usize::from(first);
            let annulled = self.annulled(subject, key, oldest.position.at, newest.position.at).await?;
            standing.extend(parts.into_iter().filter(|part| !annulled.contains(&hex(&part.receipt))));
            if last || standing.len() > usize::from(first) {
                return Ok(standing);
            }
        }
    }

    /// The receipts of a time that were taken back. An annulling entry has the instant of the one it annuls, and
    /// only one that opens under the subject's key annuls anything.
    async fn annulled(
        &self,
        subject: SubjectId,
        key: &SubjectKey,
        from: Instant,
        until: Instant,
    ) -> Result<HashSet<String>, PortFault> {
        let mut found = HashSet::new();
        let mut before = Some(Position { at: until, process: Uuid::max(), seq: i64::MAX, part: -1 });
        loop {
            let kind = EntryKind::NotReleased;
            let parts = self.store.journal_parts(subject, kind, before, from, ANNULLED).await.map_err(store_fault)?;
            for part in &parts {
                let detail = key.journal().read(&part.part).ok().filter(|detail| detail.kind == kind);
                found.extend(detail.and_then(|detail| detail.annuls));
            }
            match parts.last() {
                Some(last) if parts.len() >= usize::from(ANNULLED) => before = Some(last.position),
                _ => return Ok(found),
            }
        }
    }

    /// A cell of a disclosure. Without the detail only what lies in clear is known.
    fn disclosure_cell(
        &self,
        own: OrganizationId,
        column: &str,
        part: &PartRow,
        detail: Option<&PartDetail>,
    ) -> Result<Cell, PortFault> {
        let code = |code: Option<&'static str>| code.map_or(Cell::Null, |code| Cell::Text(code.to_owned()));
        Ok(match column {
            "id" => Cell::Text(hex(&part.receipt)),
            "at" => Cell::Instant(detail.map_or(part.position.at, |detail| detail.at).millis()),
            "actor" => detail.and_then(|detail| detail.actor.clone()).map_or(Cell::Null, Cell::Text),
            "purpose" => code(detail.and_then(|detail| detail.purpose).map(Code::code)),
            "noun" => code(detail.and_then(|detail| detail.noun).map(Code::code)),
            "seat" => code(detail.and_then(|detail| detail.seat).map(Code::code)),
            "categories" => detail.map_or(Cell::Null, |detail| {
                let categories = CategorySet::from_bits(detail.categories);
                Cell::List(categories.iter().map(|c| Cell::Text(c.code().to_owned())).collect())
            }),
            "exceptions" => detail.map_or(Ok(Cell::Null), |detail| {
                let outward = |by: &OpenedBy| {
                    let id = self.keys.outward_id(own, OutwardKind::Exception, RecordId::from_uuid(by.record));
                    id.map(Cell::Outward).map_err(|_| PortFault::from(ErrorCode::Unavailable))
                };
                detail.opened_by.iter().map(outward).collect::<Result<_, _>>().map(Cell::List)
            })?,
            "exceptionKinds" => detail.map_or(Cell::Null, |detail| {
                Cell::List(detail.opened_by.iter().map(|by| Cell::Text(by.kind.code().to_owned())).collect())
            }),
            _ => column.strip_prefix("recipient.").map_or(Cell::Null, |field| {
                let recipient = detail.map_or(part.caller, |detail| OrganizationId::from_uuid(detail.caller));
                self.organization_cell(recipient, field)
            }),
        })
    }

    fn organization_cell(&self, id: OrganizationId, field: &str) -> Cell {
        let Some(row) = self.organization(id) else { return Cell::Null };
        let list = |codes: &[String]| Cell::List(codes.iter().cloned().map(Cell::Text).collect());
        match field {
            "id" => Cell::Text(Prefix::Organization.write(id.uuid())),
            "name" => Cell::Text(row.name.clone()),
            "country" => Cell::Text(row.country.code().to_owned()),
            "role" => Cell::Text(row.role.code().to_owned()),
            "services" => list(&row.services),
            "coverage" => list(&row.coverage),
            "servicesSaidAt" => row.said_at.map_or(Cell::Null, |said| Cell::Instant(said.millis())),
            _ => Cell::Null,
        }
    }

    fn seal_position(
        &self,
        organization: OrganizationId,
        query: &[u8],
        position: Position,
    ) -> Result<String, PortFault> {
        let mut place = position.at.millis().to_be_bytes().to_vec();
        place.extend_from_slice(position.process.as_bytes());
        place.extend_from_slice(&position.seq.to_be_bytes());
        place.extend_from_slice(&position.part.to_be_bytes());
        let sealed = self.keys.seal_cursor(organization, query, &place).map_err(|_| ErrorCode::Unavailable)?;
        Ok(hex(&sealed))
    }

    fn open_position(&self, organization: OrganizationId, query: &[u8], cursor: &str) -> Result<Position, PortFault> {
        let bad = || PortFault::from(ErrorCode::BadCursor);
        let sealed = unhex(cursor).ok_or_else(bad)?;
        let place = self.keys.open_cursor(organization, query, &sealed).map_err(|_| bad())?;
        let (at, rest) = place.split_first_chunk::<8>().ok_or_else(bad)?;
        let (process, seq) = rest.split_first_chunk::<16>().ok_or_else(bad)?;
        let (seq, part) = seq.split_first_chunk::<8>().ok_or_else(bad)?;
        let part = <[u8; 8]>::try_from(part).map_err(|_| bad())?;
        Ok(Position {
            at: Instant::from_millis(i64::from_be_bytes(*at)),
            process: Uuid::from_bytes(*process),
            seq: i64::from_be_bytes(*seq),
            part: i64::from_be_bytes(part),
        })
    }
}
