//! What a change of an organization's own house can come to: its people, its partners' records, its locks.

use super::MESSAGE;
use crate::nouns::partner::QUARANTINED;
use crate::nouns::{ID, INT, PERSON};
use crate::table::{Field, Noun, Read, Type};

outcome!(
    RECORD_READ,
    "RecordRead",
    "The record was read and has left the quarantine.",
    [Field::plain("id", ID, "The id it had in the quarantine.", Read::Column("id"))]
);

after!(RECORD_STILL_QUARANTINED, "RecordStillQuarantined", QUARANTINED, "record", "The record still cannot be read.");

outcome!(
    RECORD_GONE,
    "RecordGone",
    "The partner's system no longer has the record or no longer shares it with the hub: it has left the \
               quarantine, and what the hub had of it before is shown to nobody but its owner.",
    [MESSAGE, Field::plain("id", ID, "The id it had in the quarantine.", Read::Column("id"))]
);

after!(ROLES_ASSIGNED, "RolesAssigned", PERSON, "person", "The person has the roles; the sessions of before are void.");

after!(
    ROLES_PROPOSED,
    "RolesProposed",
    PERSON,
    "person",
    "The person has the other roles; that of an administrator waits for a second administrator, who assigns it too, for seven days."
);

after!(
    PERSON_SUSPENDED,
    "PersonSuspended",
    PERSON,
    "person",
    "The account is stopped: its sessions end within five seconds, its invitation and its proposals are void."
);

after!(
    PERSON_RESUMED,
    "PersonResumed",
    PERSON,
    "person",
    "The account may act again. The role of an administrator waits for a second administrator, as if it were new."
);

after!(TEAM_JOINED, "TeamJoined", PERSON, "person", "The person is on the team of the case.");

after!(TEAM_LEFT, "TeamLeft", PERSON, "person", "The person is no longer on the team of the case.");

outcome!(
    PERSON_INVITED,
    "PersonInvited",
    "The person is invited, or was before under the same key. The role of an administrator waits for a second administrator.",
    [
        record!(PERSON, "person"),
        Field::plain(
            "code",
            Type::Text,
            "The code to sign in with for the first time. It is told once: null when the same key made the invitation before; `reinvitePerson` makes another.",
            Read::Column("code"),
        ),
        Field::plain("codeUntil", Type::DateTime, "Until when the code can be taken.", Read::Column("codeUntil")),
    ]
);

outcome!(
    PEOPLE_REVIEWED,
    "PeopleReviewed",
    "The accounts are reviewed for another quarter.",
    [Field::plain("reviewed", INT, "How many.", Read::Column("reviewed"))]
);

outcome!(
    SUBJECTS_LOCKED,
    "SubjectsLocked",
    "The subjects are locked, or were before: nothing about them leaves the hub.",
    [
        MESSAGE,
        Field::plain(
            "id",
            ID,
            "The lock's id. Whoever is to help open it has to be told; nobody else sees it.",
            Read::Column("id"),
        ),
    ]
);

outcome!(
    VOICE_RECORDED,
    "VoiceRecorded",
    "What the member says of the applicant is on record; its last word counts.",
    [MESSAGE, Field::plain("id", ID, "The application's id.", Read::Column("id"))]
);

outcome!(
    LOCK_RELEASED,
    "LockReleased",
    "It is on record that this person agrees that the lock ends.",
    [MESSAGE, Field::plain("id", ID, "The lock's id.", Read::Column("id"))]
);
