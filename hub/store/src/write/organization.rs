//! Organizations.

use sangam_custody::OrganizationSecret;
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Country, Instant, OrganizationId, Role};
use sangam_workflow::lock::Unit;
use sea_orm::DatabaseTransaction;

use super::lock::settle;
use super::{bytes, codes, execute, listing, one, unavailable};
use crate::command::{Applied, Work, Working, commands};

/// Records an organization, or changes what the directory says of one.
pub struct OrganizationChange {
    /// The id.
    pub id: OrganizationId,
    /// The name.
    pub name: String,
    /// Where it is.
    pub country: Country,
    /// Its capacity.
    pub role: Role,
    /// The services it offers.
    pub services: Vec<ServiceCode>,
    /// Where it offers them: ISO 3166-2 codes.
    pub coverage: Vec<String>,
    /// Its keys, wrapped; used when it is new.
    pub secret: OrganizationSecret,
}

commands!(OrganizationChange);

impl Work for OrganizationChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let sql = "SELECT name, country, role FROM organization WHERE id = $1";
            let before = one(tx, sql, vec![bytes(self.id.uuid())]).await?;
            let same = match before {
                Some(row) => {
                    let text = |column| row.try_get::<String>("", column).map_err(unavailable);
                    text("name")? == self.name
                        && text("country")? == self.country.to_string()
                        && text("role")? == self.role.to_string()
                }
                None => true,
            };
            execute(
                tx,
                "INSERT INTO organization (id, name, country, role, services, coverage, seal_key, outward_key, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country, role = excluded.role, services = excluded.services, coverage = excluded.coverage",
                vec![
                    bytes(self.id.uuid()),
                    self.name.into(),
                    self.country.to_string().into(),
                    self.role.to_string().into(),
                    codes(&self.services).into(),
                    self.coverage.join(",").into(),
                    self.secret.seal.as_bytes().to_vec().into(),
                    self.secret.outward.as_bytes().to_vec().into(),
                    at.millis().into(),
                ],
            )
            .await?;
            // It may be new in a country that is locked.
            settle(tx, Unit::Organization(self.id)).await?;
            listing::follow(tx, self.id, at).await?;
            if !same {
                listing::changed(tx, self.id, at).await?;
            }
            Ok(Applied { record: Some(self.id.uuid()), fence: true, rules: true, ..Applied::default() })
        })
    }
}
