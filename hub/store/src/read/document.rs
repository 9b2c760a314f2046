//! Documents, for work of the hub itself: what an upload and a download need beside the decision.

use sangam_custody::SealedDocumentKey;
use sangam_vocabulary::{Category, CategorySet, Code, Instant, OrganizationId, RecordId, SubjectId};

use super::{categories, id, instant};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// A document as it lies here.
pub struct DocumentRow {
    /// About whom.
    pub subject: SubjectId,
    /// Which organization prepared it.
    pub organization: OrganizationId,
    /// As what it is decided.
    pub category: Category,
    /// What must all show for it to be opened.
    pub shows: CategorySet,
    /// Until when it can be uploaded.
    pub until: Instant,
    /// What of it is stored; none while it is awaited and once it was removed.
    pub content: Option<DocumentContent>,
    /// Whether it waits to be uploaded.
    pub awaited: bool,
}

/// What is stored of a document.
pub struct DocumentContent {
    /// The name of its object.
    pub object: String,
    /// How many bytes it holds, open.
    pub size: u64,
    /// Its media type.
    pub media: String,
    /// What opens it, sealed.
    pub key: SealedDocumentKey,
}

impl Store {
    /// A document by its inner id. Whoever asks decides first who may know of it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn document(&self, document: RecordId) -> Result<Option<DocumentRow>, StoreFault> {
        let row = self
            .one(
                "SELECT subject, organization, category, shows, state, object, size, media, content_key, until_at FROM document WHERE id = $1",
                vec![bytes(document.uuid())],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let number: i64 = row.try_get("", "category")?;
        let category = Category::ALL
            .iter()
            .copied()
            .find(|category| i64::from(*category as u32) == number)
            .ok_or(StoreFault::Unreadable { column: "category" })?;
        let state: String = row.try_get("", "state")?;
        let content = if state == "STORED" {
            let size: i64 = row.try_get("", "size")?;
            Some(DocumentContent {
                object: row.try_get("", "object")?,
                size: u64::try_from(size).map_err(|_| StoreFault::Unreadable { column: "size" })?,
                media: row.try_get("", "media")?,
                key: SealedDocumentKey::stored(row.try_get("", "content_key")?),
            })
        } else {
            None
        };
        Ok(Some(DocumentRow {
            subject: SubjectId::from_uuid(id(&row, "subject")?),
            organization: OrganizationId::from_uuid(id(&row, "organization")?),
            category,
            shows: categories(&row, "shows")?,
            until: instant(&row, "until_at")?,
            content,
            awaited: state == "AWAITED",
        }))
    }

    /// Objects that were taken to be deleted, some of them at a time.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn objects_taken(&self, most: u16) -> Result<Vec<String>, StoreFault> {
        let rows = self
            .all("SELECT object FROM object_due WHERE taken = 1 ORDER BY due_at LIMIT $1", vec![i64::from(most).into()])
            .await?;
        rows.iter().map(|row| Ok(row.try_get("", "object")?)).collect()
    }

    /// Whether anything is due to be deleted, or to be let go of: without it no command is needed.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn objects_due(&self, at: Instant, awaited_until: Instant) -> Result<bool, StoreFault> {
        let row = self
            .one(
                "SELECT 1 AS due WHERE EXISTS (SELECT 1 FROM object_due WHERE due_at <= $1) OR EXISTS (SELECT 1 FROM document WHERE state = 'AWAITED' AND until_at <= $2)",
                vec![at.millis().into(), awaited_until.millis().into()],
            )
            .await?;
        Ok(row.is_some())
    }
}
