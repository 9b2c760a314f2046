//! Documents: what can be read and changed of them here. The input objects mirror `crate::change`'s room of the same name.

use sangam_vocabulary::payload::PaperKind;

use super::form::{ID, KEY, SUBJECT, change, code, payload};
use super::{Argument, Input, InputType};
use crate::nouns::{DOCUMENT_PREPARED, DOCUMENT_REMOVED};

const PAPER: InputType = InputType::NonNull(&code::<PaperKind>());

static PREPARE_DOCUMENT: Input = Input {
    name: "PrepareDocumentInput",
    sentence: "A document to store.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new(
            "referral",
            InputType::Id,
            "The referral it hangs on, by its id as this caller sees it; absent: the person's own record.",
        ),
        Argument::new("paper", PAPER, "What it is; sealed."),
    ],
};

static REMOVE_DOCUMENT: Input = Input {
    name: "RemoveDocumentInput",
    sentence: "A document to remove.",
    fields: &[KEY, Argument::new("document", ID, "The document, by its id as this caller sees it.")],
};

payload!(PREPARE_DOCUMENT_PAYLOAD, "PrepareDocumentPayload", "What preparing a document came to.", DOCUMENT_PREPARED);
payload!(REMOVE_DOCUMENT_PAYLOAD, "RemoveDocumentPayload", "What removing a document came to.", DOCUMENT_REMOVED);

change!(
    PREPARE_DOCUMENT_ROOT = "prepareDocument",
    PREPARE_DOCUMENT,
    PREPARE_DOCUMENT_PAYLOAD,
    CasesWrite,
    true,
    "Prepares a document about an own subject: the answer says where its bytes are to be put."
);
change!(
    REMOVE_DOCUMENT_ROOT = "removeDocument",
    REMOVE_DOCUMENT,
    REMOVE_DOCUMENT_PAYLOAD,
    CasesWrite,
    true,
    "Removes a document about an own subject for good."
);
