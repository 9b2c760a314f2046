//! Registered systems.

use sangam_vocabulary::{OrganizationId, PurposeSet};

use super::{id, purposes};
use crate::connect::Store;
use crate::fault::StoreFault;

/// A registered system.
#[derive(Debug, Clone)]
pub struct ClientRow {
    /// The OAuth client id.
    pub id: String,
    /// Its organization.
    pub organization: OrganizationId,
    /// SHA-256 of its secret.
    pub secret_hash: Vec<u8>,
    /// The scopes its tokens may carry.
    pub scopes: String,
    /// The purposes its tokens may carry.
    pub purposes: PurposeSet,
    /// Grows when the client is suspended or its secret changes: older tokens are void.
    pub generation: i64,
    /// Whether it is suspended.
    pub suspended: bool,
}

impl Store {
    /// A registered system by its client id.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn client(&self, client: &str) -> Result<Option<ClientRow>, StoreFault> {
        let row = self
            .one("SELECT id, organization, secret_hash, scopes, purposes, generation, suspended FROM client WHERE id = $1", vec![client.into()])
            .await?;
        row.map(|row| {
            Ok(ClientRow {
                id: row.try_get("", "id")?,
                organization: OrganizationId::from_uuid(id(&row, "organization")?),
                secret_hash: row.try_get("", "secret_hash")?,
                scopes: row.try_get("", "scopes")?,
                purposes: purposes(&row)?,
                generation: row.try_get("", "generation")?,
                suspended: row.try_get::<i64>("", "suspended")? != 0,
            })
        })
        .transpose()
    }
}
