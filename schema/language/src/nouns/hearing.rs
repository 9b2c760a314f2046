//! Hearings, and apart from them what protects the person there: no page of hearings can hold it.

use super::payload::{CONTACT_SAFETY, LEGAL};
use super::subject::SUBJECT;
use super::{CATEGORIES, DATE_TIME, ID, INT};
use crate::nouns::disclosure::WITHHELD;
use crate::port::SealedIn;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::Category;
use sangam_workflow::flow::Words;
use sangam_workflow::hearing::{AdjournReason, Event, Hearing, Kind, State};

const WITHHELDS: Type = Type::NonNull(&Type::List(&Type::NonNull(&Type::Object(&WITHHELD))));

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
        Field {
            name: "legal",
            ty: Type::Object(&LEGAL),
            sentence: "The court, and what whoever goes there should know.",
            category: Some(Category::Legal),
            cost: 2,
            read: Read::Sealed(SealedIn::Record, Category::Legal),
        },
        Field::plain("changedAt", DATE_TIME, "When it last took a step.", Read::Column("changedAt")),
        Field::plain("version", INT, "The version to quote in a change.", Read::Column("version")),
        Field::plain(
            "subject",
            Type::NonNull(&Type::Object(&SUBJECT)),
            "The person who is heard.",
            Read::Within("subject."),
        ),
        Field::plain(
            "withheld",
            WITHHELDS,
            "The selected categories that are withheld, each with its reason.",
            Read::Withheld,
        ),
        Field::plain(
            "canSee",
            CATEGORIES,
            "Every category this caller can see through this hearing for this purpose, selected or not.",
            Read::CanSee,
        ),
        Field::plain(
            "canDo",
            Type::NonNull(&Type::List(&Type::NonNull(&Type::Code(CodeList::of::<Event>())))),
            "The steps this caller can take now.",
            Read::CanDo,
        ),
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
        Field {
            name: "contactSafety",
            ty: Type::Object(&CONTACT_SAFETY),
            sentence: "The measures, how they are to be done, and whether it is safe to call her about it.",
            category: Some(Category::ContactSafety),
            cost: 2,
            read: Read::Sealed(SealedIn::Record, Category::ContactSafety),
        },
        Field::plain(
            "withheld",
            WITHHELDS,
            "The selected categories that are withheld, each with its reason.",
            Read::Withheld,
        ),
    ],
};
