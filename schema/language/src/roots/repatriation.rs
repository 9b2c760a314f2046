//! What is changed of a request to bring somebody home. One step moves the request or one of its parts.

use super::form::{BOOLEAN, ID, KEY, SUBJECT, VERSION, change, code, payload};
use super::{Argument, Default, Input, InputType};
use crate::nouns::outcome::{
    ILLEGAL_STEP, REPATRIATION_NOTED, REPATRIATION_REQUESTED, REPATRIATION_STEPPED, REPATRIATION_WITHDRAWN,
};
use sangam_vocabulary::Country;
use sangam_workflow::repatriation::record::{Crossing, Escort, Noted, Signatory};
use sangam_workflow::repatriation::{Reason, court, hold, papers, placement, request, screening, verification};

const COUNTRY: InputType = code::<Country>();
const NOTED: InputType = code::<Noted>();

const REPATRIATION: Argument = Argument::new("repatriation", ID, "The request, by its id as this caller sees it.");
const MADE_ON: Argument = Argument::new(
    "madeOn",
    InputType::DateTime,
    "When what is recorded was made: she was asked, the order, the investigation, the assessment, the memo; absent: now.",
);

static REQUEST: Input = Input {
    name: "RequestRepatriationInput",
    sentence: "A request to begin, as a draft that nobody else knows of. The corridor is from the caller's country.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new("to", InputType::NonNull(&COUNTRY), "The country of origin."),
        Argument::new("earlier", InputType::Id, "The attempt before this one, which is over or was refused."),
    ],
};

static NOTE: Input = Input {
    name: "NoteRepatriationInput",
    sentence: "Something to put on record for a request: what she said, or what somebody looked into.",
    fields: &[
        KEY,
        REPATRIATION,
        VERSION,
        Argument::new("note", InputType::NonNull(&NOTED), "What."),
        MADE_ON,
        Argument::new("words", InputType::Text, "What she said, in her words; sealed, and shown to nobody abroad."),
    ],
};

static STEP: Input = Input {
    name: "StepRepatriationInput",
    sentence: "A step for the request, for one of its parts, or for a hold to take: exactly one of them.",
    fields: &[
        KEY,
        REPATRIATION,
        VERSION,
        Argument::new("request", code::<request::Event>(), "A step of the request."),
        Argument::new("screening", code::<screening::Event>(), "A step of the screening."),
        Argument::new("court", code::<court::Event>(), "A step of the court track."),
        Argument::new("verification", code::<verification::Event>(), "A step of the verification track."),
        Argument::new("travelDocument", code::<papers::Event>(), "A step of the travel document."),
        Argument::new("exitClearance", code::<papers::Event>(), "A step of the exit clearance."),
        Argument::new("placement", code::<placement::Event>(), "A step of the placement track."),
        Argument::new("hold", code::<hold::Event>(), "A hold that begins, or the end of the one its reason names."),
        Argument::new("reason", code::<Reason>(), "Why, where the step asks for a reason."),
        Argument::new("organization", InputType::Id, "To whom an invitation gives a seat."),
        Argument::new(
            "apartFromPolice",
            BOOLEAN,
            "That she was asked with no police and no official of either state there.",
        )
        .or(Default::Boolean(false)),
        MADE_ON,
        Argument::new("validFrom", InputType::DateTime, "From when an issued paper is valid."),
        Argument::new("validUntil", InputType::DateTime, "Until when an issued paper is valid."),
        Argument::new(
            "crossing",
            code::<Crossing>(),
            "The crossing that is proposed; with SIGN, where the memo was signed, if it was at another.",
        ),
        Argument::new("signedBy", code::<Signatory>(), "Who signed the memo, by what they are."),
        Argument::new(
            "attestedBy",
            InputType::Id,
            "Who of the caller's people has seen the order of a child: somebody else than whoever asks.",
        ),
        Argument::new("handoverFrom", InputType::DateTime, "When the proposed days begin."),
        Argument::new("handoverUntil", InputType::DateTime, "When the proposed days are over."),
        Argument::new(
            "together",
            InputType::Id,
            "The request whose handover this one joins, in place of a crossing and days of its own.",
        ),
        Argument::new("handoverAt", InputType::DateTime, "The hour."),
        Argument::new("escort", code::<Escort>(), "Who goes with her."),
        Argument::new(
            "hearingAt",
            InputType::DateTime,
            "When the hearing is that a hold waits for, where it is not on record here.",
        ),
        Argument::new(
            "hearing",
            InputType::Id,
            "The recorded hearing that a hold for a court waits for: the hold can be let go when that one is over.",
        ),
        Argument::new("releasedByCourt", BOOLEAN, "That the court released her before the hearing.")
            .or(Default::Boolean(false)),
    ],
};

static WITHDRAW: Input = Input {
    name: "WithdrawRepatriationInput",
    sentence: "Her no. It needs no reason and no version.",
    fields: &[KEY, REPATRIATION, Argument::new("words", InputType::Text, "What she said, in her words; sealed.")],
};

payload!(REQUESTED, "RequestRepatriationPayload", "What beginning a request came to.", REPATRIATION_REQUESTED);
payload!(
    NOTED_ON,
    "NoteRepatriationPayload",
    "What putting something on record came to.",
    REPATRIATION_NOTED,
    ILLEGAL_STEP
);
payload!(STEPPED, "StepRepatriationPayload", "What a step came to.", REPATRIATION_STEPPED, ILLEGAL_STEP);
payload!(WITHDRAWN, "WithdrawRepatriationPayload", "What her no came to.", REPATRIATION_WITHDRAWN, ILLEGAL_STEP);

change!(
    REQUEST_REPATRIATION = "requestRepatriation",
    REQUEST,
    REQUESTED,
    ReturnsWrite,
    true,
    "Begins a request to bring an own subject home."
);

change!(
    NOTE_REPATRIATION = "noteRepatriation",
    NOTE,
    NOTED_ON,
    ReturnsWrite,
    true,
    "Puts something on record for a request."
);

change!(
    STEP_REPATRIATION = "stepRepatriation",
    STEP,
    STEPPED,
    ReturnsWrite,
    true,
    "Takes a step of a request, of one of its parts, or of a hold."
);

change!(
    WITHDRAW_REPATRIATION = "withdrawRepatriation",
    WITHDRAW,
    WITHDRAWN,
    ReturnsWrite,
    true,
    "Records that she does not want to return. Nobody overrules an adult."
);
