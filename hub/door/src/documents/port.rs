//! What the door needs of the hub for documents. The binary composes it of the desk.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use sangam_language::{Caller, ErrorCode};
use sangam_vocabulary::Purpose;
use thiserror::Error;

/// Why a document was not taken or not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DocumentFault {
    /// Nothing of that id exists for the caller and purpose, or it is withheld: the two look alike.
    #[error("no such document")]
    NotHere,
    /// It was uploaded before.
    #[error("the document is there already")]
    Stored,
    /// The address of the upload has run out.
    #[error("the address has run out")]
    Expired,
    /// It is not what it is said to be, or nothing that is taken.
    #[error("the document is of another type")]
    OtherType,
    /// Anything else, as the language says it.
    #[error("{}", .0.code())]
    Refused(ErrorCode),
}

/// An upload that is asked for.
#[derive(Clone, Copy)]
pub struct UploadSent<'a> {
    /// The document, by its id as the caller sees it.
    pub document: &'a str,
    /// What the address says beside it: until when, and the signature.
    pub pass: &'a str,
    /// The media type that is announced.
    pub media: &'a str,
}

/// An upload that goes on. Dropped before its end, nothing of it lasts.
pub trait Upload: Send {
    /// Takes what comes next.
    ///
    /// # Errors
    /// [`DocumentFault`].
    fn take<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), DocumentFault>>;

    /// Ends it: the document is durable when this is ready.
    ///
    /// # Errors
    /// [`DocumentFault`].
    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), DocumentFault>>;
}

/// A document that is handed out.
pub struct Download {
    /// Its media type.
    pub media: String,
    /// How many bytes it has.
    pub size: u64,
    /// The receipt of its disclosure.
    pub receipt: String,
    /// The bytes. A fault ends them: what was handed out is all there is.
    pub pieces: BoxStream<'static, Result<Bytes, DocumentFault>>,
}

/// Documents as the door sees them.
pub trait Documents: Send + Sync {
    /// Begins an upload. Nothing of its body is read before.
    ///
    /// # Errors
    /// [`DocumentFault`].
    fn upload<'a>(
        &'a self,
        caller: &'a Caller,
        sent: UploadSent<'a>,
    ) -> BoxFuture<'a, Result<Box<dyn Upload>, DocumentFault>>;

    /// Begins a download: decided and written down when this is ready, and decided again between pieces.
    ///
    /// # Errors
    /// [`DocumentFault`].
    fn download<'a>(
        &'a self,
        caller: Caller,
        purpose: Option<Purpose>,
        document: &'a str,
    ) -> BoxFuture<'a, Result<Download, DocumentFault>>;
}
