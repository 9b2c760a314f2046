//! Locks as they are read: what is locked, by whom, and who agreed that it ends.

use sangam_vocabulary::{Code, Country, Instant, LockId, OrganizationId, PersonId};
use sangam_workflow::accession::{May, State};
use sangam_workflow::lock::{Release, Unit};
use sea_orm::{QueryResult, Value};

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::read::{code, id};
use crate::write::bytes;

/// How somebody locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockWay {
    /// Through the API.
    Api,
    /// By one of the organization's codes: on the page, or told to the operator.
    Code,
}

impl LockWay {
    /// Every way.
    pub const ALL: &'static [Self] = &[Self::Api, Self::Code];

    /// The code it is stored by.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Code => "CODE",
        }
    }
}

/// A lock that is not released.
#[derive(Debug, Clone)]
pub struct LockRow {
    /// The id.
    pub id: LockId,
    /// Whose subjects.
    pub unit: Unit,
    /// Whose member locked.
    pub by: OrganizationId,
    /// How.
    pub way: LockWay,
    /// Whether somebody was forced. For the operator only.
    pub duress: bool,
    /// Since when.
    pub locked_at: Instant,
    /// Whether the operator agreed that it ends.
    pub operator: bool,
    /// Who agreed that it ends.
    pub releases: Vec<Release>,
}

/// The digests of the codes of an organization that lock.
pub struct LockCodes {
    /// Of the code that locks.
    pub lock: Vec<u8>,
    /// Of the one that says as well that somebody was forced.
    pub duress: Vec<u8>,
}

pub(crate) fn read_unit(row: &QueryResult) -> Result<Unit, StoreFault> {
    match row.try_get::<String>("", "scope")?.as_str() {
        "ORGANIZATION" => Ok(Unit::Organization(OrganizationId::from_uuid(id(row, "organization")?))),
        "COUNTRY" => Ok(Unit::Country(code(row, "country")?)),
        _ => Err(StoreFault::Unreadable { column: "scope" }),
    }
}

/// Where an organization's membership stands at an instant.
pub(crate) fn read_membership(row: &QueryResult, at: Instant) -> Result<State, StoreFault> {
    let until: Option<i64> = row.try_get("", "member_until")?;
    Ok(code::<State>(row, "membership")?.at(until.map(Instant::from_millis), at))
}

pub(crate) fn read_releases(row: &QueryResult, at: Instant) -> Result<Release, StoreFault> {
    Ok(Release {
        person: PersonId::from_uuid(id(row, "person")?),
        organization: OrganizationId::from_uuid(id(row, "organization")?),
        country: code(row, "country")?,
        full_member: read_membership(row, at)?.may() == May::Act,
    })
}

impl Store {
    /// The locks that bind an organization now, its country's among them, oldest first.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn locks_of(
        &self,
        organization: OrganizationId,
        country: Country,
        at: Instant,
    ) -> Result<Vec<LockRow>, StoreFault> {
        let values = vec![bytes(organization.uuid()), country.code().into()];
        self.open_locks(" AND (l.organization = $1 OR l.country = $2)", values, at).await
    }

    /// Every lock that is not released, oldest first. For the operator.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn locks(&self, at: Instant) -> Result<Vec<LockRow>, StoreFault> {
        self.open_locks("", Vec::new(), at).await
    }

    async fn open_locks(&self, which: &str, values: Vec<Value>, at: Instant) -> Result<Vec<LockRow>, StoreFault> {
        let locks = self
            .all(&format!("SELECT l.id, l.scope, l.organization, l.country, l.by_organization, l.way, l.duress, l.locked_at, l.operator_at FROM lock_up l WHERE l.unlocked_at IS NULL{which} ORDER BY l.locked_at, l.id"), values.clone())
            .await?;
        let said = self
            .all(&format!("SELECT r.lock, r.person, r.organization, o.country, o.membership, o.member_until FROM lock_release r JOIN lock_up l ON l.id = r.lock JOIN organization o ON o.id = r.organization WHERE l.unlocked_at IS NULL{which} ORDER BY r.at, r.person"), values)
            .await?;
        let mut rows = Vec::with_capacity(locks.len());
        for lock in &locks {
            let own = id(lock, "id")?;
            let mut releases = Vec::new();
            for release in &said {
                if id(release, "lock")? == own {
                    releases.push(read_releases(release, at)?);
                }
            }
            let way: String = lock.try_get("", "way")?;
            let way = LockWay::ALL.iter().copied().find(|known| known.code() == way);
            rows.push(LockRow {
                id: LockId::from_uuid(own),
                unit: read_unit(lock)?,
                by: OrganizationId::from_uuid(id(lock, "by_organization")?),
                way: way.ok_or(StoreFault::Unreadable { column: "way" })?,
                duress: lock.try_get::<i64>("", "duress")? != 0,
                locked_at: Instant::from_millis(lock.try_get("", "locked_at")?),
                operator: lock.try_get::<Option<i64>>("", "operator_at")?.is_some(),
                releases,
            });
        }
        Ok(rows)
    }

    /// The digests of the codes that lock an organization; `None` when it has none.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn lock_codes(&self, organization: OrganizationId) -> Result<Option<LockCodes>, StoreFault> {
        let sql = "SELECT lock_code, duress_code FROM organization WHERE id = $1";
        let Some(row) = self.one(sql, vec![bytes(organization.uuid())]).await? else { return Ok(None) };
        let (lock, duress): (Option<Vec<u8>>, Option<Vec<u8>>) =
            (row.try_get("", "lock_code")?, row.try_get("", "duress_code")?);
        Ok(lock.zip(duress).map(|(lock, duress)| LockCodes { lock, duress }))
    }
}
