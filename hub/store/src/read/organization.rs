//! Organizations and their wrapped keys.

use sangam_custody::OrganizationSecret;
use sangam_vocabulary::{Country, Instant, OrganizationId, Role};
use sangam_workflow::accession::State;

use super::{code, id, key, list};
use crate::connect::Store;
use crate::fault::StoreFault;

/// An organization with its wrapped keys.
#[derive(Debug, Clone)]
pub struct OrganizationRow {
    /// The id.
    pub id: OrganizationId,
    /// The name.
    pub name: String,
    /// Where it is.
    pub country: Country,
    /// Its capacity.
    pub role: Role,
    /// The services it offers, by code.
    pub services: Vec<String>,
    /// Where it offers them: ISO 3166-2 codes.
    pub coverage: Vec<String>,
    /// Its wrapped keys.
    pub secret: OrganizationSecret,
    /// Where its membership stands, as it was last written: what has lapsed since is [`State::at`]'s to say.
    pub membership: State,
    /// Until when.
    pub member_until: Option<Instant>,
    /// Whether its subjects are locked: by itself, by its country, or because it left.
    pub locked: bool,
}

impl Store {
    /// Every organization with its wrapped keys.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn organizations(&self) -> Result<Vec<OrganizationRow>, StoreFault> {
        let rows = self.all("SELECT id, name, country, role, services, coverage, seal_key, outward_key, membership, member_until, locked FROM organization ORDER BY id", vec![]).await?;
        rows.iter()
            .map(|row| {
                Ok(OrganizationRow {
                    id: OrganizationId::from_uuid(id(row, "id")?),
                    name: row.try_get("", "name")?,
                    country: code(row, "country")?,
                    role: code(row, "role")?,
                    services: list(row, "services", |code| Some(code.to_owned()))?,
                    coverage: list(row, "coverage", |code| Some(code.to_owned()))?,
                    secret: OrganizationSecret { seal: key(row, "seal_key")?, outward: key(row, "outward_key")? },
                    membership: code(row, "membership")?,
                    member_until: row.try_get::<Option<i64>>("", "member_until")?.map(Instant::from_millis),
                    locked: row.try_get::<i64>("", "locked")? != 0,
                })
            })
            .collect()
    }
}
