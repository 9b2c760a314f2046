//! Keys that are to be renewed.

use sangam_custody::{SubjectKeys, WrapperName};
use sangam_vocabulary::{OrganizationId, SubjectId};

use super::{id, key};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;
use crate::write::UNDER_ANOTHER;

impl Store {
    /// Subjects of an owner whose keys are not under this seal key, the first of them.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn subjects_under_another_seal(
        &self,
        owner: OrganizationId,
        seal: WrapperName,
        most: u16,
    ) -> Result<Vec<(SubjectId, SubjectKeys)>, StoreFault> {
        let sql = format!("{UNDER_ANOTHER} ORDER BY id LIMIT $3");
        let values = vec![bytes(owner.uuid()), seal.head().into(), i64::from(most).into()];
        let rows = self.all(&sql, values).await?;
        rows.iter()
            .map(|row| {
                let keys = SubjectKeys { data: key(row, "data_key")?, journal: key(row, "journal_key")? };
                Ok((SubjectId::from_uuid(id(row, "id")?), keys))
            })
            .collect()
    }

    /// The versions of the organizations' keys: what tells a process that another has changed them.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn key_versions(&self) -> Result<Vec<(OrganizationId, i64)>, StoreFault> {
        let rows = self.all("SELECT id, keys_version FROM organization ORDER BY id", vec![]).await?;
        rows.iter()
            .map(|row| Ok((OrganizationId::from_uuid(id(row, "id")?), row.try_get("", "keys_version")?)))
            .collect()
    }
}
