//! Who takes part in a case, dates in court, and what a witness fears: what can be changed of them. The input objects
//! mirror `crate::change`'s room of the same name.

use sangam_vocabulary::Purpose;
use sangam_vocabulary::payload::ProtectionMeasure;
use sangam_workflow::contribution::ContributorSeat;
use sangam_workflow::hearing::{AdjournReason, Event, Kind};
use sangam_workflow::risk::Kind as RiskKind;

use super::form::{BOOLEAN, DATE_TIME, ID, KEY, SUBJECT, VERSION, change, code, payload};
use super::{Argument, Default, Input, InputType};
use crate::nouns::outcome::{
    CONTRIBUTION_CHANGED, CONTRIBUTOR_INVITED, HEARING_RECORDED, HEARING_STEPPED, ILLEGAL_STEP, RISK_REPORTED,
};

const SEAT: InputType = InputType::NonNull(&code::<ContributorSeat>());
const PURPOSE: InputType = InputType::NonNull(&code::<Purpose>());
const KIND: InputType = InputType::NonNull(&code::<Kind>());
const EVENT: InputType = InputType::NonNull(&code::<Event>());
const REASON: InputType = code::<AdjournReason>();
const MEASURE: InputType = InputType::NonNull(&code::<ProtectionMeasure>());
const MEASURES: InputType = InputType::List(&MEASURE);
const RISK_KIND: InputType = InputType::NonNull(&code::<RiskKind>());

const CONTRIBUTION: Argument = Argument::new("contribution", ID, "The contribution, by its id as this caller sees it.");
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

change!(
    INVITE_CONTRIBUTOR_ROOT = "inviteContributor",
    INVITE_CONTRIBUTOR,
    INVITE_CONTRIBUTOR_PAYLOAD,
    CasesWrite,
    true,
    "Invites an organization to a case of one's own, for one purpose until one day."
);
change!(
    ACCEPT_INVITATION_ROOT = "acceptInvitation",
    ACCEPT_INVITATION,
    ACCEPT_INVITATION_PAYLOAD,
    CasesWrite,
    true,
    "Accepts an invitation to a case."
);
change!(
    DECLINE_INVITATION_ROOT = "declineInvitation",
    DECLINE_INVITATION,
    DECLINE_INVITATION_PAYLOAD,
    CasesWrite,
    true,
    "Declines an invitation to a case."
);
change!(
    END_CONTRIBUTION_ROOT = "endContribution",
    END_CONTRIBUTION,
    END_CONTRIBUTION_PAYLOAD,
    CasesWrite,
    true,
    "Ends a contribution at once, from either side; an invitation is taken back by whoever sent it."
);
change!(
    RECORD_HEARING_ROOT = "recordHearing",
    RECORD_HEARING,
    RECORD_HEARING_PAYLOAD,
    CasesWrite,
    true,
    "Records a date in court, as the holder of the case or the person's lawyer."
);
change!(
    STEP_HEARING_ROOT = "stepHearing",
    STEP_HEARING,
    STEP_HEARING_PAYLOAD,
    CasesWrite,
    true,
    "Takes a step of a hearing."
);
change!(
    REPORT_RISK_ROOT = "reportRisk",
    REPORT_RISK,
    REPORT_RISK_PAYLOAD,
    CasesWrite,
    true,
    "Reports what a witness fears, to her lawyer and the holder of her case and to nobody else."
);
