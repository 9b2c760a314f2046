//! Paper codes, to be judged.

use sangam_vocabulary::{OrganizationId, SubjectId};

use super::id;
use crate::connect::Store;
use crate::fault::StoreFault;

/// A paper code as it is kept.
pub struct PaperCodeRow {
    /// Whose.
    pub subject: SubjectId,
    /// Under whose key its digest is.
    pub organization: OrganizationId,
    /// The digest.
    pub digest: Vec<u8>,
}

impl Store {
    /// The code that a place finds.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn paper_code(&self, place: &str) -> Result<Option<PaperCodeRow>, StoreFault> {
        let sql = "SELECT subject, organization, digest FROM paper_code WHERE place = $1";
        let row = self.one(sql, vec![place.into()]).await?;
        row.map(|row| {
            Ok(PaperCodeRow {
                subject: SubjectId::from_uuid(id(&row, "subject")?),
                organization: OrganizationId::from_uuid(id(&row, "organization")?),
                digest: row.try_get("", "digest")?,
            })
        })
        .transpose()
    }
}
