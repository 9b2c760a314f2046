//! What a witness fears, for her lawyer and the holder of her case.

use super::payload::CONTACT_SAFETY;
use super::record::NOT_SHOWN;
use super::subject::SUBJECT;
use super::{DATE_TIME, ID};
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
        Field::sealed(
            "contactSafety",
            &CONTACT_SAFETY,
            "What was noted, and whether it is safe to call her.",
            SealedIn::Record,
            Category::ContactSafety,
        ),
        Field::plain("subject", Type::NonNull(&Type::Object(&SUBJECT)), "The witness.", Read::Within("subject.")),
        NOT_SHOWN,
    ],
};
