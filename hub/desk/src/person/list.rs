//! Looking at people: an administrator at those of the organization, each person at the own account.

use sangam_language::{Caller, CallerKind, Cell, ErrorCode, Page, PageAsk, PortFault, Row};
use sangam_store::{PersonRow, PersonState};
use sangam_vocabulary::{Code, Instant, PersonId, hex, unhex};
use uuid::Uuid;

use super::person_text;
use crate::explain::bare;
use crate::hub::Desk;
use crate::read::{cursor_query, store_fault};

/// How many characters of RFC 3339 are the day.
const DAY: usize = 10;

/// A field of an account at an instant. Of its last use only the day is told: an hour would watch people work.
pub(super) fn cell(row: &PersonRow, at: Instant, field: &str) -> Cell {
    match field {
        "id" => Cell::Text(person_text(row.id)),
        "pseudonym" => Cell::Text(row.pseudonym.clone()),
        "state" => Cell::Text(row.state(at).code().to_owned()),
        "roles" => Cell::List(row.roles.iter().map(|role| Cell::Text(role.code().to_owned())).collect()),
        "proposed" => Cell::Boolean(row.proposed(at)),
        "lastUsed" => row.used_at.map_or(Cell::Null, |used| Cell::Text(day(used))),
        "reviewDue" if row.state(at) != PersonState::Recorded => Cell::Instant(row.review_due().millis()),
        "version" => Cell::Int(row.generation),
        _ => Cell::Null,
    }
}

fn day(at: Instant) -> String {
    at.rfc3339().chars().take(DAY).collect()
}

impl Desk {
    /// The people of the caller's organization. Whoever is no administrator who may act finds nobody.
    pub(crate) async fn list_people(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let (organization, at) = (caller.party().organization, self.now());
        let own = self.own_account(caller).await?;
        if !own.is_some_and(|row| row.administers(at)) {
            self.refused(caller, None).await;
            return Ok(Page::default());
        }
        let query = cursor_query(ask);
        let after = ask.after.map(|cursor| self.open_person(caller, &query, cursor)).transpose()?;
        let mut people = self.store.people_after(organization, after, ask.first + 1).await.map_err(store_fault)?;
        let has_next = people.len() > usize::from(ask.first);
        people.truncate(usize::from(ask.first));
        let mut rows = Vec::with_capacity(people.len());
        for person in &people {
            let mut row = told(person, at, ask);
            if ask.plan.cursors {
                let sealed = self.keys.seal_cursor(organization, &query, person.id.uuid().as_bytes());
                row.cursor = hex(&sealed.map_err(|_| ErrorCode::Unavailable)?);
            }
            rows.push(row);
        }
        Ok(Page { rows, has_next, has_previous: ask.after.is_some(), receipt: None })
    }

    /// The account of whoever asks; a system has none.
    pub(crate) async fn me(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let at = self.now();
        let rows = self.own_account(caller).await?.iter().map(|row| told(row, at, ask)).collect();
        Ok(Page { rows, ..Page::default() })
    }

    async fn own_account(&self, caller: &Caller) -> Result<Option<PersonRow>, PortFault> {
        let CallerKind::Person(person) = caller.kind() else { return Ok(None) };
        let row = self.store.person(person).await.map_err(store_fault)?;
        Ok(row.filter(|row| row.organization == caller.party().organization))
    }

    fn open_person(&self, caller: &Caller, query: &[u8], cursor: &str) -> Result<PersonId, PortFault> {
        let sealed = unhex(cursor).ok_or(ErrorCode::BadCursor)?;
        let place = self.keys.open_cursor(caller.party().organization, query, &sealed);
        let place = Uuid::from_slice(&place.map_err(|_| ErrorCode::BadCursor)?);
        place.map(PersonId::from_uuid).map_err(|_| ErrorCode::BadCursor.into())
    }
}

fn told(person: &PersonRow, at: Instant, ask: &PageAsk<'_>) -> Row {
    bare(ask.plan.columns.iter().map(|column| cell(person, at, column)).collect())
}
