//! One document: decided like a row of a page, written down, and its key opened.

use sangam_custody::{DocumentOpener, Epoch, Fence, NotReleased, SealedDocumentKey};
use sangam_language::{Caller, PortFault};
use sangam_store::{RawPage, Rows};
use sangam_vocabulary::{Category, CategorySet, DocumentId, Instant, Purpose};

use super::{Asked, Decided, Of, Unanswered};
use crate::hub::Desk;

/// A document all of whose categories show.
pub(crate) struct DecidedDocument {
    row: Decided,
    epoch: Epoch,
    /// The state it was decided on.
    pub(crate) fence: Fence,
}

impl DecidedDocument {
    /// Until when the decision stands by itself.
    pub(crate) fn until(&self) -> Instant {
        self.row.decision.until()
    }
}

/// A document whose disclosure is on record and whose first piece is open.
pub(crate) struct ReleasedDocument {
    pub(crate) opener: DocumentOpener,
    pub(crate) first: Vec<u8>,
    /// Whether the first piece is the last.
    pub(crate) whole: bool,
    pub(crate) fence: Fence,
    pub(crate) until: Instant,
    pub(crate) receipt: String,
}

impl Desk {
    /// Decides whether a document shows, through whichever seat it does; `None` where not all of its categories do.
    pub(crate) async fn decided_document(
        &self,
        caller: &Caller,
        purpose: Purpose,
        shows: CategorySet,
        page: RawPage,
    ) -> Result<Option<DecidedDocument>, PortFault> {
        let rules = self.rules(page.epoch).await?;
        let at = self.now();
        let exceptions = self.exceptions(caller, Rows::Documents, &page, at).await?;
        let mut asked = Asked { caller, purpose, rules: &rules, at, wanted: shows, exceptions, met: Vec::new() };
        let rows = page.rows.into_iter().filter_map(|raw| self.decide(&mut asked, raw));
        let shown = |row: &Decided| !shows.is_empty() && row.decision.shown().released.and(shows) == shows;
        let row = rows.into_iter().find(shown);
        Ok(row.map(|row| DecidedDocument { row, epoch: rules.epoch, fence: page.fence }))
    }

    /// Writes the disclosure down and opens the document's key and its first piece. What does not open takes its entry
    /// back.
    pub(crate) async fn released_document(
        &self,
        caller: &Caller,
        purpose: Purpose,
        decided: DecidedDocument,
        place: (DocumentId, Category),
        key: &SealedDocumentKey,
        (mut first, whole): (Vec<u8>, bool),
    ) -> Result<ReleasedDocument, Unanswered> {
        let (fence, until) = (decided.fence, decided.until());
        let of = Of { caller, purpose, epoch: decided.epoch, fence };
        let row = [decided.row];
        let permit = of.answer(&row).receipt(&self.book, self.chance(), &*self.clock).await?;
        let opened = row.first().and_then(Decided::lined).ok_or(NotReleased::NotPermitted).and_then(|own| {
            let mut opener = own.release_document(place, key, (&permit, 0), &*self.clock)?;
            opener.open(&mut first, whole)?;
            Ok(opener)
        });
        match (opened, permit.receipt()) {
            (Ok(opener), Some(receipt)) => {
                Ok(ReleasedDocument { opener, first, whole, fence, until, receipt: receipt.text() })
            }
            (opened, _) => {
                // It is written down as disclosed, and nothing of it leaves.
                of.answer(&row).not_released(permit, &self.book, self.chance()).await?;
                Err(opened.err().unwrap_or(NotReleased::NotPermitted).into())
            }
        }
    }
}
