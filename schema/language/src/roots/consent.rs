//! What is done about consent: given, narrowed, extended, withdrawn, and recalls answered. The input objects mirror
//! [`crate::Change`]; a test reads each through it.

use super::form::{BOOLEAN, DATE_TIME, ID, IDS, KEY, SUBJECT, TEXT, VERSION, change, code, payload};
use super::{Argument, Default, Input, InputType};
use crate::nouns::codes::{ASSENT, CONSENT_EFFECT, CONSENT_GIVER};
use crate::nouns::outcome::{
    CONSENT_EXTENDED, CONSENT_NARROWED, CONSENT_RECORDED, CONSENT_WITHDRAWN, CONSENTS_WITHDRAWN, ILLEGAL_STEP,
    PAPER_CODE_REPLACED, RECALL_ANSWERED,
};
use sangam_vocabulary::consent::{HowTold, OrderedBy};
use sangam_vocabulary::{Category, Country, Purpose};
use sangam_workflow::recall::{Event, Reason};

const BOOLEANS: InputType = InputType::NonNull(&InputType::List(&BOOLEAN));
const PURPOSE: InputType = InputType::NonNull(&code::<Purpose>());
const CATEGORY: InputType = InputType::NonNull(&code::<Category>());
const COUNTRY: InputType = InputType::NonNull(&code::<Country>());
const EFFECT: InputType = InputType::NonNull(&InputType::Code(CONSENT_EFFECT));
const GIVER: InputType = InputType::NonNull(&InputType::Code(CONSENT_GIVER));
const ASSENTED: InputType = InputType::NonNull(&InputType::Code(ASSENT));

static TELLING: Input = Input {
    name: "ConsentTellingInput",
    sentence: "How a person was told what she consents to.",
    fields: &[
        Argument::new("textVersion", TEXT, "Which version of the text: 1 to 32 letters, digits, `-`, `.` and `_`."),
        Argument::new("language", TEXT, "In which language, a BCP 47 tag such as `bn` or `ur-Arab`."),
        Argument::new("interpreter", BOOLEAN, "Whether an interpreter helped."),
        Argument::new("told", InputType::NonNull(&code::<HowTold>()), "How she was told."),
    ],
};

static CONFLICT_CHECK: Input = Input {
    name: "ConflictCheckInput",
    sentence: "Who checked that a guardian has no part in what happened.",
    fields: &[
        Argument::new("checkedBy", ID, "Who of the caller's people, by id."),
        Argument::new("checkedAt", DATE_TIME, "When."),
    ],
};

static CARE_ORDER: Input = Input {
    name: "CareOrderInput",
    sentence: "The order by which an authority has a child in care.",
    fields: &[
        Argument::new("orderedBy", InputType::NonNull(&code::<OrderedBy>()), "Who gave the order."),
        Argument::new("madeAt", DATE_TIME, "When it was made."),
        Argument::new("attestedBy", ID, "Who of the caller's people has seen it: somebody else than whoever asks."),
    ],
};

const NO_CONFLICT: Argument =
    Argument::new("noConflict", BOOLEAN, "Whether somebody checked that a guardian has no part in what happened.")
        .or(Default::Boolean(false));
const ASSENT_ASKED: Argument = Argument::new("assent", ASSENTED, "Whether the child agrees.");
const ANSWERS: Argument = Argument::new("answers", BOOLEANS, "The answers to the seven HTCDS questions, in order.");
const TOLD: Argument = Argument::new("telling", InputType::Input(&TELLING), "How she was told; absent: not said.");
const CHECKED: Argument = Argument::new(
    "conflictCheck",
    InputType::Input(&CONFLICT_CHECK),
    "Who checked for a guardian's conflict of interest; a guardian's consent needs it.",
);
const ORDER: Argument = Argument::new(
    "order",
    InputType::Input(&CARE_ORDER),
    "The order an authority acts by; an authority's consent needs it.",
);
const PURPOSES_NOW: Argument =
    Argument::new("purposes", InputType::List(&PURPOSE), "All purposes from now on; absent: as before.");
const CATEGORIES_NOW: Argument =
    Argument::new("categories", InputType::List(&CATEGORY), "All categories from now on; absent: as before.");
const RECIPIENTS_NOW: Argument =
    Argument::new("recipients", InputType::List(&ID), "All recipients from now on; absent: as before.");
const COUNTRIES_NOW: Argument =
    Argument::new("countries", InputType::List(&COUNTRY), "All countries from now on; absent: as before.");
const UNTIL_NOW: Argument = Argument::new("until", InputType::DateTime, "Until when; absent: as before.");

static GIVE: Input = Input {
    name: "GiveConsentInput",
    sentence: "A consent to put on record for an own subject.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new("effect", EFFECT, "Whether it gives or takes."),
        Argument::new("givenBy", GIVER, "Who gave it."),
        NO_CONFLICT,
        ASSENT_ASKED,
        ANSWERS,
        Argument::new("purposes", InputType::NonNull(&InputType::List(&PURPOSE)), "For which purposes."),
        Argument::new("categories", InputType::NonNull(&InputType::List(&CATEGORY)), "Which categories."),
        Argument::new("recipients", IDS, "To which organizations."),
        Argument::new(
            "countries",
            InputType::NonNull(&InputType::List(&COUNTRY)),
            "In which countries a recipient may be.",
        ),
        Argument::new("from", InputType::DateTime, "From when; absent: from now."),
        Argument::new("until", DATE_TIME, "Until when."),
        TOLD,
        CHECKED,
        ORDER,
        Argument::new(
            "paperCode",
            BOOLEAN,
            "Whether to draw a code with which she can withdraw everything herself, at `/withdraw`; one drawn before is void.",
        )
        .or(Default::Boolean(false)),
    ],
};

static NARROW: Input = Input {
    name: "NarrowConsentInput",
    sentence: "A consent to narrow: nowhere more than before, and somewhere less.",
    fields: &[
        KEY,
        Argument::new("consent", ID, "The consent."),
        VERSION,
        PURPOSES_NOW,
        CATEGORIES_NOW,
        RECIPIENTS_NOW,
        COUNTRIES_NOW,
        UNTIL_NOW,
    ],
};

static EXTEND: Input = Input {
    name: "ExtendConsentInput",
    sentence: "A consent to extend: nowhere less than before, and somewhere more, by the same proofs as giving takes.",
    fields: &[
        KEY,
        Argument::new("consent", ID, "The consent."),
        VERSION,
        NO_CONFLICT,
        ASSENT_ASKED,
        ANSWERS,
        PURPOSES_NOW,
        CATEGORIES_NOW,
        RECIPIENTS_NOW,
        COUNTRIES_NOW,
        UNTIL_NOW,
        TOLD,
        CHECKED,
        ORDER,
    ],
};

static WITHDRAW: Input = Input {
    name: "WithdrawConsentInput",
    sentence: "A consent to withdraw.",
    fields: &[KEY, Argument::new("consent", ID, "The consent.")],
};

static WITHDRAW_IN_CASE: Input = Input {
    name: "WithdrawConsentsInput",
    sentence: "What a person takes back, told to anybody in her case: everything, or what is named.",
    fields: &[
        KEY,
        SUBJECT,
        Argument::new("categories", InputType::List(&CATEGORY), "Which categories; absent: all."),
        Argument::new("recipients", InputType::List(&ID), "From which organizations; absent: from everyone."),
    ],
};

static REPLACE_CODE: Input = Input {
    name: "ReplacePaperCodeInput",
    sentence: "An own subject who needs another paper code.",
    fields: &[KEY, SUBJECT],
};

static ANSWER: Input = Input {
    name: "AnswerRecallInput",
    sentence: "What became of what the caller had of a person.",
    fields: &[
        KEY,
        SUBJECT,
        VERSION,
        Argument::new("answer", InputType::NonNull(&code::<Event>()), "The answer."),
        Argument::new(
            "reason",
            code::<Reason>(),
            "Which kind of law makes the caller keep it, or why it cannot let go; the two answers that need one.",
        ),
    ],
};

payload!(GIVE_PAYLOAD, "GiveConsentPayload", "What recording a consent came to.", CONSENT_RECORDED);
payload!(NARROW_PAYLOAD, "NarrowConsentPayload", "What narrowing a consent came to.", CONSENT_NARROWED);
payload!(EXTEND_PAYLOAD, "ExtendConsentPayload", "What extending a consent came to.", CONSENT_EXTENDED);
payload!(WITHDRAW_PAYLOAD, "WithdrawConsentPayload", "What withdrawing a consent came to.", CONSENT_WITHDRAWN);
payload!(
    WITHDRAW_IN_CASE_PAYLOAD,
    "WithdrawConsentsPayload",
    "What withdrawing in a case came to.",
    CONSENTS_WITHDRAWN
);
payload!(
    REPLACE_CODE_PAYLOAD,
    "ReplacePaperCodePayload",
    "What drawing another paper code came to.",
    PAPER_CODE_REPLACED
);
payload!(ANSWER_PAYLOAD, "AnswerRecallPayload", "What answering a recall came to.", RECALL_ANSWERED, ILLEGAL_STEP);

change!(GIVE_CONSENT = "giveConsent", GIVE, GIVE_PAYLOAD, ConsentWrite, true, "Records a consent of an own subject.");
change!(
    NARROW_CONSENT = "narrowConsent",
    NARROW,
    NARROW_PAYLOAD,
    ConsentWrite,
    true,
    "Puts a narrower consent of an own subject in the place of one that grants."
);
change!(
    EXTEND_CONSENT = "extendConsent",
    EXTEND,
    EXTEND_PAYLOAD,
    ConsentWrite,
    true,
    "Puts a wider consent of an own subject in the place of one that grants."
);
change!(
    WITHDRAW_CONSENT = "withdrawConsent",
    WITHDRAW,
    WITHDRAW_PAYLOAD,
    ConsentWrite,
    true,
    "Withdraws a consent, at once and for everyone it named."
);
change!(
    WITHDRAW_CONSENTS = "withdrawConsents",
    WITHDRAW_IN_CASE,
    WITHDRAW_IN_CASE_PAYLOAD,
    CasesWrite,
    true,
    "Takes back what a person consented to, as she told anybody in her case: its holder, whoever has an open standing in it, her lawyer."
);
change!(
    REPLACE_PAPER_CODE = "replacePaperCode",
    REPLACE_CODE,
    REPLACE_CODE_PAYLOAD,
    ConsentWrite,
    true,
    "Draws another paper code for an own subject; the one before is void."
);
change!(
    ANSWER_RECALL = "answerRecall",
    ANSWER,
    ANSWER_PAYLOAD,
    CasesWrite,
    true,
    "Answers the latest recall of a person that the caller's organization was asked by."
);
