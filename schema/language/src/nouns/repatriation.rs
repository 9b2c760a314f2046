//! Requests to bring somebody home: the board, the parts each with its own state, and what of the handover shows.

use super::payload::NARRATIVE;
use super::record::{CAN_SEE, CHANGED_AT, NOT_SHOWN, Steps, VERSION};
use super::subject::SUBJECT;
use super::{COUNTRY, DATE_TIME, ID};
use crate::port::SealedIn;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::{Category, CategorySet, Code, Seat};
use sangam_workflow::flow::Words;
use sangam_workflow::repatriation::court::{self, Court};
use sangam_workflow::repatriation::derived::BoardState;
use sangam_workflow::repatriation::papers::{self, ExitClearance, TravelDocument};
use sangam_workflow::repatriation::placement::{self, Placement};
use sangam_workflow::repatriation::record::{Crossing, Escort, Signatory};
use sangam_workflow::repatriation::request::{self, Request};
use sangam_workflow::repatriation::screening::{self, Screening};
use sangam_workflow::repatriation::verification::{self, Verification};
use sangam_workflow::repatriation::{Need, Reason, Track};

/// How the state on the board is told.
const BOARD: Words = Words { categories: board_categories, shown: board_shown };

fn board_categories() -> CategorySet {
    BoardState::ALL.iter().filter_map(|state| state.category()).fold(CategorySet::NONE, CategorySet::with)
}

fn board_shown(code: &str, can_see: CategorySet) -> Option<&'static str> {
    let state = BoardState::read(code).ok()?;
    let covered = state.category().is_some_and(|category| !can_see.contains(category));
    Some(if covered { state.cover() } else { state }.code())
}

/// How a reason is told: to whoever may see its category, and to nobody else.
const REASONS: Words = Words { categories: reason_categories, shown: reason_shown };

fn reason_categories() -> CategorySet {
    Reason::ALL.iter().map(|reason| reason.category()).fold(CategorySet::NONE, CategorySet::with)
}

fn reason_shown(code: &str, can_see: CategorySet) -> Option<&'static str> {
    Reason::read(code).ok().filter(|reason| can_see.contains(reason.category())).map(Code::code)
}

const REASON: Type = Type::Code(CodeList::of::<Reason>());
const REQUIRED_REASON: Type = Type::NonNull(&REASON);
const REASON_LIST: Type = Type::NonNull(&Type::List(&REQUIRED_REASON));
const NEED: Type = Type::NonNull(&Type::Code(CodeList::of::<Need>()));
const NEEDS: Type = Type::NonNull(&Type::List(&NEED));
const TRACK: Type = Type::NonNull(&Type::Code(CodeList::of::<Track>()));
const TRACKS: Type = Type::NonNull(&Type::List(&TRACK));

macro_rules! part {
    ($noun:ident, $name:literal, $flow:ty, $module:ident, $sentence:literal $(, $more:expr)*) => {
        #[doc = $sentence]
        pub(crate) static $noun: Noun = Noun {
            name: $name,
            sentence: $sentence,
            of_subject: true,
            is_node: false,
            fields: &[
                Field::plain(
                    "state",
                    Type::NonNull(&Type::Code(CodeList::of::<$module::State>())),
                    "Where it stands; the covering word where the state itself does not show.",
                    Read::State("state", Words::of::<$flow>()),
                ),
                Field::plain("since", DATE_TIME, "Since when.", Read::Column("since")),
                $($more,)*
                Field::plain(
                    "canDo",
                    Type::NonNull(&Type::List(&Type::NonNull(&Type::Code(CodeList::of::<$module::Event>())))),
                    "The steps this caller can take here now.",
                    Read::Column("canDo"),
                ),
                Field::plain(
                    "missing",
                    NEEDS,
                    "What must be there before this caller's other steps here.",
                    Read::Column("missing"),
                ),
            ],
        };
    };
}

part!(
    SCREENING,
    "RepatriationScreening",
    Screening,
    screening,
    "Whether she asks for protection from the state she would go to: it comes before all else."
);
part!(
    COURT,
    "RepatriationCourt",
    Court,
    court,
    "The track of the court or the child welfare committee.",
    Field::gated(
        "orderedAt",
        Type::DateTime,
        "When the order that stands was made.",
        Category::Legal,
        Read::Column("madeOn")
    )
);
part!(
    VERIFICATION,
    "RepatriationVerification",
    Verification,
    verification,
    "The track of the verification: her nationality and her home.",
    Field::plain(
        "investigatedAt",
        Type::DateTime,
        "When the last home investigation was reported.",
        Read::Column("madeOn")
    )
);
part!(
    TRAVEL_DOCUMENT,
    "RepatriationTravelDocument",
    TravelDocument,
    papers,
    "The travel document: that it is there and until when, never its number.",
    Field::gated(
        "validUntil",
        Type::DateTime,
        "Until when it is valid.",
        Category::Documents,
        Read::Column("validUntil")
    )
);
part!(
    EXIT_CLEARANCE,
    "RepatriationExitClearance",
    ExitClearance,
    papers,
    "The exit clearance: that it is there and until when, never its number.",
    Field::gated(
        "validUntil",
        Type::DateTime,
        "Until when it is valid.",
        Category::Documents,
        Read::Column("validUntil")
    )
);
part!(
    PLACEMENT,
    "RepatriationPlacement",
    Placement,
    placement,
    "The track of the placement: who receives her, and whether it is safe.",
    Field::plain(
        "assessedAt",
        Type::DateTime,
        "When the return assessment that stands was made.",
        Read::Column("madeOn")
    )
);

macro_rules! within {
    ($name:literal, $noun:ident, $prefix:literal, $sentence:literal) => {
        Field::plain($name, Type::NonNull(&Type::Object(&$noun)), $sentence, Read::Within($prefix))
    };
}

/// A request to bring somebody home.
pub static REPATRIATION: Noun = Noun {
    name: "Repatriation",
    sentence: "A request to bring a person home. A liaison sees how it stands and whose turn it is; who she is only while the state of origin looks for her home.",
    of_subject: true,
    is_node: true,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The request's id as this caller's organization sees it; another organization sees another.",
            Read::Outward(OutwardKind::Repatriation, "id"),
        ),
        Field::plain(
            "state",
            Type::NonNull(&Type::Code(CodeList::of::<request::State>())),
            "Where the request stands; the covering word where the state itself does not show.",
            Read::State("state", Words::of::<Request>()),
        ),
        Field::plain(
            "board",
            Type::NonNull(&Type::Code(CodeList::of::<BoardState>())),
            "The request and its tracks in one word, derived; the covering word where the state itself does not show.",
            Read::State("board", BOARD),
        ),
        Field::plain("boardSince", DATE_TIME, "Since when the board shows that.", Read::Column("boardSince")),
        Field::plain(
            "turn",
            Type::Code(CodeList::of::<Seat>()),
            "Whose turn it is; null when it is over.",
            Read::Column("turn"),
        ),
        Field::plain("from", COUNTRY, "The country she leaves.", Read::Column("from")),
        Field::plain("to", COUNTRY, "The country of origin.", Read::Column("to")),
        within!("screening", SCREENING, "screening.", "The screening for international protection."),
        within!("court", COURT, "court.", "The track of the court."),
        within!("verification", VERIFICATION, "verification.", "The track of the verification."),
        within!("travelDocument", TRAVEL_DOCUMENT, "travelDocument.", "The travel document."),
        within!("exitClearance", EXIT_CLEARANCE, "exitClearance.", "The exit clearance."),
        within!("placement", PLACEMENT, "placement.", "The track of the placement."),
        Field::plain("onHold", TRACKS, "The tracks that stand still now.", Read::Column("onHold")),
        Field::plain(
            "holds",
            REASON_LIST,
            "Why, as far as this caller may be told; what may not be told is left out.",
            Read::Told("holds", REASONS),
        ),
        Field::plain(
            "because",
            REASON,
            "Why the request came to where it stands, where that step says why and this caller may be told.",
            Read::Told("because", REASONS),
        ),
        Field::gated(
            "wantsToReturn",
            Type::Boolean,
            "Whether she wants to return, as she said when she was asked last.",
            Category::Services,
            Read::Column("wantsToReturn"),
        ),
        Field::gated(
            "wishAskedAt",
            Type::DateTime,
            "When she was asked last.",
            Category::Services,
            Read::Column("wishAskedAt"),
        ),
        Field::sealed(
            "herWords",
            &NARRATIVE,
            "What she said when she was asked, in her words.",
            SealedIn::Record,
            Category::Narrative,
        ),
        Field::plain(
            "crossing",
            Type::Code(CodeList::of::<Crossing>()),
            "The crossing that is proposed, for those who confirm it.",
            Read::Column("crossing"),
        ),
        Field::plain(
            "handoverFrom",
            Type::DateTime,
            "When the proposed days begin, for those who confirm them.",
            Read::Column("handoverFrom"),
        ),
        Field::plain(
            "handoverUntil",
            Type::DateTime,
            "When the proposed days are over, for those who confirm them.",
            Read::Column("handoverUntil"),
        ),
        Field::gated(
            "handoverAt",
            Type::DateTime,
            "The hour: for those who take part, from 72 hours before to 24 after.",
            Category::CurrentLocation,
            Read::Column("handoverAt"),
        ),
        Field::gated(
            "escort",
            Type::Code(CodeList::of::<Escort>()),
            "Who goes with her: for those who take part, from 72 hours before to 24 after.",
            Category::CurrentLocation,
            Read::Column("escort"),
        ),
        Field::plain(
            "memoOfSender",
            Type::DateTime,
            "The day in the sending side's memo of the handover.",
            Read::Column("memoOfSender"),
        ),
        Field::plain(
            "memoOfReceiver",
            Type::DateTime,
            "The day in the receiving side's memo of the handover.",
            Read::Column("memoOfReceiver"),
        ),
        Field::gated(
            "memoOfSenderSignedBy",
            Type::Code(CodeList::of::<Signatory>()),
            "Who signed the sending side's memo, by what they are.",
            Category::Documents,
            Read::Column("memoOfSenderSignedBy"),
        ),
        Field::gated(
            "memoOfSenderSignedAt",
            Type::Code(CodeList::of::<Crossing>()),
            "Where the sending side's memo was signed.",
            Category::Documents,
            Read::Column("memoOfSenderSignedAt"),
        ),
        Field::gated(
            "memoOfReceiverSignedBy",
            Type::Code(CodeList::of::<Signatory>()),
            "Who signed the receiving side's memo, by what they are.",
            Category::Documents,
            Read::Column("memoOfReceiverSignedBy"),
        ),
        Field::gated(
            "memoOfReceiverSignedAt",
            Type::Code(CodeList::of::<Crossing>()),
            "Where the receiving side's memo was signed.",
            Category::Documents,
            Read::Column("memoOfReceiverSignedAt"),
        ),
        Field::plain("receiving", Type::Id, "The organization that receives her.", Read::Column("receiving")),
        Field::plain(
            "receivingLiaison",
            Type::Id,
            "The government liaison of the country of origin.",
            Read::Column("receivingLiaison"),
        ),
        Field::plain(
            "sendingLiaison",
            Type::Id,
            "The government liaison of the country she leaves.",
            Read::Column("sendingLiaison"),
        ),
        Field::plain("dueAt", Type::DateTime, "When the next clock runs out; null: none runs.", Read::Column("dueAt")),
        Field::plain(
            "earlier",
            Type::Id,
            "The attempt before this one.",
            Read::Outward(OutwardKind::Repatriation, "earlier"),
        ),
        Field::plain("requestedAt", DATE_TIME, "When it was begun.", Read::Column("requestedAt")),
        CHANGED_AT,
        VERSION,
        Field::plain(
            "subject",
            Type::NonNull(&Type::Object(&SUBJECT)),
            "The person it is about.",
            Read::Within("subject."),
        ),
        Field::plain(
            "missing",
            NEEDS,
            "What must be there before this caller's other steps of the request.",
            Read::Column("missing"),
        ),
        Field::plain(
            "canHold",
            REASON_LIST,
            "The reasons for which this caller can hold it up now.",
            Read::Column("canHold"),
        ),
        Field::plain(
            "canRelease",
            REASON_LIST,
            "The holds, by their reasons, that this caller can let go now.",
            Read::Column("canRelease"),
        ),
        NOT_SHOWN,
        CAN_SEE,
        Steps::<request::Event>::CAN_DO,
    ],
};
