//! Support plans after return: what can be changed of them.

use sangam_vocabulary::payload::{Retrafficked, SupportType};
use sangam_workflow::support::{Finding, Outcome};

use super::{Argument, Input, InputType, Payload, Root, Shape};
use crate::caller::Scope;
use crate::nouns::outcome::{
    CONFLICT, ILLEGAL_STEP, INVALID_INPUT, NOT_FOUND, NOT_PERMITTED, SUPPORT_PLAN_CHANGED, SUPPORT_PLAN_OPENED,
};
use crate::table::CodeList;

const ID: InputType = InputType::NonNull(&InputType::Id);
const INT: InputType = InputType::NonNull(&InputType::Int);
const DATE_TIME: InputType = InputType::NonNull(&InputType::DateTime);
const TYPE: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<SupportType>()));
const TYPES: InputType = InputType::NonNull(&InputType::List(&TYPE));
const FINDING: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<Finding>()));
const AGAIN: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<Retrafficked>()));
const OUTCOME: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<Outcome>()));

const KEY: Argument = Argument::new(
    "idempotencyKey",
    InputType::NonNull(&InputType::Text),
    "The caller's own key for this change: sent again with the same key, it is the same change and is made once.",
);
const PLAN: Argument = Argument::new("plan", ID, "The support plan.");
const VERSION: Argument = Argument::new("version", INT, "The version the caller saw.");

static OPEN_INPUT: Input = Input {
    name: "OpenSupportPlanInput",
    sentence: "A support plan to open.",
    fields: &[
        KEY,
        Argument::new("subject", ID, "The person, by the subject's id as this caller sees it."),
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

static OPEN_PAYLOAD: Payload = Payload {
    name: "OpenSupportPlanPayload",
    sentence: "What opening a support plan came to.",
    members: &[&SUPPORT_PLAN_OPENED, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED, &CONFLICT],
};

static REVIEW_PAYLOAD: Payload = Payload {
    name: "ReviewSupportPlanPayload",
    sentence: "What a look at a support plan came to.",
    members: &[&SUPPORT_PLAN_CHANGED, &ILLEGAL_STEP, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED, &CONFLICT],
};

static CLOSE_PAYLOAD: Payload = Payload {
    name: "CloseSupportPlanPayload",
    sentence: "What closing a support plan came to.",
    members: &[&SUPPORT_PLAN_CHANGED, &ILLEGAL_STEP, &INVALID_INPUT, &NOT_FOUND, &NOT_PERMITTED, &CONFLICT],
};

macro_rules! root {
    ($root:ident, $ty:ident, $arguments:ident, $input:ident, $payload:ident, $name:literal, $sentence:literal) => {
        const $ty: InputType = InputType::NonNull(&InputType::Input(&$input));
        const $arguments: &[Argument] = &[Argument::new("input", $ty, "The change.")];
        #[doc = $sentence]
        pub(super) const $root: Root = Root {
            name: $name,
            shape: Shape::Payload(&$payload),
            sentence: $sentence,
            arguments: $arguments,
            scope: Some(Scope::CasesWrite),
            cost: 10,
            of_subject: true,
        };
    };
}

root!(
    OPEN_SUPPORT_PLAN_ROOT,
    OPEN_TYPE,
    OPEN,
    OPEN_INPUT,
    OPEN_PAYLOAD,
    "openSupportPlan",
    "Opens a support plan of an own subject, for reintegration."
);
root!(
    REVIEW_SUPPORT_PLAN_ROOT,
    REVIEW_TYPE,
    REVIEW,
    REVIEW_INPUT,
    REVIEW_PAYLOAD,
    "reviewSupportPlan",
    "Looks at a support plan, as is due after 3, 6, 12 and 24 months."
);
root!(
    CLOSE_SUPPORT_PLAN_ROOT,
    CLOSE_TYPE,
    CLOSE,
    CLOSE_INPUT,
    CLOSE_PAYLOAD,
    "closeSupportPlan",
    "Closes a support plan and says how it came out."
);
