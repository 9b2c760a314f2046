//! Giving a document: decided like any category, written down, then opened and handed out piece by piece. Between two
//! pieces it is asked whether anything moved; if so it is decided anew, and what no longer shows breaks off.

use std::sync::Arc;

use sangam_custody::{DocumentOpener, Fence, OutwardKind, ReceiptBook as _};
use sangam_language::{Caller, ErrorCode, Scope};
use sangam_store::{ObjectReader, PageQuery, RawPage, Rows};
use sangam_vocabulary::{CategorySet, DocumentId, Instant, Purpose, RecordId};

use super::{DocumentFault, SEALED_PIECE};
use crate::answer::Unanswered;
use crate::hub::Desk;
use crate::read::ATTEMPTS;

/// The most seats of one organization in the record a document hangs on.
const SEATS: u16 = 16;

/// A document that is handed out.
pub struct Download {
    desk: Arc<Desk>,
    caller: Caller,
    purpose: Purpose,
    document: RecordId,
    /// Its media type.
    pub media: String,
    /// How many bytes it has.
    pub size: u64,
    /// The receipt of its disclosure.
    pub receipt: String,
    shows: CategorySet,
    opener: DocumentOpener,
    reader: ObjectReader,
    first: Option<Vec<u8>>,
    ended: bool,
    /// The state of the rules and rows on which it was last decided.
    fence: Fence,
    /// Until when that stands by itself.
    until: Instant,
}

impl Desk {
    /// The rows of one document as they stand for a caller.
    async fn document_page(
        &self,
        caller: &Caller,
        purpose: Purpose,
        document: RecordId,
    ) -> Result<RawPage, DocumentFault> {
        let scope = sangam_store::Scope { record: Some(document.uuid()), ..self.scope(caller, Some(purpose), SEATS) };
        Ok(self.store.page(&PageQuery { rows: Rows::Documents, columns: &[], sealed: &[], scope }).await?)
    }

    /// Begins a download. What does not exist for the caller and what is withheld from it are answered alike.
    ///
    /// # Errors
    /// [`DocumentFault`].
    pub async fn begin_download(
        self: Arc<Self>,
        caller: Caller,
        purpose: Option<Purpose>,
        id: &str,
    ) -> Result<Download, DocumentFault> {
        let own = caller.party().organization;
        let purpose = self.may_download(&caller, purpose).await?;
        let Ok(document) = self.inward(own, OutwardKind::Document, id) else {
            self.refused(&caller, Some(purpose)).await;
            return Err(DocumentFault::NotHere);
        };
        for attempt in 1..=ATTEMPTS {
            let page = self.document_page(&caller, purpose, document).await?;
            let found = if page.rows.is_empty() { None } else { self.store.document(document).await? };
            let stored = found.and_then(|row| Some((row.content?, row.category, row.shows)));
            let Some((content, category, shows)) = stored else { break };
            let Some(decided) = self.decided_document(&caller, purpose, shows, page).await? else { break };
            // It is read before it is written down: what is not there is not disclosed.
            let mut reader = self.objects()?.read(&content.object, SEALED_PIECE).await?;
            let first = reader.next().await?.ok_or(DocumentFault::Refused(ErrorCode::Unavailable))?;
            let place = (DocumentId::from_uuid(document.uuid()), category);
            match self.released_document(&caller, purpose, decided, place, &content.key, first).await {
                Ok(opened) => {
                    return Ok(Download {
                        caller,
                        purpose,
                        document,
                        media: content.media,
                        size: content.size,
                        receipt: opened.receipt,
                        shows,
                        opener: opened.opener,
                        reader,
                        ended: opened.whole,
                        first: Some(opened.first),
                        fence: opened.fence,
                        until: opened.until,
                        desk: self,
                    });
                }
                Err(Unanswered::Stale) if attempt < ATTEMPTS => {
                    if !self.still_admitted(&caller).await {
                        return Err(DocumentFault::Refused(ErrorCode::Unavailable));
                    }
                }
                Err(why) => return Err(why.into()),
            }
        }
        self.refused(&caller, Some(purpose)).await;
        Err(DocumentFault::NotHere)
    }

    /// What every read of a subject asks first: the scope, the purpose, and whether the caller's own are locked.
    async fn may_download(&self, caller: &Caller, purpose: Option<Purpose>) -> Result<Purpose, DocumentFault> {
        let code = match purpose {
            _ if !caller.scopes().contains(Scope::CasesRead) => ErrorCode::ScopeMissing,
            None => return Err(DocumentFault::Refused(ErrorCode::PurposeRequired)),
            Some(purpose) if !caller.purposes().contains(purpose) => ErrorCode::PurposeNotAllowed,
            Some(_) if self.is_locked(caller.party().organization) => {
                return Err(DocumentFault::Refused(ErrorCode::Locked));
            }
            Some(purpose) => return Ok(purpose),
        };
        self.beyond(caller, purpose, code).await;
        Err(DocumentFault::Refused(code))
    }
}

impl Download {
    /// The next piece; `None` after the last.
    ///
    /// # Errors
    /// [`DocumentFault::NotHere`] when it no longer shows: what was handed out is all there is. Anything else when it
    /// cannot be found out whether it still shows, or the object breaks off.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, DocumentFault> {
        if self.first.is_none() && self.ended {
            return Ok(None);
        }
        self.still_shows().await?;
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let broken = DocumentFault::Refused(ErrorCode::Unavailable);
        let (mut piece, last) = self.reader.next().await?.ok_or(broken)?;
        self.opener.open(&mut piece, last).map_err(|fault| {
            tracing::error!(error = %fault, "a piece of a document does not open");
            broken
        })?;
        self.ended = last;
        Ok(Some(piece))
    }

    /// Decides anew where anything moved, or an instant has passed, or the caller may be somebody else by now.
    async fn still_shows(&mut self) -> Result<(), DocumentFault> {
        if !self.desk.still_admitted(&self.caller).await {
            return Err(DocumentFault::NotHere);
        }
        let book = &self.desk.book;
        let moved = book.passed(self.fence) || !book.unchanged(self.fence).await.unwrap_or(false);
        if !moved && self.desk.now() < self.until {
            return Ok(());
        }
        let page = self.desk.document_page(&self.caller, self.purpose, self.document).await?;
        // Only that it shows as it did is asked; its disclosure is on record.
        let decided = self.desk.decided_document(&self.caller, self.purpose, self.shows, page).await?;
        let decided = decided.ok_or(DocumentFault::NotHere)?;
        (self.fence, self.until) = (decided.fence, decided.until());
        Ok(())
    }
}
