//! What can be changed about searches and arrivals.

use sangam_vocabulary::Country;
use sangam_workflow::{arrival, search};

use super::form::{ID, IDS, KEY, VERSION, change, code, payload};
use super::{Argument, Input, InputType};
use crate::nouns::outcome::{
    ARRIVAL_LINKED, ARRIVAL_RECORDED, ARRIVAL_STEPPED, ILLEGAL_STEP, SEARCH_ANSWERED, SEARCH_OPENED, SEARCH_STEPPED,
};

const SEARCH_EVENT: InputType = InputType::NonNull(&code::<search::Event>());
const KIND: InputType = InputType::NonNull(&code::<arrival::Kind>());
const ARRIVAL_EVENT: InputType = InputType::NonNull(&code::<arrival::Event>());
const CLOSE_REASON: InputType = code::<arrival::CloseReason>();
const COUNTRY: InputType = code::<Country>();

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
        VERSION,
        Argument::new("event", SEARCH_EVENT, "The step."),
    ],
};

static ANSWER_SEARCH: Input = Input {
    name: "AnswerSearchInput",
    sentence: "A step for a request to look to take.",
    fields: &[
        KEY,
        Argument::new("request", ID, "The request, by its id as this caller sees it."),
        VERSION,
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
        VERSION,
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
        VERSION,
        Argument::new("referral", ID, "The referral of the same person, by its id as this caller sees it."),
    ],
};

payload!(OPENED, "OpenSearchPayload", "What opening a search came to.", SEARCH_OPENED, ILLEGAL_STEP);
payload!(STEPPED, "StepSearchPayload", "What a step of a search came to.", SEARCH_STEPPED, ILLEGAL_STEP);
payload!(ANSWERED, "AnswerSearchPayload", "What a step of a request to look came to.", SEARCH_ANSWERED, ILLEGAL_STEP);
payload!(RECORDED, "RecordArrivalPayload", "What recording an arrival came to.", ARRIVAL_RECORDED);
payload!(MOVED, "StepArrivalPayload", "What a step of an arrival came to.", ARRIVAL_STEPPED, ILLEGAL_STEP);
payload!(LINKED, "LinkArrivalPayload", "What linking a referral to an arrival came to.", ARRIVAL_LINKED);

change!(
    OPEN = "openSearch",
    OPEN_SEARCH,
    OPENED,
    CasesWrite,
    true,
    "Asks organizations by name to look for an own subject who is missing, or for records of one who has arrived. They are shown what a search needs and no more, as far as consent, agreement and law allow."
);

change!(STEP = "stepSearch", STEP_SEARCH, STEPPED, CasesWrite, true, "Takes a step of an own search.");

change!(
    ANSWER = "answerSearch",
    ANSWER_SEARCH,
    ANSWERED,
    CasesWrite,
    true,
    "Takes a step of a request to look. What tells something of somebody who was found needs her consent; without it nothing is told, and it looks as if nobody had been found."
);

change!(
    RECORD = "recordArrival",
    RECORD_ARRIVAL,
    RECORDED,
    CasesWrite,
    true,
    "Records that an own subject came without a request."
);

change!(MOVE = "stepArrival", STEP_ARRIVAL, MOVED, CasesWrite, true, "Takes a step of an arrival.");

change!(
    LINK = "linkArrival",
    LINK_ARRIVAL,
    LINKED,
    CasesWrite,
    true,
    "Links an arrival to a referral of the same person that followed from it."
);
