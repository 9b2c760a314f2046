//! Orders, overrides by authority and emergencies on record, for the owner of the person's record; and an emergency for
//! whoever declared it.

use super::payload::LEGAL;
use super::record::{CHANGED_AT, NOT_SHOWN, Steps, VERSION};
use super::subject::SUBJECT;
use super::{BOOLEAN, CATEGORIES, DATE_TIME, ID, IDS, PURPOSES};
use crate::port::SealedIn;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::{OrderKind, OutwardKind, OverrideBasis};
use sangam_vocabulary::Category;
use sangam_workflow::exception::{EmergencyReason, EmergencyReview, Event, Exception, ExceptionKind, State};
use sangam_workflow::flow::Words;

/// An exception on record.
pub static EXCEPTION: Noun = Noun {
    name: "Exception",
    sentence: "An order that lifts a row of law, an override by authority that stands in for a consent, or an emergency. For the owner of the person's record; an emergency for whoever declared it too, which learns nothing of the person by it.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The exception's id.", Read::Outward(OutwardKind::Exception, "id")),
        Field::plain(
            "kind",
            Type::NonNull(&Type::Code(CodeList::of::<ExceptionKind>())),
            "What it is.",
            Read::Column("kind"),
        ),
        Field::plain(
            "state",
            Type::NonNull(&Type::Code(CodeList::of::<State>())),
            "Where it stands; an order or override past its last instant has lapsed, whatever it was before.",
            Read::State("state", Words::of::<Exception>()),
        ),
        Field::plain("counts", BOOLEAN, "Whether it counts at this instant.", Read::Column("counts")),
        Field::plain(
            "orderKind",
            Type::Code(CodeList::of::<OrderKind>()),
            "Who gave the order; null for what is none.",
            Read::Column("orderKind"),
        ),
        Field::plain(
            "overrideBasis",
            Type::Code(CodeList::of::<OverrideBasis>()),
            "On what basis an authority stands in for a consent; null for what is no override.",
            Read::Column("overrideBasis"),
        ),
        Field::plain(
            "emergencyReason",
            Type::Code(CodeList::of::<EmergencyReason>()),
            "What the emergency was declared for; null for what is none.",
            Read::Column("emergencyReason"),
        ),
        Field::plain(
            "categories",
            CATEGORIES,
            "For which categories; none named in an emergency, which is for each that law lets pass.",
            Read::Column("categories"),
        ),
        Field::plain(
            "purposes",
            PURPOSES,
            "For which purposes an override stands in; none named in what is none.",
            Read::Column("purposes"),
        ),
        Field::plain("recipients", IDS, "To which organizations.", Read::Column("recipients")),
        Field::plain(
            "order",
            Type::Id,
            "The order that an override by a court rests on; null for what is none.",
            Read::Outward(OutwardKind::Exception, "order"),
        ),
        Field::plain("from", DATE_TIME, "From when.", Read::Column("from")),
        Field::plain(
            "until",
            DATE_TIME,
            "Until when; what is ended before its time ends at that instant. Of an override that nobody has approved, until when it waits.",
            Read::Column("until"),
        ),
        Field::plain("recordedAt", DATE_TIME, "When it was put on record or declared.", Read::Column("recordedAt")),
        Field::plain(
            "recordedBy",
            Type::Id,
            "Who did that; null to whom it was somebody of another organization.",
            Read::Column("recordedBy"),
        ),
        Field::plain("agreedBy", Type::Id, "Who attested or approved it; for the owner.", Read::Column("agreedBy")),
        Field::plain("agreedAt", Type::DateTime, "When.", Read::Column("agreedAt")),
        Field::plain(
            "reviewDueAt",
            Type::DateTime,
            "Until when the owner is to have looked at an emergency; null once it has.",
            Read::Column("reviewDueAt"),
        ),
        Field::plain("reviewOverdue", BOOLEAN, "Whether that instant is past.", Read::Column("reviewOverdue")),
        Field::plain(
            "finding",
            Type::Code(CodeList::of::<EmergencyReview>()),
            "What the owner said of the emergency.",
            Read::Column("finding"),
        ),
        Field::plain("reviewedBy", Type::Id, "Who said it; for the owner.", Read::Column("reviewedBy")),
        CHANGED_AT,
        VERSION,
        Field::sealed(
            "legal",
            &LEGAL,
            "Its number, who gave it and what was noted.",
            SealedIn::Record,
            Category::Legal,
        ),
        Field::plain("subject", Type::NonNull(&Type::Object(&SUBJECT)), "The person.", Read::Within("subject.")),
        NOT_SHOWN,
        Steps::<Event>::CAN_DO,
    ],
};
