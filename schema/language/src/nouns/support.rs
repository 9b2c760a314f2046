//! Support plans after return, and what was found when one was looked at.

use super::payload::NARRATIVE;
use super::record::{NOT_SHOWN, Steps, VERSION};
use super::subject::SUBJECT;
use super::{DATE_TIME, ID, INT};
use crate::port::SealedIn;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::Category;
use sangam_workflow::flow::Words;
use sangam_workflow::support::{Event, Finding, Outcome, State, SupportPlan};

const A_SUBJECT: Type = Type::NonNull(&Type::Object(&SUBJECT));
const WHOSE: Field = Field::plain("subject", A_SUBJECT, "The person it is for.", Read::Within("subject."));
const SAID: Field = Field::sealed(
    "narrative",
    &NARRATIVE,
    "What is planned or was found: kinds of support, objectives, actions, notes, and whether she was trafficked again.",
    SealedIn::Record,
    Category::Narrative,
);

/// A support plan after return.
pub static SUPPORT_PLAN: Noun = Noun {
    name: "SupportPlan",
    sentence: "A plan of support after return (HTCDS Support Plan), for the owner of the person's record and for reintegration alone.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The plan's id.", Read::Outward(OutwardKind::SupportPlan, "id")),
        Field::plain(
            "state",
            Type::NonNull(&Type::Code(CodeList::of::<State>())),
            "Where it stands.",
            Read::State("state", Words::of::<SupportPlan>()),
        ),
        Field::plain("beginsAt", DATE_TIME, "From when support is given.", Read::Column("beginsAt")),
        Field::plain("plannedEndAt", Type::DateTime, "When it is meant to end.", Read::Column("plannedEndAt")),
        Field::plain("endedAt", Type::DateTime, "When it ended.", Read::Column("endedAt")),
        Field::gated(
            "outcome",
            Type::Code(CodeList::of::<Outcome>()),
            "How it came out.",
            Category::Narrative,
            Read::Column("outcome"),
        ),
        Field::plain("reviews", INT, "How often it was looked at.", Read::Column("reviews")),
        Field::plain(
            "reviewDueAt",
            Type::DateTime,
            "When it is to be looked at next; null when it has ended or was looked at after 24 months.",
            Read::Column("reviewDueAt"),
        ),
        SAID,
        VERSION,
        WHOSE,
        NOT_SHOWN,
        Steps::<Event>::CAN_DO,
    ],
};

/// A review of a support plan.
pub static SUPPORT_REVIEW: Noun = Noun {
    name: "SupportReview",
    sentence: "What was found when a support plan was looked at, for the owner of the person's record and for reintegration alone.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The review's id.", Read::Outward(OutwardKind::SupportReview, "id")),
        Field::plain("plan", ID, "The plan's id.", Read::Outward(OutwardKind::SupportPlan, "plan")),
        Field::plain("months", INT, "Which review it is: that after 3, 6, 12 or 24 months.", Read::Column("months")),
        Field::plain("reviewedAt", DATE_TIME, "When.", Read::Column("reviewedAt")),
        Field::gated(
            "finding",
            Type::Code(CodeList::of::<Finding>()),
            "What was found.",
            Category::Narrative,
            Read::Column("finding"),
        ),
        SAID,
        WHOSE,
        NOT_SHOWN,
    ],
};
