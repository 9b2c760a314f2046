//! Who saw what about an own subject: the journal's parts, opened for the owner.

use sangam_custody::{OutwardKind, PartDetail};
use sangam_language::{Caller, Cell, ErrorCode, Page, PageAsk, PortFault};
use sangam_store::{PartRow, Position};
use sangam_vocabulary::{CategorySet, Code, Instant, OrganizationId, SubjectId};
use uuid::Uuid;

use crate::explain::bare;
use crate::hub::Desk;
use crate::ids::Prefix;
use crate::read::{cursor_query, hex, store_fault, text, unhex};

impl Desk {
    /// Lists disclosures about a subject to its owner, newest first. To anybody else the subject does not exist.
    pub(crate) async fn disclosures(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let own = caller.party().organization;
        let id = text(ask.arguments, "subject").ok_or(ErrorCode::BadId)?;
        let subject = SubjectId::from_uuid(self.inward(own, OutwardKind::Subject, id)?.uuid());
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == own) else {
            self.refused(caller, ask.purpose).await;
            return Ok(Page::default());
        };
        let key = self.keys.subject(own, subject, &facts.keys).map_err(|_| ErrorCode::Unavailable)?;
        let query = cursor_query(ask);
        let before = ask.after.map(|cursor| self.open_position(own, &query, cursor)).transpose()?;
        let mut parts = self.store.journal_parts(subject, before, ask.first + 1).await.map_err(store_fault)?;
        let has_next = parts.len() > usize::from(ask.first);
        parts.truncate(usize::from(ask.first));
        let mut rows = Vec::with_capacity(parts.len());
        for part in &parts {
            let detail = key.journal().read(&part.part).map_err(|_| ErrorCode::Unavailable)?;
            let cells = ask.plan.columns.iter().map(|column| self.disclosure_cell(column, part, &detail)).collect();
            let mut row = bare(cells);
            if ask.plan.cursors {
                row.cursor = self.seal_position(own, &query, part.position)?;
            }
            rows.push(row);
        }
        Ok(Page { rows, has_next, has_previous: ask.after.is_some(), receipt: None })
    }

    fn disclosure_cell(&self, column: &str, part: &PartRow, detail: &PartDetail) -> Cell {
        let code = |code: Option<&'static str>| code.map_or(Cell::Null, |code| Cell::Text(code.to_owned()));
        match column {
            "id" => Cell::Text(hex(&part.receipt)),
            "at" => Cell::Instant(detail.at.millis()),
            "actor" => detail.actor.clone().map_or(Cell::Null, Cell::Text),
            "purpose" => code(detail.purpose.map(Code::code)),
            "noun" => code(detail.noun.map(Code::code)),
            "seat" => code(detail.seat.map(Code::code)),
            "categories" => {
                let categories = CategorySet::from_bits(detail.categories);
                Cell::List(categories.iter().map(|c| Cell::Text(c.code().to_owned())).collect())
            }
            _ => column
                .strip_prefix("recipient.")
                .map_or(Cell::Null, |field| self.organization_cell(OrganizationId::from_uuid(detail.caller), field)),
        }
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
