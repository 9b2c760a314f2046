//! Documents: prepared, uploaded once, removed. An object is on the list of those to be deleted before its first byte is
//! written, and leaves it in the command that makes it a document's; so whatever breaks off leaves nothing that lasts.

use sangam_custody::{Held, SealedDocumentKey};
use sangam_vocabulary::{Category, CategorySet, Instant, OrganizationId, RecordId, SubjectId};
use sea_orm::DatabaseTransaction;

use super::subject::put_held;
use super::{bytes, execute, one, unavailable};
use crate::command::{Applied, Refused, Work, Working, commands};

/// Prepares a document: from now until an instant it can be uploaded.
pub struct NewDocument {
    /// The id.
    pub id: RecordId,
    /// About whom.
    pub subject: SubjectId,
    /// On which record it hangs: the subject's own, or a referral about her that the organization sent.
    pub record: RecordId,
    /// Who stores it: must own the subject.
    pub organization: OrganizationId,
    /// As what it is decided.
    pub category: Category,
    /// What must all show for it to be opened.
    pub shows: CategorySet,
    /// What paper it is, sealed in this record.
    pub paper: Held,
    /// Until when.
    pub until: Instant,
}

commands!(NewDocument, DocumentBegun, DocumentStored, DocumentRemoved, ObjectsTaken, ObjectGone);

impl Work for NewDocument {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let (id, subject) = (bytes(self.id.uuid()), bytes(self.subject.uuid()));
            let (record, own) = (bytes(self.record.uuid()), bytes(self.organization.uuid()));
            let hangs = one(
                tx,
                "SELECT su.id FROM subject su WHERE su.id = $1 AND su.owner = $2 AND (su.id = $3 OR EXISTS (SELECT 1 FROM referral r WHERE r.id = $3 AND r.subject = su.id AND r.sender = $2))",
                vec![subject.clone(), own.clone(), record.clone()],
            )
            .await?;
            if hangs.is_none() {
                return Err(Refused::NotFound);
            }
            execute(
                tx,
                "INSERT INTO document (id, subject, record, organization, category, shows, state, prepared_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, 'AWAITED', $7, $8)",
                vec![
                    id,
                    subject,
                    record,
                    own,
                    i64::from(self.category as u32).into(),
                    i64::from(self.shows.bits()).into(),
                    at.millis().into(),
                    self.until.millis().into(),
                ],
            )
            .await?;
            put_held(tx, self.subject, std::slice::from_ref(&self.paper)).await?;
            Ok(Applied { record: Some(self.id.uuid()), ..Applied::default() })
        })
    }
}

/// Begins an upload: the object it will be has its row before its first byte is written.
pub struct DocumentBegun {
    /// The document.
    pub document: RecordId,
    /// Who uploads.
    pub organization: OrganizationId,
    /// The object's name.
    pub object: String,
    /// When the object is deleted unless it has become the document's.
    pub due: Instant,
}

impl Work for DocumentBegun {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let row = one(
                tx,
                "SELECT d.state, d.until_at FROM document d JOIN subject su ON su.id = d.subject WHERE d.id = $1 AND d.organization = $2 AND su.owner = $2",
                vec![bytes(self.document.uuid()), bytes(self.organization.uuid())],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            let state: String = row.try_get("", "state").map_err(unavailable)?;
            let until: i64 = row.try_get("", "until_at").map_err(unavailable)?;
            match state.as_str() {
                "AWAITED" if at.millis() < until => {}
                "AWAITED" => return Err(Refused::NotFound),
                _ => return Err(Refused::Used),
            }
            execute(
                tx,
                "INSERT INTO object_due (object, due_at, taken) VALUES ($1, $2, 0)",
                vec![self.object.into(), self.due.millis().into()],
            )
            .await?;
            Ok(Applied::default())
        })
    }
}

/// Ends an upload: the object is whole, and is the document's from now on.
pub struct DocumentStored {
    /// The document.
    pub document: RecordId,
    /// Who uploaded.
    pub organization: OrganizationId,
    /// The object's name.
    pub object: String,
    /// How many bytes it holds, open.
    pub size: u64,
    /// Its media type.
    pub media: &'static str,
    /// What opens it, sealed.
    pub key: SealedDocumentKey,
}

impl Work for DocumentStored {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let kept =
                execute(tx, "DELETE FROM object_due WHERE object = $1 AND taken = 0", vec![self.object.clone().into()])
                    .await?;
            if kept != 1 {
                // It took too long: the object is being deleted.
                return Err(Refused::NotFound);
            }
            let stored = execute(
                tx,
                "UPDATE document SET state = 'STORED', object = $3, size = $4, media = $5, content_key = $6, stored_at = $7 WHERE id = $1 AND organization = $2 AND state = 'AWAITED' AND EXISTS (SELECT 1 FROM subject su WHERE su.id = document.subject AND su.owner = $2)",
                vec![
                    bytes(self.document.uuid()),
                    bytes(self.organization.uuid()),
                    self.object.into(),
                    i64::try_from(self.size).map_err(|_| Refused::Unavailable)?.into(),
                    self.media.into(),
                    self.key.as_bytes().to_vec().into(),
                    at.millis().into(),
                ],
            )
            .await?;
            // Another upload was first; this object stays on the list of those to be deleted.
            if stored == 1 {
                Ok(Applied { record: Some(self.document.uuid()), ..Applied::default() })
            } else {
                Err(Refused::Used)
            }
        })
    }
}

/// Removes a document: its key is destroyed here, and its object is deleted afterwards.
pub struct DocumentRemoved {
    /// The document.
    pub document: RecordId,
    /// Who removes it: must own the subject.
    pub organization: OrganizationId,
}

impl Work for DocumentRemoved {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.document.uuid());
            let row = one(
                tx,
                "SELECT d.object FROM document d JOIN subject su ON su.id = d.subject WHERE d.id = $1 AND d.state = 'STORED' AND su.owner = $2",
                vec![id.clone(), bytes(self.organization.uuid())],
            )
            .await?
            .ok_or(Refused::NotFound)?;
            let object: String = row.try_get("", "object").map_err(unavailable)?;
            let removed = execute(
                tx,
                "UPDATE document SET state = 'REMOVED', object = NULL, size = NULL, media = NULL, content_key = NULL WHERE id = $1 AND state = 'STORED'",
                vec![id.clone()],
            )
            .await?;
            if removed != 1 {
                return Err(Refused::NotFound);
            }
            execute(tx, "DELETE FROM held WHERE record = $1", vec![id]).await?;
            execute(
                tx,
                "INSERT INTO object_due (object, due_at, taken) VALUES ($1, $2, 0)",
                vec![object.into(), at.millis().into()],
            )
            .await?;
            // Whoever reads it now is asked again.
            Ok(Applied { record: Some(self.document.uuid()), fence: true, ..Applied::default() })
        })
    }
}

/// Takes what is due to be deleted, so that none of it becomes a document's any more; and lets go of documents that were
/// prepared and not uploaded.
pub struct ObjectsTaken {
    /// Those whose time to be uploaded ended before this.
    pub awaited_until: Instant,
}

impl Work for ObjectsTaken {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(tx, "UPDATE object_due SET taken = 1 WHERE due_at <= $1 AND taken = 0", vec![at.millis().into()])
                .await?;
            let until = self.awaited_until.millis();
            execute(
                tx,
                "DELETE FROM held WHERE record IN (SELECT id FROM document WHERE state = 'AWAITED' AND until_at <= $1)",
                vec![until.into()],
            )
            .await?;
            execute(tx, "DELETE FROM document WHERE state = 'AWAITED' AND until_at <= $1", vec![until.into()]).await?;
            Ok(Applied::default())
        })
    }
}

/// An object is gone.
pub struct ObjectGone {
    /// Its name.
    pub object: String,
}

impl Work for ObjectGone {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(tx, "DELETE FROM object_due WHERE object = $1 AND taken = 1", vec![self.object.into()]).await?;
            Ok(Applied::default())
        })
    }
}
