//! What a witness fears, for her lawyer and the holder of her case.

use super::payload::CONTACT_SAFETY;
use super::subject::SUBJECT;
use super::{DATE_TIME, ID};
use crate::nouns::disclosure::WITHHELD;
use crate::port::SealedIn;
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_custody::OutwardKind;
use sangam_vocabulary::Category;
use sangam_workflow::risk::Kind;

/// A danger to a witness.
pub static RISK: Noun = Noun {
    name: "Risk",
    sentence: "A danger to a witness. It exists for her lawyer and for the holder of her case, and for nobody else, whatever else they may see.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain(
            "id",
            ID,
            "The risk's id as this caller's organization sees it; another organization sees another.",
            Read::Outward(OutwardKind::Risk, "id"),
        ),
        Field::gated(
            "kind",
            Type::Code(CodeList::of::<Kind>()),
            "What it is.",
            Category::ContactSafety,
            Read::Column("kind"),
        ),
        Field::plain("reportedAt", DATE_TIME, "When it was reported.", Read::Column("reportedAt")),
        Field {
            name: "contactSafety",
            ty: Type::Object(&CONTACT_SAFETY),
            sentence: "What was noted, and whether it is safe to call her.",
            category: Some(Category::ContactSafety),
            cost: 2,
            read: Read::Sealed(SealedIn::Record, Category::ContactSafety),
        },
        Field::plain("subject", Type::NonNull(&Type::Object(&SUBJECT)), "The witness.", Read::Within("subject.")),
        Field::plain(
            "withheld",
            Type::NonNull(&Type::List(&Type::NonNull(&Type::Object(&WITHHELD)))),
            "The selected categories that are withheld, each with its reason.",
            Read::Withheld,
        ),
    ],
};
