//! The open directory as it is read: by everybody, without a caller. It reads `listed` and of `organization` what the
//! directory says, and nothing else; what is not shown to everybody is not in a row, a count or a page's number.

use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Code, Instant, Listed, ListedAsk, ListedPage, ListedWord, OrganizationId};
use sea_orm::{QueryResult, Value};

use super::{code, id, instant, list};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// What an organization agreed to have listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingRow {
    /// Whether it is listed at all.
    pub listed: bool,
    /// Which services.
    pub services: Vec<String>,
    /// Whether the divisions in which it offers them are told.
    pub areas: bool,
    /// Grows with every change; 0 before the first.
    pub version: i64,
}

/// Who is shown: a full member that is not locked. What `sangam_workflow::accession` lets act, in the statement's words.
const SHOWN: &str = "t.kind = $1 AND t.shown = 1 AND o.locked = 0 AND o.membership = 'MEMBER' AND (o.member_until IS NULL OR o.member_until > $2)";
/// What a row says.
const COLUMNS: &str = "t.place, t.id, t.organization, t.service, t.area, t.services, t.areas, t.changed_at, o.name, o.country, o.role, d.said_at";

/// The conditions of an ask, with their values.
struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    fn of(ask: &ListedAsk, at: Instant) -> Self {
        let mut all = Self { text: SHOWN.to_owned(), values: vec![ask.kind.code().into(), at.millis().into()] };
        if let Some(id) = ask.id {
            all.and("t.id", "=", bytes(id));
        }
        if let Some(organization) = ask.organization {
            all.and("t.organization", "=", bytes(organization.uuid()));
        }
        if let Some(service) = ask.service {
            all.and("t.service", "=", service.code().into());
        }
        if let Some(role) = ask.role {
            all.and("o.role", "=", role.code().into());
        }
        if let Some(country) = ask.country {
            all.and("o.country", "=", country.code().into());
        }
        if let Some(after) = ask.modified_after {
            all.and("t.changed_at", ">=", after.millis().into());
        }
        ask.words.iter().for_each(|word| all.word(word));
        all
    }

    fn place(&mut self, value: Value) -> usize {
        self.values.push(value);
        self.values.len()
    }

    fn and(&mut self, column: &str, is: &str, value: Value) {
        let place = self.place(value);
        self.text.push_str(&format!(" AND {column} {is} ${place}"));
    }

    fn word(&mut self, word: &ListedWord) {
        let escaped = word.text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let place = self.place(format!("%{escaped}%").into());
        // The codes are of a closed list of ours.
        let services: Vec<String> = word.services.iter().map(|service| format!("'{}'", service.code())).collect();
        let offers =
            if services.is_empty() { String::new() } else { format!(" OR t.service IN ({})", services.join(",")) };
        self.text.push_str(&format!(" AND (LOWER(o.name) LIKE ${place} ESCAPE '\\'{offers})"));
    }
}

fn row(row: &QueryResult) -> Result<Listed, StoreFault> {
    let service: String = row.try_get("", "service")?;
    let area: String = row.try_get("", "area")?;
    Ok(Listed {
        id: id(row, "id")?,
        organization: OrganizationId::from_uuid(id(row, "organization")?),
        name: row.try_get("", "name")?,
        country: code(row, "country")?,
        role: code(row, "role")?,
        service: if service.is_empty() { None } else { Some(code(row, "service")?) },
        area: (!area.is_empty()).then_some(area),
        services: list(row, "services", |code| ServiceCode::read(code).ok())?,
        areas: list(row, "areas", |area| Some(area.to_owned()))?,
        changed_at: instant(row, "changed_at")?,
        said_at: row.try_get::<Option<i64>>("", "said_at")?.map(Instant::from_millis),
    })
}

impl Store {
    /// A stretch of a list, and how many rows and places the whole has: one statement.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn listed(&self, ask: &ListedAsk, at: Instant) -> Result<ListedPage, StoreFault> {
        let mut conditions = Conditions::of(ask, at);
        let per_page = i64::from(ask.per_page);
        let (from, to) = match ask.id {
            // The one is wherever it is.
            Some(_) => (0, i64::MAX),
            None => {
                let from = i64::from(ask.page.saturating_sub(1)).saturating_mul(per_page);
                (from, from.saturating_add(per_page))
            }
        };
        let (from, to) = (conditions.place(from.into()), conditions.place(to.into()));
        let sql = format!(
            "WITH fit AS (SELECT {COLUMNS} FROM listed t JOIN organization o ON o.id = t.organization LEFT JOIN own_directory d ON d.organization = t.organization WHERE {}) SELECT c.items, c.last, f.* FROM (SELECT COUNT(*) AS items, COALESCE(MAX(place), 0) AS last FROM fit) c LEFT JOIN fit f ON f.place > ${from} AND f.place <= ${to} ORDER BY f.place",
            conditions.text
        );
        let found = self.all(&sql, conditions.values).await?;
        let count = |column: &'static str| -> Result<u64, StoreFault> {
            let value: i64 = found.first().map_or(Ok(0), |row| row.try_get("", column))?;
            u64::try_from(value).map_err(|_| StoreFault::Unreadable { column })
        };
        let (items, last) = (count("items")?, count("last")?);
        let mut rows = Vec::with_capacity(found.len());
        for one in &found {
            // Of a stretch without a row the counts alone come.
            if one.try_get::<Option<i64>>("", "place")?.is_some() {
                rows.push(row(one)?);
            }
        }
        Ok(ListedPage { rows, items, last })
    }

    /// What an organization agreed to have listed; nothing where it said nothing.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn listing(&self, organization: OrganizationId) -> Result<ListingRow, StoreFault> {
        let sql = "SELECT listed, services, areas, version FROM listing WHERE organization = $1";
        let Some(row) = self.one(sql, vec![bytes(organization.uuid())]).await? else {
            return Ok(ListingRow::default());
        };
        Ok(ListingRow {
            listed: row.try_get::<i64>("", "listed")? != 0,
            services: list(&row, "services", |code| Some(code.to_owned()))?,
            areas: row.try_get::<i64>("", "areas")? != 0,
            version: row.try_get("", "version")?,
        })
    }
}
