//! What people do about agreements. Each of these is for a signed-in person: a system agrees to nothing.

use sangam_vocabulary::{Category, Country, Purpose};
use sangam_workflow::agreement::{LegalBasis, RejectionReason};

use super::form::{BOOLEAN, DATE_TIME, ID, IDS, INT, KEY, VERSION, change, code, codes, payload};
use super::{Argument, Default, Input, InputType, Root, Shape};
use crate::caller::Scope;
use crate::nouns::AGREEMENT_PREVIEW;
use crate::nouns::outcome::{AGREEMENT_DRAFTED, AGREEMENT_STEPPED, ILLEGAL_STEP};

codes!(PURPOSE, PURPOSES, Purpose);
codes!(CATEGORY, CATEGORIES, Category);
codes!(COUNTRY, COUNTRIES, Country);
codes!(BASIS, BASES, LegalBasis);
const REASON: InputType = InputType::NonNull(&code::<RejectionReason>());

const AGREEMENT: Argument = Argument::new("agreement", ID, "The agreement, by id.");

static TERMS: Input = Input {
    name: "AgreementTermsInput",
    sentence: "The terms of an agreement.",
    fields: &[
        Argument::new(
            "disclosers",
            IDS,
            "The parties that may disclose, by id; the caller's organization is one of the parties.",
        ),
        Argument::new(
            "recipients",
            IDS,
            "The parties that may receive, by id. Nobody stands on both sides: the other direction is another agreement.",
        ),
        Argument::new("purposes", PURPOSES, "For which purposes."),
        Argument::new("categories", CATEGORIES, "Which categories."),
        Argument::new("countries", COUNTRIES, "Where a recipient may be; the recipients' own countries among them."),
        Argument::new("legalBases", BASES, "On what legal bases."),
        Argument::new("onward", BOOLEAN, "Whether a recipient may be the source for another recipient.")
            .or(Default::Boolean(false)),
        Argument::new("retentionDays", INT, "How many days a recipient keeps what it received, from 1 to 3,650."),
        Argument::new(
            "from",
            InputType::DateTime,
            "From when; absent: from when it is in force, as a newer version always binds.",
        ),
        Argument::new("until", DATE_TIME, "Until when: five years after it begins at most."),
    ],
};

const TERMS_TYPE: InputType = InputType::NonNull(&InputType::Input(&TERMS));
const THE_TERMS: Argument = Argument::new("terms", TERMS_TYPE, "What the parties would agree on.");

static DRAFT_AGREEMENT: Input = Input {
    name: "DraftAgreementInput",
    sentence: "An agreement to draft. Nobody but the caller's organization sees it until it is proposed.",
    fields: &[KEY, THE_TERMS],
};

static SUPERSEDE_AGREEMENT: Input = Input {
    name: "SupersedeAgreementInput",
    sentence: "A newer version of an agreement, to draft. Its parties are the same; it takes the older one's place when it comes into force, and binds from then.",
    fields: &[KEY, AGREEMENT, VERSION, THE_TERMS],
};

static REJECT_AGREEMENT: Input = Input {
    name: "RejectAgreementInput",
    sentence: "A proposed agreement to say no to.",
    fields: &[KEY, AGREEMENT, VERSION, Argument::new("reason", REASON, "Why. It is kept, and the parties see it.")],
};

payload!(
    DRAFT_AGREEMENT_PAYLOAD,
    "DraftAgreementPayload",
    "What drafting an agreement came to.",
    AGREEMENT_DRAFTED,
    ILLEGAL_STEP
);

payload!(
    SUPERSEDE_AGREEMENT_PAYLOAD,
    "SupersedeAgreementPayload",
    "What drafting a newer version of an agreement came to.",
    AGREEMENT_DRAFTED,
    ILLEGAL_STEP
);

macro_rules! step {
    ($payload:ident, $payload_name:literal, $came:literal) => {
        payload!($payload, $payload_name, $came, AGREEMENT_STEPPED, ILLEGAL_STEP);
    };
    ($input:ident, $input_name:literal, $sentence:literal, $payload:ident, $payload_name:literal, $came:literal) => {
        static $input: Input = Input { name: $input_name, sentence: $sentence, fields: &[KEY, AGREEMENT, VERSION] };
        step!($payload, $payload_name, $came);
    };
}

step!(REJECT_AGREEMENT_PAYLOAD, "RejectAgreementPayload", "What saying no to an agreement came to.");
step!(
    PROPOSE_AGREEMENT,
    "ProposeAgreementInput",
    "A draft to show to its parties.",
    PROPOSE_AGREEMENT_PAYLOAD,
    "ProposeAgreementPayload",
    "What proposing an agreement came to."
);
step!(
    APPROVE_AGREEMENT,
    "ApproveAgreementInput",
    "A proposed agreement to approve.",
    APPROVE_AGREEMENT_PAYLOAD,
    "ApproveAgreementPayload",
    "What approving an agreement came to."
);
step!(
    WITHDRAW_AGREEMENT,
    "WithdrawAgreementInput",
    "An own draft or proposal to take back.",
    WITHDRAW_AGREEMENT_PAYLOAD,
    "WithdrawAgreementPayload",
    "What taking an agreement back came to."
);
step!(
    SUSPEND_AGREEMENT,
    "SuspendAgreementInput",
    "An agreement to stop for the time being.",
    SUSPEND_AGREEMENT_PAYLOAD,
    "SuspendAgreementPayload",
    "What stopping an agreement came to."
);
step!(
    RESUME_AGREEMENT,
    "ResumeAgreementInput",
    "An agreement that the own party stopped and that is to go on.",
    RESUME_AGREEMENT_PAYLOAD,
    "ResumeAgreementPayload",
    "What letting an agreement go on came to."
);
step!(
    END_AGREEMENT,
    "EndAgreementInput",
    "An agreement to end.",
    END_AGREEMENT_PAYLOAD,
    "EndAgreementPayload",
    "What ending an agreement came to."
);

change!(
    DRAFT = "draftAgreement",
    DRAFT_AGREEMENT,
    DRAFT_AGREEMENT_PAYLOAD,
    Agreements,
    false,
    "Drafts an agreement. For an agreement officer of a full member."
);
change!(
    PROPOSE = "proposeAgreement",
    PROPOSE_AGREEMENT,
    PROPOSE_AGREEMENT_PAYLOAD,
    Agreements,
    false,
    "Shows a draft to its parties. For an agreement officer of the drafter's organization."
);
change!(
    APPROVE = "approveAgreement",
    APPROVE_AGREEMENT,
    APPROVE_AGREEMENT_PAYLOAD,
    Agreements,
    false,
    "Approves an agreement for the own party. For an agreement officer who did not draft it; with the second of each party it comes into force."
);
change!(
    REJECT = "rejectAgreement",
    REJECT_AGREEMENT,
    REJECT_AGREEMENT_PAYLOAD,
    Agreements,
    false,
    "Says no to a proposed agreement, for a coded reason; one party ends it by that. For an agreement officer."
);
change!(
    WITHDRAW = "withdrawAgreement",
    WITHDRAW_AGREEMENT,
    WITHDRAW_AGREEMENT_PAYLOAD,
    Agreements,
    false,
    "Takes back a draft or a proposal of the own organization. For an agreement officer."
);
change!(
    SUSPEND = "suspendAgreement",
    SUSPEND_AGREEMENT,
    SUSPEND_AGREEMENT_PAYLOAD,
    Agreements,
    false,
    "Stops an agreement, at once and for all its parties. For one agreement officer or administrator of any party."
);
change!(
    RESUME = "resumeAgreement",
    RESUME_AGREEMENT,
    RESUME_AGREEMENT_PAYLOAD,
    Agreements,
    false,
    "Agrees that an agreement goes on which the own party stopped. For an agreement officer; with the second one the own party stops it no more."
);
change!(
    END = "endAgreement",
    END_AGREEMENT,
    END_AGREEMENT_PAYLOAD,
    Agreements,
    false,
    "Ends an agreement, at once and for all its parties. For one agreement officer or administrator of any party."
);
change!(
    SUPERSEDE = "supersedeAgreement",
    SUPERSEDE_AGREEMENT,
    SUPERSEDE_AGREEMENT_PAYLOAD,
    Agreements,
    false,
    "Drafts a newer version of an agreement. When that comes into force, the older one has been superseded by it."
);

const BY_ID: &[Argument] = &[Argument::new("id", ID, "The agreement, by id.")];

/// What would change with an agreement.
pub(super) const PREVIEW: Root = Root {
    name: "previewAgreement",
    shape: Shape::List(&AGREEMENT_PREVIEW),
    sentence: "What would change if an agreement came into force, or ended where it is in force: one entry a category, and none for one that is over or of which the caller's organization is no party.",
    arguments: BY_ID,
    scope: Some(Scope::Agreements),
    cost: 50,
    of_subject: false,
};
