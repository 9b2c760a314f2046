//! Support plans after return: what can be changed of them.

use sangam_vocabulary::payload::{Retrafficked, SupportType};
use sangam_workflow::support::{Finding, Outcome};

use super::form::{DATE_TIME, ID, KEY, SUBJECT, VERSION, change, code, payload};
use super::{Argument, Input, InputType};
use crate::nouns::outcome::{ILLEGAL_STEP, SUPPORT_PLAN_CHANGED, SUPPORT_PLAN_OPENED};

const TYPE: InputType = InputType::NonNull(&code::<SupportType>());
const TYPES: InputType = InputType::NonNull(&InputType::List(&TYPE));
const FINDING: InputType = InputType::NonNull(&code::<Finding>());
const AGAIN: InputType = InputType::NonNull(&code::<Retrafficked>());
const OUTCOME: InputType = InputType::NonNull(&code::<Outcome>());

const PLAN: Argument = Argument::new("plan", ID, "The support plan.");

static OPEN_INPUT: Input = Input {
    name: "OpenSupportPlanInput",
    sentence: "A support plan to open.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new("types", TYPES, "Which kinds of support, 1 to 9; sealed."),
        Argument::new("objectives", InputType::Text, "What it is to reach; sealed."),
        Argument::new("actionPlan", InputType::Text, "What is to be done; sealed."),
        Argument::new("beginsAt", DATE_TIME, "From when support is given; reviews count from it."),
        Argument::new("plannedEndAt", InputType::DateTime, "When it is meant to end."),
    ],
};

static REVIEW_INPUT: Input = Input {
    name: "ReviewSupportPlanInput",
    sentence: "A look at a support plan.",
    fields: &[
        KEY,
        PLAN,
        VERSION,
        Argument::new("finding", FINDING, "What was found."),
        Argument::new("retrafficked", AGAIN, "Whether she was trafficked again; sealed."),
        Argument::new("note", InputType::Text, "What was noted; sealed."),
    ],
};

static CLOSE_INPUT: Input = Input {
    name: "CloseSupportPlanInput",
    sentence: "A support plan to close.",
    fields: &[KEY, PLAN, VERSION, Argument::new("outcome", OUTCOME, "How it came out.")],
};

payload!(OPEN_PAYLOAD, "OpenSupportPlanPayload", "What opening a support plan came to.", SUPPORT_PLAN_OPENED);

payload!(
    REVIEW_PAYLOAD,
    "ReviewSupportPlanPayload",
    "What a look at a support plan came to.",
    SUPPORT_PLAN_CHANGED,
    ILLEGAL_STEP
);

payload!(
    CLOSE_PAYLOAD,
    "CloseSupportPlanPayload",
    "What closing a support plan came to.",
    SUPPORT_PLAN_CHANGED,
    ILLEGAL_STEP
);

change!(
    OPEN_SUPPORT_PLAN_ROOT = "openSupportPlan",
    OPEN_INPUT,
    OPEN_PAYLOAD,
    CasesWrite,
    true,
    "Opens a support plan of an own subject, for reintegration."
);
change!(
    REVIEW_SUPPORT_PLAN_ROOT = "reviewSupportPlan",
    REVIEW_INPUT,
    REVIEW_PAYLOAD,
    CasesWrite,
    true,
    "Looks at a support plan, as is due after 3, 6, 12 and 24 months."
);
change!(
    CLOSE_SUPPORT_PLAN_ROOT = "closeSupportPlan",
    CLOSE_INPUT,
    CLOSE_PAYLOAD,
    CasesWrite,
    true,
    "Closes a support plan and says how it came out."
);
