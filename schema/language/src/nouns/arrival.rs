//! Arrivals.

use super::record::{CAN_SEE, CHANGED_AT, NOT_SHOWN, Steps, VERSION};
use super::subject::SUBJECT;
use super::{DATE_TIME, ID, IDS};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::{Category, Country};
use sangam_workflow::arrival::{Arrival, CloseReason, Event, Kind, State};
use sangam_workflow::flow::Words;

/// A person who came without a request.
pub static ARRIVAL: Noun = Noun {
    name: "Arrival",
    sentence: "A person came without a request that anybody had made: pushed back, after a sentence, stopped on the way, or alone. It is never a repatriation and never becomes one.",
    of_subject: true,
    is_node: true,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The arrival's id as this caller's organization sees it.",
            Read::Outward(OutwardKind::Arrival, "id"),
        ),
        Field::plain(
            "state",
            Type::NonNull(&Type::Code(CodeList::of::<State>())),
            "Where the arrival stands; the covering word where the state itself does not show.",
            Read::State("state", Words::of::<Arrival>()),
        ),
        Field::gated(
            "kind",
            Type::Code(CodeList::of::<Kind>()),
            "How she came.",
            Category::Immigration,
            Read::Column("kind"),
        ),
        Field::gated(
            "cameFrom",
            Type::Code(CodeList::of::<Country>()),
            "The country she came from.",
            Category::Immigration,
            Read::Column("cameFrom"),
        ),
        Field::gated(
            "closeReason",
            Type::Code(CodeList::of::<CloseReason>()),
            "Why it was closed.",
            Category::Services,
            Read::Column("closeReason"),
        ),
        Field::plain("referrals", IDS, "The referrals that followed from it.", Read::Column("referrals")),
        Field::plain("recordedAt", DATE_TIME, "When it was recorded.", Read::Column("recordedAt")),
        CHANGED_AT,
        VERSION,
        Field::plain("subject", Type::NonNull(&Type::Object(&SUBJECT)), "Who came.", Read::Within("subject.")),
        NOT_SHOWN,
        CAN_SEE,
        Steps::<Event>::CAN_DO,
    ],
};
