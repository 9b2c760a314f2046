//! Organizations and their wrapped keys.

use sangam_custody::{OrganizationSecret, WrappedKey};
use sangam_vocabulary::{Country, Instant, OrganizationId, Role};
use sangam_workflow::accession::State;
use sea_orm::QueryResult;

use super::{code, id, instant, key, list};
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
    /// The services it was enrolled with, by code: the outer bound of those it offers.
    pub enrolled: Vec<String>,
    /// The services it offers at present, by code.
    pub services: Vec<String>,
    /// Where it offers them: ISO 3166-2 codes.
    pub coverage: Vec<String>,
    /// When its own directory last said so, where it has one.
    pub said_at: Option<Instant>,
    /// Its wrapped keys.
    pub secret: OrganizationSecret,
    /// Which version of them: every change of the keys makes another.
    pub keys_version: i64,
    /// Since when its seal key wraps.
    pub sealed_at: Instant,
    /// Where its membership stands, as it was last written: what has lapsed since is [`State::at`]'s to say.
    pub membership: State,
    /// Until when.
    pub member_until: Option<Instant>,
    /// Whether its subjects are locked: by itself, by its country, or because it left.
    pub locked: bool,
}

/// The seal keys that no longer wrap: one after the other, each of one length.
fn older(row: &QueryResult) -> Result<Vec<WrappedKey>, StoreFault> {
    let bytes: Option<Vec<u8>> = row.try_get("", "older_seal_keys")?;
    let (keys, rest) = bytes.as_deref().unwrap_or_default().as_chunks::<{ WrappedKey::LEN }>();
    if !rest.is_empty() {
        return Err(StoreFault::Unreadable { column: "older_seal_keys" });
    }
    Ok(keys.iter().map(|key| WrappedKey::stored(key.to_vec())).collect())
}

impl Store {
    /// Every organization with its wrapped keys.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn organizations(&self) -> Result<Vec<OrganizationRow>, StoreFault> {
        let rows = self.all("SELECT o.id, o.name, o.country, o.role, o.services AS enrolled, COALESCE(d.services, o.services) AS services, COALESCE(d.coverage, o.coverage) AS coverage, d.said_at, o.seal_key, o.outward_key, o.older_seal_keys, o.keys_version, COALESCE(o.sealed_at, o.created_at) AS sealed_at, o.membership, o.member_until, o.locked FROM organization o LEFT JOIN own_directory d ON d.organization = o.id ORDER BY o.id", vec![]).await?;
        rows.iter()
            .map(|row| {
                Ok(OrganizationRow {
                    id: OrganizationId::from_uuid(id(row, "id")?),
                    name: row.try_get("", "name")?,
                    country: code(row, "country")?,
                    role: code(row, "role")?,
                    enrolled: list(row, "enrolled", |code| Some(code.to_owned()))?,
                    services: list(row, "services", |code| Some(code.to_owned()))?,
                    coverage: list(row, "coverage", |code| Some(code.to_owned()))?,
                    said_at: row.try_get::<Option<i64>>("", "said_at")?.map(Instant::from_millis),
                    secret: OrganizationSecret {
                        seal: key(row, "seal_key")?,
                        older: older(row)?,
                        outward: key(row, "outward_key")?,
                    },
                    keys_version: row.try_get("", "keys_version")?,
                    sealed_at: instant(row, "sealed_at")?,
                    membership: code(row, "membership")?,
                    member_until: row.try_get::<Option<i64>>("", "member_until")?.map(Instant::from_millis),
                    locked: row.try_get::<i64>("", "locked")? != 0,
                })
            })
            .collect()
    }
}
