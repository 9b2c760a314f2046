//! Messages between the parties of a referral.

use super::disclosure::WITHHELD;
use super::payload::MESSAGES;
use super::{CATEGORIES, DATE_TIME, ID};
use crate::port::SealedIn;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::{Category, Seat};

/// What one party of a referral wrote to the other.
pub static REFERRAL_MESSAGE: Noun = Noun {
    name: "ReferralMessage",
    sentence: "What one party of a referral wrote to the other about it: a category of the person, released like any other, to its own author too.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The message's id as this caller's organization sees it; another organization sees another.",
            Read::Outward(OutwardKind::Message, "id"),
        ),
        Field::plain(
            "seat",
            Type::NonNull(&Type::Code(CodeList::of::<Seat>())),
            "Which side of the referral wrote it.",
            Read::Column("seat"),
        ),
        Field::plain("sentAt", DATE_TIME, "When.", Read::Column("sentAt")),
        Field {
            name: "content",
            ty: Type::Object(&MESSAGES),
            sentence: "What was written.",
            category: Some(Category::Messages),
            cost: 2,
            read: Read::Sealed(SealedIn::Record, Category::Messages),
        },
        Field::plain(
            "withheld",
            Type::NonNull(&Type::List(&Type::NonNull(&Type::Object(&WITHHELD)))),
            "The selected categories that are withheld, each with its reason.",
            Read::Withheld,
        ),
        Field::plain(
            "canSee",
            CATEGORIES,
            "Every category this caller can see through the referral for this purpose, selected or not.",
            Read::CanSee,
        ),
    ],
};
