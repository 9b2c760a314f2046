//! Referrals.

use super::codes::REFERRAL_DELIVERY;
use super::organization::{CASE_DESK, ORGANIZATION};
use super::payload::SERVICES;
use super::record::{CAN_SEE, CHANGED_AT, NOT_SHOWN, Steps, VERSION};
use super::subject::SUBJECT;
use super::{DATE_TIME, ID};
use crate::port::SealedIn;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::Category;
use sangam_workflow::answer_link::LinkState;
use sangam_workflow::flow::Words;
use sangam_workflow::referral::{DeclineReason, Event, Referral, State, Urgency};
use sangam_workflow::service;

const REASON: Type = Type::Code(CodeList::of::<DeclineReason>());

/// A request for a service by another organization.
pub static REFERRAL: Noun = Noun {
    name: "Referral",
    sentence: "A request that another organization give a service to a person.",
    of_subject: true,
    is_node: true,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The referral's id as this caller's organization sees it; another organization sees another.",
            Read::Outward(OutwardKind::Referral, "id"),
        ),
        Field::plain(
            "state",
            Type::NonNull(&Type::Code(CodeList::of::<State>())),
            "Where the referral stands; the covering word where the state itself does not show.",
            Read::State("state", Words::of::<Referral>()),
        ),
        Field::plain(
            "urgency",
            Type::NonNull(&Type::Code(CodeList::of::<Urgency>())),
            "How soon an answer is needed.",
            Read::Column("urgency"),
        ),
        Field::plain("sentAt", DATE_TIME, "When it was sent; of a draft, when it was written.", Read::Column("sentAt")),
        Field::plain(
            "answerBy",
            Type::DateTime,
            "Until when the recipient has to answer: then it expires. Null for a draft whose sender left it to the urgency.",
            Read::Column("answerBy"),
        ),
        CHANGED_AT,
        VERSION,
        Field::gated(
            "declineReason",
            REASON,
            "Why it was declined.",
            Category::Services,
            Read::Column("declineReason"),
        ),
        Field::gated(
            "proposed",
            Type::Id,
            "The organization that the recipient named when it redirected the referral; nothing was passed on to it.",
            Category::Services,
            Read::Column("proposed"),
        ),
        Field::plain(
            "redirectedFrom",
            Type::Id,
            "The own referral that was redirected before this one was sent; for the sender alone, because it says who was asked first.",
            Read::Outward(OutwardKind::Referral, "redirectedFrom"),
        ),
        Field::plain(
            "reReferralOf",
            Type::Id,
            "The earlier referral between the same two for the same, where this one was declared a re-referral.",
            Read::Outward(OutwardKind::Referral, "reReferralOf"),
        ),
        Field::gated(
            "transfer",
            Type::Boolean,
            "Whether the recipient that accepts it becomes the owner of the case. Whether it may is decided when it accepts, whatever `canDo` says.",
            Category::Services,
            Read::Column("transfer"),
        ),
        Field::plain(
            "delivery",
            REFERRAL_DELIVERY,
            "What became of it on the way to the recipient's own system, for the sender alone; it says nothing of what people decided.",
            Read::Column("delivery"),
        ),
        Field::gated(
            "endDelivery",
            REFERRAL_DELIVERY,
            "What became of it that it ended (withdrawn, expired, redirected, declined) on the way to the recipient's own system, for the sender alone; null before its end.",
            Category::Services,
            Read::Column("endDelivery"),
        ),
        Field::plain(
            "answerLink",
            Type::Code(CodeList::of::<LinkState>()),
            "Where the link stands by which a recipient without a system answers, for the sender alone; null where there is none.",
            Read::Column("answerLink"),
        ),
        Field::plain(
            "answerLinkUntil",
            Type::DateTime,
            "Until when that link is good, for the sender alone.",
            Read::Column("answerLinkUntil"),
        ),
        Field::plain(
            "callAsked",
            Type::DateTime,
            "When the recipient last asked by its link to be called, for the sender alone.",
            Read::Column("callAsked"),
        ),
        Field::plain("sender", Type::NonNull(&Type::Object(&CASE_DESK)), "Who sent it.", Read::Within("sender.")),
        Field::plain(
            "recipient",
            Type::NonNull(&Type::Object(&ORGANIZATION)),
            "To whom it is addressed.",
            Read::Within("recipient."),
        ),
        Field::plain(
            "subject",
            Type::NonNull(&Type::Object(&SUBJECT)),
            "The person it is about.",
            Read::Within("subject."),
        ),
        Field::sealed("services", &SERVICES, "The services asked for.", SealedIn::Record, Category::Services),
        Field::gated(
            "serviceStates",
            Type::List(&Type::NonNull(&Type::Code(CodeList::of::<service::State>()))),
            "Where each service stands, in the order of `services`; null for a referral of before they were answered one by one.",
            Category::Services,
            Read::Column("serviceStates"),
        ),
        Field::gated(
            "serviceReasons",
            Type::List(&REASON),
            "Why each service was declined, in the order of `services`; null where it was not.",
            Category::Services,
            Read::Column("serviceReasons"),
        ),
        NOT_SHOWN,
        CAN_SEE,
        Steps::<Event>::CAN_DO,
    ],
};
