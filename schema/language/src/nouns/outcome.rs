//! What a change can come to: the members of the payload unions. Expected refusals are data, each with what
//! the caller can do next.

use super::partner::QUARANTINED;
use super::{CONSENT, ID, INT, PERSON, REFERRAL, TEXT, TEXTS};
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

/// A consent was recorded.
pub(crate) static CONSENT_RECORDED: Noun = Noun {
    name: "ConsentRecorded",
    sentence: "The consent is on record and binds from now on.",
    of_subject: true,
    is_node: false,
    fields: &[record!(CONSENT, "consent", "consent.", "The consent.")],
};

/// A consent was withdrawn.
pub(crate) static CONSENT_WITHDRAWN: Noun = Noun {
    name: "ConsentWithdrawn",
    sentence: "The consent is withdrawn: no answer after this one rests on it.",
    of_subject: true,
    is_node: false,
    fields: &[record!(CONSENT, "consent", "consent.", "The consent, ended.")],
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
