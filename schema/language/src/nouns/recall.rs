//! Recalls, as whoever was asked sees them, and the subject's owner. They have no id that leaves: a recipient has one open
//! recall a subject, and names it by the subject.

use super::{CATEGORIES, DATE_TIME, ID, INT};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_workflow::recall::{Reason, State};

const STATE: Type = Type::NonNull(&Type::Code(CodeList::of::<State>()));

/// A recall.
pub static RECALL: Noun = Noun {
    name: "Recall",
    sentence: "A recipient's duty to let go of what it was shown of a person, because consent was withdrawn or narrowed. Until it answers nothing more of her is disclosed to it.",
    of_subject: true,
    is_node: false,
    fields: &[
        Field::plain(
            "subject",
            ID,
            "The person, by the subject's id as this caller sees it.",
            Read::Column("subject.id"),
        ),
        Field::plain("recipient", ID, "Who was asked.", Read::Column("recipient")),
        Field::plain("categories", CATEGORIES, "What is to be let go of.", Read::Column("categories")),
        Field::plain("since", DATE_TIME, "Since when.", Read::Column("since")),
        Field::plain("state", STATE, "What was answered.", Read::Column("state")),
        Field::plain(
            "reason",
            Type::Code(CodeList::of::<Reason>()),
            "Which kind of law makes the recipient keep it, or why it cannot let go.",
            Read::Column("reason"),
        ),
        Field::plain("answeredAt", Type::DateTime, "When it was answered.", Read::Column("answeredAt")),
        Field::plain(
            "version",
            INT,
            "Grows with every change; an answer says which it answers.",
            Read::Column("version"),
        ),
    ],
};
