//! Hearings, and apart from them what protects the person there: no page of hearings can hold it.

use super::ID;
use super::payload::{CONTACT_SAFETY, LEGAL};
use super::record::{CAN_SEE, CHANGED_AT, NOT_SHOWN, Steps, VERSION};
use super::subject::SUBJECT;
use crate::port::SealedIn;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::Category;
use sangam_workflow::flow::Words;
use sangam_workflow::hearing::{AdjournReason, Event, Hearing, Kind, State};

/// A date in court.
pub static HEARING: Noun = Noun {
    name: "Hearing",
    sentence: "A date in court. When, what for, where and how it went are LEGAL; what protects the person there is not here but in `HearingProtection`, one hearing at a time.",
    of_subject: true,
    is_node: true,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The hearing's id as this caller's organization sees it; another organization sees another.",
            Read::Outward(OutwardKind::Hearing, "id"),
        ),
        Field::plain(
            "state",
            Type::NonNull(&Type::Code(CodeList::of::<State>())),
            "Where the hearing stands; the covering word where the state itself does not show.",
            Read::State("state", Words::of::<Hearing>()),
        ),
        Field::gated(
            "kind",
            Type::Code(CodeList::of::<Kind>()),
            "What it is for.",
            Category::Legal,
            Read::Column("kind"),
        ),
        Field::gated(
            "takesPlaceAt",
            Type::DateTime,
            "When it takes place, or took place, or was to.",
            Category::Legal,
            Read::Column("takesPlaceAt"),
        ),
        Field::gated(
            "adjournReason",
            Type::Code(CodeList::of::<AdjournReason>()),
            "Why it was last put off.",
            Category::Legal,
            Read::Column("adjournReason"),
        ),
        Field::gated(
            "holdsReturn",
            Type::Boolean,
            "Whether the person's return waits for this hearing.",
            Category::Legal,
            Read::Column("holdsReturn"),
        ),
        Field::sealed(
            "legal",
            &LEGAL,
            "The court, and what whoever goes there should know.",
            SealedIn::Record,
            Category::Legal,
        ),
        CHANGED_AT,
        VERSION,
        Field::plain(
            "subject",
            Type::NonNull(&Type::Object(&SUBJECT)),
            "The person who is heard.",
            Read::Within("subject."),
        ),
        NOT_SHOWN,
        CAN_SEE,
        Steps::<Event>::CAN_DO,
    ],
};

/// What protects the person at one hearing.
pub static HEARING_PROTECTION: Noun = Noun {
    name: "HearingProtection",
    sentence: "What protects the person at one hearing. It is read one hearing at a time and stands on no page of hearings.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The hearing's id.", Read::Outward(OutwardKind::Hearing, "id")),
        Field::sealed(
            "contactSafety",
            &CONTACT_SAFETY,
            "The measures, how they are to be done, and whether it is safe to call her about it.",
            SealedIn::Record,
            Category::ContactSafety,
        ),
        NOT_SHOWN,
    ],
};
