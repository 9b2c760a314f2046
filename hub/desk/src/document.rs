//! Documents: uploaded once to an address that was signed for it, sealed piece by piece as they come, and handed out piece
//! by piece while the decision stands. Nothing of a document is ever whole in memory, and nothing of it lies open on disk.
//!
//! What is prepared and removed is in `change/document.rs`. Read `upload.rs` and `download.rs` here next.

mod download;
mod media;
mod picture;
mod sweep;
mod upload;

pub use download::Download;
pub use upload::Upload;

use aws_lc_rs::constant_time;
use sangam_custody::{NotReleased, OutwardKind, PIECE, PIECE_TAG};
use sangam_language::{ErrorCode, PortFault};
use sangam_store::{ObjectFault, Objects, Refused, StoreFault};
use sangam_vocabulary::{Instant, OrganizationId, RecordId, hex};
use thiserror::Error;

use crate::answer::Unanswered;
use crate::hub::{Desk, DeskFault};
use picture::NotBuiltSo;

/// How long after it was prepared an upload can begin: a form is filled in and a file chosen. 15 minutes.
pub(crate) const UPLOAD_MILLIS: i64 = 15 * 60_000;
/// How long after an upload began its object is deleted unless it is a document by then: the door gives an upload five
/// minutes. 30 minutes.
pub(crate) const LEFT_MILLIS: i64 = 30 * 60_000;
/// A sealed piece, as it lies in its object.
pub(crate) const SEALED_PIECE: usize = PIECE + PIECE_TAG;

/// What the signature of an upload's address is kept apart by.
const UPLOAD: &str = "document upload";

/// Why a document was not taken or not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DocumentFault {
    /// Nothing of that id exists for the caller and purpose, or it is withheld: the two look alike.
    #[error("no such document")]
    NotHere,
    /// It was uploaded before.
    #[error("the document is there already")]
    Stored,
    /// The address has run out.
    #[error("the address has run out")]
    Expired,
    /// It is not what it is said to be, or nothing that is taken.
    #[error("the document is of another type")]
    OtherType,
    /// Anything else, as the language says it.
    #[error("{}", .0.code())]
    Refused(ErrorCode),
}

impl From<PortFault> for DocumentFault {
    fn from(fault: PortFault) -> Self {
        Self::Refused(fault.code)
    }
}

impl From<DeskFault> for DocumentFault {
    fn from(fault: DeskFault) -> Self {
        Self::from(PortFault::from(fault))
    }
}

impl From<StoreFault> for DocumentFault {
    fn from(fault: StoreFault) -> Self {
        Self::from(DeskFault::from(fault))
    }
}

impl From<Unanswered> for DocumentFault {
    fn from(fault: Unanswered) -> Self {
        Self::from(PortFault::from(fault))
    }
}

impl From<NotReleased> for DocumentFault {
    fn from(fault: NotReleased) -> Self {
        Self::from(Unanswered::from(fault))
    }
}

impl From<ObjectFault> for DocumentFault {
    fn from(fault: ObjectFault) -> Self {
        tracing::error!(error = %fault, "an object could not be read or written");
        Self::Refused(ErrorCode::Unavailable)
    }
}

impl From<NotBuiltSo> for DocumentFault {
    fn from(_: NotBuiltSo) -> Self {
        Self::OtherType
    }
}

impl From<Refused> for DocumentFault {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Used => Self::Stored,
            Refused::NotFound => Self::NotHere,
            _ => Self::Refused(ErrorCode::Unavailable),
        }
    }
}

impl Desk {
    /// The same desk, keeping documents.
    #[must_use]
    pub fn keeping_documents(mut self, objects: Objects) -> Self {
        self.objects = Some(objects);
        self
    }

    /// Whether it keeps documents.
    #[must_use]
    pub const fn keeps_documents(&self) -> bool {
        self.objects.is_some()
    }

    /// Where documents are kept; a desk without a place for them takes none and has none.
    pub(crate) fn objects(&self) -> Result<&Objects, PortFault> {
        self.objects.as_ref().ok_or_else(|| ErrorCode::Unavailable.into())
    }

    /// The path that a document's bytes are to be put to, for the organization that prepared it and until an instant.
    pub(crate) fn upload_path(
        &self,
        organization: OrganizationId,
        document: RecordId,
        until: Instant,
    ) -> Result<String, DeskFault> {
        let id = self.keys.outward_id(organization, OutwardKind::Document, document)?;
        let signature = self.upload_signature(organization, document, until.millis())?;
        Ok(format!("/documents/{id}/{}.{}", until.millis(), hex(&signature)))
    }

    /// Whether a pass is the one that was signed for a document: until when it is good.
    fn passes(&self, organization: OrganizationId, document: RecordId, pass: &str) -> Option<Instant> {
        let (until, signature) = pass.split_once('.')?;
        let millis: i64 = until.parse().ok().filter(|millis: &i64| millis.to_string() == until)?;
        let signed = hex(&self.upload_signature(organization, document, millis).ok()?);
        constant_time::verify_slices_are_equal(signed.as_bytes(), signature.as_bytes()).ok()?;
        Some(Instant::from_millis(millis))
    }

    fn upload_signature(
        &self,
        organization: OrganizationId,
        document: RecordId,
        until: i64,
    ) -> Result<[u8; 32], DeskFault> {
        let bytes = [document.uuid().as_bytes().as_slice(), &until.to_be_bytes()].concat();
        Ok(self.keys.blind(organization, UPLOAD, &bytes)?)
    }
}
