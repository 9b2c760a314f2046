//! What can be changed. The input objects mirror [`crate::Change`]; a test reads each through it.

use super::agreement;
use super::answer_link::{RESEND_ANSWER_LINK, SET_ANSWER_CONTACT};
use super::consent::{
    ANSWER_RECALL, EXTEND_CONSENT, GIVE_CONSENT, NARROW_CONSENT, REPLACE_PAPER_CODE, WITHDRAW_CONSENT,
    WITHDRAW_CONSENTS,
};
use super::document::{PREPARE_DOCUMENT_ROOT, REMOVE_DOCUMENT_ROOT};
use super::exception::{
    APPROVE_OVERRIDE_ROOT, ATTEST_ORDER_ROOT, DECLARE_EMERGENCY_ROOT, END_ORDER_ROOT, END_OVERRIDE_ROOT,
    RECORD_ORDER_ROOT, REQUEST_OVERRIDE_ROOT, REVIEW_EMERGENCY_ROOT,
};
use super::form::{BOOLEAN, ID, IDS, INT, KEY, SUBJECT, TEXT, VERSION, change, code, codes, payload};
use super::justice::{
    ACCEPT_INVITATION_ROOT, DECLINE_INVITATION_ROOT, END_CONTRIBUTION_ROOT, INVITE_CONTRIBUTOR_ROOT,
    RECORD_HEARING_ROOT, REPORT_RISK_ROOT, STEP_HEARING_ROOT,
};
use super::listing::SET_LISTING;
use super::notice::{CHOOSE_NOTICES, CONFIRM_NOTICE_ADDRESS, NAME_DEPUTY, SEE_NOTICES, SET_NOTICE_ADDRESS};
use super::organization::{LOCK_COUNTRY, LOCK_ORGANIZATION, REFUSE_ACCESSION, RELEASE_LOCK, SPONSOR_ACCESSION};
use super::repatriation::{NOTE_REPATRIATION, REQUEST_REPATRIATION, STEP_REPATRIATION, WITHDRAW_REPATRIATION};
use super::search::{ANSWER, LINK, MOVE, OPEN, RECORD, STEP};
use super::support::{CLOSE_SUPPORT_PLAN_ROOT, OPEN_SUPPORT_PLAN_ROOT, REVIEW_SUPPORT_PLAN_ROOT};
use super::{Argument, Default, Input, InputType, Root};
use crate::nouns::outcome::{
    ILLEGAL_STEP, MESSAGE_SENT, PEOPLE_REVIEWED, PERSON_INVITED, PERSON_RESUMED, PERSON_SUSPENDED, RECORD_GONE,
    RECORD_READ, RECORD_STILL_QUARANTINED, REFERRAL_DRAFTED, REFERRAL_SENT, ROLES_ASSIGNED, ROLES_PROPOSED,
    SERVICES_ANSWERED, STEP_TAKEN, TEAM_JOINED, TEAM_LEFT, TRANSFER_REFUSED,
};
use sangam_vocabulary::PersonRole;
use sangam_vocabulary::payload::ServiceCode;
use sangam_workflow::referral::{DeclineReason, Event, Urgency};
use sangam_workflow::service;

const INTS: InputType = InputType::NonNull(&InputType::List(&INT));

codes!(SERVICE, SERVICES, ServiceCode);
codes!(PERSON_ROLE, PERSON_ROLES, PersonRole);

const URGENCY: InputType = InputType::NonNull(&code::<Urgency>());
const EVENT: InputType = InputType::NonNull(&code::<Event>());
const SERVICE_EVENT: InputType = InputType::NonNull(&code::<service::Event>());
const REASON: InputType = code::<DeclineReason>();

const REFERRAL_FIELDS: &[Argument] = &[
    KEY,
    SUBJECT,
    Argument::new("recipient", ID, "The organization it is addressed to."),
    Argument::new("services", SERVICES, "The services asked for, each once."),
    Argument::new("note", InputType::Text, "What the one who will help should know; sealed with the services."),
    Argument::new("urgency", URGENCY, "How soon an answer is needed."),
    Argument::new(
        "answerBy",
        InputType::DateTime,
        "Until when an answer is asked for, from an hour to 30 days ahead; absent: 7 days for ROUTINE, a day for URGENT, 4 hours for EMERGENCY.",
    ),
    Argument::new(
        "reReferral",
        BOOLEAN,
        "Whether the same as before is meant, once more: then it is another referral, linked to the earlier one.",
    )
    .or(Default::Boolean(false)),
    Argument::new(
        "redirectedFrom",
        InputType::Id,
        "The own referral that was redirected, where this one goes to the organization that was named.",
    ),
    Argument::new(
        "transfer",
        BOOLEAN,
        "Whether the recipient that accepts it becomes the owner of the case: all of it, or nothing where consent, agreement or law withholds a category from it.",
    )
    .or(Default::Boolean(false)),
];

static SEND_REFERRAL: Input =
    Input { name: "SendReferralInput", sentence: "A referral to send.", fields: REFERRAL_FIELDS };

static DRAFT_REFERRAL: Input =
    Input { name: "DraftReferralInput", sentence: "A referral to write and not to send yet.", fields: REFERRAL_FIELDS };

static ANSWER_SERVICES: Input = Input {
    name: "AnswerServicesInput",
    sentence: "What the recipient says of single services of a referral.",
    fields: &[
        KEY,
        Argument::new("referral", ID, "The referral, by its id as this caller sees it."),
        Argument::new("version", INT, "The version of the referral that the caller saw."),
        Argument::new("services", INTS, "Which services, by their number in the referral's list, from 1."),
        Argument::new("event", SERVICE_EVENT, "What is said of them."),
        Argument::new("reason", REASON, "The reason, where they are declined."),
    ],
};

static SEND_MESSAGE: Input = Input {
    name: "SendMessageInput",
    sentence: "A message to the other side of a referral.",
    fields: &[
        KEY,
        Argument::new("referral", ID, "The referral, by its id as this caller sees it."),
        Argument::new("text", TEXT, "What is written; sealed in the category MESSAGES."),
    ],
};

static STEP_REFERRAL: Input = Input {
    name: "StepReferralInput",
    sentence: "A step for a referral to take.",
    fields: &[
        KEY,
        Argument::new("referral", ID, "The referral, by its id as this caller sees it."),
        VERSION,
        Argument::new("event", EVENT, "The step."),
        Argument::new("reason", REASON, "The reason, where the step asks for one."),
        Argument::new(
            "proposed",
            InputType::Id,
            "The organization that could help instead, where the step is REDIRECT.",
        ),
    ],
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
        VERSION,
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

payload!(SEND_REFERRAL_PAYLOAD, "SendReferralPayload", "What sending a referral came to.", REFERRAL_SENT);

payload!(
    STEP_REFERRAL_PAYLOAD,
    "StepReferralPayload",
    "What a step of a referral came to.",
    STEP_TAKEN,
    TRANSFER_REFUSED,
    ILLEGAL_STEP
);

payload!(
    ANSWER_SERVICES_PAYLOAD,
    "AnswerServicesPayload",
    "What an answer about services of a referral came to.",
    SERVICES_ANSWERED,
    ILLEGAL_STEP
);

payload!(
    REPLAY_RECORD_PAYLOAD,
    "ReplayRecordPayload",
    "What reading a quarantined record again came to.",
    RECORD_READ,
    RECORD_STILL_QUARANTINED,
    RECORD_GONE
);

payload!(DRAFT_REFERRAL_PAYLOAD, "DraftReferralPayload", "What writing a referral came to.", REFERRAL_DRAFTED);
payload!(SEND_MESSAGE_PAYLOAD, "SendMessagePayload", "What writing a message came to.", MESSAGE_SENT);
payload!(INVITE_PERSON_PAYLOAD, "InvitePersonPayload", "What inviting a person came to.", PERSON_INVITED);
payload!(REINVITE_PERSON_PAYLOAD, "ReinvitePersonPayload", "What another invitation came to.", PERSON_INVITED);
payload!(ASSIGN_ROLES_PAYLOAD, "AssignRolesPayload", "What assigning roles came to.", ROLES_ASSIGNED, ROLES_PROPOSED);
payload!(SUSPEND_PERSON_PAYLOAD, "SuspendPersonPayload", "What stopping an account came to.", PERSON_SUSPENDED);
payload!(RESUME_PERSON_PAYLOAD, "ResumePersonPayload", "What letting an account act again came to.", PERSON_RESUMED);
payload!(REVIEW_PEOPLE_PAYLOAD, "ReviewPeoplePayload", "What a review came to.", PEOPLE_REVIEWED);
payload!(JOIN_TEAM_PAYLOAD, "JoinTeamPayload", "What joining a team came to.", TEAM_JOINED);
payload!(LEAVE_TEAM_PAYLOAD, "LeaveTeamPayload", "What leaving a team came to.", TEAM_LEFT);

/// The fields of `Mutation`.
pub(crate) static MUTATIONS: &[Root] = &[
    change!("sendReferral", SEND_REFERRAL, SEND_REFERRAL_PAYLOAD, CasesWrite, true, "Sends a referral."),
    change!(
        "draftReferral",
        DRAFT_REFERRAL,
        DRAFT_REFERRAL_PAYLOAD,
        CasesWrite,
        true,
        "Writes a referral that is the sender's own until the step SEND."
    ),
    change!("stepReferral", STEP_REFERRAL, STEP_REFERRAL_PAYLOAD, CasesWrite, true, "Takes a step of a referral."),
    REQUEST_REPATRIATION,
    NOTE_REPATRIATION,
    STEP_REPATRIATION,
    WITHDRAW_REPATRIATION,
    change!(
        "answerServices",
        ANSWER_SERVICES,
        ANSWER_SERVICES_PAYLOAD,
        CasesWrite,
        true,
        "Answers single services of a referral: all of those named or none."
    ),
    change!(
        "sendMessage",
        SEND_MESSAGE,
        SEND_MESSAGE_PAYLOAD,
        CasesWrite,
        true,
        "Writes to the other side of a referral that has not ended."
    ),
    GIVE_CONSENT,
    NARROW_CONSENT,
    EXTEND_CONSENT,
    WITHDRAW_CONSENT,
    WITHDRAW_CONSENTS,
    REPLACE_PAPER_CODE,
    ANSWER_RECALL,
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
    ACCEPT_INVITATION_ROOT,
    agreement::APPROVE,
    agreement::DRAFT,
    agreement::END,
    agreement::PROPOSE,
    agreement::REJECT,
    agreement::RESUME,
    agreement::SUPERSEDE,
    agreement::SUSPEND,
    agreement::WITHDRAW,
    APPROVE_OVERRIDE_ROOT,
    ATTEST_ORDER_ROOT,
    DECLARE_EMERGENCY_ROOT,
    END_ORDER_ROOT,
    END_OVERRIDE_ROOT,
    RECORD_ORDER_ROOT,
    REQUEST_OVERRIDE_ROOT,
    REVIEW_EMERGENCY_ROOT,
    CLOSE_SUPPORT_PLAN_ROOT,
    DECLINE_INVITATION_ROOT,
    END_CONTRIBUTION_ROOT,
    INVITE_CONTRIBUTOR_ROOT,
    OPEN_SUPPORT_PLAN_ROOT,
    PREPARE_DOCUMENT_ROOT,
    RECORD_HEARING_ROOT,
    REMOVE_DOCUMENT_ROOT,
    REPORT_RISK_ROOT,
    REVIEW_SUPPORT_PLAN_ROOT,
    STEP_HEARING_ROOT,
    SPONSOR_ACCESSION,
    REFUSE_ACCESSION,
    LOCK_ORGANIZATION,
    LOCK_COUNTRY,
    RELEASE_LOCK,
    ANSWER,
    CHOOSE_NOTICES,
    CONFIRM_NOTICE_ADDRESS,
    LINK,
    MOVE,
    NAME_DEPUTY,
    OPEN,
    RECORD,
    RESEND_ANSWER_LINK,
    SEE_NOTICES,
    SET_ANSWER_CONTACT,
    SET_LISTING,
    SET_NOTICE_ADDRESS,
    STEP,
];
