//! Messages between the parties of a referral.

use super::payload::MESSAGES;
use super::record::{CAN_SEE, NOT_SHOWN};
use super::{DATE_TIME, ID};
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
        Field::sealed("content", &MESSAGES, "What was written.", SealedIn::Record, Category::Messages),
        NOT_SHOWN,
        CAN_SEE,
    ],
};
