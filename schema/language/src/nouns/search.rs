//! Searches: the search as the one who asks has it, the request as each that was asked has it, and the answer, which is
//! about whoever was found and is there only as far as she agrees.

use super::organization::ORGANIZATION;
use super::record::{CAN_SEE, CHANGED_AT, NOT_SHOWN, Steps, VERSION};
use super::subject::SUBJECT;
use super::{DATE_TIME, ID, IDS};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::Category;
use sangam_workflow::flow::Words;
use sangam_workflow::search::{About, Event, Search, State};

const STATE: Type = Type::NonNull(&Type::Code(CodeList::of::<State>()));
const ABOUT: Type = Type::NonNull(&Type::Code(CodeList::of::<About>()));
const A_SUBJECT: Type = Type::NonNull(&Type::Object(&SUBJECT));
const AN_ORGANIZATION: Type = Type::NonNull(&Type::Object(&ORGANIZATION));

const WHAT: Field = Field::plain("about", ABOUT, "What it asks about.", Read::Column("about"));

/// A search as the one who asks has it.
pub static SEARCH: Noun = Noun {
    name: "Search",
    sentence: "A search for a missing person, or for records of one who has arrived, as the organization that asks has it. It says nothing of those that were asked: what may be told stands in `searchAnswers`.",
    of_subject: true,
    is_node: true,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The search's id as this caller's organization sees it.",
            Read::Outward(OutwardKind::Search, "id"),
        ),
        Field::plain(
            "state",
            STATE,
            "OPEN until the caller's organization closes it, whatever those who were asked do.",
            Read::Column("state"),
        ),
        WHAT,
        Field::plain("recipients", IDS, "The organizations that were asked.", Read::Column("recipients")),
        Field::plain(
            "arrival",
            Type::Id,
            "The arrival whose records are asked for.",
            Read::Outward(OutwardKind::Arrival, "arrival"),
        ),
        Field::plain("openedAt", DATE_TIME, "When it was opened.", Read::Column("openedAt")),
        Field::plain(
            "reviewAt",
            DATE_TIME,
            "Until when those who were asked are shown anything of the person, unless the search goes on (GO_ON).",
            Read::Column("reviewAt"),
        ),
        CHANGED_AT,
        VERSION,
        Field::plain("subject", A_SUBJECT, "Who is looked for, or has arrived.", Read::Within("subject.")),
        NOT_SHOWN,
        CAN_SEE,
        Steps::<Event>::CAN_DO,
    ],
};

/// A request to look without anything of the person who is looked for: what a step of it comes to.
pub(super) const REQUEST_ALONE: &[Field] = &[
    Field::plain(
        "id",
        ID,
        "The request's id as this caller's organization sees it.",
        Read::Outward(OutwardKind::SearchRequest, "id"),
    ),
    Field::plain("state", STATE, "Where it stands with the caller's organization now.", Read::Column("state")),
    CHANGED_AT,
    VERSION,
    Steps::<Event>::CAN_DO,
];

/// A request to look, as one that was asked has it.
pub static SEARCH_REQUEST: Noun = Noun {
    name: "SearchRequest",
    sentence: "A request to look for a missing person, or for records of one who has arrived, as the organization that was asked has it. Nobody else sees where it stands. An answer is among its steps while the consent of somebody among the own subjects lets it be told.",
    of_subject: true,
    is_node: true,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The request's id as this caller's organization sees it.",
            Read::Outward(OutwardKind::SearchRequest, "id"),
        ),
        Field::plain("state", STATE, "Where it stands with the caller's organization.", Read::Column("state")),
        WHAT,
        Field::plain("askedAt", DATE_TIME, "When it was asked.", Read::Column("askedAt")),
        CHANGED_AT,
        VERSION,
        Field::plain(
            "source",
            AN_ORGANIZATION,
            "Who asks: the organization that the consent of whoever was found has to name.",
            Read::Within("source."),
        ),
        Field::plain("subject", A_SUBJECT, "Who is looked for, or has arrived.", Read::Within("subject.")),
        NOT_SHOWN,
        CAN_SEE,
        Steps::<Event>::CAN_DO,
    ],
};

/// An answer, about whoever was found.
pub static SEARCH_ANSWER: Noun = Noun {
    name: "SearchAnswer",
    sentence: "An answer to a search, about whoever was found. It is there while she agrees, law and agreements let it pass, and the search is open; it says no place and no story.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain(
            "state",
            STATE,
            "What became of the search: LEAD, FOUND_SAFE or FOUND_DECLINES_CONTACT.",
            Read::State("state", Words::of::<Search>()),
        ),
        Field::plain("toldAt", DATE_TIME, "When it was told.", Read::Column("toldAt")),
        Field::gated(
            "finder",
            Type::Object(&ORGANIZATION),
            "Which of those who were asked has her, where she agrees that this be told too (CASE_REFERENCE).",
            Category::CaseReference,
            Read::Within("finder."),
        ),
        NOT_SHOWN,
        CAN_SEE,
    ],
};
