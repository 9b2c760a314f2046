//! What organizations' own directories said of their services.

use std::collections::BTreeSet;

use sangam_vocabulary::{Instant, OrganizationId, OwnService, PartnerId};
use sea_orm::QueryResult;

use super::{code, id};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// What an organization's own directory said, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDirectoryRow {
    /// The partner that the directory is.
    pub partner: PartnerId,
    /// What it said when it was last believed, in the order of the codes.
    pub services: Vec<OwnService>,
    /// When it last said so; `None` while it was never believed.
    pub said_at: Option<Instant>,
    /// Since when what it says is doubted.
    pub held_at: Option<Instant>,
}

/// Rows of `own_service`, each service once.
pub(crate) fn own_services(rows: &[QueryResult]) -> Result<Vec<OwnService>, StoreFault> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let areas: Option<String> = row.try_get("", "areas")?;
        let areas = areas.map(|areas| {
            areas.split(',').filter(|area| !area.is_empty()).map(str::to_owned).collect::<BTreeSet<String>>()
        });
        all.push(OwnService { service: code(row, "service")?, areas });
    }
    Ok(OwnService::together(all))
}

impl Store {
    /// What an organization's own directory said; nothing where it has none.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn own_directory(&self, organization: OrganizationId) -> Result<Option<OwnDirectoryRow>, StoreFault> {
        let key = || vec![bytes(organization.uuid())];
        let sql = "SELECT partner, said_at, held_at FROM own_directory WHERE organization = $1";
        let Some(row) = self.one(sql, key()).await? else { return Ok(None) };
        let rows = self.all("SELECT service, areas FROM own_service WHERE organization = $1", key()).await?;
        let instant = |column| row.try_get::<Option<i64>>("", column).map(|at| at.map(Instant::from_millis));
        Ok(Some(OwnDirectoryRow {
            partner: PartnerId::from_uuid(id(&row, "partner")?),
            services: own_services(&rows)?,
            said_at: instant("said_at")?,
            held_at: instant("held_at")?,
        }))
    }
}
