//! What can be changed. The input objects mirror [`crate::Change`]; a test reads each through it.

use super::organization::{LOCK_COUNTRY, LOCK_ORGANIZATION, REFUSE_ACCESSION, RELEASE_LOCK, SPONSOR_ACCESSION};
use super::{Argument, Default, Input, InputType, Payload, Root, Shape};
use crate::caller::Scope;
use crate::nouns::codes::{ASSENT, CONSENT_EFFECT, CONSENT_GIVER};
use crate::nouns::outcome::{
    CONFLICT, CONSENT_RECORDED, CONSENT_WITHDRAWN, ILLEGAL_STEP, INVALID_INPUT, NOT_FOUND, NOT_PERMITTED, RECORD_GONE,
    RECORD_READ, RECORD_STILL_QUARANTINED, REFERRAL_SENT, STEP_TAKEN,
};
use crate::table::CodeList;
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Category, Country, Purpose};
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
    SPONSOR_ACCESSION,
    REFUSE_ACCESSION,
    LOCK_ORGANIZATION,
    LOCK_COUNTRY,
    RELEASE_LOCK,
];
