//! What can be changed about searches and arrivals.

use sangam_vocabulary::Country;
use sangam_workflow::{arrival, search};

use super::{Argument, Input, InputType, Payload, Root, Shape};
use crate::caller::Scope;
use crate::nouns::outcome::{
    ARRIVAL_LINKED, ARRIVAL_RECORDED, ARRIVAL_STEPPED, CONFLICT, ILLEGAL_STEP, INVALID_INPUT, NOT_FOUND, NOT_PERMITTED,
    SEARCH_ANSWERED, SEARCH_OPENED, SEARCH_STEPPED,
};
use crate::table::CodeList;

const ID: InputType = InputType::NonNull(&InputType::Id);
const IDS: InputType = InputType::NonNull(&InputType::List(&ID));
const INT: InputType = InputType::NonNull(&InputType::Int);
const SEARCH_EVENT: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<search::Event>()));
const KIND: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<arrival::Kind>()));
const ARRIVAL_EVENT: InputType = InputType::NonNull(&InputType::Code(CodeList::of::<arrival::Event>()));
const CLOSE_REASON: InputType = InputType::Code(CodeList::of::<arrival::CloseReason>());
const COUNTRY: InputType = InputType::Code(CodeList::of::<Country>());

const KEY: Argument = Argument::new(
    "idempotencyKey",
    InputType::NonNull(&InputType::Text),
    "The caller's own key for this change: sent again with the same key, it is the same change and is made once.",
);
const SEEN: Argument = Argument::new("version", INT, "The version the caller saw.");
const ARRIVAL: Argument = Argument::new("arrival", ID, "The arrival, by its id as this caller sees it.");

static OPEN_SEARCH: Input = Input {
    name: "OpenSearchInput",
    sentence: "A search to open.",
    fields: &[
        KEY,
        Argument::new("subject", ID, "Who is looked for, by the subject's id as this caller sees it."),
        Argument::new(
            "recipients",
            IDS,
            "The organizations that are asked, by id: 1 to 5. Nobody else learns that somebody is looked for.",
        ),
        Argument::new(
            "arrival",
            InputType::Id,
            "Where the person has arrived and records of her are asked for: the arrival. Those that are asked are of the country she came from.",
        ),
    ],
};

static STEP_SEARCH: Input = Input {
    name: "StepSearchInput",
    sentence: "A step for an own search to take.",
    fields: &[
        KEY,
        Argument::new("search", ID, "The search, by its id as this caller sees it."),
        SEEN,
        Argument::new("event", SEARCH_EVENT, "The step."),
    ],
};

static ANSWER_SEARCH: Input = Input {
    name: "AnswerSearchInput",
    sentence: "A step for a request to look to take.",
    fields: &[
        KEY,
        Argument::new("request", ID, "The request, by its id as this caller sees it."),
        SEEN,
        Argument::new("event", SEARCH_EVENT, "The step."),
        Argument::new(
            "found",
            InputType::Id,
            "Who was found, an own subject, by its id as this caller sees it: where the step tells something.",
        ),
    ],
};

static RECORD_ARRIVAL: Input = Input {
    name: "RecordArrivalInput",
    sentence: "The arrival of an own subject.",
    fields: &[
        KEY,
        Argument::new("subject", ID, "Who came, by the subject's id as this caller sees it."),
        Argument::new("kind", KIND, "How she came."),
        Argument::new("cameFrom", COUNTRY, "The country she came from, where it is known and is another."),
    ],
};

static STEP_ARRIVAL: Input = Input {
    name: "StepArrivalInput",
    sentence: "A step for an arrival to take.",
    fields: &[
        KEY,
        ARRIVAL,
        SEEN,
        Argument::new("event", ARRIVAL_EVENT, "The step."),
        Argument::new("reason", CLOSE_REASON, "The reason, where the step asks for one."),
    ],
};

static LINK_ARRIVAL: Input = Input {
    name: "LinkArrivalInput",
    sentence: "A referral that follows from an arrival.",
    fields: &[
        KEY,
        ARRIVAL,
        SEEN,
        Argument::new("referral", ID, "The referral of the same person, by its id as this caller sees it."),
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

payload!(OPENED, "OpenSearchPayload", "What opening a search came to.", SEARCH_OPENED, ILLEGAL_STEP);
payload!(STEPPED, "StepSearchPayload", "What a step of a search came to.", SEARCH_STEPPED, ILLEGAL_STEP);
payload!(ANSWERED, "AnswerSearchPayload", "What a step of a request to look came to.", SEARCH_ANSWERED, ILLEGAL_STEP);
payload!(RECORDED, "RecordArrivalPayload", "What recording an arrival came to.", ARRIVAL_RECORDED);
payload!(MOVED, "StepArrivalPayload", "What a step of an arrival came to.", ARRIVAL_STEPPED, ILLEGAL_STEP);
payload!(LINKED, "LinkArrivalPayload", "What linking a referral to an arrival came to.", ARRIVAL_LINKED);

const fn change(
    name: &'static str,
    payload: &'static Payload,
    arguments: &'static [Argument],
    sentence: &'static str,
) -> Root {
    let (shape, scope) = (Shape::Payload(payload), Some(Scope::CasesWrite));
    Root { name, shape, sentence, arguments, scope, cost: 10, of_subject: true }
}

macro_rules! given {
    ($name:ident, $ty:ident, $input:ident) => {
        const $ty: InputType = InputType::NonNull(&InputType::Input(&$input));
        const $name: &[Argument] = &[Argument::new("input", $ty, "The change.")];
    };
}

given!(A_SEARCH, A_SEARCH_TYPE, OPEN_SEARCH);
given!(A_STEP, A_STEP_TYPE, STEP_SEARCH);
given!(AN_ANSWER, AN_ANSWER_TYPE, ANSWER_SEARCH);
given!(AN_ARRIVAL, AN_ARRIVAL_TYPE, RECORD_ARRIVAL);
given!(A_MOVE, A_MOVE_TYPE, STEP_ARRIVAL);
given!(A_LINK, A_LINK_TYPE, LINK_ARRIVAL);

/// Opens a search.
pub(super) const OPEN: Root = change(
    "openSearch",
    &OPENED,
    A_SEARCH,
    "Asks organizations by name to look for an own subject who is missing, or for records of one who has arrived. They are shown what a search needs and no more, as far as consent, agreement and law allow.",
);

/// Takes a step of an own search.
pub(super) const STEP: Root = change("stepSearch", &STEPPED, A_STEP, "Takes a step of an own search.");

/// Takes a step of a request to look.
pub(super) const ANSWER: Root = change(
    "answerSearch",
    &ANSWERED,
    AN_ANSWER,
    "Takes a step of a request to look. What tells something of somebody who was found needs her consent; without it nothing is told, and it looks as if nobody had been found.",
);

/// Records an arrival.
pub(super) const RECORD: Root =
    change("recordArrival", &RECORDED, AN_ARRIVAL, "Records that an own subject came without a request.");

/// Takes a step of an arrival.
pub(super) const MOVE: Root = change("stepArrival", &MOVED, A_MOVE, "Takes a step of an arrival.");

/// Links an arrival to a referral.
pub(super) const LINK: Root =
    change("linkArrival", &LINKED, A_LINK, "Links an arrival to a referral of the same person that followed from it.");
