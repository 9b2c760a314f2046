//! What can be changed. The input objects mirror [`crate::Change`]; a test reads each through it.

use super::organization::{LOCK_COUNTRY, LOCK_ORGANIZATION, REFUSE_ACCESSION, RELEASE_LOCK, SPONSOR_ACCESSION};
use super::{Argument, Default, Input, InputType, Payload, Root, Shape};
use crate::caller::Scope;
use crate::nouns::codes::{ASSENT, CONSENT_EFFECT, CONSENT_GIVER};
use crate::nouns::outcome::{
    CONFLICT, CONSENT_RECORDED, CONSENT_WITHDRAWN, ILLEGAL_STEP, INVALID_INPUT, NOT_FOUND, NOT_PERMITTED,
    PEOPLE_REVIEWED, PERSON_INVITED, PERSON_RESUMED, PERSON_SUSPENDED, RECORD_GONE, RECORD_READ,
    RECORD_STILL_QUARANTINED, REFERRAL_SENT, ROLES_ASSIGNED, ROLES_PROPOSED, STEP_TAKEN, TEAM_JOINED, TEAM_LEFT,
};
use crate::table::CodeList;
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Category, Country, PersonRole, Purpose};
use sangam_workflow::referral::{DeclineReason, Event, Urgency};

const ID: InputType = InputType::NonNull(&InputType::Id);
const IDS: InputType = InputType::NonNull(&InputType::List(&ID));
const TEXT: InputType = InputType::NonNull(&InputType::Text);
const INT: InputType = InputType::NonNull(&InputType::Int);
const BOOLEAN: InputType = InputType::NonNull(&InputType::Boolean);
const BOOLEANS: InputType = InputType::NonNull(&InputType::List(&BOOLEAN));
const DATE_TIME: InputType = InputType::NonNull(&InputType::DateTime);

macro_rules! codes {
    ($one:ident, $many:ident, $code:ty) => {
        const $one: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<$code>()));
        const $many: InputType = InputType::NonNull(&InputType::List(&$one));
    };
}

codes!(SERVICE, SERVICES, ServiceCode);
codes!(PURPOSE, PURPOSES, Purpose);
codes!(CATEGORY, CATEGORIES, Category);
codes!(COUNTRY, COUNTRIES, Country);
codes!(PERSON_ROLE, PERSON_ROLES, PersonRole);

const URGENCY: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<Urgency>()));
const EVENT: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<Event>()));
const REASON: InputType = InputType::Code(CodeList::of::<DeclineReason>());
const EFFECT: InputType = InputType::NonNull(&InputType::Code(CONSENT_EFFECT));
const GIVER: InputType = InputType::NonNull(&InputType::Code(CONSENT_GIVER));
const ASSENTED: InputType = InputType::NonNull(&InputType::Code(ASSENT));

const KEY: Argument = Argument::new(
    "idempotencyKey",
    TEXT,
    "The caller's own key for this change: sent again with the same key, it is the same change and is made once.",
);

static SEND_REFERRAL: Input = Input {
    name: "SendReferralInput",
    sentence: "A referral to send.",
    fields: &[
        KEY,
        Argument::new("subject", ID, "The person, by the subject's id as this caller sees it."),
        Argument::new("recipient", ID, "The organization it is addressed to."),
        Argument::new("services", SERVICES, "The services asked for."),
        Argument::new("note", InputType::Text, "What the one who will help should know; sealed with the services."),
        Argument::new("urgency", URGENCY, "How soon an answer is needed."),
    ],
};

static STEP_REFERRAL: Input = Input {
    name: "StepReferralInput",
    sentence: "A step for a referral to take.",
    fields: &[
        KEY,
        Argument::new("referral", ID, "The referral, by its id as this caller sees it."),
        Argument::new("version", INT, "The version the caller saw."),
        Argument::new("event", EVENT, "The step."),
        Argument::new("reason", REASON, "The reason, where the step asks for one."),
    ],
};

static GIVE_CONSENT: Input = Input {
    name: "GiveConsentInput",
    sentence: "A consent to put on record for an own subject.",
    fields: &[
        KEY,
        Argument::new("subject", ID, "The person, by the subject's id as this caller sees it."),
        Argument::new("effect", EFFECT, "Whether it gives or takes."),
        Argument::new("givenBy", GIVER, "Who gave it."),
        Argument::new("noConflict", BOOLEAN, "Whether somebody checked that a guardian has no part in what happened.")
            .or(Default::Boolean(false)),
        Argument::new("assent", ASSENTED, "Whether the child agrees."),
        Argument::new("answers", BOOLEANS, "The answers to the seven HTCDS questions, in order."),
        Argument::new("purposes", PURPOSES, "For which purposes."),
        Argument::new("categories", CATEGORIES, "Which categories."),
        Argument::new("recipients", IDS, "To which organizations."),
        Argument::new("countries", COUNTRIES, "In which countries a recipient may be."),
        Argument::new("from", InputType::DateTime, "From when; absent: from now."),
        Argument::new("until", DATE_TIME, "Until when."),
    ],
};

static WITHDRAW_CONSENT: Input = Input {
    name: "WithdrawConsentInput",
    sentence: "A consent to withdraw.",
    fields: &[KEY, Argument::new("consent", ID, "The consent.")],
};

static REPLAY_RECORD: Input = Input {
    name: "ReplayRecordInput",
    sentence: "A quarantined record to read again, after its mapping was mended.",
    fields: &[KEY, Argument::new("record", ID, "The record's id in the quarantine.")],
};

const PERSON_ID: Argument = Argument::new("person", ID, "The person, by id.");
const SUBJECT_ID: Argument =
    Argument::new("subject", ID, "The case: the person it is about, by the subject's id as this caller sees it.");

static INVITE_PERSON: Input = Input {
    name: "InvitePersonInput",
    sentence: "A person to invite into the caller's organization.",
    fields: &[
        KEY,
        Argument::new(
            "pseudonym",
            TEXT,
            "What the person is called here: 1 to 64 characters of letters, digits, `-`, `.` and `_`; no name.",
        ),
        Argument::new("roles", PERSON_ROLES, "What the person is to do."),
    ],
};

static REINVITE_PERSON: Input = Input {
    name: "ReinvitePersonInput",
    sentence: "A person who has not come yet, to be given another code.",
    fields: &[KEY, PERSON_ID],
};

static ASSIGN_ROLES: Input = Input {
    name: "AssignRolesInput",
    sentence: "The roles of a person, or the confirmation of what another administrator proposed.",
    fields: &[
        KEY,
        PERSON_ID,
        Argument::new("version", INT, "The version the caller saw."),
        Argument::new("roles", PERSON_ROLES, "All roles from now on; none: the person may sign in and see nothing."),
    ],
};

static SUSPEND_PERSON: Input =
    Input { name: "SuspendPersonInput", sentence: "An account to stop.", fields: &[KEY, PERSON_ID] };

static RESUME_PERSON: Input = Input {
    name: "ResumePersonInput",
    sentence: "An account that is to act again after a suspension or a sleep.",
    fields: &[KEY, PERSON_ID],
};

static REVIEW_PEOPLE: Input = Input {
    name: "ReviewPeopleInput",
    sentence: "Accounts of which the caller says that they are still right.",
    fields: &[KEY, Argument::new("people", IDS, "The people, by id: 1 to 100, never oneself.")],
};

static JOIN_TEAM: Input = Input {
    name: "JoinTeamInput",
    sentence: "Somebody to put on the team of a case.",
    fields: &[KEY, SUBJECT_ID, PERSON_ID],
};

static LEAVE_TEAM: Input = Input {
    name: "LeaveTeamInput",
    sentence: "Somebody to take off the team of a case.",
    fields: &[KEY, SUBJECT_ID, PERSON_ID],
};

static SEND_REFERRAL_PAYLOAD: Payload = Payload {
    name: "SendReferralPayload",
    sentence: "What sending a referral came to.",
    members: &[&REFERRAL_SENT, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED, &CONFLICT],
};

static STEP_REFERRAL_PAYLOAD: Payload = Payload {
    name: "StepReferralPayload",
    sentence: "What a step of a referral came to.",
    members: &[&STEP_TAKEN, &ILLEGAL_STEP, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED, &CONFLICT],
};

static GIVE_CONSENT_PAYLOAD: Payload = Payload {
    name: "GiveConsentPayload",
    sentence: "What recording a consent came to.",
    members: &[&CONSENT_RECORDED, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED, &CONFLICT],
};

static WITHDRAW_CONSENT_PAYLOAD: Payload = Payload {
    name: "WithdrawConsentPayload",
    sentence: "What withdrawing a consent came to.",
    members: &[&CONSENT_WITHDRAWN, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED, &CONFLICT],
};

static REPLAY_RECORD_PAYLOAD: Payload = Payload {
    name: "ReplayRecordPayload",
    sentence: "What reading a quarantined record again came to.",
    members: &[
        &RECORD_READ,
        &RECORD_STILL_QUARANTINED,
        &RECORD_GONE,
        &INVALID_INPUT,
        &NOT_FOUND,
        &NOT_PERMITTED,
        &CONFLICT,
    ],
};

macro_rules! payload {
    ($payload:ident, $name:literal, $sentence:literal, $($member:ident),+) => {
        static $payload: Payload = Payload {
            name: $name,
            sentence: $sentence,
            members: &[$(&$member,)+ &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED, &CONFLICT],
        };
    };
}

payload!(INVITE_PERSON_PAYLOAD, "InvitePersonPayload", "What inviting a person came to.", PERSON_INVITED);
payload!(REINVITE_PERSON_PAYLOAD, "ReinvitePersonPayload", "What another invitation came to.", PERSON_INVITED);
payload!(ASSIGN_ROLES_PAYLOAD, "AssignRolesPayload", "What assigning roles came to.", ROLES_ASSIGNED, ROLES_PROPOSED);
payload!(SUSPEND_PERSON_PAYLOAD, "SuspendPersonPayload", "What stopping an account came to.", PERSON_SUSPENDED);
payload!(RESUME_PERSON_PAYLOAD, "ResumePersonPayload", "What letting an account act again came to.", PERSON_RESUMED);
payload!(REVIEW_PEOPLE_PAYLOAD, "ReviewPeoplePayload", "What a review came to.", PEOPLE_REVIEWED);
payload!(JOIN_TEAM_PAYLOAD, "JoinTeamPayload", "What joining a team came to.", TEAM_JOINED);
payload!(LEAVE_TEAM_PAYLOAD, "LeaveTeamPayload", "What leaving a team came to.", TEAM_LEFT);

macro_rules! change {
    ($name:literal, $input:ident, $payload:ident, $scope:ident, $of_subject:literal, $sentence:literal) => {
        Root {
            name: $name,
            shape: Shape::Payload(&$payload),
            sentence: $sentence,
            arguments: &[Argument::new("input", InputType::NonNull(&InputType::Input(&$input)), "The change.")],
            scope: Some(Scope::$scope),
            cost: 10,
            of_subject: $of_subject,
        }
    };
}

/// The fields of `Mutation`.
pub(crate) static MUTATIONS: &[Root] = &[
    change!("sendReferral", SEND_REFERRAL, SEND_REFERRAL_PAYLOAD, CasesWrite, true, "Sends a referral."),
    change!("stepReferral", STEP_REFERRAL, STEP_REFERRAL_PAYLOAD, CasesWrite, true, "Takes a step of a referral."),
    change!(
        "giveConsent",
        GIVE_CONSENT,
        GIVE_CONSENT_PAYLOAD,
        ConsentWrite,
        true,
        "Records a consent of an own subject."
    ),
    change!(
        "withdrawConsent",
        WITHDRAW_CONSENT,
        WITHDRAW_CONSENT_PAYLOAD,
        ConsentWrite,
        true,
        "Withdraws a consent, at once and for everyone it named."
    ),
    change!("replayRecord", REPLAY_RECORD, REPLAY_RECORD_PAYLOAD, Partners, false, "Reads a quarantined record again."),
    change!("invitePerson", INVITE_PERSON, INVITE_PERSON_PAYLOAD, People, false, "Invites a person."),
    change!(
        "reinvitePerson",
        REINVITE_PERSON,
        REINVITE_PERSON_PAYLOAD,
        People,
        false,
        "Gives another code to a person who has not come yet; the one before is void."
    ),
    change!(
        "assignRoles",
        ASSIGN_ROLES,
        ASSIGN_ROLES_PAYLOAD,
        People,
        false,
        "Gives a person other roles. That of an administrator takes two administrators."
    ),
    change!("suspendPerson", SUSPEND_PERSON, SUSPEND_PERSON_PAYLOAD, People, false, "Stops an account."),
    change!("resumePerson", RESUME_PERSON, RESUME_PERSON_PAYLOAD, People, false, "Lets an account act again."),
    change!(
        "reviewPeople",
        REVIEW_PEOPLE,
        REVIEW_PEOPLE_PAYLOAD,
        People,
        false,
        "Says of accounts that they are still right, as every quarter asks for: of all of them or of none."
    ),
    change!("joinTeam", JOIN_TEAM, JOIN_TEAM_PAYLOAD, Teams, false, "Puts a case worker on the team of a case."),
    change!("leaveTeam", LEAVE_TEAM, LEAVE_TEAM_PAYLOAD, Teams, false, "Takes a person off the team of a case."),
    SPONSOR_ACCESSION,
    REFUSE_ACCESSION,
    LOCK_ORGANIZATION,
    LOCK_COUNTRY,
    RELEASE_LOCK,
];
