//! Organizations and their wrapped keys.

use sangam_custody::OrganizationSecret;
use sangam_vocabulary::{Country, OrganizationId, Role};

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
}

impl Store {
    /// Every organization with its wrapped keys.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn organizations(&self) -> Result<Vec<OrganizationRow>, StoreFault> {
        let rows = self.all("SELECT id, name, country, role, services, coverage, seal_key, outward_key FROM organization ORDER BY id", vec![]).await?;
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
                })
            })
            .collect()
    }
}
