//! The fence as it is now.

use sangam_custody::Fence;
use sea_orm::ConnectionTrait;

use crate::connect::Store;
use crate::fault::StoreFault;

const FENCE: &str = "SELECT fence FROM epoch WHERE id = 1";

impl Store {
    /// The fence of everything committed so far.
    pub(crate) async fn fence(&self) -> Result<Fence, StoreFault> {
        let unreadable = StoreFault::Unreadable { column: "fence" };
        let fence: i64 = match &self.direct {
            Some(readers) => readers.read(|session| session.one(FENCE)).await?,
            None => {
                let row = self.reading.query_one_raw(self.statement(FENCE, vec![])).await?;
                row.ok_or(StoreFault::Unreadable { column: "fence" })?.try_get("", "fence")?
            }
        };
        u64::try_from(fence).map(Fence).map_err(|_| unreadable)
    }
}
