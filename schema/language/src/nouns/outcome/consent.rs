//! What a change of what binds the hub can come to: consents, recalls, agreements.

use super::MESSAGE;
use crate::nouns::{AGREEMENT, CONSENT, RECALL};
use crate::table::{Field, Noun, Read, Type};

pub(crate) static CONSENT_RECORDED: Noun = Noun {
    name: "ConsentRecorded",
    sentence: "The consent is on record and binds from now on.",
    of_subject: true,
    is_node: false,
    fields: &[
        record!(CONSENT, "consent"),
        Field::plain(
            "paperCode",
            Type::Text,
            "The code to print for her, where one was asked for. Told once: null when this was recorded before; `replacePaperCode` draws another.",
            Read::Column("paperCode"),
        ),
    ],
};

after!(
    CONSENT_NARROWED,
    "ConsentNarrowed",
    CONSENT,
    "consent",
    "A narrower consent stands in the place of the one before, and whoever lost something by it is recalled."
);

after!(
    CONSENT_EXTENDED,
    "ConsentExtended",
    CONSENT,
    "consent",
    "A wider consent stands in the place of the one before."
);

pub(crate) static CONSENTS_WITHDRAWN: Noun = Noun {
    name: "ConsentsWithdrawn",
    sentence: "What was named is withdrawn: no answer after this one rests on it, and whoever lost something is recalled.",
    of_subject: true,
    is_node: false,
    fields: &[MESSAGE],
};

pub(crate) static PAPER_CODE_REPLACED: Noun = Noun {
    name: "PaperCodeReplaced",
    sentence: "Another code is drawn; the one before is void.",
    of_subject: true,
    is_node: false,
    fields: &[Field::plain(
        "paperCode",
        Type::Text,
        "The code to print for her. Told once: null when it was drawn before under the same key.",
        Read::Column("paperCode"),
    )],
};

after!(
    RECALL_ANSWERED,
    "RecallAnswered",
    RECALL,
    "recall",
    "The answer is on record, and is told to the subject's owner."
);

after!(
    CONSENT_WITHDRAWN,
    "ConsentWithdrawn",
    CONSENT,
    "consent",
    "The consent is withdrawn: no answer after this one rests on it."
);

after!(
    AGREEMENT_DRAFTED,
    "AgreementDrafted",
    AGREEMENT,
    "agreement",
    "The agreement is drafted, or was before under the same key; nobody but the caller's organization sees it."
);

after!(
    AGREEMENT_STEPPED,
    "AgreementStepped",
    AGREEMENT,
    "agreement",
    "What was asked for is done, or was before under the same key."
);
