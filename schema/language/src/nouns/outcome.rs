//! What a change can come to: the members of the payload unions. Expected refusals are data, each with what
//! the caller can do next.

use super::partner::QUARANTINED;
use super::search::REQUEST_ALONE;
use super::{
    AGREEMENT, ARRIVAL, CATEGORIES, CONSENT, CONTRIBUTION, HEARING, ID, INT, PERSON, RECALL, REFERRAL,
    REFERRAL_MESSAGE, REPATRIATION, RISK, SEARCH, SUPPORT_PLAN, TEXT, TEXTS,
};
use crate::table::{Field, Noun, Read, Type};

macro_rules! record {
    ($noun:ident, $name:literal, $prefix:literal, $sentence:literal) => {
        Field::plain($name, Type::NonNull(&Type::Object(&$noun)), $sentence, Read::Within($prefix))
    };
}

const MESSAGE: Field = Field::plain(
    "message",
    TEXT,
    "What is wrong and what to do next; holds nothing the caller sent.",
    Read::Column("message"),
);

/// A referral was sent.
pub(crate) static REFERRAL_SENT: Noun = Noun {
    name: "ReferralSent",
    sentence: "The referral was sent, or was sent before under the same key.",
    of_subject: true,
    is_node: false,
    fields: &[record!(REFERRAL, "referral", "referral.", "The referral.")],
};

/// A step was taken.
pub(crate) static STEP_TAKEN: Noun = Noun {
    name: "StepTaken",
    sentence: "The referral took the step, or took it before under the same key.",
    of_subject: true,
    is_node: false,
    fields: &[record!(REFERRAL, "referral", "referral.", "The referral after the step.")],
};

/// A referral was written.
pub(crate) static REFERRAL_DRAFTED: Noun = Noun {
    name: "ReferralDrafted",
    sentence: "The referral is written and not sent, or was written before under the same key.",
    of_subject: true,
    is_node: false,
    fields: &[record!(REFERRAL, "referral", "referral.", "The draft.")],
};

/// A transfer was not accepted.
pub(crate) static TRANSFER_REFUSED: Noun = Noun {
    name: "TransferRefused",
    sentence: "Responsibility cannot go over: whoever owns a case reads all of it, and of what is there something is withheld from the recipient. Nothing was done.",
    of_subject: false,
    is_node: false,
    fields: &[
        MESSAGE,
        Field::plain(
            "categories",
            CATEGORIES,
            "The categories that are there and withheld from the recipient for this referral.",
            Read::Column("categories"),
        ),
    ],
};

/// Services were answered.
pub(crate) static SERVICES_ANSWERED: Noun = Noun {
    name: "ServicesAnswered",
    sentence: "The services are answered, or were answered before under the same key.",
    of_subject: true,
    is_node: false,
    fields: &[record!(REFERRAL, "referral", "referral.", "The referral with the answers.")],
};

/// A message was written.
pub(crate) static MESSAGE_SENT: Noun = Noun {
    name: "MessageSent",
    sentence: "The other side of the referral has the message, or had it before under the same key.",
    of_subject: true,
    is_node: false,
    fields: &[record!(REFERRAL_MESSAGE, "sent", "sent.", "The message.")],
};

/// A step was not legal.
pub(crate) static ILLEGAL_STEP: Noun = Noun {
    name: "IllegalStep",
    sentence: "The record cannot take that step now.",
    of_subject: false,
    is_node: false,
    fields: &[
        MESSAGE,
        Field::plain("legal", TEXTS, "The steps this caller can take now, by code.", Read::Column("legal")),
        Field::plain(
            "missing",
            TEXTS,
            "What must be there before the step, by code; empty where the step itself is not legal.",
            Read::Column("missing"),
        ),
    ],
};

macro_rules! of_repatriation {
    ($noun:ident, $name:literal, $sentence:literal) => {
        #[doc = $sentence]
        pub(crate) static $noun: Noun = Noun {
            name: $name,
            sentence: $sentence,
            of_subject: true,
            is_node: false,
            fields: &[record!(REPATRIATION, "repatriation", "repatriation.", "The request as it is now.")],
        };
    };
}

of_repatriation!(
    REPATRIATION_REQUESTED,
    "RepatriationRequested",
    "The request is begun, or was before: while one is open, the same is the same."
);
of_repatriation!(REPATRIATION_NOTED, "RepatriationNoted", "It is on record.");
of_repatriation!(
    REPATRIATION_STEPPED,
    "RepatriationStepped",
    "The request took the step, or took it before under the same key."
);
of_repatriation!(REPATRIATION_WITHDRAWN, "RepatriationWithdrawn", "Her no is on record: nothing goes on.");

/// Defines a member that is a record after a change.
macro_rules! of_record {
    ($noun:ident, $name:literal, $record:ident, $field:literal, $prefix:literal, $sentence:literal) => {
        #[doc = $sentence]
        pub(crate) static $noun: Noun = Noun {
            name: $name,
            sentence: $sentence,
            of_subject: true,
            is_node: false,
            fields: &[record!($record, $field, $prefix, "The record as it is now.")],
        };
    };
}

of_record!(
    CONTRIBUTOR_INVITED,
    "ContributorInvited",
    CONTRIBUTION,
    "contribution",
    "contribution.",
    "The organization is invited, or was invited before under the same key."
);
of_record!(
    CONTRIBUTION_CHANGED,
    "ContributionChanged",
    CONTRIBUTION,
    "contribution",
    "contribution.",
    "The invitation is answered or the contribution ended, or was before under the same key."
);
of_record!(
    HEARING_RECORDED,
    "HearingRecorded",
    HEARING,
    "hearing",
    "hearing.",
    "The hearing is on record, or was before under the same key."
);
of_record!(
    HEARING_STEPPED,
    "HearingStepped",
    HEARING,
    "hearing",
    "hearing.",
    "The hearing took the step, or took it before under the same key."
);
of_record!(
    SUPPORT_PLAN_OPENED,
    "SupportPlanOpened",
    SUPPORT_PLAN,
    "plan",
    "plan.",
    "The support plan is open, or was opened before under the same key."
);
of_record!(
    SUPPORT_PLAN_CHANGED,
    "SupportPlanChanged",
    SUPPORT_PLAN,
    "plan",
    "plan.",
    "The support plan was looked at or closed, or was before under the same key."
);
of_record!(
    RISK_REPORTED,
    "RiskReported",
    RISK,
    "risk",
    "risk.",
    "The danger is on record, and told to the person's lawyers and the holder of her case."
);

/// A search was opened.
pub(crate) static SEARCH_OPENED: Noun = Noun {
    name: "SearchOpened",
    sentence: "The search is open, or was opened before under the same key.",
    of_subject: true,
    is_node: false,
    fields: &[record!(SEARCH, "search", "search.", "The search.")],
};

/// An own search took a step.
pub(crate) static SEARCH_STEPPED: Noun = Noun {
    name: "SearchStepped",
    sentence: "The search took the step, or took it before under the same key.",
    of_subject: true,
    is_node: false,
    fields: &[record!(SEARCH, "search", "search.", "The search after the step.")],
};

/// A request to look took a step.
pub(crate) static SEARCH_ANSWERED: Noun = Noun {
    name: "SearchAnswered",
    sentence: "The request took the step, or took it before under the same key. It says nothing of the person who is looked for, so that a step leaves no trace where whoever asks would read it.",
    of_subject: true,
    is_node: false,
    fields: REQUEST_ALONE,
};

/// An arrival was recorded.
pub(crate) static ARRIVAL_RECORDED: Noun = Noun {
    name: "ArrivalRecorded",
    sentence: "The arrival is on record, or was put there before under the same key.",
    of_subject: true,
    is_node: false,
    fields: &[record!(ARRIVAL, "arrival", "arrival.", "The arrival.")],
};

/// An arrival took a step.
pub(crate) static ARRIVAL_STEPPED: Noun = Noun {
    name: "ArrivalStepped",
    sentence: "The arrival took the step, or took it before under the same key.",
    of_subject: true,
    is_node: false,
    fields: &[record!(ARRIVAL, "arrival", "arrival.", "The arrival after the step.")],
};

/// An arrival was linked to a referral.
pub(crate) static ARRIVAL_LINKED: Noun = Noun {
    name: "ArrivalLinked",
    sentence: "The arrival names the referral, or named it before.",
    of_subject: true,
    is_node: false,
    fields: &[record!(ARRIVAL, "arrival", "arrival.", "The arrival.")],
};

/// A consent was recorded.
pub(crate) static CONSENT_RECORDED: Noun = Noun {
    name: "ConsentRecorded",
    sentence: "The consent is on record and binds from now on.",
    of_subject: true,
    is_node: false,
    fields: &[
        record!(CONSENT, "consent", "consent.", "The consent."),
        Field::plain(
            "paperCode",
            Type::Text,
            "The code to print for her, where one was asked for. Told once: null when this was recorded before; `replacePaperCode` draws another.",
            Read::Column("paperCode"),
        ),
    ],
};

/// A consent was narrowed.
pub(crate) static CONSENT_NARROWED: Noun = Noun {
    name: "ConsentNarrowed",
    sentence: "A narrower consent stands in the place of the one before, and whoever lost something by it is recalled.",
    of_subject: true,
    is_node: false,
    fields: &[record!(CONSENT, "consent", "consent.", "The narrower consent.")],
};

/// A consent was extended.
pub(crate) static CONSENT_EXTENDED: Noun = Noun {
    name: "ConsentExtended",
    sentence: "A wider consent stands in the place of the one before.",
    of_subject: true,
    is_node: false,
    fields: &[record!(CONSENT, "consent", "consent.", "The wider consent.")],
};

/// Consent was withdrawn by somebody in the case.
pub(crate) static CONSENTS_WITHDRAWN: Noun = Noun {
    name: "ConsentsWithdrawn",
    sentence: "What was named is withdrawn: no answer after this one rests on it, and whoever lost something is recalled.",
    of_subject: true,
    is_node: false,
    fields: &[MESSAGE],
};

/// A paper code was drawn.
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

/// A recall was answered.
pub(crate) static RECALL_ANSWERED: Noun = Noun {
    name: "RecallAnswered",
    sentence: "The answer is on record, and is told to the subject's owner.",
    of_subject: true,
    is_node: false,
    fields: &[record!(RECALL, "recall", "recall.", "The recall, answered.")],
};

/// A consent was withdrawn.
pub(crate) static CONSENT_WITHDRAWN: Noun = Noun {
    name: "ConsentWithdrawn",
    sentence: "The consent is withdrawn: no answer after this one rests on it.",
    of_subject: true,
    is_node: false,
    fields: &[record!(CONSENT, "consent", "consent.", "The consent, ended.")],
};

/// An agreement was drafted.
pub(crate) static AGREEMENT_DRAFTED: Noun = Noun {
    name: "AgreementDrafted",
    sentence: "The agreement is drafted, or was before under the same key; nobody but the caller's organization sees it.",
    of_subject: false,
    is_node: false,
    fields: &[record!(AGREEMENT, "agreement", "agreement.", "The draft.")],
};

/// An agreement took a step.
pub(crate) static AGREEMENT_STEPPED: Noun = Noun {
    name: "AgreementStepped",
    sentence: "What was asked for is done, or was before under the same key.",
    of_subject: false,
    is_node: false,
    fields: &[record!(AGREEMENT, "agreement", "agreement.", "The agreement as it is now.")],
};

/// A quarantined record was read.
pub(crate) static RECORD_READ: Noun = Noun {
    name: "RecordRead",
    sentence: "The record was read and has left the quarantine.",
    of_subject: false,
    is_node: false,
    fields: &[Field::plain("id", ID, "The id it had in the quarantine.", Read::Column("id"))],
};

/// A quarantined record is still not readable.
pub(crate) static RECORD_STILL_QUARANTINED: Noun = Noun {
    name: "RecordStillQuarantined",
    sentence: "The record still cannot be read.",
    of_subject: false,
    is_node: false,
    fields: &[record!(QUARANTINED, "record", "record.", "The record, and where it fails now.")],
};

/// A quarantined record is no longer there to be read.
pub(crate) static RECORD_GONE: Noun = Noun {
    name: "RecordGone",
    sentence: "The partner's system no longer has the record or no longer shares it with the hub: it has left the \
               quarantine, and what the hub had of it before is shown to nobody but its owner.",
    of_subject: false,
    is_node: false,
    fields: &[MESSAGE, Field::plain("id", ID, "The id it had in the quarantine.", Read::Column("id"))],
};

const AN_ACCOUNT: Type = Type::NonNull(&Type::Object(&PERSON));
/// A field of an outcome that is the person's account.
const THE_PERSON: Field = Field::plain("person", AN_ACCOUNT, "The account as it is now.", Read::Within("person."));

macro_rules! of_person {
    ($noun:ident, $name:literal, $sentence:literal) => {
        #[doc = $sentence]
        pub(crate) static $noun: Noun =
            Noun { name: $name, sentence: $sentence, of_subject: false, is_node: false, fields: &[THE_PERSON] };
    };
}

of_person!(ROLES_ASSIGNED, "RolesAssigned", "The person has the roles; the sessions of before are void.");
of_person!(
    ROLES_PROPOSED,
    "RolesProposed",
    "The person has the other roles; that of an administrator waits for a second administrator, who assigns it too, for seven days."
);
of_person!(
    PERSON_SUSPENDED,
    "PersonSuspended",
    "The account is stopped: its sessions end within five seconds, its invitation and its proposals are void."
);
of_person!(
    PERSON_RESUMED,
    "PersonResumed",
    "The account may act again. The role of an administrator waits for a second administrator, as if it were new."
);
of_person!(TEAM_JOINED, "TeamJoined", "The person is on the team of the case.");
of_person!(TEAM_LEFT, "TeamLeft", "The person is no longer on the team of the case.");

/// Somebody was invited.
pub(crate) static PERSON_INVITED: Noun = Noun {
    name: "PersonInvited",
    sentence: "The person is invited, or was before under the same key. The role of an administrator waits for a second administrator.",
    of_subject: false,
    is_node: false,
    fields: &[
        THE_PERSON,
        Field::plain(
            "code",
            Type::Text,
            "The code to sign in with for the first time. It is told once: null when the same key made the invitation before; `reinvitePerson` makes another.",
            Read::Column("code"),
        ),
        Field::plain("codeUntil", Type::DateTime, "Until when the code can be taken.", Read::Column("codeUntil")),
    ],
};

/// Accounts were reviewed.
pub(crate) static PEOPLE_REVIEWED: Noun = Noun {
    name: "PeopleReviewed",
    sentence: "The accounts are reviewed for another quarter.",
    of_subject: false,
    is_node: false,
    fields: &[Field::plain("reviewed", INT, "How many.", Read::Column("reviewed"))],
};

/// Subjects are locked.
pub(crate) static SUBJECTS_LOCKED: Noun = Noun {
    name: "SubjectsLocked",
    sentence: "The subjects are locked, or were before: nothing about them leaves the hub.",
    of_subject: false,
    is_node: false,
    fields: &[
        MESSAGE,
        Field::plain(
            "id",
            ID,
            "The lock's id. Whoever is to help open it has to be told; nobody else sees it.",
            Read::Column("id"),
        ),
    ],
};

/// A member spoke for an applicant or against it.
pub(crate) static VOICE_RECORDED: Noun = Noun {
    name: "VoiceRecorded",
    sentence: "What the member says of the applicant is on record; its last word counts.",
    of_subject: false,
    is_node: false,
    fields: &[MESSAGE, Field::plain("id", ID, "The application's id.", Read::Column("id"))],
};

/// Somebody agreed that a lock ends.
pub(crate) static LOCK_RELEASED: Noun = Noun {
    name: "LockReleased",
    sentence: "It is on record that this person agrees that the lock ends.",
    of_subject: false,
    is_node: false,
    fields: &[MESSAGE, Field::plain("id", ID, "The lock's id.", Read::Column("id"))],
};

/// Something in the input is wrong.
pub(crate) static INVALID_INPUT: Noun = Noun {
    name: "InvalidInput",
    sentence: "Something in the input is wrong.",
    of_subject: false,
    is_node: false,
    fields: &[MESSAGE, Field::plain("path", TEXT, "JSON pointer into the input.", Read::Column("path"))],
};

/// Nothing of that id exists for the caller.
pub(crate) static NOT_FOUND: Noun = Noun {
    name: "NotFound",
    sentence: "Nothing of that id exists for this caller and purpose.",
    of_subject: false,
    is_node: false,
    fields: &[MESSAGE],
};

/// The caller may not make the change.
pub(crate) static NOT_PERMITTED: Noun = Noun {
    name: "NotPermitted",
    sentence: "The record exists for this caller, but the change is for somebody else to make.",
    of_subject: false,
    is_node: false,
    fields: &[MESSAGE],
};

/// The record changed, or the key was used for something else.
pub(crate) static CONFLICT: Noun = Noun {
    name: "Conflict",
    sentence: "The record is no longer what the caller saw, or the idempotency key was used for another change.",
    of_subject: false,
    is_node: false,
    fields: &[
        MESSAGE,
        Field::plain(
            "version",
            Type::Int,
            "The version now; null when the key is what conflicts.",
            Read::Column("version"),
        ),
    ],
};
