//! Documents of a case, and what changing them comes to. Their bytes are no part of the language: they go up and come down
//! by an address of their own, decided like any category.

use super::payload::{DOCUMENTS, IMAGE};
use super::record::{CAN_SEE, NOT_SHOWN};
use super::subject::SUBJECT;
use super::{DATE_TIME, ID, TEXT};
use crate::port::SealedIn;
use crate::table::{Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::Category;

/// A stored document.
pub static DOCUMENT: Noun = Noun {
    name: "Document",
    sentence: "A stored document. That it is there is told to whoever has a seat in the record it hangs on; what it is, and its bytes at `/documents/ID`, are a category of the person: DOCUMENTS, or IMAGE for a photograph.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The document's id as this caller's organization sees it; another organization sees another.",
            Read::Outward(OutwardKind::Document, "id"),
        ),
        Field::plain(
            "referral",
            Type::Id,
            "The referral it hangs on; null where it hangs on the person's own record.",
            Read::Outward(OutwardKind::Referral, "referral"),
        ),
        Field::plain("storedAt", DATE_TIME, "When it was stored.", Read::Column("storedAt")),
        Field::sealed(
            "documents",
            &DOCUMENTS,
            "What paper it is; null for a photograph.",
            SealedIn::Record,
            Category::Documents,
        ),
        Field::sealed("image", &IMAGE, "That it is a photograph; null for a paper.", SealedIn::Record, Category::Image),
        Field::plain(
            "subject",
            Type::NonNull(&Type::Object(&SUBJECT)),
            "The person it is about.",
            Read::Within("subject."),
        ),
        NOT_SHOWN,
        CAN_SEE,
    ],
};

const OF: Field = Field::plain(
    "document",
    ID,
    "The document, by its id as this caller's organization sees it.",
    Read::Outward(OutwardKind::Document, "document"),
);

/// A document is awaited.
pub(crate) static DOCUMENT_PREPARED: Noun = Noun {
    name: "DocumentPrepared",
    sentence: "The document is awaited, or was before under the same key: put its bytes to `upload`, once, before `until`. It exists for nobody until they are there.",
    of_subject: true,
    is_node: false,
    fields: &[
        OF,
        Field::plain("upload", TEXT, "The path to put the bytes to, as the same organization.", Read::Column("upload")),
        Field::plain("until", DATE_TIME, "Until when that can begin.", Read::Column("until")),
    ],
};

/// A document was removed.
pub(crate) static DOCUMENT_REMOVED: Noun = Noun {
    name: "DocumentRemoved",
    sentence: "The document's key is destroyed, or was before under the same key: nobody can open it any more, whoever keeps its ciphertext.",
    of_subject: true,
    is_node: false,
    fields: &[OF],
};
