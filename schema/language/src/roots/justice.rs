//! Who takes part in a case, dates in court, and what a witness fears: what can be changed of them. The input objects
//! mirror `crate::change`'s room of the same name.

use sangam_vocabulary::Purpose;
use sangam_vocabulary::payload::ProtectionMeasure;
use sangam_workflow::contribution::ContributorSeat;
use sangam_workflow::hearing::{AdjournReason, Event, Kind};
use sangam_workflow::risk::Kind as RiskKind;

use super::{Argument, Default, Input, InputType, Payload, Root, Shape};
use crate::caller::Scope;
use crate::nouns::outcome::{
    CONFLICT, CONTRIBUTION_CHANGED, CONTRIBUTOR_INVITED, HEARING_RECORDED, HEARING_STEPPED, ILLEGAL_STEP,
    INVALID_INPUT, NOT_FOUND, NOT_PERMITTED, RISK_REPORTED,
};
use crate::table::CodeList;

const ID: InputType = InputType::NonNull(&InputType::Id);
const INT: InputType = InputType::NonNull(&InputType::Int);
const DATE_TIME: InputType = InputType::NonNull(&InputType::DateTime);
const BOOLEAN: InputType = InputType::NonNull(&InputType::Boolean);
const SEAT: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<ContributorSeat>()));
const PURPOSE: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<Purpose>()));
const KIND: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<Kind>()));
const EVENT: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<Event>()));
const REASON: InputType = InputType::Code(CodeList::of::<AdjournReason>());
const MEASURE: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<ProtectionMeasure>()));
const MEASURES: InputType = InputType::List(&MEASURE);
const RISK_KIND: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<RiskKind>()));

const KEY: Argument = Argument::new(
    "idempotencyKey",
    InputType::NonNull(&InputType::Text),
    "The caller's own key for this change: sent again with the same key, it is the same change and is made once.",
);
const SUBJECT: Argument = Argument::new("subject", ID, "The person, by the subject's id as this caller sees it.");
const CONTRIBUTION: Argument = Argument::new("contribution", ID, "The contribution, by its id as this caller sees it.");
const VERSION: Argument = Argument::new("version", INT, "The version the caller saw.");
const SAFE_TO_CALL: Argument =
    Argument::new("safeToCall", BOOLEAN, "Whether it is safe to call her about it.").or(Default::Boolean(false));

static INVITE_CONTRIBUTOR: Input = Input {
    name: "InviteContributorInput",
    sentence: "An organization to invite to a case.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new("organization", ID, "The organization."),
        Argument::new("seat", SEAT, "As what."),
        Argument::new("purpose", PURPOSE, "Why: the one purpose it can ask for through its seat."),
        Argument::new("until", DATE_TIME, "Until when: at most 365 days from now."),
    ],
};

static ACCEPT_INVITATION: Input = Input {
    name: "AcceptInvitationInput",
    sentence: "An invitation to accept.",
    fields: &[KEY, CONTRIBUTION, VERSION],
};

static DECLINE_INVITATION: Input = Input {
    name: "DeclineInvitationInput",
    sentence: "An invitation to decline.",
    fields: &[KEY, CONTRIBUTION, VERSION],
};

static END_CONTRIBUTION: Input = Input {
    name: "EndContributionInput",
    sentence: "A contribution to end, or an invitation to take back.",
    fields: &[KEY, CONTRIBUTION, VERSION],
};

static RECORD_HEARING: Input = Input {
    name: "RecordHearingInput",
    sentence: "A date in court to record.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new("kind", KIND, "What it is for."),
        Argument::new("takesPlaceAt", DATE_TIME, "When it takes place."),
        Argument::new("court", InputType::Text, "Which court or committee; sealed."),
        Argument::new("note", InputType::Text, "What whoever goes there should know; sealed."),
        Argument::new("protectionMeasures", MEASURES, "What protects her there; sealed."),
        Argument::new("protectionNote", InputType::Text, "How that is to be done, and by whom; sealed."),
        SAFE_TO_CALL,
        Argument::new("holdsReturn", BOOLEAN, "Whether her return waits for it.").or(Default::Boolean(false)),
    ],
};

static STEP_HEARING: Input = Input {
    name: "StepHearingInput",
    sentence: "A step for a hearing to take.",
    fields: &[
        KEY,
        Argument::new("hearing", ID, "The hearing, by its id as this caller sees it."),
        VERSION,
        Argument::new("event", EVENT, "The step."),
        Argument::new("reason", REASON, "The reason, where the step asks for one."),
        Argument::new("takesPlaceAt", InputType::DateTime, "The new date; RESCHEDULE asks for it."),
        Argument::new(
            "released",
            BOOLEAN,
            "With HEAR: whether the court, having heard her, no longer holds her return.",
        )
        .or(Default::Boolean(false)),
    ],
};

static REPORT_RISK: Input = Input {
    name: "ReportRiskInput",
    sentence: "A danger to a witness to report.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new("kind", RISK_KIND, "What it is."),
        Argument::new("note", InputType::Text, "What is known of it; sealed."),
        SAFE_TO_CALL,
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

payload!(
    INVITE_CONTRIBUTOR_PAYLOAD,
    "InviteContributorPayload",
    "What inviting an organization came to.",
    CONTRIBUTOR_INVITED
);
payload!(
    ACCEPT_INVITATION_PAYLOAD,
    "AcceptInvitationPayload",
    "What accepting came to.",
    CONTRIBUTION_CHANGED,
    ILLEGAL_STEP
);
payload!(
    DECLINE_INVITATION_PAYLOAD,
    "DeclineInvitationPayload",
    "What declining came to.",
    CONTRIBUTION_CHANGED,
    ILLEGAL_STEP
);
payload!(
    END_CONTRIBUTION_PAYLOAD,
    "EndContributionPayload",
    "What ending a contribution came to.",
    CONTRIBUTION_CHANGED,
    ILLEGAL_STEP
);
payload!(RECORD_HEARING_PAYLOAD, "RecordHearingPayload", "What recording a hearing came to.", HEARING_RECORDED);
payload!(
    STEP_HEARING_PAYLOAD,
    "StepHearingPayload",
    "What a step of a hearing came to.",
    HEARING_STEPPED,
    ILLEGAL_STEP
);
payload!(REPORT_RISK_PAYLOAD, "ReportRiskPayload", "What reporting a danger came to.", RISK_REPORTED);

const fn change(
    name: &'static str,
    arguments: &'static [Argument],
    payload: &'static Payload,
    sentence: &'static str,
) -> Root {
    Root {
        name,
        shape: Shape::Payload(payload),
        sentence,
        arguments,
        scope: Some(Scope::CasesWrite),
        cost: 10,
        of_subject: true,
    }
}

macro_rules! input {
    ($name:ident, $ty:ident, $input:ident) => {
        const $ty: InputType = InputType::NonNull(&InputType::Input(&$input));
        const $name: &[Argument] = &[Argument::new("input", $ty, "The change.")];
    };
}

input!(INVITE, INVITE_TYPE, INVITE_CONTRIBUTOR);
input!(ACCEPT, ACCEPT_TYPE, ACCEPT_INVITATION);
input!(DECLINE, DECLINE_TYPE, DECLINE_INVITATION);
input!(END, END_TYPE, END_CONTRIBUTION);
input!(RECORD, RECORD_TYPE, RECORD_HEARING);
input!(STEP, STEP_TYPE, STEP_HEARING);
input!(REPORT, REPORT_TYPE, REPORT_RISK);

/// Invites.
pub(super) const INVITE_CONTRIBUTOR_ROOT: Root = change(
    "inviteContributor",
    INVITE,
    &INVITE_CONTRIBUTOR_PAYLOAD,
    "Invites an organization to a case of one's own, for one purpose until one day.",
);
/// Accepts.
pub(super) const ACCEPT_INVITATION_ROOT: Root =
    change("acceptInvitation", ACCEPT, &ACCEPT_INVITATION_PAYLOAD, "Accepts an invitation to a case.");
/// Declines.
pub(super) const DECLINE_INVITATION_ROOT: Root =
    change("declineInvitation", DECLINE, &DECLINE_INVITATION_PAYLOAD, "Declines an invitation to a case.");
/// Ends.
pub(super) const END_CONTRIBUTION_ROOT: Root = change(
    "endContribution",
    END,
    &END_CONTRIBUTION_PAYLOAD,
    "Ends a contribution at once, from either side; an invitation is taken back by whoever sent it.",
);
/// Records.
pub(super) const RECORD_HEARING_ROOT: Root = change(
    "recordHearing",
    RECORD,
    &RECORD_HEARING_PAYLOAD,
    "Records a date in court, as the holder of the case or the person's lawyer.",
);
/// Steps.
pub(super) const STEP_HEARING_ROOT: Root =
    change("stepHearing", STEP, &STEP_HEARING_PAYLOAD, "Takes a step of a hearing.");
/// Reports.
pub(super) const REPORT_RISK_ROOT: Root = change(
    "reportRisk",
    REPORT,
    &REPORT_RISK_PAYLOAD,
    "Reports what a witness fears, to her lawyer and the holder of her case and to nobody else.",
);
