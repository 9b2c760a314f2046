//! Taking a document: judged by its first bytes, cleaned of what a camera wrote, sealed as it comes, and a document only once its last byte is durable.

use std::sync::Arc;

use sangam_custody::{DocumentSealer, EntryKind, OutwardKind, PIECE, SealedDocumentKey, SubjectKey};
use sangam_language::{Caller, ErrorCode, Scope};
use sangam_store::{Command, DocumentBegun, DocumentStored, ObjectWriter};
use sangam_vocabulary::{Category, CategorySet, DocumentId, OrganizationId, RecordId, hex};

use super::media::{Media, TELLS};
use super::picture::Cleaning;
use super::{DocumentFault, LEFT_MILLIS, SEALED_PIECE};
use crate::hub::{Desk, DeskFault};
use crate::journalled::Acting;

/// An upload that goes on. Dropped before its end, nothing of it lasts.
pub struct Upload {
    desk: Arc<Desk>,
    by: Acting,
    document: RecordId,
    category: Category,
    subject: SubjectKey,
    media: Media,
    object: String,
    writer: ObjectWriter,
    sealer: DocumentSealer,
    key: SealedDocumentKey,
    cleaning: Cleaning,
    waiting: Vec<u8>,
    /// How many bytes are kept.
    kept: u64,
    judged: bool,
}

impl Desk {
    /// Begins an upload to an address that `prepareDocument` gave.
    ///
    /// # Errors
    /// [`DocumentFault`]: what is not for this caller is not there, whatever the reason.
    pub async fn begin_upload(
        self: Arc<Self>,
        caller: &Caller,
        (id, pass): (&str, &str),
        announced: &str,
    ) -> Result<Upload, DocumentFault> {
        let own = caller.party().organization;
        if !caller.scopes().contains(Scope::CasesWrite) {
            self.beyond(caller, None, ErrorCode::ScopeMissing).await;
            return Err(DocumentFault::Refused(ErrorCode::ScopeMissing));
        }
        if self.is_locked(own) {
            return Err(DocumentFault::Refused(ErrorCode::Locked));
        }
        let document = self.inward(own, OutwardKind::Document, id).ok();
        let passed = document.and_then(|document| Some((document, self.passes(own, document, pass)?)));
        let Some((document, until)) = passed else {
            self.refused(caller, None).await;
            return Err(DocumentFault::NotHere);
        };
        let media = Media::announced(announced).ok_or(DocumentFault::OtherType)?;
        let row = self.store.document(document).await?.filter(|row| row.organization == own);
        let row = row.ok_or(DocumentFault::NotHere)?;
        if !row.awaited {
            return Err(if row.content.is_some() { DocumentFault::Stored } else { DocumentFault::NotHere });
        }
        if self.now() >= until {
            return Err(DocumentFault::Expired);
        }
        if !media.fits(row.category) {
            return Err(DocumentFault::OtherType);
        }
        let facts = self.store.subject(row.subject).await?.filter(|facts| facts.owner.organization == own);
        let Some(facts) = facts.filter(|_| row.until == until) else {
            self.refused(caller, None).await;
            return Err(DocumentFault::NotHere);
        };
        if self.outside(caller, row.subject).await? {
            self.refused(caller, None).await;
            return Err(DocumentFault::NotHere);
        }
        let subject = self.subject_key(own, row.subject, &facts.keys).await?;
        let place = DocumentId::from_uuid(document.uuid());
        let (key, sealer) = subject.new_document(self.chance(), place, row.category).map_err(DeskFault::from)?;
        let object = self.begun(own, document).await?;
        let writer = self.objects()?.write(&object).await?;
        Ok(Upload {
            by: caller.into(),
            document,
            category: row.category,
            subject,
            media,
            object,
            writer,
            sealer,
            key,
            cleaning: Cleaning::of(media),
            waiting: Vec::with_capacity(SEALED_PIECE),
            kept: 0,
            judged: false,
            desk: self,
        })
    }

    /// Draws the object's name and puts it on the list of those to be deleted, before it is there.
    async fn begun(&self, organization: OrganizationId, document: RecordId) -> Result<String, DocumentFault> {
        let mut name = [0; 16];
        if !self.chance().fill(&mut name) {
            return Err(DeskFault::NoChance.into());
        }
        let object = hex(&name);
        let due = self.now().plus_millis(LEFT_MILLIS);
        let begun = DocumentBegun { document, organization, object: object.clone(), due };
        self.writer.submit(Command::from(begun)).await?;
        Ok(object)
    }
}

impl Upload {
    /// Takes what comes next. How much that may be in all is for whoever reads it to say.
    ///
    /// # Errors
    /// [`DocumentFault::OtherType`] as soon as the first bytes say so, or a picture is not built as it should be.
    pub async fn take(&mut self, bytes: &[u8]) -> Result<(), DocumentFault> {
        let kept = self.cleaning.cleaned(bytes)?;
        let mut bytes = kept.as_ref();
        self.kept = self.kept.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        while !bytes.is_empty() {
            if self.waiting.len() == PIECE {
                // More follows, so that this is not the last.
                self.put(false).await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            bytes = later;
            if self.waiting.len() >= TELLS {
                self.judge()?;
            }
        }
        Ok(())
    }

    fn judge(&mut self) -> Result<(), DocumentFault> {
        if !self.judged && !self.media.is(&self.waiting) {
            return Err(DocumentFault::OtherType);
        }
        self.judged = true;
        Ok(())
    }

    async fn put(&mut self, last: bool) -> Result<(), DocumentFault> {
        let next = if last { Vec::new() } else { Vec::with_capacity(SEALED_PIECE) };
        let mut piece = std::mem::replace(&mut self.waiting, next);
        self.sealer.seal(&mut piece, last).map_err(DeskFault::from)?;
        Ok(self.writer.put(piece).await?)
    }

    /// Ends the upload: the object is durable first, then the row that says so.
    ///
    /// # Errors
    /// [`DocumentFault::Stored`] when another upload was first; [`DocumentFault::NotHere`] when it took too long;
    /// [`DocumentFault::OtherType`] when a picture has no end.
    pub async fn end(mut self) -> Result<(), DocumentFault> {
        self.judge()?;
        if !self.cleaning.is_whole() {
            return Err(DocumentFault::OtherType);
        }
        self.put(true).await?;
        self.writer.complete().await?;
        let categories = CategorySet::NONE.with(self.category);
        let kind = EntryKind::DocumentStored;
        let entry = self.desk.entry(kind, &self.by, &self.subject, self.document, categories);
        let entry = entry.map_err(DeskFault::from)?;
        let stored = DocumentStored {
            document: self.document,
            organization: self.by.organization,
            object: self.object,
            size: self.kept,
            media: self.media.text(),
            key: self.key,
        };
        self.desk.writer.submit(Command::from(stored).recorded(entry)).await?;
        Ok(())
    }
}
