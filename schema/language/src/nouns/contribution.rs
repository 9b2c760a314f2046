//! Contributions: who is invited to a case, as what, why and until when.

use super::organization::{CASE_DESK, ORGANIZATION};
use super::record::{CAN_SEE, CHANGED_AT, NOT_SHOWN, Steps, VERSION};
use super::{DATE_TIME, ID, PURPOSE};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_workflow::contribution::{Contribution, ContributorSeat, Event, State};
use sangam_workflow::flow::Words;

/// An invitation to a case and what became of it.
pub static CONTRIBUTION: Noun = Noun {
    name: "Contribution",
    sentence: "An organization's part in a case: as what it is invited, for which purpose and until when, and what became of it. It says nothing of the person; the invited finds it under the purpose it is invited for, and sees no category through it: it sees through the subject and the hearings.",
    of_subject: true,
    is_node: true,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The contribution's id as this caller's organization sees it; another organization sees another.",
            Read::Outward(OutwardKind::Contribution, "id"),
        ),
        Field::plain(
            "state",
            Type::NonNull(&Type::Code(CodeList::of::<State>())),
            "Where it stands; past its day it has expired, whatever it was before.",
            Read::State("state", Words::of::<Contribution>()),
        ),
        Field::plain(
            "seat",
            Type::NonNull(&Type::Code(CodeList::of::<ContributorSeat>())),
            "As what the organization takes part.",
            Read::Column("seat"),
        ),
        Field::plain(
            "purpose",
            PURPOSE,
            "Why: the one purpose it can ask for through its seat.",
            Read::Column("purpose"),
        ),
        Field::plain("invitedAt", DATE_TIME, "When it was invited.", Read::Column("invitedAt")),
        Field::plain(
            "answerBy",
            Type::DateTime,
            "Until when the invitation waits; null once it is answered or over.",
            Read::Column("answerBy"),
        ),
        Field::plain("until", DATE_TIME, "Until when it takes part, if nobody ends it before.", Read::Column("until")),
        CHANGED_AT,
        VERSION,
        Field::plain(
            "inviter",
            Type::NonNull(&Type::Object(&CASE_DESK)),
            "Who invites: the holder of the case.",
            Read::Within("inviter."),
        ),
        Field::plain(
            "contributor",
            Type::NonNull(&Type::Object(&ORGANIZATION)),
            "Who is invited.",
            Read::Within("contributor."),
        ),
        Field::plain(
            "subject",
            Type::Id,
            "The person the case is about, by the subject's id as this caller sees it: for the holder, and for the invited while it takes part; null otherwise.",
            Read::Outward(OutwardKind::Subject, "its.subject.id"),
        ),
        NOT_SHOWN,
        CAN_SEE,
        Steps::<Event>::CAN_DO,
    ],
};
