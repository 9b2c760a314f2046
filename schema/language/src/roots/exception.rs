//! Orders, overrides by authority and emergencies: what can be changed of them. Each but an end is for a person who signed
//! in: a system attests and declares nothing.

use sangam_custody::{OrderKind, OverrideBasis};
use sangam_vocabulary::{Category, Purpose};
use sangam_workflow::exception::{EmergencyReason, EmergencyReview};

use super::form::{DATE_TIME, ID, IDS, KEY, SUBJECT, VERSION, change, code, codes, payload};
use super::{Argument, Input, InputType};
use crate::nouns::outcome::{EXCEPTION_CHANGED, EXCEPTION_RECORDED, EXCEPTION_REFUSED, ILLEGAL_STEP};

codes!(CATEGORY, CATEGORIES, Category);
codes!(PURPOSE, PURPOSES, Purpose);
const ORDER_KIND: InputType = InputType::NonNull(&code::<OrderKind>());
const BASIS: InputType = InputType::NonNull(&code::<OverrideBasis>());
const REASON: InputType = InputType::NonNull(&code::<EmergencyReason>());
const FINDING: InputType = InputType::NonNull(&code::<EmergencyReview>());

const NUMBER: Argument = Argument::new("number", InputType::Text, "Its number; sealed.");
const COURT: Argument = Argument::new("court", InputType::Text, "Who gave it; sealed.");
const NOTE: Argument = Argument::new("note", InputType::Text, "The grounds, or what is to be noted; sealed.");
const ORDER: Argument = Argument::new("exception", ID, "The order.");
const OVERRIDE: Argument = Argument::new("exception", ID, "The override.");

static RECORD_ORDER: Input = Input {
    name: "RecordOrderInput",
    sentence: "An order about an own subject. It lifts the rows of law that name its kind, for the categories, recipients and dates written in it, once a second person has attested it.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new("kind", ORDER_KIND, "Who gave it."),
        Argument::new("categories", CATEGORIES, "For which categories."),
        Argument::new("recipients", IDS, "To which organizations of the directory, 1 to 32."),
        Argument::new("from", InputType::DateTime, "From when; absent: from now."),
        Argument::new("until", DATE_TIME, "Until when."),
        NUMBER,
        COURT,
        NOTE,
    ],
};

static ATTEST_ORDER: Input = Input {
    name: "AttestOrderInput",
    sentence: "An order that the caller has seen, as another person than the one who put it on record.",
    fields: &[KEY, ORDER, VERSION],
};

static END_ORDER: Input =
    Input { name: "EndOrderInput", sentence: "An order to end at once.", fields: &[KEY, ORDER, VERSION] };

static REQUEST_OVERRIDE: Input = Input {
    name: "RequestOverrideInput",
    sentence: "What an authority is to stand in for: a consent of a child or one where a court ordered the disclosure, never an adult's about going home or being found.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new("basis", BASIS, "On what basis."),
        Argument::new("categories", CATEGORIES, "For which categories."),
        Argument::new("purposes", PURPOSES, "For which purposes."),
        Argument::new("recipient", ID, "To which organization of the directory."),
        Argument::new(
            "order",
            InputType::Id,
            "For `COURT_ORDER`: the court's order, on record for this subject, attested, and for all these categories and this organization.",
        ),
        NUMBER,
        COURT,
        NOTE,
    ],
};

static APPROVE_OVERRIDE: Input = Input {
    name: "ApproveOverrideInput",
    sentence: "An override to approve, as another person than the one who asked for it; it counts for 30 days from then on.",
    fields: &[KEY, OVERRIDE, VERSION],
};

static END_OVERRIDE: Input =
    Input { name: "EndOverrideInput", sentence: "An override to end at once.", fields: &[KEY, OVERRIDE, VERSION] };

static DECLARE_EMERGENCY: Input = Input {
    name: "DeclareEmergencyInput",
    sentence: "An emergency of somebody the caller's organization looks after.",
    fields: &[KEY, SUBJECT, Argument::new("reason", REASON, "What for; the owner sees it.")],
};

static REVIEW_EMERGENCY: Input = Input {
    name: "ReviewEmergencyInput",
    sentence: "What the owner says of an emergency.",
    fields: &[
        KEY,
        Argument::new("exception", ID, "The emergency."),
        VERSION,
        Argument::new("finding", FINDING, "Whether it was one."),
    ],
};

payload!(
    RECORD_ORDER_PAYLOAD,
    "RecordOrderPayload",
    "What putting an order on record came to.",
    EXCEPTION_RECORDED,
    EXCEPTION_REFUSED
);
payload!(
    REQUEST_OVERRIDE_PAYLOAD,
    "RequestOverridePayload",
    "What asking for an override came to.",
    EXCEPTION_RECORDED,
    EXCEPTION_REFUSED
);
payload!(
    DECLARE_EMERGENCY_PAYLOAD,
    "DeclareEmergencyPayload",
    "What declaring an emergency came to.",
    EXCEPTION_RECORDED,
    EXCEPTION_REFUSED
);
payload!(
    ATTEST_ORDER_PAYLOAD,
    "AttestOrderPayload",
    "What attesting an order came to.",
    EXCEPTION_CHANGED,
    ILLEGAL_STEP
);
payload!(END_ORDER_PAYLOAD, "EndOrderPayload", "What ending an order came to.", EXCEPTION_CHANGED, ILLEGAL_STEP);
payload!(
    APPROVE_OVERRIDE_PAYLOAD,
    "ApproveOverridePayload",
    "What approving an override came to.",
    EXCEPTION_CHANGED,
    EXCEPTION_REFUSED,
    ILLEGAL_STEP
);
payload!(
    END_OVERRIDE_PAYLOAD,
    "EndOverridePayload",
    "What ending an override came to.",
    EXCEPTION_CHANGED,
    ILLEGAL_STEP
);
payload!(
    REVIEW_EMERGENCY_PAYLOAD,
    "ReviewEmergencyPayload",
    "What looking at an emergency came to.",
    EXCEPTION_CHANGED,
    ILLEGAL_STEP
);

change!(
    RECORD_ORDER_ROOT = "recordOrder",
    RECORD_ORDER,
    RECORD_ORDER_PAYLOAD,
    CasesWrite,
    true,
    "Puts an order about an own subject on record; it counts once a second person has attested it."
);
change!(
    ATTEST_ORDER_ROOT = "attestOrder",
    ATTEST_ORDER,
    ATTEST_ORDER_PAYLOAD,
    CasesWrite,
    true,
    "Attests an order as a second person of the owner."
);
change!(
    END_ORDER_ROOT = "endOrder",
    END_ORDER,
    END_ORDER_PAYLOAD,
    CasesWrite,
    true,
    "Ends an order before its time: no answer after this one rests on it."
);
change!(
    REQUEST_OVERRIDE_ROOT = "requestOverride",
    REQUEST_OVERRIDE,
    REQUEST_OVERRIDE_PAYLOAD,
    CasesWrite,
    true,
    "Asks that an authority stand in for a consent; it counts once a second person has approved it."
);
change!(
    APPROVE_OVERRIDE_ROOT = "approveOverride",
    APPROVE_OVERRIDE,
    APPROVE_OVERRIDE_PAYLOAD,
    CasesWrite,
    true,
    "Approves an override as a second person of the owner."
);
change!(
    END_OVERRIDE_ROOT = "endOverride",
    END_OVERRIDE,
    END_OVERRIDE_PAYLOAD,
    CasesWrite,
    true,
    "Ends an override before its time: no answer after this one rests on it."
);
change!(
    DECLARE_EMERGENCY_ROOT = "declareEmergency",
    DECLARE_EMERGENCY,
    DECLARE_EMERGENCY_PAYLOAD,
    CasesWrite,
    true,
    "Declares an emergency, for PROTECTION: for 24 hours the caller's organization is shown what law lets pass, without consent or agreement. The owner is told at once and looks at it afterwards."
);
change!(
    REVIEW_EMERGENCY_ROOT = "reviewEmergency",
    REVIEW_EMERGENCY,
    REVIEW_EMERGENCY_PAYLOAD,
    CasesWrite,
    true,
    "Says of an emergency that somebody declared for an own subject whether it was one."
);
